"""The examples of docs/api.md run as they stand, one after the other, like a notebook."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import analysis
from imu.recordings import write_recording
from imu.simulator import Activity, Segment, SimulationParameters, simulate


def blocks(root: Path) -> Iterator[str]:
    text = (root / "docs" / "api.md").read_text("utf-8")
    yield from re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def notebook(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, object], Path]:
    folder = tmp_path_factory.mktemp("notebook")
    segments = (Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 40.0))
    simulated = simulate(SimulationParameters(segments=segments, seed=3))
    write_recording(folder / "run.parquet", simulated.recording)
    namespace: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for code in blocks(root):
            exec(compile(code, "docs/api.md", "exec"), namespace)  # noqa: S102, our own document
    return namespace, folder


def test_three_lines_make_a_table_of_the_simulated_run(notebook) -> None:
    table = notebook[0]["table"]

    chosen = table["valid"] & (table["side"] == "left")
    assert 30 < chosen.sum() < 70
    assert np.isfinite(table["drop_excursion_deg"][chosen]).all()


def test_the_live_example_finds_the_stances_of_the_recorded_one(notebook) -> None:
    namespace, _ = notebook

    assert len(namespace["stances"]) == pytest.approx(len(namespace["run"].stances), abs=4)


def test_the_page_shows_every_door_of_the_package(root: Path) -> None:
    code = "\n".join(blocks(root))

    doors = ("analyse_run", "stance_table", "GaitStream", "SignalError")
    assert [name for name in doors if name not in code] == []


def test_everything_exported_says_what_it_is() -> None:
    exported = [getattr(analysis, name) for name in analysis.__all__]
    silent = [thing for thing in exported if callable(thing) and not thing.__doc__]

    assert silent == []
    assert sum(map(callable, exported)) > 10
