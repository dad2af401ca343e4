"""What can be simulated: a plan of segments, with a person's gait and a sensor."""

from dataclasses import dataclass, field
from enum import StrEnum

from imu.errors import SimulationError
from imu.simulator.gaits import Gait, running, walking
from imu.simulator.moves import Movement
from imu.simulator.sensor import Sensor

MAX_GRADE_PERCENT = 40.0  # steeper than any road; nobody walks or runs up there as on the flat


class Activity(StrEnum):
    """What the person does in a segment."""

    STAND = "stand"  # or does whatever its movements say
    SIT = "sit"
    WALK = "walk"
    RUN = "run"
    RIDE = "ride"  # sits in a vehicle
    PAUSE = "pause"  # stands, and the sensor does not record


@dataclass(frozen=True, slots=True)
class Shaking:
    """Vibration of what the person sits in: sums of sines with random phases.

    Attributes
    ----------
    acc_mps2 : float
        Root mean square per axis.
    rotation_deg : float
        Root mean square of roll and pitch.
    low_hz, high_hz : float
        Band of the sines.
    """

    acc_mps2: float = 0.0
    rotation_deg: float = 0.0
    low_hz: float = 0.8
    high_hz: float = 15.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one activity.

    Attributes
    ----------
    activity : Activity
    duration_s : float
    turn_deg : float
        Change of heading over the segment, positive to the left.
    gait : Gait or None
        None: the one that the parameters have for this activity.
    joined : bool
        True: the gait of the segment before goes over into this one without a stop.
    grade_percent : float
        Rise of the way by its horizontal length; the pelvis tilts forward with it.
    steady_turn : bool
        True: the heading turns at a constant rate, but for a second at each end, as in a bend;
        who walks or runs leans into it.
    stumbles : tuple of (time, factor)
        Seconds into the segment, and how many times as long the step at that time takes.
    moves : tuple of Movement
        What the pelvis does besides, in seconds since the start of the segment.
    shaking : Shaking or None
        Of a ride; None: that of the parameters.
    """

    activity: Activity
    duration_s: float
    turn_deg: float = 0.0
    gait: Gait | None = None
    joined: bool = False
    grade_percent: float = 0.0
    steady_turn: bool = False
    stumbles: tuple[tuple[float, float], ...] = ()
    moves: tuple[Movement, ...] = ()
    shaking: Shaking | None = None

    def __post_init__(self) -> None:
        has_gait = self.activity in (Activity.WALK, Activity.RUN)
        asks_for_gait = self.gait or self.joined or self.grade_percent or self.stumbles
        if asks_for_gait and not has_gait:
            raise SimulationError(
                "a segment that has a gait, is joined, climbs or stumbles must walk or run, not "
                f"{self.activity.value}"
            )
        if not abs(self.grade_percent) <= MAX_GRADE_PERCENT:
            raise SimulationError(
                f"grade_percent must lie within {MAX_GRADE_PERCENT:.0f}, not {self.grade_percent}"
            )
        for time_s, factor in self.stumbles:
            if not (0.0 <= time_s < self.duration_s and 0.5 <= factor <= 2.0):
                raise SimulationError(
                    "a stumble must lie inside its segment and take 0.5 to 2 times the step, not "
                    f"{(time_s, factor)}"
                )


@dataclass(frozen=True, slots=True)
class SimulationParameters:
    """Everything that makes a simulated recording; the same parameters make the same arrays.

    Attributes
    ----------
    segments : tuple of Segment
        In order; gait starts and ends smoothly at their borders.
    run, walk : Gait
        Used by the segments of that activity.
    sensor : Sensor
    standing_obliquity_deg, standing_tilt_deg : float
        How the pelvis is held in quiet standing; right side up and anterior tilt are positive.
    sway_deg : float
        Root mean square of the slow sway while upright; 0 for a sensor on a table.
    shaking : Shaking
        In segments with ``Activity.RIDE`` that have none of their own.
    treadmill : bool
        True: the body stays where it is.
    seed : int
    metadata : dict
        Added to the recording's metadata.
    """

    segments: tuple[Segment, ...]
    run: Gait = field(default_factory=running)
    walk: Gait = field(default_factory=walking)
    sensor: Sensor = field(default_factory=Sensor)
    standing_obliquity_deg: float = 0.0
    standing_tilt_deg: float = 10.0
    sway_deg: float = 0.3
    shaking: Shaking = field(default_factory=Shaking)
    treadmill: bool = False
    seed: int = 0
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def duration_s(self) -> float:
        """Of all segments, pauses included."""
        return sum(segment.duration_s for segment in self.segments)
