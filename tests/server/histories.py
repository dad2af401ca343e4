"""Histories of many runs in a library, without their signals."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from analysis.results import Estimate, Grade, RunAnalysis
from server.library import Library
from server.runs import RunKind
from server.store.run_store import DEFAULT_PERSON
from tests.server.factory import make_analysis

LAST_AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def around(value: float, half_width: float = 0.2) -> Estimate:
    return Estimate(value, value - half_width, value + half_width)


def analysis_with(
    left_deg: float,
    right_deg: float,
    *,
    cadence_spm: float = 168.0,
    grade: Grade = Grade.GOOD,
) -> RunAnalysis:
    """A run without stances, whose summary has these numbers."""
    made = make_analysis(8)
    summary = replace(
        made.summary,
        left=replace(made.summary.left, drop_excursion_deg=around(left_deg)),
        right=replace(made.summary.right, drop_excursion_deg=around(right_deg)),
        asym_drop_excursion_deg=around(right_deg - left_deg),
        cadence_spm=around(cadence_spm, 0.5),
    )
    return replace(
        made,
        stances=(),
        waveforms=(),
        summary=summary,
        quality=replace(made.quality, grade=grade),
    )


def add_runs(
    library: Library,
    analyses: Sequence[RunAnalysis],
    *,
    days_apart: float = 2.0,
    distances_m: Sequence[float | None] | None = None,
    kinds: Sequence[RunKind] | None = None,
) -> list[str]:
    """Store runs that end with LAST_AT, oldest first; return their ids."""
    n = len(analyses)
    ids = []
    for k, analysis in enumerate(analyses):
        at = LAST_AT - timedelta(days=days_apart * (n - 1 - k))
        run = {
            "id": f"run{k:06d}",
            "person_id": DEFAULT_PERSON.id,
            "content_hash": f"hash {k}",
            "title": "Easy run",
            "kind": (kinds[k] if kinds else RunKind.EASY).value,
            "at": at,
            "started_at": at,
            "imported_at": at,
            "distance_m": distances_m[k] if distances_m else 8000.0,
            "notes": "",
            "source_name": "run.parquet",
            "sensor": "Test sensor",
            "sampling_rate_hz": 100.0,
            "has_gyroscope": True,
            "analysis_version": analysis.analysis_version,
        }
        library._store.add(run, analysis)
        ids.append(run["id"])
    return ids


def story(n: int, *, seed: int = 0, change_deg: float = 0.0) -> list[RunAnalysis]:
    """Runs around 4.2 and 5.4 degrees; right changes in the middle."""
    rng = np.random.default_rng(seed)
    noise = 0.3 * rng.normal(size=(3, n))
    return [
        analysis_with(
            float(4.2 + noise[0, k]),
            float(5.4 + noise[1, k] + (change_deg if k >= n // 2 else 0.0)),
            cadence_spm=float(166.0 + 4.0 * noise[2, k]),
        )
        for k in range(n)
    ]
