"""Before a run: whether the sensor is worn well enough to tell left, right and up.

Two things are asked of the person: to stand still for five seconds, which sets zero, and to walk
ten steps, which tell forward from backward and left from right.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analysis.results import FloatArray
from analysis.stances import Doubt, Side, Stance
from analysis.standing import MAX_ACC_SD_MPS2, MAX_GYR_RMS_RADPS

STILL_S = 5.0
N_STEPS = 10
# A worn sensor turns with the person who turns; stillness is looked for in pieces this long.
PIECE_S = 0.5


@dataclass(frozen=True, slots=True)
class WearState:
    """What is known so far.

    Attributes
    ----------
    still_s : float
        Seconds of standing still, without interruption, until now or until enough of it was seen.
    has_stood : bool
        Five seconds have been seen.
    n_steps : int
        Steps since then whose side is sure.
    has_sides : bool
        Ten such steps have been seen.
    axis_up : str or None
        Axis of the sensor that points up, with its sign, such as ``"+z"``; None before standing.
    tilt_deg : float or None
        How far that axis leans from the vertical.
    """

    still_s: float
    has_stood: bool
    n_steps: int
    has_sides: bool
    axis_up: str | None
    tilt_deg: float | None

    @property
    def is_ready(self) -> bool:
        """Whether the run can start with all that drop needs."""
        return self.has_stood and self.has_sides


class WearCheck:
    """Watches the samples and the stances of a stream.

    Parameters
    ----------
    sampling_rate_hz : float
    """

    def __init__(self, sampling_rate_hz: float) -> None:
        self._rate_hz = sampling_rate_hz
        self._n_piece = max(2, round(PIECE_S * sampling_rate_hz))
        self._waiting = np.empty((0, 6))
        self._still_s = 0.0
        self._has_stood = False
        self._stood_until_s = np.inf
        self._up: FloatArray | None = None
        self._n_steps = 0

    @property
    def state(self) -> WearState:
        """What is known so far."""
        axis, tilt_deg = (None, None) if self._up is None else _nearest_axis(self._up)
        return WearState(
            still_s=min(self._still_s, STILL_S),
            has_stood=self._has_stood,
            n_steps=min(self._n_steps, N_STEPS),
            has_sides=self._n_steps >= N_STEPS,
            axis_up=axis,
            tilt_deg=tilt_deg,
        )

    def push_samples(self, t_s: FloatArray, acc: FloatArray, gyr: FloatArray | None) -> None:
        """Take samples, shapes (n,), (n, 3) and (n, 3), m/s2 and rad/s.

        Without a gyroscope only the accelerometer says whether somebody stands still.
        """
        if self._has_stood or not len(t_s):
            return
        turning = np.zeros_like(acc) if gyr is None else gyr
        self._waiting = np.concatenate((self._waiting, np.hstack((acc, turning))))
        while len(self._waiting) >= self._n_piece and not self._has_stood:
            piece, self._waiting = np.split(self._waiting, [self._n_piece])
            self._look(piece, float(t_s[-1]))

    def push_stances(self, stances: Iterable[Stance]) -> None:
        """Take the stances that were found."""
        for stance in stances:
            is_sure = stance.side is not Side.UNKNOWN and Doubt.SIDE not in stance.doubts
            if is_sure and stance.foot_strike_s >= self._stood_until_s:
                self._n_steps += 1

    def _look(self, piece: FloatArray, now_s: float) -> None:
        acc, gyr = piece[:, :3], piece[:, 3:]
        sway = float(np.sqrt(acc.var(axis=0).sum()))
        # About the mean: a gyroscope's bias is no movement.
        turning = float(np.sqrt(gyr.var(axis=0).sum()))
        if sway >= MAX_ACC_SD_MPS2 or turning >= MAX_GYR_RMS_RADPS:
            self._still_s = 0.0
            return
        self._still_s += len(piece) / self._rate_hz
        self._up = acc.mean(axis=0)
        if self._still_s >= STILL_S - 1e-9:
            self._has_stood = True
            self._stood_until_s = now_s


def _nearest_axis(up: FloatArray) -> tuple[str, float]:
    """Return the sensor's axis that is nearest to up, and the angle between them in degrees."""
    direction = up / np.linalg.norm(up)
    k = int(np.argmax(np.abs(direction)))
    sign = "+" if direction[k] > 0 else "-"
    angle_deg = float(np.degrees(np.arccos(min(1.0, abs(float(direction[k]))))))
    return f"{sign}{'xyz'[k]}", angle_deg
