import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import DistanceError, SignalError
from analysis.results import RunAnalysis
from imu.errors import RecordingError
from server.analysing import AnalysedRecording
from server.errors import RunNotFoundError
from server.library import Library
from server.new_runs import default_title
from server.reanalysis import reanalyse
from server.runs import ImportOutcome, RunDetails, RunKind
from server.settings import Settings
from server.tidying import tidy
from tests.server.factory import fake_analyse, make_analysis


def assert_same(found: RunAnalysis, expected: RunAnalysis) -> None:
    assert found.stances == expected.stances
    assert found.summary == expected.summary
    assert found.quality == expected.quality
    assert found.drift == expected.drift
    assert found.verdict == expected.verdict
    assert found.measures == expected.measures
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


@pytest.mark.parametrize("distance_m", [0.0, -5000.0])
def test_a_distance_that_no_run_has_is_refused(
    library: Library, recording_file: Path, distance_m: float
) -> None:
    with pytest.raises(DistanceError, match="above 0 m"):
        RunDetails(distance_m=distance_m)
    run_id = library.import_recording(recording_file, original_name="a.parquet").run_id
    with pytest.raises(DistanceError, match="above 0 m"):
        library.edit_run(run_id, {"title": "Hills", "distance_m": distance_m})
    assert library.run(run_id).title == "Easy run"
    assert library.run(run_id).distance_m is None


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


def files_in(home: Path) -> set[str]:
    return {path.name for path in home.rglob("*.parquet")}


def test_a_failed_analysis_leaves_nothing(tmp_path: Path, recording_file: Path) -> None:
    def fail(_path: Path, name: str, _distance_m: float | None) -> AnalysedRecording:
        raise SignalError(f"{name} cannot be analysed")

    library = Library(Settings.for_home(tmp_path / "home"), analyse=fail)
    with pytest.raises(SignalError):
        library.import_recording(recording_file, original_name="a.parquet")
    assert library.runs().total == 0
    assert files_in(library.settings.home) == set()
    library.close()


def test_a_failed_transaction_leaves_nothing(
    library: Library, recording_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("server.store.run_store.stance_rows", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        library.import_recording(recording_file, original_name="a.parquet")
    assert library.runs().total == 0
    assert files_in(library.settings.home) == set()


def test_what_cannot_be_stored_is_left_out_of_texts(library: Library, recording_file: Path) -> None:
    details = RunDetails(title="  Hills\0 \ud800and\nwind ", notes="one\r\ntwo\0\x1b[31m\ud83d")
    outcome = library.import_recording(
        recording_file, original_name="a\0b\ud800.parquet", details=details
    )
    run = library.run(outcome.run_id)
    assert run.title == "Hills and wind"
    assert run.notes == "one\ntwo[31m"
    assert run.source_name == "ab.parquet"


def test_an_error_while_storing_is_told_as_it_is_and_leaves_nothing(
    tmp_path: Path, recording_file: Path
) -> None:
    def broken(path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
        analysed = fake_analyse(path, name, distance_m)
        return replace(analysed, facts=replace(analysed.facts, sensor="\ud800"))

    library = Library(Settings.for_home(tmp_path / "home"), analyse=broken)
    with pytest.raises(UnicodeEncodeError):
        library.import_recording(recording_file, original_name="a.parquet")
    assert library.runs().total == 0
    assert files_in(library.settings.home) == set()
    library.close()


def test_concurrent_imports_of_one_content_make_one_run(
    library: Library, recording_file: Path
) -> None:
    barrier = threading.Barrier(6)

    def take(_index: int) -> ImportOutcome:
        barrier.wait()
        return library.import_recording(recording_file, original_name="a.parquet")

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(take, range(6)))
    assert len({outcome.run_id for outcome in outcomes}) == 1
    assert sum(outcome.is_new for outcome in outcomes) == 1
    assert library.runs().total == 1
    assert len(files_in(library.settings.home)) == 1


def test_imports_and_deletes_at_once_keep_rows_and_files_together(
    library: Library, tmp_path: Path
) -> None:
    def round_trip(index: int) -> None:
        path = tmp_path / f"{index}.parquet"
        path.write_bytes(bytes([index, 7]))
        run_id = library.import_recording(path, original_name=path.name).run_id
        if index % 2:
            library.delete_run(run_id)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(round_trip, range(24)))
    kept = library.runs(limit=100)
    assert kept.total == 12
    assert files_in(library.settings.home) == {f"{run.content_hash}.parquet" for run in kept.items}


def test_recordings_that_no_run_knows_are_kept_and_told(
    library: Library, run_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = library.recording_path(run_id)
    content = kept.read_bytes()
    os.utime(kept, (1, 1))
    elsewhere = f"sqlite:///{library.settings.home / 'new.sqlite3'}"
    other = Library(replace(library.settings, database_url=elsewhere), analyse=fake_analyse)
    assert other.unclaimed_recordings() == [kept.stem]
    tidy(other)
    assert f'1 recording belongs to no run. To bring back: hiplevel import "{kept.parent}"' in (
        caplog.text
    )
    assert other.import_recording(kept, original_name=kept.name).is_new
    assert other.unclaimed_recordings() == []
    assert kept.read_bytes() == content
    other.close()


def test_a_hash_is_no_title() -> None:
    assert default_title(RunKind.OTHER, f"{'0a' * 32}.parquet") == "Run"
    assert default_title(RunKind.OTHER, "hills.parquet") == "hills"


def test_half_arrived_files_are_removed_once_they_are_old(library: Library) -> None:
    incoming = library.settings.home / "incoming"
    young, half = incoming / "young.parquet", incoming / "half.parquet"
    for path in (young, half):
        path.write_bytes(b"x")
    foreign = incoming / "folder"
    foreign.mkdir()
    for path in (half, foreign):
        os.utime(path, (1, 1))
    Library(library.settings).close()
    assert half.exists(), "opening a library changes nothing"
    tidy(library)
    assert not half.exists()
    assert young.exists()
    assert foreign.exists()


def test_a_failed_import_of_a_kept_recording_leaves_it(
    library: Library, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = library.recording_path(run_id)
    elsewhere = f"sqlite:///{library.settings.home / 'new.sqlite3'}"
    other = Library(replace(library.settings, database_url=elsewhere), analyse=fake_analyse)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("server.store.run_store.stance_rows", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        other.import_recording(kept, original_name=kept.name)
    assert kept.exists()
    other.close()


def test_old_results_are_found_and_made_again(library: Library, run_id: str) -> None:
    assert library.outdated_run_ids("test-1") == []
    assert library.outdated_run_ids("test-2") == [run_id]
    library.analysis(run_id)  # fills the cache with the old results
    library._analyse = lambda _path, name, distance_m: replace(
        fake_analyse(_path, name, distance_m), analysis=make_analysis(60, version="test-2")
    )
    assert reanalyse(library, [run_id, "nobody"]) == []
    assert library.outdated_run_ids("test-2") == []
    assert len(library.analysis(run_id).stances) == 60
    assert library.stances(run_id).total == 60


def test_a_run_whose_recording_is_lost_keeps_its_results(library: Library, run_id: str) -> None:
    library.recording_path(run_id).unlink()
    (failure,) = reanalyse(library, [run_id])
    assert failure.run_id == run_id
    assert "import the recording again" in failure.problem
    assert len(library.analysis(run_id).stances) == 400


def test_one_run_that_fails_does_not_keep_others_from_being_analysed_again(
    library: Library, run_id: str, tmp_path: Path
) -> None:
    (tmp_path / "b.parquet").write_bytes(b"b")
    other = library.import_recording(tmp_path / "b.parquet", original_name="b.parquet").run_id

    def fail_first(path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
        if name != "b.parquet":
            raise ZeroDivisionError("a mistake of ours")
        return fake_analyse(path, name, distance_m)

    library._analyse = fail_first
    done: list[str] = []
    (failure,) = reanalyse(library, [run_id, other], on_each=done.append)
    assert failure.problem == "the analysis failed (ZeroDivisionError: a mistake of ours)"
    assert done == [run_id, other]


def test_workers_analyse_in_their_own_processes(tmp_path: Path, recording_file: Path) -> None:
    library = Library(Settings.for_home(tmp_path / "home"), n_workers=1, analyse=fake_analyse)
    assert library.import_recording(recording_file, original_name="a.parquet").is_new
    with pytest.raises(RecordingError, match="cannot be read"):
        library.import_recording(tmp_path / "missing.parquet", original_name="missing.parquet")
    library.close()


def test_a_run_without_any_stance_is_kept(tmp_path: Path, recording_file: Path) -> None:
    def empty(path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
        return replace(fake_analyse(path, name, distance_m), analysis=make_analysis(0))

    library = Library(Settings.for_home(tmp_path / "home"), analyse=empty)
    run_id = library.import_recording(recording_file, original_name="a").run_id
    assert library.analysis(run_id).stances == ()
    library.close()
