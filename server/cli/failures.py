"""How errors end a command."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from analysis.errors import AnalysisError
from imu.errors import ImuError, SimulationError
from server.errors import ServerError, SettingsError

FAILED = 1
BAD_USAGE = 2


def exit_code_of(error: Exception) -> int | None:
    """Return how the error ends a command; None for one that nobody expected."""
    if isinstance(error, SettingsError | SimulationError):
        return BAD_USAGE
    ours = (ServerError, ImuError, AnalysisError, SQLAlchemyError, OSError)
    return FAILED if isinstance(error, ours) else None


def sentence_of(error: Exception) -> str:
    """Return what happened in one line."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    elif isinstance(error, DBAPIError) and error.orig is not None:
        text = f"The database cannot be used ({error.orig})."
    return " ".join(text.split())
