"""What a virtual sensor feels: a recording as raw counts, over and over."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import firmware_protocol as fp
from imu.recordings import Recording

Counts = NDArray[np.int16]
_G_MPS2 = 9.80665
_MAX_COUNT = 32767


@dataclass(frozen=True, slots=True, eq=False)
class Felt:
    """A recording that begins anew behind its end, at the place that is given.

    Attributes
    ----------
    t_s : float64 array, shape (n,)
        From 0.
    acc_mps2, gyr_radps : float64 array, shape (n, 3)
    again_s : float
        Where it goes on behind its end: behind the standing, so that nobody stops in the middle.
    """

    t_s: NDArray[np.float64]
    acc_mps2: NDArray[np.float64]
    gyr_radps: NDArray[np.float64]
    again_s: float = 0.0

    @classmethod
    def of(cls, recording: Recording, *, again_s: float = 0.0) -> "Felt":
        """Take a recording; without a gyroscope nothing turns."""
        gyr = recording.gyr_radps
        return cls(
            recording.t_s - recording.t_s[0],
            recording.acc_mps2,
            np.zeros_like(recording.acc_mps2) if gyr is None else gyr,
            again_s,
        )

    def counts(self, since_s: NDArray[np.float64], config: fp.Config) -> Counts:
        """Return what a sensor counts at these times since it was put on, shape (n, 6)."""
        at = self._place(since_s)
        channels = [
            np.interp(at, self.t_s, values[:, k]) / scale
            for values, scale in (
                (self.acc_mps2, config.acc_scale),
                (self.gyr_radps, config.gyr_scale),
            )
            for k in range(3)
        ]
        counts = np.clip(np.round(np.stack(channels, axis=1)), -_MAX_COUNT, _MAX_COUNT)
        return counts.astype("<i2")

    def _place(self, since_s: NDArray[np.float64]) -> NDArray[np.float64]:
        end_s = float(self.t_s[-1])
        around_s = max(end_s - self.again_s, 1e-9)
        over = self.again_s + np.mod(since_s - self.again_s, around_s)
        return np.where(since_s <= end_s, since_s, over)


def scales(acc_range_g: int, gyr_range_dps: int) -> tuple[float, float]:
    """Give m/s2 and rad/s per count of a sensor with 16 bits for its range."""
    acc = acc_range_g * _G_MPS2 / (_MAX_COUNT + 1)
    return acc, float(np.radians(gyr_range_dps)) / (_MAX_COUNT + 1)
