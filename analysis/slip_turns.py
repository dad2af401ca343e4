"""How far each slip turned the sensor, once all of them are known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.results import FloatArray
from analysis.slip_timing import FoundSlip
from analysis.stride_cycles import (
    MAX_RATE_CHANGE,
    MIN_STRIDES,
    STRIDES,
    Cycles,
    turn_between,
)

# Strides on each side that the turn is measured with: more than it takes to find it, but few
# enough for a minute in which the runner changes little.
FINAL_STRIDES = 48


def turns_apart(as_found: Sequence[FoundSlip], gaits: Sequence[Cycles]) -> tuple[FoundSlip, ...]:
    """Return the slips in order of time, each with its own turn in the axes of that moment.

    Parameters
    ----------
    as_found : sequence of FoundSlip
        From large to small, each found in strides that those before it were taken out of.
    gaits : sequence of Cycles
        Strides as they were recorded.
    """
    slips = _one_after_the_other(as_found)
    edges = [-np.inf, *((slip.start + slip.stop) / 2 for slip in slips), np.inf]
    measured = []
    for k, slip in enumerate(slips):
        pairs = [_strides_around(cycles, slip, edges[k], edges[k + 2]) for cycles in gaits]
        before, after = max(pairs, key=lambda pair: min(len(pair[0]), len(pair[1])))
        if min(len(before), len(after)) >= MIN_STRIDES:
            turn, _, _ = turn_between(before.mean(axis=0), after.mean(axis=0))
            slip = replace(slip, turn=turn)  # noqa: PLW2901
        measured.append(slip)
    return tuple(measured)


def _strides_around(
    cycles: Cycles, slip: FoundSlip, from_: float, until: float
) -> tuple[FloatArray, FloatArray]:
    """Strides of one rate before and after a slip, as far as the slips next to it."""
    before = np.flatnonzero((cycles.start >= from_) & (cycles.end <= slip.start))
    after = np.flatnonzero((cycles.start >= slip.stop) & (cycles.end <= until))
    if not len(before) or not len(after):
        return cycles.curves[:0], cycles.curves[:0]
    log_s = np.log(cycles.end - cycles.start)
    usual = float(np.median(log_s[np.concatenate((before[-STRIDES:], after[:STRIDES]))]))
    alike = np.abs(log_s - usual) < MAX_RATE_CHANGE
    return (
        cycles.curves[before[-FINAL_STRIDES:][alike[before[-FINAL_STRIDES:]]]],
        cycles.curves[after[:FINAL_STRIDES][alike[after[:FINAL_STRIDES]]]],
    )


def _one_after_the_other(as_found: Sequence[FoundSlip]) -> tuple[FoundSlip, ...]:
    """Order by time; what was found later is applied nearer to the movement."""
    in_time = sorted(as_found, key=lambda s: s.start)
    whole = [np.eye(3) for _ in in_time]
    for slip in as_found:
        for k, other in enumerate(in_time):
            if other.start >= slip.start:
                whole[k] = whole[k] @ slip.turn
    alone = []
    before = np.eye(3)
    for slip, after in zip(in_time, whole, strict=True):
        alone.append(replace(slip, turn=after @ before.T))
        before = after
    return tuple(alone)
