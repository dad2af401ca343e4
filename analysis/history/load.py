"""How long a run was against the longest of the last 30 days.

No ratio of short to long load is made: there is no evidence that it may steer training
(Impellizzeri 2020, PMC7534945).  The single session against the longest of the last 30 days is
what a study of 5,205 runners found associated with injuries (Frandsen 2025,
https://doi.org/10.1136/bjsports-2024-109380).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REFERENCE_DAYS = 30
"""Days before a run in which the longest run is looked for, as in Frandsen 2025.  Without a run in
them there is nothing to hold a run against: a lapse."""

STEP_PERCENT = 10.0
"""How far beyond the longest run is worth a note: the study's first group that differed clearly
from the runs within went beyond by more than 10 %."""


class LoadState(StrEnum):
    """What can be said of the distance of a run."""

    WITHIN = "within"  # up to 10 % beyond the longest run of the last 30 days
    BEYOND = "beyond"  # further than that
    NO_RECENT_REFERENCE = "no_recent_reference"  # no run in the last 30 days
    NOT_KNOWN = "not_known"  # a distance is missing: of this run, or of all before it


@dataclass(frozen=True, slots=True)
class Outing:
    """One run for its load: when it began, and how far it went; None where nobody said."""

    at: datetime
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Reference:
    """What a run at one moment is held against.

    Attributes
    ----------
    at : datetime
    n_runs : int
        Runs in the 30 days before, this moment not counted.
    n_without_distance : int
        Those of them whose distance is not known: the longest may be longer.
    longest_m : float or None
        None where there is none, or no distance is known.
    days_since_last : float or None
        None where there was no run before at all.
    """

    at: datetime
    n_runs: int
    n_without_distance: int
    longest_m: float | None
    days_since_last: float | None

    @property
    def is_lapse(self) -> bool:
        """Whether there was no run in the 30 days before."""
        return self.n_runs == 0

    @property
    def step_m(self) -> float | None:
        """Ten percent beyond the longest run; None where that is not known."""
        return None if self.longest_m is None else self.longest_m * (1.0 + STEP_PERCENT / 100.0)


@dataclass(frozen=True, slots=True)
class SessionLoad:
    """One run against its reference.

    Attributes
    ----------
    outing : Outing
    reference : Reference
    state : LoadState
    beyond_percent : float or None
        How far beyond the longest run, negative where shorter; None where it cannot be told.
    """

    outing: Outing
    reference: Reference
    state: LoadState
    beyond_percent: float | None


def reference_at(outings: Iterable[Outing], at: datetime) -> Reference:
    """Give what a run at a moment is held against.

    Parameters
    ----------
    outings : iterable of Outing
        Of one person, in any order; those at ``at`` or later are not looked at.
    at : datetime
        With its time zone, as all moments.

    Returns
    -------
    Reference
        Of the runs in [at - 30 days, at).
    """
    before = [outing for outing in outings if outing.at < at]
    recent = [outing for outing in before if outing.at >= at - timedelta(days=REFERENCE_DAYS)]
    known = [outing.distance_m for outing in recent if outing.distance_m is not None]
    last = max((outing.at for outing in before), default=None)
    return _reference(at, len(recent), len(known), max(known, default=None), last)


def session_loads(outings: Iterable[Outing]) -> tuple[SessionLoad, ...]:
    """Hold every run against the longest of the 30 days before it.

    Parameters
    ----------
    outings : iterable of Outing
        Of one person, in any order.

    Returns
    -------
    tuple of SessionLoad
        In the order of time; runs that began at one moment do not count for each other.
    """
    ordered = sorted(outings, key=lambda outing: outing.at)
    recent: deque[Outing] = deque()  # the last 30 days
    longest: deque[Outing] = deque()  # of them, those that no later one is longer than
    waiting: list[Outing] = []  # of this very moment
    last: datetime | None = None
    n_known = 0  # of the recent ones
    found = []
    for outing in ordered:
        if waiting and waiting[0].at < outing.at:
            last = waiting[0].at
            for earlier in waiting:
                _take_in(earlier, recent, longest)
                n_known += earlier.distance_m is not None
            waiting = []
        start = outing.at - timedelta(days=REFERENCE_DAYS)
        while recent and recent[0].at < start:
            n_known -= recent.popleft().distance_m is not None
        while longest and longest[0].at < start:
            longest.popleft()
        most_m = longest[0].distance_m if longest else None
        reference = _reference(outing.at, len(recent), n_known, most_m, last)
        found.append(session_load(outing, reference))
        waiting.append(outing)
    return tuple(found)


def session_load(outing: Outing, reference: Reference) -> SessionLoad:
    """Hold a run against its reference."""
    if reference.is_lapse:
        return SessionLoad(outing, reference, LoadState.NO_RECENT_REFERENCE, None)
    if outing.distance_m is None or reference.longest_m is None:
        return SessionLoad(outing, reference, LoadState.NOT_KNOWN, None)
    beyond_percent = 100.0 * (outing.distance_m / reference.longest_m - 1.0)
    is_beyond = beyond_percent > STEP_PERCENT
    state = LoadState.BEYOND if is_beyond else LoadState.WITHIN
    return SessionLoad(outing, reference, state, beyond_percent)


def _take_in(outing: Outing, recent: deque[Outing], longest: deque[Outing]) -> None:
    recent.append(outing)
    if outing.distance_m is None:
        return
    while longest and (longest[-1].distance_m or 0.0) <= outing.distance_m:
        longest.pop()
    longest.append(outing)


def _reference(
    at: datetime, n_runs: int, n_known: int, longest_m: float | None, last: datetime | None
) -> Reference:
    days = None if last is None else (at - last).total_seconds() / 86_400.0
    return Reference(at, n_runs, n_runs - n_known, longest_m, days)
