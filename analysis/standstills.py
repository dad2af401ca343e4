"""Where a sensor stands still while it moves: all of it, its gyroscope, or its accelerometer."""

from collections.abc import Sequence

import numpy as np

from analysis.results import BoolArray, FloatArray

# The longest gap that leaves a stance valid.  In gait an axis of 16 bits never shows the same value
# for so long; quiet standing can, with a coarse accelerometer.
MIN_FROZEN_S = 0.2
# Longer standstills of the gyroscope alone are not bridged: as long as holes that are not.
MIN_DEAD_S = 1.0
# What tells a movement from standing, between the samples at both ends of a standstill or within
# it: quiet standing sways by less (see `analysis.standing`), every step by ten times as much.
MOVING_MPS2 = 1.0
MOVING_RADPS = 0.5
EDGE_S = 0.1
MOVING_BLOCK_S = 0.5
N_MOVING_BLOCKS = 2  # in a row: a movement that lasts
# Standard deviations over a second.  In 120 recordings with truth the gyroscope showed 0.18 rad/s
# or more wherever the acceleration showed 1.5 m/s2, its quietest axis 0.042; noise of common
# sensors is 0.002.
NOISE_BLOCK_S = 1.0
GAIT_MPS2 = 1.5
# Every second of 48 treadmill runs showed 10.6 m/s2 or more, 99 of 100 of 72 walks less than 7.7.
RUNNING_MPS2 = 8.0
NOISE_RADPS = 0.03
AXIS_NOISE_RADPS = 0.012
N_AXIS_BLOCKS = 2  # in a row, for one axis alone


def common_standstills(
    acc: FloatArray, gyr: FloatArray | None, rate_hz: float
) -> list[tuple[int, int]]:
    """Half-open ranges in which all channels repeat one sample while the sensor moves.

    A gyroscope is never so quiet that it shows the same for long.  A coarse accelerometer is: it
    has to be moving before and behind.
    """
    columns = [*acc.T, *(() if gyr is None else gyr.T)]
    n_edge = max(1, round(EDGE_S * rate_hz))

    def moves(first: int, stop: int) -> bool:
        edges = (acc[max(first - n_edge, 0) : first], acc[stop : stop + n_edge])
        moving = [len(e) > 0 and float(np.abs(e - acc[first]).max()) > MOVING_MPS2 for e in edges]
        return all(moving) if gyr is None else any(moving)

    return [run for run in constant_runs(columns, round(MIN_FROZEN_S * rate_hz)) if moves(*run)]


def gyroscope_standstills(
    acc: FloatArray, gyr: FloatArray | None, rate_hz: float
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Short and long ranges in which an axis of the gyroscope stands still in movement."""
    short: list[tuple[int, int]] = []
    long: list[tuple[int, int]] = []
    for axis in () if gyr is None else gyr.T:
        for first, stop in constant_runs([axis], round(MIN_FROZEN_S * rate_hz)):
            if float(np.ptp(acc[first:stop], axis=0).max()) <= MOVING_MPS2:
                continue
            if stop - first > MIN_DEAD_S * rate_hz:
                long.append((first, stop))
            elif axis.min() < axis[first] < axis.max():  # else it is at the end of its range
                short.append((first, stop))
    return short, long


def gyroscope_noise(
    acc: FloatArray, gyr: FloatArray | None, rate_hz: float
) -> list[tuple[int, int]]:
    """Half-open ranges in which the gyroscope, or an axis of it, shows only noise in movement.

    Something that goes up and down without turning looks the same; no pelvis does in gait.

    Parameters
    ----------
    acc : FloatArray, shape (n, 3)
    gyr : FloatArray, shape (n, 3), or None
    rate_hz : float
    """
    n_block = round(NOISE_BLOCK_S * rate_hz)
    n_blocks = len(acc) // n_block
    if gyr is None or not n_blocks:
        return []
    # The last block ends with the signal: a stream has to know early.
    begin = len(acc) - n_blocks * n_block
    moves = _variances(acc[begin:], n_block).sum(axis=1) > GAIT_MPS2**2
    variances = _variances(gyr[begin:], n_block)
    found = _ranges(moves & (variances.sum(axis=1) < NOISE_RADPS**2), 1)
    for axis in variances.T:
        found += _ranges(moves & (axis < AXIS_NOISE_RADPS**2), N_AXIS_BLOCKS)
    return [(begin + first * n_block, begin + stop * n_block) for first, stop in found]


def accelerometer_standstills(
    acc: FloatArray, gyr: FloatArray | None, rate_hz: float
) -> list[tuple[int, int]]:
    """Half-open ranges in which an axis of the accelerometer stands still in movement.

    An axis of a coarse one may well stand still while somebody stands: only what lies between
    movements that last counts.

    Parameters
    ----------
    acc : FloatArray, shape (n, 3)
    gyr : FloatArray, shape (n, 3), or None
    rate_hz : float
    """
    n_block = max(1, round(MOVING_BLOCK_S * rate_hz))
    found: list[tuple[int, int]] = []
    for axis in acc.T:
        for first, stop in constant_runs([axis], round(MIN_DEAD_S * rate_hz)):
            moves = _ptp(acc[first:stop], n_block) > MOVING_MPS2
            if gyr is not None:
                moves |= _ptp(gyr[first:stop], n_block) > MOVING_RADPS
            lasting = _ranges(moves, N_MOVING_BLOCKS)
            if lasting:
                begin, end = (lasting[0][0] * n_block, lasting[-1][1] * n_block)
                # What is over behind the last block belongs to it.
                is_last = stop - first - end < n_block
                found.append((first + begin, stop if is_last else first + end))
    return found


def violent_percent(acc: FloatArray, rate_hz: float) -> float:
    """Share of the seconds of acceleration, shape (n, 3), that vary as in running."""
    n_block = max(1, round(NOISE_BLOCK_S * rate_hz))
    if len(acc) < n_block:
        return 0.0
    return float(100.0 * (_variances(acc, n_block).sum(axis=1) > RUNNING_MPS2**2).mean())


def _ptp(signal: FloatArray, n_block: int) -> FloatArray:
    """Largest range of any axis in each block, shape (n_blocks,)."""
    blocks = signal[: len(signal) // n_block * n_block].reshape(-1, n_block, 3)
    largest: FloatArray = np.ptp(blocks, axis=1).max(axis=1)
    return largest


def _variances(signal: FloatArray, n_block: int) -> FloatArray:
    """Variance of each axis in each block, shape (n_blocks, 3)."""
    blocks = signal[: len(signal) // n_block * n_block].reshape(-1, n_block, 3)
    mean = np.einsum("bni->bi", blocks) / n_block
    variances: FloatArray = np.einsum("bni,bni->bi", blocks, blocks) / n_block - mean**2
    return variances


def _ranges(mask: BoolArray, n_min: int) -> list[tuple[int, int]]:
    """Half-open ranges of at least so many in a row that are set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    first, stop = edges[::2], edges[1::2]
    long = stop - first >= n_min
    return list(zip(first[long].tolist(), stop[long].tolist(), strict=True))


def constant_runs(columns: Sequence[FloatArray], n_min: int) -> list[tuple[int, int]]:
    """Half-open ranges of at least ``n_min`` samples in which no column changes."""
    every = max(1, n_min // 2)
    for column in columns:
        # A run has two in a row of every so many samples: most signals need no closer look.
        coarse = column[::every]
        first = np.flatnonzero(coarse[1:] == coarse[:-1]) * every
        if not (column[first[:, None] + np.arange(every)] == column[first, None]).all(axis=1).any():
            return []
    same = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False]))))
    first, stop = edges[::2], edges[1::2] + 1
    long = stop - first >= max(n_min, 2)
    return list(zip(first[long].tolist(), stop[long].tolist(), strict=True))
