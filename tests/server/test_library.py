from pathlib import Path

import numpy as np
import pytest

from analysis.results import RunAnalysis
from server.errors import RunNotFoundError
from server.library import Library
from tests.server.factory import make_analysis


def assert_same(found: RunAnalysis, expected: RunAnalysis) -> None:
    assert found.stances == expected.stances
    assert found.summary == expected.summary
    assert found.quality == expected.quality
    assert found.drift == expected.drift
    assert found.verdict == expected.verdict
    assert found.bouts == expected.bouts
    assert found.alignment is not None
    assert found.alignment.zero == expected.alignment.zero
    for one, other in zip(found.waveforms, expected.waveforms, strict=True):
        assert one.side is other.side
        np.testing.assert_array_equal(one.mean_deg, other.mean_deg)


def test_an_import_is_listed_and_comes_back_whole(library: Library, recording_file: Path) -> None:
    outcome = library.import_recording(recording_file, original_name="easy run.parquet")
    assert outcome.is_new
    page = library.runs()
    assert page.total == 1
    run = page.items[0]
    assert run.id == outcome.run_id
    assert run.title == "Easy run"
    assert run.headline.left_deg is not None
    assert run.headline.left_deg.value == pytest.approx(4.1)
    assert library.run(run.id) == run
    assert_same(library.analysis(run.id), make_analysis())
    assert library.recording_path(run.id).read_bytes() == recording_file.read_bytes()


def test_the_same_content_is_stored_once(library: Library, recording_file: Path) -> None:
    first = library.import_recording(recording_file, original_name="a.parquet")
    second = library.import_recording(recording_file, original_name="b.parquet")
    assert (second.run_id, second.is_new) == (first.run_id, False)
    assert library.runs().total == 1


def test_deleting_removes_rows_and_file(library: Library, run_id: str) -> None:
    path = library.recording_path(run_id)
    library.delete_run(run_id)
    assert not path.exists()
    assert library.runs().total == 0
    with pytest.raises(RunNotFoundError):
        library.analysis(run_id)
    assert (
        library._store.stances(
            run_id, limit=10, offset=0, side=None, valid=None, start_s=None, end_s=None
        ).total
        == 0
    )
