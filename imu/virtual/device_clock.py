"""The clock of a sensor: begins at its boot, and runs a little too fast or too slow."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Us = TypeVar("Us", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """Device time as a function of true time.

    Attributes
    ----------
    booted_s : float
        True time at which the clock began at zero.
    drift_ppm : float
        How much it is fast; crystals are within 50.
    """

    booted_s: float
    drift_ppm: float = 0.0

    def t_us(self, true_s: float) -> int:
        """Device time, microseconds."""
        return round((true_s - self.booted_s) * (1e6 + self.drift_ppm))

    def true_s(self, t_us: Us) -> Us:
        """Return the true time of a device time, or of many."""
        return self.booted_s + t_us / (1e6 + self.drift_ppm)
