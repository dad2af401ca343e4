"""What pages and API tell of a person's runs: one reading of the history, for one period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from analysis.history.changes import (
    DatedChange,
    MeasureChange,
    against_usual,
    compare_runs,
    dated_changes,
)
from analysis.history.load import Outing, Reference, SessionLoad, reference_at, session_load
from analysis.history.noise import noise_between_runs
from analysis.history.points import Comparable, RunPoint, comparable_runs
from analysis.history.usual import Usual, usual_of
from analysis.history.words import run_verdict_across
from analysis.results import Verdict

COMPARED_DAYS = 28  # the ends of a period that are held against each other, at most half of it


class Period(StrEnum):
    """How far back the history is shown; it ends with the newest run."""

    FOUR_WEEKS = "4w"
    SIXTEEN_WEEKS = "16w"
    YEAR = "1y"
    ALL = "all"


N_READ = 400
"""Newest runs that are read for all periods but the whole: more than a year of one a day, and more
than the noise is learnt from."""

_DAYS = {Period.FOUR_WEEKS: 28, Period.SIXTEEN_WEEKS: 112, Period.YEAR: 365}


@dataclass(frozen=True, slots=True)
class Trends:
    """A history, read.

    Attributes
    ----------
    period : Period
    runs : sequence of RunPoint
        Those of the period, oldest first, comparable or not.
    comparable : Comparable
        Of the whole history.
    newest : RunPoint or None
        The newest comparable run, which the verdict is about.
    usual : Usual
        With the newest run: what the charts show.
    verdict : Verdict
    against_usual : tuple of MeasureChange
        The newest comparable run against what was usual before it.
    before, after : sequence of RunPoint
        Comparable runs at both ends of the period.
    changes : tuple of MeasureChange
        From ``before`` to ``after``.
    dated : tuple of DatedChange
        Of the period.
    load : SessionLoad or None
        The newest run of all against the longest before it.
    reference : Reference
        What a run now is held against.
    """

    period: Period
    runs: Sequence[RunPoint]
    comparable: Comparable
    newest: RunPoint | None
    usual: Usual
    verdict: Verdict
    against_usual: tuple[MeasureChange, ...]
    before: Sequence[RunPoint]
    after: Sequence[RunPoint]
    changes: tuple[MeasureChange, ...]
    dated: tuple[DatedChange, ...]
    load: SessionLoad | None
    reference: Reference


def trends_of(
    history: Sequence[RunPoint], period: Period, now: datetime, *, adjust: bool = True
) -> Trends:
    """Read a history.

    Parameters
    ----------
    history : sequence of RunPoint
        Oldest first.
    period : Period
    now : datetime
        For the reference of the next run.
    adjust : bool
        Whether the usual range takes off what goes along with cadence and speed.
    """
    comparable = comparable_runs(history)
    newest = comparable.runs[-1] if comparable.runs else None
    earlier = comparable.runs[:-1]
    noise = noise_between_runs(comparable.runs)
    usual_before = usual_of(earlier, adjust=adjust)
    changes_of_newest = () if newest is None else against_usual(newest, usual_before)
    runs = in_period(history, period)
    shown = in_period(comparable.runs, period) if runs else ()
    shown = [run for run in shown if run.at >= runs[0].at]
    before, after = _ends(shown)
    # Nobody runs this often in 30 days.
    outings = [Outing(run.at, run.distance_m) for run in history[-N_READ:]]
    last = outings[-1] if outings else None
    return Trends(
        period=period,
        runs=runs,
        comparable=comparable,
        newest=newest,
        usual=usual_of(comparable.runs, noise=noise, adjust=adjust),
        verdict=run_verdict_across(newest, changes_of_newest, usual_before),
        against_usual=changes_of_newest,
        before=before,
        after=after,
        changes=compare_runs(before, after, noise) if before else (),
        dated=tuple(
            one for one in dated_changes(comparable.runs, noise) if runs and one.at >= runs[0].at
        ),
        load=None if last is None else session_load(last, reference_at(outings, last.at)),
        reference=reference_at(outings, now),
    )


def in_period(runs: Sequence[RunPoint], period: Period) -> Sequence[RunPoint]:
    """Return the runs of a period that ends with the newest of them."""
    days = _DAYS.get(period)
    if days is None or not runs:
        return runs
    start = runs[-1].at - timedelta(days=days)
    return [run for run in runs if run.at >= start]


def _ends(runs: Sequence[RunPoint]) -> tuple[Sequence[RunPoint], Sequence[RunPoint]]:
    """Return the runs of the first and of the last weeks; nothing where there is one run."""
    if len(runs) < 2:
        return (), ()
    first, last = runs[0].at, runs[-1].at
    lasting = min(timedelta(days=COMPARED_DAYS), (last - first) / 2)
    before = [run for run in runs if run.at < first + lasting]
    after = [run for run in runs if run.at > last - lasting]
    return before, after
