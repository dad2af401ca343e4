"""One recording that fails in a way that nobody thought of does not end the others."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import app
from server.library import ImportOutcome, Library
from tests.server.recordings import write_run


def test_an_unexpected_error_of_one_recording_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIPLEVEL_HOME", str(tmp_path / "home"))
    paths = [write_run(tmp_path / name) for name in ("a.parquet", "b.parquet")]
    import_recording = Library.import_recording

    def failing(self: Library, path: Path, **details: object) -> ImportOutcome:
        if path.name == "a.parquet":
            raise RuntimeError("out of\nthe blue")
        return import_recording(self, path, **details)

    monkeypatch.setattr(Library, "import_recording", failing)

    done = CliRunner().invoke(app, ["import", *map(str, paths)])

    assert done.exit_code == 1
    assert f"{paths[0]}: the import failed (RuntimeError: out of the blue)." in done.output
    assert f"{paths[1]}: " in done.output
    assert "Traceback" not in done.output
