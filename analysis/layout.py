"""Where the samples of a grid lie in time, with the holes between its segments."""

from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid
from analysis.results import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Layout:
    """Segments with their holes between them: places are grid periods, not samples.

    Attributes
    ----------
    start : IntArray, shape (n_segments,)
        First sample of each segment.
    place : IntArray, shape (n_segments,)
        Where it lies; the first lies at 0.
    n_samples, n_places : int
    """

    start: IntArray
    place: IntArray
    n_samples: int
    n_places: int

    def places(self, index: FloatArray) -> FloatArray:
        """Give the places of positions on the grid, shape (m,)."""
        segment = np.maximum(np.searchsorted(self.start, index, side="right") - 1, 0)
        shifted: FloatArray = index + (self.place - self.start)[segment]
        return shifted

    def samples(self, place: IntArray) -> IntArray:
        """Give the samples at these places, in a hole the last before it; shape (m,)."""
        segment = np.searchsorted(self.place, place, side="right") - 1
        last = np.append(self.start[1:], self.n_samples) - 1
        sample: IntArray = np.minimum(place - (self.place - self.start)[segment], last[segment])
        return sample

    def on_grid(self, values: BoolArray) -> BoolArray:
        """Read what is given for each place, shape (n_places,), at each sample."""
        if len(self.start) == 1:
            return values
        lengths = np.diff(np.append(self.start, self.n_samples)).tolist()
        return np.concatenate(
            [values[p : p + n] for p, n in zip(self.place.tolist(), lengths, strict=True)]
        )

    def blocks(self, signals: FloatArray, every: int) -> FloatArray:
        """Give means of each ``every`` samples, shape (n_places // every, k); 0 in the holes."""
        if len(self.start) == 1:
            return _means(signals, every)
        out = np.zeros((self.n_places // every + 1, signals.shape[1]))
        stop = [*self.start[1:].tolist(), self.n_samples]
        first_block = (-(-self.place // every)).tolist()
        for a, b, at in zip(self.start.tolist(), stop, first_block, strict=True):
            means = _means(signals[a:b], every) if b - a >= every else signals[:0]
            out[at : at + len(means)] = means
        return out


def layout_of(grid: Grid, max_hole_s: float) -> Layout:
    """Lay out the segments of a grid; a hole longer than ``max_hole_s`` takes as long as that."""
    start, stop = np.array(grid.segments).T
    hole_s = np.minimum(grid.t_s[start[1:]] - grid.t_s[stop[:-1] - 1], max_hole_s)
    missing = np.maximum(np.rint(hole_s * grid.rate_hz).astype(np.intp) - 1, 0)
    place = start + np.concatenate(([0], np.cumsum(missing)))
    n_samples = len(grid.t_s)
    return Layout(start, place, n_samples, int(place[-1] - start[-1]) + n_samples)


def _means(signals: FloatArray, every: int) -> FloatArray:
    """Mean of each ``every`` samples, shape (n, k); of fewer a part of the first."""
    n = len(signals) // every
    if n == 0:
        return signals[:1] / every
    means = np.einsum("ne...->n...", signals[: n * every].reshape(n, every, *signals.shape[1:]))
    averaged: FloatArray = means / every
    return averaged
