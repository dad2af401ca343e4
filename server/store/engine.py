"""The connection to the database, and its schema brought up to date."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext

from server.store.database_errors import driver_missing, newer_schema, parse_url, told

# A writer waits this long for another process (a second import, the server) to finish its
# transaction before it gives up; one run's transaction takes well under a second.
BUSY_TIMEOUT_MS = 20_000


def open_engine(database_url: str) -> Engine:
    """Connect and bring the schema up to date.

    Raises
    ------
    SettingsError
        The address is none, or its driver is missing.
    DatabaseError
        The database cannot be reached or used; so does every later use of the engine.
    """
    url = parse_url(database_url)
    try:
        engine = create_engine(url)
    except ImportError as error:
        raise driver_missing(url, error) from error
    _tell_errors(engine)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    try:
        migrate(engine)
    except CommandError as error:
        engine.dispose()
        raise newer_schema(url) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the same engine, whose transactions take the write lock when they begin.

    A SQLite transaction that reads first and writes later fails at once, without waiting, if
    another one wrote in between.
    """
    return engine.execution_options(takes_write_lock=True)


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; does nothing where it is."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with for_writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _tell_errors(engine: Engine) -> None:
    @event.listens_for(engine, "handle_error")
    def tell(context: ExceptionContext) -> None:
        error = told(context, engine.url)
        if error is not None:
            raise error from context.original_exception


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself, or schema changes would escape them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # With WAL this risks the last transaction on power loss, never the database.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        takes_lock = connection.get_execution_options().get("takes_write_lock", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if takes_lock else "BEGIN")
