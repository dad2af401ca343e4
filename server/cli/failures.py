"""How errors end a command."""

from sqlalchemy.exc import SQLAlchemyError

from analysis.errors import AnalysisError
from imu.errors import ImuError
from server.errors import ServerError, SettingsError

FAILED = 1
BAD_USAGE = 2
INTERRUPTED = 130  # 128 + SIGINT, as a shell says it


def exit_code_of(error: Exception) -> int | None:
    """Return how the error ends a command; None for one that nobody expected."""
    if isinstance(error, SettingsError):
        return BAD_USAGE
    ours = (ServerError, ImuError, AnalysisError, SQLAlchemyError, OSError)
    return FAILED if isinstance(error, ours) else None
