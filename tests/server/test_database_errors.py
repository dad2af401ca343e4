"""Whatever is wrong with the database is told in one sentence that says what to do."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from server.errors import DatabaseError, ServerError, SettingsError
from server.library import Library
from server.settings import Settings
from server.store.database_errors import told
from server.store.engine import open_engine


def message_of(call: object, *arguments: object, kind: type[ServerError]) -> str:
    assert callable(call)
    with pytest.raises(kind) as caught:
        call(*arguments)
    message = str(caught.value)
    assert "\n" not in message
    assert "sqlalche.me" not in message
    assert "secret" not in message
    return message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "write it like postgresql://user@host/hiplevel"),
        ("postgres://me:secret@host/hips", "write it like postgresql://"),
        ("postgresql://me:secret@host:port/hips", "write it like postgresql://"),
        ("mysql://me:secret@host/hips", 'pip install "mysqlclient"'),
        ("mysql+pymysql://me:secret@host/hips", 'pip install "pymysql"'),
        ("sqlite://", "would be lost"),
        ("sqlite:///:memory:", "would be lost"),
        ("sqlite:///file:hips?mode=memory&uri=true", "would be lost"),
    ],
)
def test_an_address_that_cannot_be_used_names_the_setting(url: str, words: str) -> None:
    message = message_of(open_engine, url, kind=SettingsError)
    assert message.startswith("HIPLEVEL_DATABASE_URL ")
    assert words in message


def test_the_driver_of_postgresql_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("psycopg", "psycopg2"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    message = message_of(open_engine, "postgresql://me:secret@host/hips", kind=SettingsError)
    assert "pip install" in message
    assert "psycopg" in message
    assert "leave the setting out to use SQLite" in message


def test_tables_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "hips.sqlite3"
    open_engine(f"sqlite:///{path}").dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    message = message_of(open_engine, f"sqlite:///{path}", kind=DatabaseError)
    assert f"{path} was made by a newer hiplevel: install that version" in message


@pytest.mark.parametrize("content", [b"no database " * 1000, None])
def test_a_damaged_file_is_named_and_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "hips.sqlite3"
    open_engine(f"sqlite:///{path}").dispose()
    path.write_bytes(content or path.read_bytes()[:4096] + b"\xff" * 40_000)
    message = message_of(open_engine, f"sqlite:///{path}", kind=DatabaseError)
    assert str(path) in message
    assert "move it away" in message
    assert "hiplevel import" in message


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'hips.sqlite3'}"
    message = message_of(open_engine, url, kind=DatabaseError)
    assert f"check that the folder {tmp_path / 'nowhere'} is there" in message


def test_a_database_that_breaks_while_it_is_used(library: Library, run_id: str) -> None:
    engine = library._store._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE summaries")
    message = message_of(library.run, run_id, kind=DatabaseError)
    assert "cannot be used (no such table: summaries)" in message


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        message = message_of(Library, Settings.for_home(home), kind=SettingsError)
        assert str(home) in message
        assert "HIPLEVEL_HOME" in message


def test_a_folder_whose_name_the_address_of_a_database_cannot_hold(tmp_path: Path) -> None:
    message = message_of(Settings.for_home, tmp_path / "what?", kind=SettingsError)
    assert "must not have a ?" in message


def test_a_home_of_nobody() -> None:
    environment = {"HIPLEVEL_HOME": "~nobody-of-this-name/hips"}
    message = message_of(Settings.from_environment, environment, kind=SettingsError)
    assert "write the whole path" in message


def test_a_database_server_that_does_not_answer_is_told_without_its_password() -> None:
    reason = Exception('connection to "127.0.0.1" failed:\n FATAL: secret is wrong')
    context = SimpleNamespace(
        original_exception=reason, sqlalchemy_exception=OperationalError("", None, reason)
    )
    url = make_url("postgresql+psycopg://me:secret@127.0.0.1:5432/hips")
    error = told(context, url)  # type: ignore[arg-type] # what it uses of a context
    message = str(error)
    assert message.startswith("The database postgresql+psycopg://127.0.0.1:5432/hips cannot")
    assert "failed: FATAL: *** is wrong" in message
