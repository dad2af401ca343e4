"""What the API answers.  Every quantity says its unit in its name."""

import math
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from analysis.extra_measures import ExtraMeasure
from analysis.results import Grade, ZeroReference
from analysis.series import Measure
from analysis.stances import Doubt, Exclusion, Gait, Side, Stance
from server.api.requests import Moment
from server.runs import RunKind


class Answer(BaseModel):
    """Base of all answers: filled from the results of the library."""

    model_config = ConfigDict(from_attributes=True)


def as_list(values: Any) -> Any:
    """Return an array as a list, None where it is not a number."""
    if not isinstance(values, np.ndarray):
        return values
    return [value if math.isfinite(value) else None for value in values.tolist()]


FloatList = Annotated[list[float | None], BeforeValidator(as_list)]


class EstimateOut(Answer):
    """A mean with its 95 % interval (stance to stance, in this mounting)."""

    value: float = Field(examples=[4.1])
    ci_low: float = Field(examples=[4.0])
    ci_high: float = Field(examples=[4.2])


class HeadlineOut(Answer):
    """The numbers that a list of runs needs.  Drops are drop excursions."""

    gait: Gait | None = Field(description="What most valid stances are.")
    duration_s: float = Field(examples=[1812.0])
    moving_time_s: float = Field(examples=[1790.0])
    n_stances: int = Field(examples=[5061])
    n_valid: int = Field(examples=[4983])
    left_deg: EstimateOut | None = Field(description="Drop during left stance.")
    right_deg: EstimateOut | None = Field(description="Drop during right stance.")
    asym_deg: EstimateOut | None = Field(description="Right minus left.")
    contact_balance_percent: EstimateOut | None = Field(description="Left share; 50 is even.")
    contact_time_s: EstimateOut | None
    cadence_spm: EstimateOut | None = Field(description="Steps per minute.")
    grade: Grade = Field(description="Quality of the signal.")
    coverage_percent: float = Field(description="Recorded share of the expected samples.")
    verdict: str = Field(examples=["Even until minute 22, then right rose."])
    sparkline_left_deg: list[float | None] = Field(description="Medians along the run.")
    sparkline_right_deg: list[float | None] = Field(description="Medians along the run.")


class RunOut(Answer):
    """One stored run."""

    id: str = Field(examples=["0192f3a1c2d84be19c07a5d1"])
    title: str = Field(examples=["Easy run"])
    kind: RunKind
    started_at: datetime | None = Field(description="UTC; null where the recording does not say.")
    imported_at: datetime
    distance_m: float | None = Field(examples=[5400.0])
    notes: str
    source_name: str = Field(description="Name of the imported file.", examples=["easy.parquet"])
    sensor: str | None
    sampling_rate_hz: float = Field(examples=[100.0])
    has_gyroscope: bool = Field(description="Without one there is no drop.")
    content_hash: str = Field(description="SHA-256 of the recording file.")
    analysis_version: str = Field(description="The analysis that made the results.")
    headline: HeadlineOut


class RunPage(Answer):
    """A page of runs, newest first."""

    items: list[RunOut]
    total: int = Field(description="Length of the whole list.")
    limit: int
    offset: int


class ImportOut(Answer):
    """The run of an uploaded recording."""

    run_id: str
    is_new: bool = Field(description="False: this content was stored before, and is not again.")
    run: RunOut


class RunPatch(BaseModel):
    """What to change of a run; what is left out stays, null takes back what was said.

    A title that is taken back follows from kind and file, a kind is ``other``.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Hills", "kind": "tempo", "notes": "windy"}]},
    )

    title: str | None = Field(default=None, min_length=1, max_length=200)
    kind: RunKind | None = None
    started_at: Moment | None = Field(default=None, description="With its offset from UTC.")
    distance_m: float | None = Field(
        default=None, gt=0, lt=1e6, description="Redoes the drift per kilometre."
    )
    notes: str | None = Field(default=None, max_length=10_000)


class StanceOut(Answer):
    """One stance, foot strike to toe-off; null where it is not known."""

    number: int = Field(description="Place in the run, from 1.")
    foot_strike_s: float = Field(description="In the recording's own time.", examples=[12.34])
    toe_off_s: float | None
    side: Side = Field(description="The foot on the ground.")
    valid: bool = Field(description="False: left out of every mean; exclusion says why.")
    exclusion: Exclusion | None
    gait: Gait
    bout: int = Field(description="Index of the stretch of gait it belongs to.")
    peak_drop_deg: float | None
    drop_excursion_deg: float | None = Field(description="Peak minus the value at foot strike.")
    mid_stance_drop_deg: float | None
    contact_time_s: float | None
    flight_time_s: float | None
    cadence_spm: float | None
    foot_strike_se_s: float | None
    peak_drop_se_deg: float | None
    drop_excursion_se_deg: float | None
    vertical_oscillation_m: float | None = Field(description="Within the step, peak to peak.")
    tilt_range_deg: float | None = Field(description="Within the stride, peak to peak.")
    rotation_range_deg: float | None = Field(description="Within the stride, peak to peak.")
    impact_peak_mps2: float | None = Field(description="Specific force; from 200 Hz on.")
    doubts: tuple[Doubt, ...] = Field(description="What makes it less sure; it may be valid.")


_STANCE_FIELDS = tuple(name for name in StanceOut.model_fields if name != "number")


def stance_out(number: int, stance: Stance) -> StanceOut:
    """Return the answer for a stance; it comes from our own store, so it is not checked again."""
    values = {name: getattr(stance, name) for name in _STANCE_FIELDS}
    return StanceOut.model_construct(number=number, **values)


class StancePage(Answer):
    """A page of stances in the order of the run."""

    items: list[StanceOut]
    total: int = Field(description="Number of stances that fit the filters.")
    limit: int
    offset: int


class WaveformOut(Answer):
    """Mean drop over the gait cycle of one side, positive where the swing side is lower."""

    side: Side = Field(description="The stance side at 0 %.")
    mean_deg: FloatList = Field(description="At 0, 1, ... 100 % of the gait cycle.")
    sd_deg: FloatList
    toe_off_percent: float
    n_cycles: int


class MeasureOut(Answer):
    """A measure of the run beside the drop, and what may be said of it."""

    name: ExtraMeasure = Field(description="Ends in the unit of the values.")
    label: str = Field(examples=["Vertical oscillation"])
    left: EstimateOut | None
    right: EstimateOut | None
    run: EstimateOut | None = Field(description="Where the measure belongs to no side.")
    why_not: str = Field(description="Why there is no value; empty where there is one.")
    what: str
    good_for: str
    limits: str
    source: str


class HoleOut(Answer):
    """A stretch without samples, [start_s, end_s)."""

    start_s: float
    end_s: float
    n_lost: int
    is_pause: bool


class SlipOut(Answer):
    """The sensor turned on the pelvis within [start_s, end_s); what came after was re-aligned."""

    time_s: float
    start_s: float
    end_s: float
    angle_deg: float
    about: str = Field(examples=["the vertical"])


class AlignmentOut(Answer):
    """How the sensor sits on the pelvis."""

    sensor_to_pelvis_wxyz: FloatList
    zero: ZeroReference = Field(description="Where zero degrees comes from.")
    confidence: float = Field(description="0 to 1: how clearly forward was told from backward.")
    yaw_se_deg: float
    moved_deg: float | None = Field(description="Slow turn from start to end, without slips.")
    slips: list[SlipOut]


class QualityOut(BaseModel):
    """What was recorded, lost and left out, and how the sensor sat."""

    grade: Grade
    reasons: list[str]
    sentence: str
    coverage_percent: float
    n_samples: int
    n_lost: int
    n_clipped: int
    holes: list[HoleOut]
    n_stances: int
    n_valid: int
    n_excluded: dict[Exclusion, int] = Field(description="Stances left out, by reason.")
    alignment: AlignmentOut | None


class SeriesSide(BaseModel):
    """One side: points, rolling median, and the band that holds 8 of 10 stances.

    Values are in the unit that the measure's name ends in.
    """

    side: Side
    n_points: int = Field(description="Points before thinning.")
    point_t_s: FloatList = Field(description="Foot strikes, evenly thinned to n_max.")
    point_value: FloatList
    line_t_s: FloatList = Field(description="Thinned to n_max; extremes stay.")
    line_median: FloatList = Field(description="Null where the line breaks (pause, gap).")
    line_low: FloatList = Field(description="10th percentile.")
    line_high: FloatList = Field(description="90th percentile.")


class SeriesOut(BaseModel):
    """One measure along the run, for a chart."""

    measure: Measure
    window_strides: int
    start_s: float | None
    end_s: float | None
    sides: list[SeriesSide]


class PersonOut(Answer):
    """Somebody whose runs are kept."""

    id: str = Field(examples=["me"])
    name: str = Field(examples=["Me"])


class People(BaseModel):
    """Everybody whose runs are kept."""

    items: list[PersonOut]
    total: int
