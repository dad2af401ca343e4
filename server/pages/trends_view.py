"""What the Trends page prints around its charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.drift_results import Influence
from analysis.history.changes import MeasureChange
from analysis.history.load_words import after_run_sentence, before_run_sentence
from analysis.history.points import RunPoint, Tracked
from analysis.history.words import CLASS_WORDS, TRACKED_WORDS, dated_sentence, told
from analysis.results import ChangeClass, Verdict
from server.charts.days import drawn_runs
from server.charts.distance import distance_history_summary
from server.charts.history import drop_history_summary, has_measure, measure_history_summary
from server.pages.words import day, plural
from server.trends import Period, Trends

PERIOD_WORDS: Mapping[Period, str] = {
    Period.FOUR_WEEKS: "4 wk",
    Period.SIXTEEN_WEEKS: "16 wk",
    Period.YEAR: "1 yr",
    Period.ALL: "All",
}
SMALL_CHARTS: Mapping[str, tuple[Tracked, str]] = {
    "difference": (Tracked.RIGHT_MINUS_LEFT, "Right minus left"),
    "balance": (Tracked.CONTACT_BALANCE, "Contact balance, % left"),
    "cadence": (Tracked.CADENCE, "Cadence, spm"),
}
_MARKS: Mapping[Tracked, str] = {Tracked.LEFT: "left", Tracked.RIGHT: "right"}
_CLASS_ICONS: Mapping[ChangeClass, str] = {
    ChangeClass.LIKELY_REAL: "check",
    ChangeClass.UNCLEAR: "dot",
    ChangeClass.TRIVIAL: "none",
}
_INFLUENCE_WORDS: Mapping[Influence, str] = {
    Influence.CADENCE: "cadence",
    Influence.SPEED: "speed",
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One measure of the table of changes, as printed."""

    name: str
    mark: str
    then: str
    now: str
    change: str
    noise: str
    kind: str
    kind_icon: str
    is_real: bool


@dataclass(frozen=True, slots=True)
class SmallChart:
    """One of the small charts."""

    name: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class TrendsView:
    """The page; ``n_runs`` is 0 where there is nothing to show, ``has_drop`` False without drop."""

    n_runs: int
    eyebrow: str
    verdict: Verdict
    period: Period
    is_adjusted: bool
    may_adjust: bool
    has_drop: bool
    has_range: bool
    summary: str
    usual: str
    distance_summary: str
    changes: Sequence[ChangeRow]
    ends: str
    dated: Sequence[str]
    last_run: str
    load: Sequence[str]
    small: Sequence[SmallChart]
    query: str


def trends_view(trends: Trends, *, is_adjusted: bool, may_adjust: bool) -> TrendsView:
    """Return what the page prints."""
    runs = trends.runs
    has_drop = bool(drawn_runs(trends))
    small = [
        SmallChart(name, title, measure_history_summary(tracked, trends))
        for name, (tracked, title) in SMALL_CHARTS.items()
        if has_drop and has_measure(tracked, trends)
    ]
    loads = [] if trends.load is None else [after_run_sentence(trends.load)]
    return TrendsView(
        n_runs=len(runs),
        eyebrow=f"Trends, {_span(runs)}, {plural(len(runs), 'run')}" if runs else "Trends",
        verdict=trends.verdict,
        period=trends.period,
        is_adjusted=is_adjusted,
        may_adjust=may_adjust,
        has_drop=has_drop,
        has_range=not trends.usual.is_learning,
        summary=drop_history_summary(trends) if has_drop else "",
        usual=_usual(trends),
        distance_summary=distance_history_summary(trends) if runs else "",
        changes=[_change_row(change) for change in trends.changes],
        ends=_ends(trends),
        dated=[dated_sentence(change) for change in trends.dated],
        last_run=f"Last run, {day(runs[-1].at)}" if runs else "",
        load=[*loads, before_run_sentence(trends.reference)],
        small=small,
        query=f"period={trends.period.value}&adjusted={str(is_adjusted).lower()}",
    )


def _span(runs: Sequence[RunPoint]) -> str:
    first, last = runs[0].at, runs[-1].at
    if first.date() == last.date():
        return f"{last.day} {last:%b}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%b}{year} to {last.day} {last:%b}{f' {last.year}' if year else ''}"


def _ends(trends: Trends) -> str:
    if not trends.before:
        return ""
    return f"{_span(trends.before)}, then {_span(trends.after)}, as measured"


def _usual(trends: Trends) -> str:
    usual = trends.usual
    if usual.is_learning:
        return "The usual range is shown once three runs can be compared."
    parts = []
    for tracked in (Tracked.LEFT, Tracked.RIGHT):
        one = usual.ranges.get(tracked)
        if one is not None:
            low = told(tracked, one.low, unit=False)
            parts.append(f"{TRACKED_WORDS[tracked].lower()} {low} to {told(tracked, one.high)}")
    noise = usual.noise.side
    whose = "the published value until your runs tell more" if noise.is_default else "yours"
    text = f"Usual range, from your last {plural(usual.n_runs, 'comparable run')}: "
    text += (
        f"{', '.join(parts)}. Noise between days: {told(Tracked.LEFT, noise.value_deg)} ({whose})."
    )
    if usual.adjustment is not None:
        names = " and ".join(_INFLUENCE_WORDS[one] for one in usual.adjustment.influences)
        text += f" What goes along with {names} is taken off."
    return text


def _change_row(change: MeasureChange) -> ChangeRow:
    measure = change.measure
    return ChangeRow(
        name=TRACKED_WORDS[measure],
        mark=_MARKS.get(measure, ""),
        then=told(measure, change.before.value),
        now=told(measure, change.after.value),
        change=told(measure, change.change.value, signed=True),
        noise=told(measure, change.noise, signed=False),
        kind=CLASS_WORDS[change.change_class],
        kind_icon=_CLASS_ICONS[change.change_class],
        is_real=change.change_class is ChangeClass.LIKELY_REAL,
    )
