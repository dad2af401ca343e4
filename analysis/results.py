"""What one analysed recording consists of.  Every array and number says its unit in its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.candidates import Candidate
from analysis.drift_results import DriftTrends
from analysis.estimates import BoolArray, ChangeClass, Estimate, FloatArray, IntArray
from analysis.extra_measures import ExtraMeasure
from analysis.slip import Slip
from analysis.stances import Exclusion, Gait, Side, Stance

__all__ = [
    "Alignment",
    "BoolArray",
    "Bout",
    "ChangeClass",
    "Drift",
    "DriftBin",
    "Estimate",
    "FloatArray",
    "Grade",
    "Hole",
    "IntArray",
    "Intermediates",
    "Measured",
    "RunAnalysis",
    "RunSummary",
    "SideSummary",
    "SignalQuality",
    "Verdict",
    "Waveform",
    "ZeroReference",
]


class ZeroReference(StrEnum):
    """Where zero degrees of obliquity comes from."""

    STANDING = "standing"  # the person's own quiet standing in this recording
    RUN_MEAN = "run_mean"  # the mean of this run: peaks are relative, excursions are not affected
    NONE = "none"  # no gyroscope: no orientation, no drop


class Grade(StrEnum):
    """Quality of a recording."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the sensor sits on the pelvis.

    Attributes
    ----------
    sensor_to_pelvis_wxyz : FloatArray, shape (4,)
        Rotates a vector from sensor axes to pelvis axes (x forward, y left, z up).
    zero : ZeroReference
        Where zero obliquity comes from.
    confidence : float
        0 to 1: how clearly forward was told from backward.
    yaw_se_deg : float
        Standard error of the turn about the vertical, degrees.
    moved_deg : float or None
        How far the sensor crept from the first to the last part of the run, slips taken off;
        None where the run is too short to tell.
    slips : tuple of Slip
        Found and re-aligned; the rotation above is that before the first of them.
    """

    sensor_to_pelvis_wxyz: FloatArray
    zero: ZeroReference
    confidence: float
    yaw_se_deg: float
    moved_deg: float | None
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class Bout:
    """An uninterrupted stretch of walking or running, half open: [start_s, end_s)."""

    start_s: float
    end_s: float
    gait: Gait
    side_confidence: float  # mean probability that a step's side is right, 0.5 to 1


@dataclass(frozen=True, slots=True)
class Waveform:
    """Mean drop curve of one side over its gait cycle, foot strike to the same foot's next.

    Attributes
    ----------
    side : Side
        The stance side at 0 %; positive where that stance's swing side is lower.
    mean_deg, sd_deg : FloatArray, shape (101,)
        At 0, 1, ... 100 % of the gait cycle.
    toe_off_percent : float
        Where stance ends on average.
    n_cycles : int
        Number of gait cycles.
    """

    side: Side
    mean_deg: FloatArray
    sd_deg: FloatArray
    toe_off_percent: float
    n_cycles: int


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch without samples, [start_s, end_s); ``is_pause`` where it is longer than 5 s."""

    start_s: float
    end_s: float
    n_lost: int
    is_pause: bool


@dataclass(frozen=True, slots=True)
class SignalQuality:
    """What was recorded, lost and left out.

    Attributes
    ----------
    grade : Grade
        One verdict over all below; ``reasons`` says in words what lowered it, the worst first.
    coverage_percent : float
        Recorded share of the samples expected outside of pauses.
    n_samples, n_lost : int
        Recorded samples; samples missing in gaps (pauses not counted).
    holes : tuple of Hole
        Every gap and pause.
    n_clipped : int
        Samples at the end of the sensor's range.
    sentence : str
        The grade with its reasons, the worst first, and what else is worth a word: one sentence
        each.
    has_gyroscope : bool
        False: an accelerometer alone, so there is no drop.
    loose_percent : float
        Share of the running in which the sensor swings on its belt.
    """

    grade: Grade
    reasons: tuple[str, ...]
    coverage_percent: float
    n_samples: int
    n_lost: int
    holes: tuple[Hole, ...]
    n_clipped: int
    sentence: str
    has_gyroscope: bool = True
    loose_percent: float = 0.0


@dataclass(frozen=True, slots=True)
class SideSummary:
    """Means over the valid stances of one side."""

    n_stances: int
    peak_drop_deg: Estimate | None
    drop_excursion_deg: Estimate | None
    mid_stance_drop_deg: Estimate | None
    contact_time_s: Estimate | None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run in numbers.  Differences are right minus left, in degrees.

    ``start_s`` is the first sample in the recording's own time, which may begin anywhere.
    ``gait`` is what most valid stances are, and the only gait that the numbers are taken from;
    None where there is no gait at all, and then every estimate is None.
    """

    gait: Gait | None
    duration_s: float
    moving_time_s: float
    n_stances: int
    n_valid: int
    n_excluded: Mapping[Exclusion, int]
    left: SideSummary
    right: SideSummary
    asym_peak_drop_deg: Estimate | None
    asym_drop_excursion_deg: Estimate | None
    asym_mid_stance_drop_deg: Estimate | None
    contact_balance_percent: Estimate | None  # left share; 50 is even
    contact_symmetry_angle_percent: float | None  # Zifchock 2008
    contact_time_s: Estimate | None
    flight_time_s: Estimate | None
    cadence_spm: Estimate | None
    start_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure beside the drop: of each side, or of the run; ``why_not`` where of neither."""

    left: Estimate | None
    right: Estimate | None
    run: Estimate | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class DriftBin:
    """Medians of one stretch of the run (a minute, a kilometre) with their 95 % intervals.

    ``start_km`` is where the stretch begins, None where the stretches are minutes.
    """

    start_s: float
    end_s: float
    label: str
    left_deg: Estimate | None
    right_deg: Estimate | None
    n_left: int
    n_right: int
    start_km: float | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """Drop excursion over the run against its own early part.

    ``left_change_deg`` and ``right_change_deg`` are last third minus first third of the valid
    stances, None where the run is too short to say.  ``trends`` follow the run from window to
    window; None where it is too short, or was analysed before there were any.
    """

    bins: tuple[DriftBin, ...]
    left_change_deg: Estimate | None
    right_change_deg: Estimate | None
    trends: DriftTrends | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a runner can repeat to a friend: ``headline`` (at most nine words) and ``lead``."""

    headline: str
    lead: str


@dataclass(frozen=True, slots=True)
class Intermediates:
    """Signals on the regular grid that the results were read from; one row per grid sample.

    Attributes
    ----------
    t_s : FloatArray, shape (n,)
    recorded : BoolArray, shape (n,)
        False where the grid sample was filled in across a hole.
    acc_pelvis_mps2 : FloatArray, shape (n, 3)
        Specific force in pelvis-levelled axes: x forward, y left, z up.
    gyr_pelvis_radps : FloatArray, shape (n, 3) or None
    obliquity_deg, tilt_deg : FloatArray, shape (n,) or None
        Obliquity is positive where the right side is up; NaN in pauses.
    moving : BoolArray, shape (n,)
        True inside bouts of gait.
    candidates : tuple of Candidate
        All that rises and falls like a step, with the reason where it is none.
    """

    t_s: FloatArray
    recorded: BoolArray
    acc_pelvis_mps2: FloatArray
    gyr_pelvis_radps: FloatArray | None
    obliquity_deg: FloatArray | None
    tilt_deg: FloatArray | None
    moving: BoolArray
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class RunAnalysis:
    """All that :func:`analysis.analyse_run` found in one recording."""

    analysis_version: str
    sampling_rate_hz: float
    stances: tuple[Stance, ...]
    bouts: tuple[Bout, ...]
    alignment: Alignment | None
    waveforms: tuple[Waveform, ...]
    quality: SignalQuality
    summary: RunSummary
    drift: Drift
    verdict: Verdict
    intermediates: Intermediates | None
    measures: Mapping[ExtraMeasure, Measured] = field(default_factory=dict)
