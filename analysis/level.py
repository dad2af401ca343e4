"""Signals in level axes, each computed where it is needed.

Six channels of ten hours are 170 MB, and every reader wants one of them, or a few seconds of all.
"""

from dataclasses import dataclass

import numpy as np

from analysis.geometry import GRAVITY_MPS2, dot, turned
from analysis.grid import Grid
from analysis.harmonics import ComplexArray, stride_curves, stride_fourier
from analysis.results import FloatArray

WHOLE = slice(None)


@dataclass(frozen=True, slots=True)
class LevelSignals:
    """A grid and what turns its signals level.

    Attributes
    ----------
    grid : Grid
    up : FloatArray, shape (n, 3)
        Direction of up in sensor axes at each sample.
    matrix : FloatArray, shape (3, 3)
        Sensor axes to level axes, the same for all samples.
    """

    grid: Grid
    up: FloatArray
    matrix: FloatArray

    @property
    def has_gyroscope(self) -> bool:
        """Whether there are turning rates."""
        return self.grid.gyr_radps is not None

    def vertical_mps2(self, part: slice = WHOLE) -> FloatArray:
        """Vertical acceleration without gravity, shape (n,)."""
        vertical = dot(self.up[part], self.grid.acc_mps2[part])
        vertical -= GRAVITY_MPS2
        return vertical

    def turning_radps(self, part: slice = WHOLE) -> FloatArray:
        """Rate of turn about the vertical, shape (n,); zero without a gyroscope."""
        if self.grid.gyr_radps is None:
            return np.zeros(len(self.up[part]))
        return dot(self.up[part], self.grid.gyr_radps[part])

    def fore_aft_mps2(self, forward: FloatArray) -> FloatArray:
        """Acceleration along a level direction, shape (2,); shape (n,)."""
        return turned(self.grid.acc_mps2, (forward @ self.matrix[:2])[None])[:, 0]

    def pitch_rate_radps(self, forward: FloatArray) -> FloatArray | None:
        """Rate of nodding for a level forward direction, shape (n,); None without a gyroscope."""
        if self.grid.gyr_radps is None:
            return None
        x, y = forward
        return turned(self.grid.gyr_radps, (np.array([-y, x]) @ self.matrix[:2])[None])[:, 0]

    def channels(self, part: slice = WHOLE) -> FloatArray:
        """All channels of a part, shape (n, 6) or (n, 3).

        Level acceleration x and y, vertical acceleration without gravity; with a gyroscope level
        turning rates x and y, and the rate about the vertical.
        """
        columns = [
            turned(self.grid.acc_mps2[part], self.matrix[:2]),
            self.vertical_mps2(part)[:, None],
        ]
        if self.grid.gyr_radps is not None:
            columns.append(turned(self.grid.gyr_radps[part], self.matrix[:2]))
            columns.append(self.turning_radps(part)[:, None])
        return np.hstack(columns)

    def harmonics(self, start: FloatArray, end: FloatArray) -> ComplexArray:
        """Harmonics of `channels` over strides; see `analysis.harmonics.stride_fourier`."""
        signals = [(self.grid.acc_mps2, self.vertical_mps2())]
        if self.grid.gyr_radps is not None:
            signals.append((self.grid.gyr_radps, self.turning_radps()))
        parts = []
        for vectors, about_vertical in signals:
            level = turned(stride_curves(start, end, vectors).reshape(-1, 3), self.matrix[:2])
            across = stride_curves(start, end, about_vertical[:, None])
            parts += [level.reshape(*across.shape[:2], 2), across]
        return stride_fourier(np.concatenate(parts, axis=2))
