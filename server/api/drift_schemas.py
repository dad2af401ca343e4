"""What the API answers of a run's drift.  Every quantity says its unit in its name."""

from pydantic import Field

from analysis.drift_results import Followed, Influence, TrendUnit
from analysis.results import ChangeClass
from server.api.schemas import Answer, EstimateOut


class DriftBinOut(Answer):
    """Medians of one stretch of the run, [start_s, end_s)."""

    start_s: float
    end_s: float
    label: str = Field(examples=["1 km"])
    left_deg: EstimateOut | None
    right_deg: EstimateOut | None
    n_left: int
    n_right: int


class DriftTrendOut(Answer):
    """A straight trend, with the 95 % interval that knows that strides resemble each other."""

    early: EstimateOut = Field(description="Median of the early part, not adjusted.")
    rate: EstimateOut = Field(description="Change per unit, at the early cadence and speed.")
    change: EstimateOut = Field(description="The same over the extent.")
    rate_unadjusted: EstimateOut
    change_unadjusted: EstimateOut
    change_class: ChangeClass = Field(description="What may be said of the change.")


class LevelChangeOut(Answer):
    """A change of level at one moment; nothing is taken off."""

    measure: Followed
    t_s: float = Field(description="In the recording's own time.")
    at: float = Field(description="In the unit of the trends.")
    change: EstimateOut


class DriftTrendsOut(Answer):
    """The run against its own early part, in medians over 25 strides."""

    unit: TrendUnit = Field(description="Kilometres where the distance is known, else minutes.")
    extent: float = Field(description="From the middle of the early part to the end of the run.")
    early_start_s: float
    early_end_s: float
    adjusted_for: list[Influence] = Field(description="Speed is estimated from contact time.")
    left_deg: DriftTrendOut | None
    right_deg: DriftTrendOut | None
    right_minus_left_deg: DriftTrendOut | None
    cadence_spm: DriftTrendOut | None
    contact_time_s: DriftTrendOut | None
    level_changes: list[LevelChangeOut]


class DriftOut(Answer):
    """Drop excursion along the run; changes are last third minus first third."""

    bins: list[DriftBinOut]
    left_change_deg: EstimateOut | None
    right_change_deg: EstimateOut | None
    trends: DriftTrendsOut | None = Field(
        description="Null where the run is too short, or was analysed before there were any."
    )
