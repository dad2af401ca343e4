"""Between the rows of the store and the results of the analysis."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import starmap
from typing import Any

import numpy as np
from sqlalchemy import Row

from analysis.results import Estimate, Grade, RunAnalysis, RunSummary
from analysis.series import Measure, rolling_series
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from server.runs import Headline, Run, RunKind
from server.store.documents import from_document, to_document
from server.store.models import RunRow, StanceRow, SummaryRow

# In the order of the fields of Stance, so that a row is a stance's arguments.
STANCE_COLUMNS = tuple(getattr(StanceRow, field.name) for field in fields(Stance))
# Everything but the stances, which have their own table, and the signals, which are not kept.
_APART = ("stances", "intermediates")
# As many points as a list's sparkline can show (about 100 px wide).
_N_SPARKLINE = 30

_SIDES = {side.value: side for side in Side}
_GAITS = {gait.value: gait for gait in Gait}
_EXCLUSIONS = {None: None} | {exclusion.value: exclusion for exclusion in Exclusion}


def stance_rows(run_id: str, stances: Sequence[Stance]) -> list[dict[str, Any]]:
    """Return one row per stance, numbered from 1."""
    names = [field.name for field in fields(Stance)]
    return [
        {"run_id": run_id, "number": number}
        | {name: getattr(stance, name) for name in names}
        | {"doubts": " ".join(stance.doubts) or None}
        for number, stance in enumerate(stances, start=1)
    ]


def stances_from(rows: Iterable[Sequence[Any]]) -> tuple[Stance, ...]:
    """Return the stances of rows of STANCE_COLUMNS."""
    return tuple(starmap(_stance, rows))


def _stance(  # noqa: PLR0917 - called with a row
    foot_strike_s: float,
    toe_off_s: float | None,
    side: str,
    valid: bool,  # noqa: FBT001 - a column
    exclusion: str | None,
    gait: str,
    bout: int,
    *measures_and_doubts: Any,
) -> Stance:
    *measures, doubts = measures_and_doubts
    # A run that was analysed before doubts were kept has none.
    rest: tuple[Any, ...] = (*measures, tuple(map(Doubt, (doubts or "").split())))
    return Stance(
        foot_strike_s,
        toe_off_s,
        _SIDES[side],
        valid,
        _EXCLUSIONS[exclusion],
        _GAITS[gait],
        bout,
        *rest,
    )


def summary_row(run_id: str, analysis: RunAnalysis) -> dict[str, Any]:
    """Return the summary's row: the scalars that lists need, and the document with the rest."""
    summary = analysis.summary
    document = {
        field.name: to_document(getattr(analysis, field.name))
        for field in fields(RunAnalysis)
        if field.name not in _APART
    }
    return {
        "run_id": run_id,
        "gait": None if summary.gait is None else summary.gait.value,
        "duration_s": float(summary.duration_s),
        "moving_time_s": float(summary.moving_time_s),
        "n_stances": int(summary.n_stances),
        "n_valid": int(summary.n_valid),
        **_estimate_columns(summary),
        "grade": analysis.quality.grade.value,
        "coverage_percent": float(analysis.quality.coverage_percent),
        "verdict": analysis.verdict.headline,
        "sparkline": _sparkline(analysis),
        "document": document,
    }


def analysis_from(document: dict[str, Any], stances: tuple[Stance, ...]) -> RunAnalysis:
    """Return the analysis of a document and its stances; the intermediates are not kept."""
    apart: dict[str, Any] = {"stances": [], "intermediates": None}
    bare: RunAnalysis = from_document(RunAnalysis, document | apart)
    values = {field.name: getattr(bare, field.name) for field in fields(RunAnalysis)}
    return RunAnalysis(**(values | {"stances": stances}))


def run_from(run: RunRow, summary: SummaryRow | Row[Any]) -> Run:
    """Return the run of its two rows; the document is not needed."""
    return Run(
        id=run.id,
        title=run.title,
        kind=RunKind(run.kind),
        started_at=run.started_at,
        imported_at=run.imported_at,
        distance_m=run.distance_m,
        notes=run.notes,
        source_name=run.source_name,
        sensor=run.sensor,
        sampling_rate_hz=run.sampling_rate_hz,
        has_gyroscope=run.has_gyroscope,
        content_hash=run.content_hash,
        analysis_version=run.analysis_version,
        headline=_headline(summary),
    )


def _headline(row: SummaryRow | Row[Any]) -> Headline:
    return Headline(
        gait=None if row.gait is None else Gait(row.gait),
        duration_s=row.duration_s,
        moving_time_s=row.moving_time_s,
        n_stances=row.n_stances,
        n_valid=row.n_valid,
        left_deg=_estimate(row, "left", "deg"),
        right_deg=_estimate(row, "right", "deg"),
        asym_deg=_estimate(row, "asym", "deg"),
        contact_balance_percent=_estimate(row, "contact_balance", "percent"),
        contact_time_s=_estimate(row, "contact_time", "s"),
        cadence_spm=_estimate(row, "cadence", "spm"),
        grade=Grade(row.grade),
        coverage_percent=row.coverage_percent,
        verdict=row.verdict,
        sparkline_left_deg=tuple(row.sparkline["left_deg"]),
        sparkline_right_deg=tuple(row.sparkline["right_deg"]),
    )


def _estimate(row: SummaryRow | Row[Any], name: str, unit: str) -> Estimate | None:
    value = getattr(row, f"{name}_{unit}")
    if value is None:
        return None
    return Estimate(
        value, getattr(row, f"{name}_ci_low_{unit}"), getattr(row, f"{name}_ci_high_{unit}")
    )


def _estimate_columns(summary: RunSummary) -> dict[str, float | None]:
    estimates = {
        ("left", "deg"): summary.left.drop_excursion_deg,
        ("right", "deg"): summary.right.drop_excursion_deg,
        ("asym", "deg"): summary.asym_drop_excursion_deg,
        ("contact_balance", "percent"): summary.contact_balance_percent,
        ("contact_time", "s"): summary.contact_time_s,
        ("cadence", "spm"): summary.cadence_spm,
    }
    columns: dict[str, float | None] = {}
    for (name, unit), estimate in estimates.items():
        columns[f"{name}_{unit}"] = None if estimate is None else float(estimate.value)
        columns[f"{name}_ci_low_{unit}"] = None if estimate is None else float(estimate.ci_low)
        columns[f"{name}_ci_high_{unit}"] = None if estimate is None else float(estimate.ci_high)
    return columns


def _sparkline(analysis: RunAnalysis) -> dict[str, list[float | None]]:
    return {
        "left_deg": _sparkline_side(analysis, Side.LEFT),
        "right_deg": _sparkline_side(analysis, Side.RIGHT),
    }


def _sparkline_side(analysis: RunAnalysis, side: Side) -> list[float | None]:
    """Return the middle of the rolling drop in equal parts of the run; None in a pause."""
    rolling = rolling_series(analysis.stances, side, Measure.DROP_EXCURSION)
    summary = analysis.summary
    edges_s = summary.start_s + np.linspace(0.0, summary.duration_s, _N_SPARKLINE + 1)
    parts = np.split(rolling.median, np.searchsorted(rolling.t_s, edges_s[1:-1]))
    known = (part[np.isfinite(part)] for part in parts)
    return [round(float(np.median(part)), 2) if part.size else None for part in known]
