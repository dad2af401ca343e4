"""Movements that are no gait: smooth turns, shifts, swings and pushes of the pelvis."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from imu.errors import SimulationError
from imu.simulator.smooth import Curve, constant, steady, step, window
from imu.simulator.waveforms import FloatArray


class Channel(StrEnum):
    """What of the pelvis moves: an angle in degrees or a place in metres, along the heading."""

    ROTATION = "rotation"  # to the left
    OBLIQUITY = "obliquity"  # right side up
    TILT = "tilt"  # top forward
    FORWARD = "forward"
    LEFT = "left"
    UP = "up"


PLACES = (Channel.FORWARD, Channel.LEFT, Channel.UP)


@dataclass(frozen=True, slots=True)
class Move:
    """Go over by ``size`` (degrees or metres) within ``duration_s``, and stay there."""

    channel: Channel
    start_s: float
    duration_s: float
    size: float

    def __post_init__(self) -> None:
        _check_duration(self.duration_s)

    def curve(self, since_s: FloatArray) -> Curve:
        """Angle or place at times since the start of the segment, within the move."""
        return step(since_s, self.start_s, self.duration_s).scaled(self.size)

    @property
    def remains(self) -> float:
        """What is left of it when it is over."""
        return self.size


@dataclass(frozen=True, slots=True)
class Swing:
    """Swing to and fro by ``size`` (degrees or metres), with a smooth start and end."""

    channel: Channel
    start_s: float
    duration_s: float
    size: float
    frequency_hz: float
    phase_rad: float = 0.0

    def __post_init__(self) -> None:
        _check_duration(self.duration_s)

    def curve(self, since_s: FloatArray) -> Curve:
        """Angle or place at times since the start of the segment, within the swing."""
        omega = 2 * np.pi * self.frequency_hz
        angle = omega * since_s + self.phase_rad
        sine = Curve(np.sin(angle), omega * np.cos(angle), -(omega**2) * np.sin(angle))
        end_s = self.start_s + self.duration_s
        return window(since_s, self.start_s, end_s, self.duration_s / 4) * sine.scaled(self.size)

    remains = 0.0


@dataclass(frozen=True, slots=True)
class Push:
    """Change the speed by ``speed_mps`` within ``duration_s``: braking, a take-off, an impact.

    Attributes
    ----------
    channel : Channel
        A place, not an angle.
    ease_s : float or None
        How long the acceleration takes to grow, and to fade; None: half of the duration each.
    """

    channel: Channel
    start_s: float
    duration_s: float
    speed_mps: float
    ease_s: float | None = None

    def __post_init__(self) -> None:
        _check_duration(self.duration_s)
        if self.channel not in PLACES:
            raise SimulationError(f"a push must go forward, left or up, not {self.channel.value}")

    def curve(self, since_s: FloatArray) -> Curve:
        """Only the acceleration is filled in: that is all of a place that is ever felt."""
        ease_s = self.duration_s / 2 if self.ease_s is None else self.ease_s
        speed = steady(since_s, self.start_s, self.duration_s, ease_s).scaled(self.speed_mps)
        nowhere = constant(0.0, len(since_s))
        return Curve(nowhere.value, nowhere.rate, speed.rate)

    @property
    def centre_s(self) -> float:
        """When half of the speed has changed."""
        return self.start_s + self.duration_s / 2

    remains = 0.0


Movement = Move | Swing | Push


def add_movement(
    movement: Movement,
    start_s: float,
    t_s: FloatArray,
    angles: tuple[Curve, Curve, Curve],
    local_mps2: FloatArray,
) -> None:
    """Add a movement of a segment that begins at ``start_s``, in place.

    ``angles`` are rotation, obliquity and tilt in radians; ``local_mps2`` has shape (n, 3).
    """
    first_s = start_s + movement.start_s
    inside = slice(*np.searchsorted(t_s, (first_s, first_s + movement.duration_s)))
    curve = movement.curve(t_s[inside] - start_s)
    if movement.channel in PLACES:
        local_mps2[inside, PLACES.index(movement.channel)] += curve.acceleration
        return
    angle = angles[(Channel.ROTATION, Channel.OBLIQUITY, Channel.TILT).index(movement.channel)]
    turned = curve.scaled(np.pi / 180)
    angle.value[inside] += turned.value
    angle.rate[inside] += turned.rate
    angle.acceleration[inside] += turned.acceleration
    angle.value[inside.stop :] += np.radians(movement.remains)


def _check_duration(duration_s: float) -> None:
    if not duration_s > 0.0:
        raise SimulationError(f"a movement must take longer than {duration_s} s")
