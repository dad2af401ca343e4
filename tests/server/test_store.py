import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, insert, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from server.library import Library
from server.settings import Settings
from server.store import models
from server.store.engine import for_writing, migrate, open_engine
from server.store.models import Base, PersonRow
from server.store.rows import analysis_from, summary_row
from server.store.run_store import RunStore
from tests.server.factory import fake_analyse, make_analysis


@pytest.fixture
def engine(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    yield engine
    engine.dispose()


def test_migrations_make_the_tables_that_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert {"people", "runs", "stances", "summaries"} <= set(inspect(engine).get_table_names())


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    def schema() -> list[str]:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name"))
            return [str(row[0]) for row in rows]

    before = schema()
    migrate(engine)
    assert schema() == before


def test_results_of_an_older_version_survive_the_migration(tmp_path: Path) -> None:
    """A database of the first version: its stances have no measures, its runs no list of them."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    library = Library(Settings.for_home(tmp_path), analyse=fake_analyse)
    recording = tmp_path / "a.parquet"
    recording.write_bytes(b"stands for a recording")
    run_id = library.import_recording(recording, original_name="a.parquet").run_id
    library.close()
    (tmp_path / "hiplevel.sqlite3").rename(tmp_path / "old.sqlite3")
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(models.__file__).with_name("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        connection.execute(
            text("UPDATE summaries SET document = json_remove(document, '$.measures')")
        )
    engine.dispose()

    migrated = open_engine(url)
    analysis = RunStore(migrated).analysis(run_id)
    migrated.dispose()

    assert analysis.measures == {}
    assert len(analysis.stances) == 400
    assert analysis.stances[0].drop_excursion_deg is not None
    assert analysis.stances[0].vertical_oscillation_m is None
    assert all(stance.doubts == () for stance in analysis.stances)


def test_several_may_start_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    problems: list[Exception] = []

    def start() -> None:
        try:
            open_engine(url).dispose()
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_sqlite_is_tuned_for_readers_beside_a_writer(engine: Engine) -> None:
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas["journal_mode"] == "wal"
    assert pragmas["foreign_keys"] == 1
    assert pragmas["busy_timeout"] >= 1000
    with for_writing(engine).begin() as writer:
        writer.execute(insert(PersonRow).values(id="a", name="A", created_at=datetime.now(UTC)))
        with engine.connect() as reader:
            assert reader.execute(select(PersonRow.id)).all() == []


def test_what_belongs_to_nobody_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO summaries (run_id) VALUES ('nobody')"))


def test_moments_come_back_in_utc(engine: Engine) -> None:
    there = datetime(2026, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=-5)))
    with for_writing(engine).begin() as connection:
        connection.execute(insert(PersonRow).values(id="a", name="A", created_at=there))
        found = connection.execute(select(PersonRow.created_at)).scalar_one()
    assert found == there
    assert found.tzinfo is UTC


def test_the_tables_can_be_made_in_postgresql() -> None:
    for table in Base.metadata.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert f"CREATE TABLE {table.name}" in statement


def test_a_failed_migration_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "half.sqlite3"

    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("power cut")

    from alembic.operations import Operations

    monkeypatch.setattr(Operations, "create_index", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        open_engine(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    connection.close()


def test_a_document_of_an_earlier_version_lacks_what_came_later_and_loads() -> None:
    analysis = make_analysis()
    document = summary_row("me", analysis)["document"]
    del document["drift"]["trends"]

    old = analysis_from(document, analysis.stances)

    assert analysis.drift.trends is not None
    assert old.drift.trends is None
    assert old.drift.bins == analysis.drift.bins


def test_a_document_without_what_it_has_to_have_is_refused() -> None:
    analysis = make_analysis()
    document = summary_row("me", analysis)["document"]
    del document["drift"]["bins"]

    with pytest.raises(TypeError, match="bins"):
        analysis_from(document, analysis.stances)
