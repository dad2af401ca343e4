"""Harmonics of the stride: what the two steps of a stride share, and what they do not.

A stride is two steps.  What both steps do alike (up and down, speeding up and braking, nodding)
has only even harmonics of the stride; what they do in opposite directions (swaying, rolling,
turning) has only odd ones.  Alignment and side are both read from that.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.harmonics import ComplexArray
from analysis.level import LevelSignals
from analysis.results import BoolArray, FloatArray
from analysis.steps import Steps

MAX_STRIDES = 3000  # more add time and no accuracy; longer runs are thinned evenly


@dataclass(frozen=True, slots=True)
class StrideHarmonics:
    """Fourier coefficients of strides, each from one step to the next but one.

    Attributes
    ----------
    values : ComplexArray, shape (n_strides, n_channels, 6)
        Harmonics 1 to 6 of the stride; the phase is counted from the upward zero crossing that
        opens the stride.
    step : NDArray, shape (n_strides,)
        Index of the opening step.
    parity : FloatArray, shape (n_strides,)
        +1 and -1 for every other step of a bout: which of the two feet, without saying which.
    """

    values: ComplexArray
    step: NDArray[np.intp]
    parity: FloatArray

    def alike(self) -> ComplexArray:
        """Even harmonics (2, 4, 6): the same in both steps; shape (n_strides, n_channels, 3)."""
        return self.values[:, :, 1::2]

    def opposite(self) -> ComplexArray:
        """Odd harmonics (1, 3, 5), turned so that both feet agree within a bout."""
        return self.values[:, :, 0::2] * self.parity[:, None, None]

    def placed(self, place: NDArray[np.intp]) -> "StrideHarmonics":
        """Give the strides their opening steps among other steps.

        Parameters
        ----------
        place : NDArray, shape (n_steps,)
            New index of each step; strides of those with -1 are dropped.
        """
        step = place[self.step]
        kept = step >= 0
        if kept.all():
            return replace(self, step=step)
        return StrideHarmonics(self.values[kept], step[kept], self.parity[kept])


def stride_harmonics(steps: Steps, level: LevelSignals, usable: BoolArray) -> StrideHarmonics:
    """Harmonics of all channels over the usable strides.

    Parameters
    ----------
    steps : Steps
    level : LevelSignals
    usable : BoolArray, shape (n_steps,)
        Steps whose stride may be used (no turn, no hole).

    Returns
    -------
    StrideHarmonics
    """
    n = len(steps.index)
    opening = np.arange(max(n - 2, 0))
    whole = steps.bout[opening] == steps.bout[opening + 2] if n > 2 else np.empty(0, bool)
    opening = opening[whole & usable[: max(n - 2, 0)] & usable[2:]]
    if len(opening) > MAX_STRIDES:
        opening = opening[np.linspace(0, len(opening) - 1, MAX_STRIDES).astype(np.intp)]
    start, end = steps.index[opening], steps.index[opening + 2]
    values = level.harmonics(start, end)
    first = np.searchsorted(steps.bout, steps.bout[opening])
    parity = np.where((opening - first) % 2 == 0, 1.0, -1.0)
    return StrideHarmonics(values, opening, parity)
