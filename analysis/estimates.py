"""Numbers with their doubt, and what may be said of a change."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]


class ChangeClass(StrEnum):
    """What may be said of a change or a difference beside its noise."""

    LIKELY_REAL = "likely_real"  # larger than its noise, and large enough to matter
    UNCLEAR = "unclear"  # the default: neither can be told
    TRIVIAL = "trivial"  # small even at the end of its noise


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval, in this mounting.

    It holds the noise from stance to stance, and for drops also how far the angle may be off.
    """

    value: float
    ci_low: float
    ci_high: float

    @property
    def half_width(self) -> float:
        """Half of the interval: what stands behind the plus-minus sign."""
        return (self.ci_high - self.ci_low) / 2
