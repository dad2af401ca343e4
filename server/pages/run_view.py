"""What a run's page prints around its charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from analysis.drift_words import trend_sentences
from analysis.results import Estimate, Grade, RunAnalysis, SideSummary, Verdict, ZeroReference
from analysis.series import Measure
from analysis.stances import Gait, Side
from server.charts.catalogue import run_summaries
from server.charts.over_time import Window, side_estimate
from server.pages.measures_view import MeasureRow, measure_rows
from server.pages.quality_view import QualityView, quality_view
from server.pages.words import (
    GRADE_WORDS,
    KIND_WORDS,
    clock,
    half_width,
    kilometres,
    local,
    number,
    pace,
    plural,
    run_day,
)
from server.runs import Run

# Names in addresses, in the order of the switch; the first is the default.
MEASURES: Mapping[str, Measure] = {
    "excursion": Measure.DROP_EXCURSION,
    "mid-stance": Measure.MID_STANCE_DROP,
    "peak": Measure.PEAK_DROP,
}
MEASURE_WORDS: Mapping[Measure, tuple[str, str]] = {
    Measure.DROP_EXCURSION: ("Excursion", "Peak during stance minus the value at foot strike."),
    Measure.MID_STANCE_DROP: ("Mid-stance", "The drop half-way through the stance."),
    Measure.PEAK_DROP: ("Peak", "The largest drop during the stance, from your standing zero."),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the run with its doubt; ``side`` gives it a side's mark."""

    label: str
    side: Side | None
    value: str
    unit: str
    doubt: str
    below: str


@dataclass(frozen=True, slots=True)
class MeasureChoice:
    """One choice of the measure switch; ``why_off`` says why it cannot be chosen."""

    name: str
    label: str
    is_current: bool
    why_off: str


@dataclass(frozen=True, slots=True)
class RunView:
    """All that the page prints, as text."""

    run: Run
    date: str
    kind: str
    meta: Sequence[str]
    verdict: Verdict
    grade: Grade
    grade_word: str
    figures: Sequence[Figure]
    measure_name: str
    measure_label: str
    measure_meaning: str
    measure_warning: str
    measures: Sequence[MeasureChoice]
    summaries: Mapping[str, str]
    duration_s: float
    has_gait: bool
    has_drop: bool
    is_walking: bool
    drift_title: str
    drift_trend: Sequence[str]
    quality: QualityView
    measures_more: Sequence[MeasureRow]


def offered_measures(analysis: RunAnalysis) -> list[str]:
    """Return the measures that can be shown; peak needs a standing zero."""
    return [name for name in MEASURES if not _why_off(name, analysis)]


def run_view(
    run: Run, analysis: RunAnalysis, measure_name: str, zone: tzinfo | None = None
) -> RunView:
    """Put a run into words; an unknown or unavailable measure becomes the default one."""
    offered = offered_measures(analysis)
    name = measure_name if measure_name in offered else next(iter(MEASURES))
    measure = MEASURES[name]
    at = local(run.at, zone)
    summaries = run_summaries(analysis, Window(measure))
    label, meaning = MEASURE_WORDS[measure]
    return RunView(
        run=run,
        date=run_day(run, at, with_year=True),
        kind=KIND_WORDS[run.kind],
        meta=_meta(run, analysis, at),
        verdict=analysis.verdict,
        grade=analysis.quality.grade,
        grade_word=f"{GRADE_WORDS[analysis.quality.grade]} signal",
        figures=_figures(analysis, measure),
        measure_name=name,
        measure_label=label,
        measure_meaning=meaning,
        measure_warning=_measure_warning(analysis, measure),
        measures=[
            MeasureChoice(
                other, MEASURE_WORDS[MEASURES[other]][0], other == name, _why_off(other, analysis)
            )
            for other in MEASURES
        ],
        summaries=summaries,
        duration_s=analysis.summary.duration_s,
        has_gait=analysis.summary.gait is not None,
        has_drop="stances" in summaries,
        is_walking=analysis.summary.gait is Gait.WALKING,
        drift_title=_drift_title(analysis),
        drift_trend=_drift_trend(analysis),
        quality=quality_view(analysis),
        measures_more=measure_rows(analysis),
    )


def _why_off(name: str, analysis: RunAnalysis) -> str:
    has_standing = (
        analysis.alignment is not None and analysis.alignment.zero is ZeroReference.STANDING
    )
    if name == "peak" and not has_standing:
        return "Peak drop needs a few seconds of quiet standing in the recording."
    return ""


def _difference(analysis: RunAnalysis, measure: Measure) -> Estimate | None:
    summary = analysis.summary
    return {
        Measure.DROP_EXCURSION: summary.asym_drop_excursion_deg,
        Measure.MID_STANCE_DROP: summary.asym_mid_stance_drop_deg,
        Measure.PEAK_DROP: summary.asym_peak_drop_deg,
    }[measure]


def _measure_warning(analysis: RunAnalysis, measure: Measure) -> str:
    """Say that the verdict is about another measure than the one shown, and where they disagree."""
    if measure is Measure.DROP_EXCURSION:
        return ""
    words = "The verdict above is about excursion."
    sides = {
        _larger_side(_difference(analysis, other)) for other in (measure, Measure.DROP_EXCURSION)
    }
    return (
        f"{words} The measures disagree on the side." if sides == {Side.LEFT, Side.RIGHT} else words
    )


def _larger_side(difference: Estimate | None) -> Side | None:
    """Return the side with more drop; None where the interval holds zero."""
    if difference is None or difference.ci_low <= 0 <= difference.ci_high:
        return None
    return Side.RIGHT if difference.value > 0 else Side.LEFT


def _meta(run: Run, analysis: RunAnalysis, at: datetime) -> list[str]:
    summary = analysis.summary
    parts = [run.title]
    if run.started_at is not None:
        parts.append(f"started {at:%H:%M}")
    if run.distance_m is not None:
        parts.append(kilometres(run.distance_m))
    parts.append(f"{clock(summary.duration_s)} long")
    if run.distance_m is not None:
        speed = pace(run.distance_m, summary.moving_time_s)
        parts += [f"{speed} moving"] if speed else []
    if run.sensor:
        parts.append(run.sensor)
    return parts


def _drift_title(analysis: RunAnalysis) -> str:
    by_distance = any(b.start_km is not None for b in analysis.drift.bins)
    return "Drift by kilometre" if by_distance else "Drift over time"


def _drift_trend(analysis: RunAnalysis) -> Sequence[str]:
    trends = analysis.drift.trends
    return () if trends is None else trend_sentences(trends)


def _figures(analysis: RunAnalysis, measure: Measure) -> list[Figure]:
    summary = analysis.summary
    difference = _difference(analysis, measure)
    interval = _interval(difference)
    balance, cadence = summary.contact_balance_percent, summary.cadence_spm
    return [
        _drop_figure("Left drop", Side.LEFT, summary.left, measure),
        _drop_figure("Right drop", Side.RIGHT, summary.right, measure),
        _figure("Right minus left", difference, unit="°", below=interval, signed=True),
        _figure("Contact balance", balance, unit="% left", below="50 is even"),
        _figure("Cadence", cadence, unit="spm", decimals=0, below="steps per minute"),
    ]


def _drop_figure(label: str, side: Side, summary: SideSummary, measure: Measure) -> Figure:
    below = f"mean of {plural(summary.n_stances, 'stance')}"
    return _figure(label, side_estimate(summary, measure), unit="°", side=side, below=below)


def _interval(difference: Estimate | None) -> str:
    if difference is None:
        return ""
    low, high = (number(v, 1, signed=True) for v in (difference.ci_low, difference.ci_high))
    return f"95 % interval {low} to {high}°"


def _figure(
    label: str,
    estimate: Estimate | None,
    *,
    unit: str,
    below: str,
    side: Side | None = None,
    decimals: int = 1,
    signed: bool = False,
) -> Figure:
    if estimate is None:
        return Figure(label, side, "n/a", "", "", "not measured")
    value = number(estimate.value, decimals, signed=signed)
    return Figure(label, side, value, unit, f"± {half_width(estimate, decimals)}", below)
