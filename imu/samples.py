"""The unit of sample transport: a batch of consecutive samples, whatever they come from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Consecutive samples of one sensor, in sensor axes.

    Attributes
    ----------
    t_s : float64 array, shape (n,)
        Device clock, strictly increasing, seconds.
    acc_mps2 : float64 array, shape (n, 3)
        Specific force: +9.81 on the axis that points up at rest.
    gyr_radps : float64 array, shape (n, 3), or None
        Angular rate; None for a sensor without gyroscope.
    """

    t_s: NDArray[np.float64]
    acc_mps2: NDArray[np.float64]
    gyr_radps: NDArray[np.float64] | None
