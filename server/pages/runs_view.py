"""What the list of runs prints: weeks of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from analysis.results import Grade
from server.pages.sparkline import Sparkline, sparkline
from server.pages.words import (
    GRADE_WORDS,
    KIND_WORDS,
    clock,
    degrees,
    half_width,
    kilometres,
    local,
    plural,
    run_day,
    week_title,
)
from server.runs import Page, Run


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in the list."""

    id: str
    date: str
    title: str
    kind: str
    distance: str
    duration: str
    left: str
    right: str
    difference: str
    difference_doubt: str
    grade: Grade
    grade_word: str
    sparkline: Sparkline | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Week:
    """The runs from a Monday to a Sunday that are on this page of the list."""

    title: str
    total: str
    rows: Sequence[RunRow]


@dataclass(frozen=True, slots=True)
class RunsView:
    """One page of the list, newest first."""

    weeks: Sequence[Week]
    n_runs: int
    first: int
    last: int
    newer_offset: int | None
    older_offset: int | None


def runs_view(page: Page[Run], now: datetime, zone: tzinfo | None = None) -> RunsView:
    """Group a page of runs by week on the clock of ``zone`` (this computer's by default)."""
    here = local(now, zone)
    weeks = [
        _week(monday, list(runs), here, zone)
        for monday, runs in groupby(page.items, key=lambda run: _monday(local(run.at, zone)))
    ]
    last = page.offset + len(page.items)
    return RunsView(
        weeks=weeks,
        n_runs=page.total,
        first=page.offset + 1 if page.items else 0,
        last=last,
        newer_offset=max(0, page.offset - page.limit) if page.offset > 0 else None,
        older_offset=last if last < page.total else None,
    )


def _monday(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=moment.weekday())


def _week(monday: datetime, runs: list[Run], now: datetime, zone: tzinfo | None) -> Week:
    distance_m = sum(run.distance_m or 0.0 for run in runs)
    duration_s = sum(run.headline.duration_s for run in runs)
    parts = [plural(len(runs), "run")]
    if distance_m > 0:
        parts.append(kilometres(distance_m))
    parts.append(clock(duration_s))
    return Week(
        title=week_title(monday, now),
        total=", ".join(parts),
        rows=[_row(run, now, zone) for run in runs],
    )


def _row(run: Run, now: datetime, zone: tzinfo | None) -> RunRow:
    at = local(run.at, zone)
    headline = run.headline
    difference = headline.asym_deg
    return RunRow(
        id=run.id,
        date=run_day(run, at, with_year=at.year != now.year),
        title=run.title,
        kind=KIND_WORDS[run.kind],
        distance="" if run.distance_m is None else kilometres(run.distance_m),
        duration=clock(headline.duration_s),
        left=degrees(None if headline.left_deg is None else headline.left_deg.value),
        right=degrees(None if headline.right_deg is None else headline.right_deg.value),
        difference=degrees(None if difference is None else difference.value, signed=True),
        difference_doubt="" if difference is None else f"± {half_width(difference)}",
        grade=headline.grade,
        grade_word=GRADE_WORDS[headline.grade],
        sparkline=sparkline(headline.sparkline_left_deg, headline.sparkline_right_deg),
        verdict=headline.verdict,
    )
