import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.demo import DemoFiller
from server.library import Library
from server.settings import Settings

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.mark.slow
def test_six_weeks_are_there_with_fatigue_and_asymmetry(tmp_path: Path) -> None:
    n_workers = os.cpu_count() or 1
    library = Library(Settings.for_home(tmp_path), n_workers=n_workers)
    filler = DemoFiller(library, n_threads=n_workers, now=NOW)
    filler.start()
    filler.join()
    runs = library.runs(limit=100).items
    assert len(runs) == 18
    assert timedelta(days=35) < NOW - runs[-1].at < timedelta(days=43)
    assert {run.started_at for run in runs} == {
        library.recording(run.id).started_at for run in runs
    }
    asymmetries = [run.headline.asym_deg for run in runs]
    clear = [asym for asym in asymmetries if asym is not None and asym.ci_low > 1]
    assert len(clear) == 1
    changes = [library.analysis(run.id).drift.right_change_deg for run in runs]
    assert sum(change is not None and change.ci_low > 0.5 for change in changes) >= 1
    assert list((tmp_path / "incoming").iterdir()) == []
    library.close()


def test_stopping_early_leaves_whole_runs_only(tmp_path: Path) -> None:
    library = Library(Settings.for_home(tmp_path))
    filler = DemoFiller(library, n_threads=1, now=NOW)
    filler.start()
    filler.stop()
    assert library.runs().total <= 1
    assert list((tmp_path / "incoming").iterdir()) == []
    library.close()
