"""The library, for commands that only work on what is stored already."""

from server.errors import NoRunsError
from server.library import Library
from server.settings import Settings


def stored_library(*, n_workers: int = 0) -> Library:
    """Open the library of the data folder; where there is none, none is made.

    Raises
    ------
    NoRunsError
        Nothing was ever stored there.
    """
    settings = Settings.from_environment()
    is_own_database = settings.database_url == Settings.for_home(settings.home).database_url
    if is_own_database and not any(settings.home.glob("*.sqlite3")):
        raise NoRunsError
    return Library(settings, n_workers=n_workers)
