"""Errors of the analysis.

::

    AnalysisError          everything that this package raises on purpose
    └── SignalError        the arrays cannot be analysed (shape, order, not finite)
"""


class AnalysisError(Exception):
    """Base of every error that the analysis raises on purpose."""


class SignalError(AnalysisError):
    """The arrays cannot be analysed: wrong shape, unsorted time, or values that are not finite."""
