"""How tests start the command."""

import sys

ENTRY = [sys.executable, "-W", "error", "-m", "server"]
