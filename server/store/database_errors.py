"""What is wrong with the database or its address, in one sentence that says what to do."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from server.errors import DatabaseError, SettingsError

_SETTING = "HIPLEVEL_DATABASE_URL"
_EXAMPLE = "write it like postgresql://user@host/hiplevel, or leave it out to use SQLite"

# The packages are not called like the modules in them.
_PACKAGES = {"psycopg": "psycopg[binary]", "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient"}


def parse_url(database_url: str) -> URL:
    """Return the parts of an address that can hold runs.

    Raises
    ------
    SettingsError
        It is no address, or a database in memory.
    """
    try:
        url = make_url(database_url)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        # The address is not repeated: there may be a password in it.
        raise SettingsError(f"{_SETTING} is not an address of a database: {_EXAMPLE}.") from error
    if url.get_backend_name() == "sqlite" and _is_in_memory(url):
        raise SettingsError(
            f"{_SETTING} names a database in memory, all runs would be lost with it: "
            "name a file, such as sqlite:////home/me/hiplevel.sqlite3, or leave it out."
        )
    return url


def driver_missing(url: URL, error: ImportError) -> SettingsError:
    """Return what to install for this kind of database."""
    module = (error.name or url.get_backend_name()).partition(".")[0]
    package = _PACKAGES.get(module, module)
    return SettingsError(
        f"{_SETTING} begins with {url.drivername}://, which needs the package {package}: "
        f'install it (pip install "{package}"), or leave the setting out to use SQLite.'
    )


def newer_schema(url: URL) -> DatabaseError:
    """Return that an other version of the program has made the tables."""
    return DatabaseError(
        f"The database {place_of(url)} was made by a newer hiplevel: install that version "
        "or a newer one, or choose another data folder with HIPLEVEL_HOME."
    )


def told(context: ExceptionContext, url: URL) -> DatabaseError | None:
    """Return our error for one of the driver's; None for one that callers handle themselves."""
    if isinstance(context.sqlalchemy_exception, IntegrityError):
        return None
    if not isinstance(context.sqlalchemy_exception, SQLAlchemyError):
        return None
    reason = _first_line(context.original_exception, url)
    where = place_of(url)
    if url.get_backend_name() != "sqlite":
        return DatabaseError(
            f"The database {where} cannot be used ({reason}): "
            f"check that it runs and that {_SETTING} is right."
        )
    name = getattr(context.original_exception, "sqlite_errorname", "")
    return DatabaseError(_sqlite_sentence(name, where, reason))


def _sqlite_sentence(name: str, where: str, reason: str) -> str:
    folder = str(Path(where).parent)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return (
            f"The database {where} is damaged ({reason}): move it away, then "
            "'hiplevel import' of the folder recordings in the data folder makes the runs again."
        )
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return (
            f"The database {where} cannot be opened ({reason}): check that the folder {folder} "
            "is there and that you may write to it."
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return (
            f"The database {where} is in use by another program: "
            "wait until it has ended, or end it, and try again."
        )
    if name.startswith("SQLITE_FULL"):
        return f"The database {where} cannot grow, the disk is full: make room and try again."
    return f"The database {where} cannot be used ({reason}): check the disk and the file."


def place_of(url: URL) -> str:
    """Return the file or the server of a database, without user and password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    host = f"{url.host or 'localhost'}{f':{url.port}' if url.port else ''}"
    return f"{url.drivername}://{host}/{url.database or ''}"


def _is_in_memory(url: URL) -> bool:
    name = url.database or ""
    is_memory_mode = "mode=memory" in name or url.query.get("mode") == "memory"
    return name in {"", ":memory:", "file::memory:"} or is_memory_mode


def _first_line(error: BaseException, url: URL) -> str:
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return text.replace(str(url.password), "***") if url.password else text
