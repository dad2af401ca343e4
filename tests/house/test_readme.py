"""The README's Python example does what it says."""

import re
from pathlib import Path

import pytest


def example(root: Path) -> str:
    (code,) = re.findall(
        r"^```python\n(.*?)^```", (root / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(code)


def test_python_example_prints_a_verdict_and_every_stance(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tests.server.recordings import write_run

    write_run(tmp_path / "run.parquet", duration_s=60.0)
    monkeypatch.chdir(tmp_path)

    exec(compile(example(root), "README.md", "exec"), {})  # noqa: S102, our own document

    headline, *stances = capsys.readouterr().out.splitlines()
    assert headline.endswith(".")
    assert len(stances) > 100
    assert {line.split()[0] for line in stances} == {"left", "right"}


def test_pictures_exist(root: Path) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (root / "README.md").read_text("utf-8"))

    assert [picture for picture in pictures if not (root / picture).is_file()] == []
