"""What makes a stance less sure than others without leaving it out."""

import numpy as np

from analysis.events import Events
from analysis.grid import Grid, lost_before
from analysis.results import BoolArray, FloatArray
from analysis.stances import Doubt

# Samples around a stance that its events are read from; see `analysis.events.WINDOWS`.
REACH_S = 0.2
# A swing that is more likely than not; see `analysis.wobble`.
LOOSE = 0.5
SURE_OF_SIDE = 0.95


def stance_doubts(
    events: Events,
    grid: Grid,
    *,
    loose: FloatArray | None,
    bend: BoolArray,
    side_probability: FloatArray,
    clipped_s: FloatArray,
    running: BoolArray,
) -> tuple[tuple[Doubt, ...], ...]:
    """Doubts of each stance, in the order of `Doubt`.

    Parameters
    ----------
    events : Events
    grid : Grid
    loose : FloatArray, shape (n,), or None
        From `analysis.wobble`; None without a gyroscope.
    bend : BoolArray, shape (n_stances,)
        From `analysis.bends`.
    side_probability : FloatArray, shape (n_stances,)
        From `analysis.sides`.
    clipped_s : FloatArray, shape (n_clipped,)
        Times of all clipped samples, harmful or not.
    running : BoolArray, shape (n_stances,)
        In walking neither belt nor bend is told: its angles are too small to see the one, and the
        lean in a bend is less than a degree.
    """
    start = events.foot_strike_s
    end = np.where(np.isfinite(events.toe_off_s), events.toe_off_s, start + events.step_time_s)
    first, stop = (np.searchsorted(grid.t_s, t) for t in (start - REACH_S, end + REACH_S))
    belt = np.zeros(len(start), bool)
    if loose is not None:
        belt = np.interp((start + end) / 2, grid.t_s, loose) > LOOSE
    masks = {
        Doubt.BELT: belt & running,
        Doubt.BRIDGED: lost_before(stop, grid) > lost_before(first, grid),
        Doubt.BEND: bend & running,
        Doubt.CLIPPED: np.searchsorted(clipped_s, end) > np.searchsorted(clipped_s, start),
        Doubt.SIDE: side_probability < SURE_OF_SIDE,
    }
    # Few stances have any, and few combinations occur: each is made once.
    code = np.zeros(len(start), np.intp)
    for bit, mask in enumerate(masks.values()):
        code += mask.astype(np.intp) << bit
    made = {
        value: tuple(doubt for bit, doubt in enumerate(masks) if value >> bit & 1)
        for value in np.unique(code).tolist()
    }
    return tuple(map(made.__getitem__, code.tolist()))
