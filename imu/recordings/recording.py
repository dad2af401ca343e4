"""One recording in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from imu.errors import RecordingError
from imu.recordings.metadata import JsonValue, parse_sampling_rate, parse_started_at


@dataclass(frozen=True, eq=False)
class Recording:
    """Samples of one sensor, in sensor axes, with what is known about them.

    Attributes
    ----------
    t_s : float64 array, shape (n,)
        Device clock, strictly increasing, seconds.  Lost samples are missing rows.
    acc_mps2 : float64 array, shape (n, 3)
        Specific force: +9.81 on the axis that points up at rest.
    gyr_radps : float64 array, shape (n, 3), or None
        Angular rate; None for a sensor without gyroscope.
    metadata : mapping
        At least ``sampling_rate_hz``; unknown keys are kept.

    Raises
    ------
    RecordingError
        If the arrays do not have these shapes.
    """

    t_s: NDArray[np.float64]
    acc_mps2: NDArray[np.float64]
    gyr_radps: NDArray[np.float64] | None
    metadata: Mapping[str, JsonValue] = field(repr=False)

    def __post_init__(self) -> None:
        n = len(self.t_s)
        if self.t_s.shape != (n,):
            raise RecordingError(f"t_s must have shape (n,), not {self.t_s.shape}")
        for name, values in (("acc_mps2", self.acc_mps2), ("gyr_radps", self.gyr_radps)):
            if values is not None and values.shape != (n, 3):
                raise RecordingError(f"{name} must have shape ({n}, 3), not {values.shape}")

    @property
    def sampling_rate_hz(self) -> float:
        """Nominal rate; the true times are in ``t_s``."""
        return parse_sampling_rate(self.metadata)

    @property
    def started_at(self) -> datetime | None:
        """Wall-clock time of ``t_s = 0`` in UTC, None where the metadata does not say."""
        return parse_started_at(self.metadata)

    @property
    def n_samples(self) -> int:
        """Number of samples that arrived."""
        return len(self.t_s)

    @property
    def duration_s(self) -> float:
        """From the first sample to the last, gaps and pauses included."""
        return float(self.t_s[-1] - self.t_s[0]) if self.n_samples else 0.0
