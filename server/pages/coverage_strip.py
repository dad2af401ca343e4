"""The strip of the recorded share along a run, and where most of what is missing was lost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.results import Hole

STRIP_WIDTH = 1000
STRIP_HEIGHT = 24
N_BINS = 250  # four units of the strip each: about a pixel of a phone
# "Most" is said of 6 tenths of the loss in at most a third of the run's minutes.
MOST_SHARE = 0.6
FEW_MINUTES_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A pause in the strip, in the strip's own units."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class CoverageStrip:
    """A path as high as the recorded share at each place; pauses lie over it."""

    path: str
    pauses: Sequence[Stretch]


def coverage_strip(holes: Sequence[Hole], start_s: float, duration_s: float) -> CoverageStrip:
    """Draw the recorded share of each of ``N_BINS`` parts of a run."""
    gaps = [hole for hole in holes if not hole.is_pause]
    pauses = [hole for hole in holes if hole.is_pause]
    recorded = 1.0 - _missing_share(gaps, start_s, np.linspace(0.0, duration_s, N_BINS + 1))
    tops = np.round(STRIP_HEIGHT * (1.0 - recorded), 1)
    steps = [f"M0 {STRIP_HEIGHT}"]
    steps += [
        f"H{index * STRIP_WIDTH / N_BINS:g}V{tops[index]:g}"
        for index in np.flatnonzero(np.diff(tops, prepend=np.nan) != 0)
    ]
    return CoverageStrip(
        path="".join([*steps, f"H{STRIP_WIDTH}V{STRIP_HEIGHT}Z"]),
        pauses=[
            Stretch(
                x=round((hole.start_s - start_s) / duration_s * STRIP_WIDTH, 1),
                width=round((hole.end_s - hole.start_s) / duration_s * STRIP_WIDTH, 1),
            )
            for hole in pauses
        ],
    )


def where_most_is_missing(holes: Sequence[Hole], start_s: float, duration_s: float) -> str:
    """Return ``most in minutes 2 to 3``; empty where the run is too short to tell places apart."""
    n_minutes = int(np.ceil(duration_s / 60.0))
    gaps = [hole for hole in holes if not hole.is_pause]
    if len(gaps) < 2 or n_minutes < 3:
        return ""
    missing = _missing_share(gaps, start_s, np.linspace(0.0, 60.0 * n_minutes, n_minutes + 1))
    if missing.sum() <= 0:
        return ""
    total = np.concatenate([[0.0], np.cumsum(missing)])
    for n_wide in range(1, max(1, int(n_minutes * FEW_MINUTES_SHARE)) + 1):
        inside = total[n_wide:] - total[:-n_wide]
        first = int(np.argmax(inside))
        if inside[first] >= MOST_SHARE * total[-1]:
            if n_wide == 1:
                return f"most in minute {first + 1}"
            return f"most in minutes {first + 1} to {first + n_wide}"
    return "spread over the run"


def _missing_share(
    gaps: Sequence[Hole], start_s: float, edges_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of each part, between two edges, that lies in gaps; shape (n - 1,)."""
    # Missing seconds before a moment grow along each gap and stand still between gaps.
    if not gaps:
        return np.zeros(edges_s.size - 1)
    bounds_s = np.array([[gap.start_s, gap.end_s] for gap in gaps]) - start_s
    missing_s = np.cumsum(np.diff(bounds_s, axis=1).ravel())
    before_s = np.stack([np.concatenate([[0.0], missing_s[:-1]]), missing_s], axis=1)
    at_edges_s = np.interp(edges_s, bounds_s.ravel(), before_s.ravel())
    share: NDArray[np.float64] = np.clip(np.diff(at_edges_s) / np.diff(edges_s), 0.0, 1.0)
    return share
