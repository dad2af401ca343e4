"""The rows that the analysis yields: one per stance, valid or left out with a reason."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Side(StrEnum):
    """The foot that is on the ground."""

    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"


class Gait(StrEnum):
    """How the person moves in a bout."""

    RUNNING = "running"
    WALKING = "walking"


class Exclusion(StrEnum):
    """Why a stance keeps its row but is left out of every summary."""

    GYROSCOPE = "gyroscope"  # the gyroscope stands still around the stance: no drop
    GAP = "gap"  # more than 0.2 s of samples are missing around the stance
    TURN = "turn"  # the pelvis turns by more than 90 deg within 2 s
    CLIPPED = "clipped"  # the sensor's range was exceeded around the stance
    STUMBLE = "stumble"  # the step before or after it has an implausible duration
    NO_TOE_OFF = "no_toe_off"  # the end of the stance was not found
    SLIP = "slip"  # the sensor slips on the pelvis
    EDGE = "edge"  # it began before the first sample of the recording


class Doubt(StrEnum):
    """What makes a stance less sure without leaving it out."""

    BELT = "belt"  # the sensor swings on its belt
    BRIDGED = "bridged"  # samples are missing within the stance or right beside it
    BEND = "bend"  # in a bend up leans with the runner: peak and mid-stance drop may be off
    CLIPPED = "clipped"  # the tip of an impact is cut off, too short to do harm
    SIDE = "side"  # the side is right with less than 95 % probability


@dataclass(frozen=True, slots=True)
class Stance:
    """One stance: from foot strike to toe-off of one foot.

    Attributes
    ----------
    foot_strike_s, toe_off_s : float
        In the recording's own time, seconds; ``toe_off_s`` is None where it was not found.
    side : Side
        The foot on the ground.  "Left drop" is the drop during left stance.
    valid : bool
        False: the row stays, ``exclusion`` says why it is in no summary.
    gait : Gait
        Running or walking.
    bout : int
        Index of the bout of gait that the stance belongs to.
    peak_drop_deg, drop_excursion_deg, mid_stance_drop_deg : float or None
        Contralateral pelvic drop, positive where the swing side is lower: maximum over the
        stance; that maximum minus the value at foot strike; value at half stance.
    contact_time_s, flight_time_s : float or None
        Foot strike to toe-off; toe-off to the next foot strike of the other foot (negative while
        walking, where both feet are on the ground).
    cadence_spm : float or None
        Steps per minute, from the steps before and after this foot strike.
    foot_strike_se_s, peak_drop_se_deg, drop_excursion_se_deg : float or None
        Standard errors; see `analysis.uncertainty`.
    vertical_oscillation_m : float or None
        Peak to peak of the pelvis's height over the step that the foot strike opens.
    tilt_range_deg, rotation_range_deg : float or None
        Peak to peak over the stride that the foot strike opens.
    impact_peak_mps2 : float or None
        Short peak of the specific force around the foot strike; docs/measures.md says when.
    doubts : tuple of Doubt
        What makes this stance less sure than others; it may be valid all the same.
    """

    foot_strike_s: float
    toe_off_s: float | None
    side: Side
    valid: bool
    exclusion: Exclusion | None
    gait: Gait
    bout: int
    peak_drop_deg: float | None = None
    drop_excursion_deg: float | None = None
    mid_stance_drop_deg: float | None = None
    contact_time_s: float | None = None
    flight_time_s: float | None = None
    cadence_spm: float | None = None
    foot_strike_se_s: float | None = None
    peak_drop_se_deg: float | None = None
    drop_excursion_se_deg: float | None = None
    vertical_oscillation_m: float | None = None
    tilt_range_deg: float | None = None
    rotation_range_deg: float | None = None
    impact_peak_mps2: float | None = None
    doubts: tuple[Doubt, ...] = ()


def blind(stances: tuple[Stance, ...]) -> tuple[Stance, ...]:
    """Leave out stances without a drop, where there was one until the gyroscope stopped."""
    return tuple(
        stance
        if stance.exclusion is not None
        else replace(stance, valid=False, exclusion=Exclusion.GYROSCOPE)
        for stance in stances
    )
