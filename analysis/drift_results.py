"""How a run went on from its own early part: trends with their doubt, and changes of level."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.estimates import ChangeClass, Estimate


class TrendUnit(StrEnum):
    """Along what a run is followed."""

    KILOMETRE = "km"  # the distance of the run is known
    MINUTE = "min"  # it is not: minutes of moving time


class Influence(StrEnum):
    """What else moves the drop, and was taken off."""

    CADENCE = "cadence"
    SPEED = "speed"  # estimated from contact time


class Followed(StrEnum):
    """What is followed along a run; the value is the attribute of :class:`DriftTrends`."""

    LEFT = "left_deg"
    RIGHT = "right_deg"
    RIGHT_MINUS_LEFT = "right_minus_left_deg"
    CADENCE = "cadence_spm"
    CONTACT_TIME = "contact_time_s"


@dataclass(frozen=True, slots=True)
class DriftTrend:
    """The straight trend of one measure, in that measure's unit.

    Attributes
    ----------
    early : Estimate
        Median over the early part of the run, not adjusted.
    rate, change : Estimate
        Change per kilometre or minute, and from the middle of the early part to the end of the
        run, at the cadence and speed of the early part.
    rate_unadjusted, change_unadjusted : Estimate
        The same with nothing taken off; equal to the former where nothing was.
    change_class : ChangeClass
        What may be said of ``change``.
    """

    early: Estimate
    rate: Estimate
    change: Estimate
    rate_unadjusted: Estimate
    change_unadjusted: Estimate
    change_class: ChangeClass


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A change of level at one moment, against the stretches beside it; nothing is taken off.

    Attributes
    ----------
    measure : Followed
    t_s : float
        First foot strike of the first window on the new level, in the recording's own time.
    at : float
        Where that is, in kilometres or in minutes of moving time.
    change : Estimate
        New level minus old one, in the measure's unit.
    """

    measure: Followed
    t_s: float
    at: float
    change: Estimate


@dataclass(frozen=True, slots=True)
class DriftTrends:
    """A run against its own early part, in medians over windows of 25 strides.

    Attributes
    ----------
    unit : TrendUnit
        Of every rate, of ``extent`` and of :attr:`LevelChange.at`.
    extent : float
        From the middle of the early part to the end of the run: what ``change`` spans.
    early_start_s, early_end_s : float
        The early part, [start, end), in the recording's own time.
    adjusted_for : tuple of Influence
        What was taken off the drop's trends; empty where cadence and speed hardly varied.
    left_deg, right_deg, right_minus_left_deg : DriftTrend or None
        Drop excursion during left and right stance, and its difference.
    cadence_spm, contact_time_s : DriftTrend or None
        With nothing taken off.
    level_changes : tuple of LevelChange
        Of left and right drop excursion, cadence and contact time, in the order of time.
    """

    unit: TrendUnit
    extent: float
    early_start_s: float
    early_end_s: float
    adjusted_for: tuple[Influence, ...]
    left_deg: DriftTrend | None
    right_deg: DriftTrend | None
    right_minus_left_deg: DriftTrend | None
    cadence_spm: DriftTrend | None
    contact_time_s: DriftTrend | None
    level_changes: tuple[LevelChange, ...]
