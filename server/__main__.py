"""``python -m server`` is the command ``hiplevel``."""

from server.cli import main

main()
