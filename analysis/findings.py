"""What suggestions are made from: findings of runs, load, plan, pain and red-flag answers.

A finding only says how much there is of it; the larger its size, the worse.
Which suggestion goes with it stands in the rule set, :mod:`analysis.rules`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from analysis.errors import FindingError
from analysis.estimates import ChangeClass


class FindingKind(StrEnum):
    """What was found."""

    ONE_SIDE = "one_side"  # drop on one side is larger than on the other
    NEW_DIFFERENCE = "new_difference"  # right minus left is away from this person's usual
    BOTH_SIDES = "both_sides"  # drop on both sides is above this person's usual range
    DRIFT = "drift"  # drop grew over the run, pace and cadence taken off
    LOW_CADENCE = "low_cadence"  # cadence is below this person's usual at this pace
    SPIKE_PERCENT = "spike_percent"  # last run beyond the longest of the 30 days before it
    DAYS_WITHOUT_RUN = "days_without_run"
    MISSED_PERCENT = "missed_percent"  # planned exercise sessions of four weeks not done
    WORST_PAIN = "worst_pain"  # 0 to 10, worst during a run or an exercise
    PAIN_ROSE = "pain_rose"  # points above a pain that was there before
    PAIN_NEXT_MORNING = "pain_next_morning"  # points above the pain before
    LIMP = "limp"  # reports with a limp
    SOON_FLAGS = "soon_flags"  # red-flag questions with yes, to be seen within days
    URGENT_FLAGS = "urgent_flags"  # red-flag questions with yes, to be seen the same day


GRADED = frozenset(
    {
        FindingKind.ONE_SIDE,
        FindingKind.NEW_DIFFERENCE,
        FindingKind.BOTH_SIDES,
        FindingKind.DRIFT,
        FindingKind.LOW_CADENCE,
    }
)
"""Their size is the class of a change; that of all others is a number."""

HEALTH = frozenset(
    {
        FindingKind.WORST_PAIN,
        FindingKind.PAIN_ROSE,
        FindingKind.PAIN_NEXT_MORNING,
        FindingKind.LIMP,
        FindingKind.SOON_FLAGS,
        FindingKind.URGENT_FLAGS,
    }
)
"""What a person says of their body.  It softens, pauses or refers; it never chooses an exercise."""

CLASS_ORDER: Mapping[ChangeClass, float] = MappingProxyType(
    {ChangeClass.TRIVIAL: 0.0, ChangeClass.UNCLEAR: 1.0, ChangeClass.LIKELY_REAL: 2.0}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes
    ----------
    kind : FindingKind
    size : ChangeClass or float
        Class of a change for the kinds in :data:`GRADED`, a finite number from 0 up for others.
    said : str
        One sentence with its numbers, as the page shows it.
    run_ids : tuple of str
        Runs that it was found in.

    Raises
    ------
    FindingError
        The kind cannot have this size.
    """

    kind: FindingKind
    size: ChangeClass | float
    said: str
    run_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        is_class = isinstance(self.size, ChangeClass)
        if is_class is not (self.kind in GRADED):
            raise FindingError(self.kind, self.size)
        if not isinstance(self.size, ChangeClass) and not 0.0 <= self.size < math.inf:
            raise FindingError(self.kind, self.size)

    @property
    def order(self) -> float:
        """Size as a number: the larger, the worse."""
        return CLASS_ORDER[self.size] if isinstance(self.size, ChangeClass) else self.size


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What rules may ask for beside findings; nothing here is better or worse.

    Attributes
    ----------
    n_comparable_runs : int
        Runs that the usual range rests on.
    weeks_practised : float
        Weeks in which at least half of the planned exercise sessions were done.
    """

    n_comparable_runs: int = 0
    weeks_practised: float = 0.0
