"""What a live session is doing, as every viewer is told."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.results import ZeroReference
from analysis.wear_check import WearState


class LiveState(StrEnum):
    """Where a session is."""

    IDLE = "idle"  # there is none
    RUNNING = "running"
    SAVING = "saving"  # a sensor's run is over and is being stored
    ENDED = "ended"  # the recording is over, or the run is stored
    STOPPED = "stopped"  # somebody ended it
    FAILED = "failed"  # the server could not go on


class LiveSource(StrEnum):
    """Where a session's samples come from."""

    REPLAY = "replay"
    SENSOR = "sensor"


@dataclass(frozen=True, slots=True)
class SensorLink:
    """How the link to the sensor is.

    Attributes
    ----------
    state : str
        See `imu.streaming.events.LinkState`.
    reason : str or None
        A sentence, where something is wrong.
    battery_percent : int or None
    has_memory : bool
        What is lost on the air can be fetched.
    n_received, n_lost, n_refilled : int
        Samples; lost are those that are still missing.
    delay_ms : float or None
        From the moment of the last sample to when it had been analysed; the median of some seconds.
    """

    state: str
    reason: str | None
    battery_percent: int | None
    has_memory: bool
    n_received: int
    n_lost: int
    n_refilled: int
    delay_ms: float | None


@dataclass(frozen=True, slots=True)
class Beat:
    """The newest samples of a sensor have been analysed.

    Attributes
    ----------
    position_s : float
        Seconds of the run.
    sampled_at_ms : float
        When the newest sample was measured, on this computer's clock, milliseconds since 1970:
        what a page takes from its own clock to know the delay up to the screen.
    """

    position_s: float
    sampled_at_ms: float


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """What a session is doing.

    Attributes
    ----------
    state : LiveState
        All else is None while idle.
    reason : str or None
        Why it ended, where neither the recording's end nor a person who ended it says enough.
    position_s : float
        Seconds of the recording that have been played, holes included.
    zero : ZeroReference
        RUN_MEAN is provisional: the mean of the last seconds.
    slip_deg : float or None
        By how much the sensor slipped last; what came after it is re-aligned.
    source : LiveSource
    link : SensorLink or None
        None for a replay, which has no radio.
    wear : WearState or None
        The check before a sensor's run.
    control_number : int or None
        Goes up when another browser takes control of a sensor's run.
    """

    state: LiveState
    reason: str | None = None
    session_id: str | None = None
    run_id: str | None = None
    title: str | None = None
    speed: float | None = None
    position_s: float | None = None
    duration_s: float | None = None
    n_stances: int | None = None
    has_gyroscope: bool | None = None
    zero: ZeroReference | None = None
    slip_deg: float | None = None
    source: LiveSource | None = None
    link: SensorLink | None = None
    wear: WearState | None = None
    control_number: int | None = None
