"""The contract between sensor and host.

The specification, its test vectors and the codec live in this package; it needs the standard
library only, so that a firmware author can read and run it alone.
"""
