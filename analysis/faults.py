"""Faults of the sensor: samples that no movement makes, and gyroscopes that stop in the middle.

What shows nothing of the movement is taken out before anything is read from the signals.  Spikes
and short standstills count as lost samples from there on, with all that follows for gaps.  Where
the gyroscope stands still for longer, the steps are still found, but the stances have no drop;
where an axis of the accelerometer does, nothing can be read.  See `analysis.standstills`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from analysis.clock import even_times
from analysis.grid import Grid, gyroscope_is_dead, to_grid
from analysis.results import FloatArray, IntArray
from analysis.standstills import (
    MIN_DEAD_S,
    accelerometer_standstills,
    common_standstills,
    gyroscope_noise,
    gyroscope_standstills,
)

# With less than half of the recording the accelerometer alone tells more.
MAX_DEAD_SHARE = 0.5
# The pelvis turns by up to 10 rad/s, and common sensors end at 157 m/s2 and 35 rad/s: beyond these
# nothing is a movement.
IMPOSSIBLE_ACC_MPS2 = 400.0
IMPOSSIBLE_GYR_RADPS = 40.0
# Below, a sample may be one if it stands out from the median of five by so much.  Low-passed at
# 10 Hz less moves an event at 100 Hz by a millisecond; harder impacts are told by coming again.
SPIKE_ACC_MPS2 = 50.0
SPIKE_GYR_RADPS = 10.0
N_MEDIAN = 5
# Who runs takes at least two steps a second: what stands out by a third as much five times within
# this, before and after, are the impacts of somebody who runs hard.
AROUND_S = 3.0
ALIKE_SHARE = 1 / 3
N_ALIKE = 5

Place = TypeVar("Place", int, float)


@dataclass(frozen=True, slots=True)
class Faults:
    """What was found wrong with the sensor.

    Attributes
    ----------
    n_spikes : int
        Samples that stand out as no movement can.
    n_frozen : int
        Samples that repeat the one before, in all channels or in some that nothing is read without.
    frozen_s : tuple of float
        Times of the last good sample before each standstill.
    stuck_s : tuple of (start, end)
        Where an axis of the accelerometer stands still for longer than a second.
    dead_s : tuple of (start, end)
        Where an axis of the gyroscope stands still for longer than a second; after
        `analysis.noise.without_noise`
        also where it shows only noise.
    noise_s : tuple of (start, end)
        Where an axis of the gyroscope shows only noise while the sensor moves.
    gyroscope_is_dead : bool
        So long that the gyroscope is not used at all.
    is_bunched : bool
        Samples bore the times of their packets, and were given even ones.
    """

    n_spikes: int = 0
    n_frozen: int = 0
    frozen_s: tuple[float, ...] = ()
    stuck_s: tuple[tuple[float, float], ...] = ()
    dead_s: tuple[tuple[float, float], ...] = ()
    noise_s: tuple[tuple[float, float], ...] = ()
    gyroscope_is_dead: bool = False
    is_bunched: bool = False


NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True)
class SoundSignals:
    """Signals without faulty samples, shapes (n,), (n, 3) and (n, 3), and the faults."""

    t_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    faults: Faults

    def on_grid(self, sampling_rate_hz: float) -> Grid:
        """Resample to a regular grid; see `analysis.grid.to_grid`."""
        dead_s = () if self.gyr_radps is None else self.faults.dead_s
        return to_grid(self.t_s, self.acc_mps2, self.gyr_radps, sampling_rate_hz, dead_s)


def without_faults(
    t_s: FloatArray, acc_mps2: FloatArray, gyr_radps: FloatArray | None, sampling_rate_hz: float
) -> SoundSignals:
    """Take out what shows nothing of the movement.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
    acc_mps2 : FloatArray, shape (n, 3)
    gyr_radps : FloatArray, shape (n, 3), or None
    sampling_rate_hz : float

    Returns
    -------
    SoundSignals
        Times that came in bunches are even.  Spikes and short standstills are missing.  Turning
        rates are 0 where the gyroscope stands still for long, and None where it does so for most
        of the recording.
    """
    even_s = even_times(t_s, sampling_rate_hz)
    t_s = t_s if even_s is None else even_s
    is_dead = gyr_radps is not None and gyroscope_is_dead(gyr_radps)
    gyr = None if is_dead else gyr_radps
    n_second = round(MIN_DEAD_S * sampling_rate_hz)
    stuck = joined(accelerometer_standstills(acc_mps2, gyr, sampling_rate_hz), 0)
    frozen = [*common_standstills(acc_mps2, gyr, sampling_rate_hz), *stuck]
    short, long = gyroscope_standstills(acc_mps2, gyr, sampling_rate_hz)
    dead = joined(long, n_second)
    if sum(stop - first for first, stop in dead) > MAX_DEAD_SHARE * len(t_s):
        gyr, is_dead, short = None, True, []
    gone = np.zeros(len(t_s), bool)
    last_good: list[int] = []
    for first, stop in sorted((*frozen, *short)):
        # The first sample of a standstill was measured, unless it is 0; the last says when the
        # recording ended.
        last_good.append(first if first == 0 or acc_mps2[first].any() else first - 1)
        gone[last_good[-1] + 1 : min(stop, len(t_s) - 1)] = True
    n_frozen = int(gone.sum())
    spikes = find_spikes(acc_mps2, gyr, sampling_rate_hz)
    spikes = spikes[~gone[spikes]]
    gone[spikes] = True
    faults = Faults(
        n_spikes=len(spikes),
        n_frozen=n_frozen,
        frozen_s=tuple(t_s[last_good].tolist()),
        stuck_s=_times(t_s, [run for run in stuck if run[1] - run[0] > n_second]),
        dead_s=_times(t_s, dead),
        noise_s=_times(t_s, joined(gyroscope_noise(acc_mps2, gyr, sampling_rate_hz), n_second)),
        gyroscope_is_dead=is_dead,
        is_bunched=even_s is not None,
    )
    if gyr is not None and dead:
        gyr = gyr.copy()
        for first, stop in dead:
            gyr[first:stop] = 0.0
    if gone.any() and not gone.all():
        t_s, acc_mps2, gyr = t_s[~gone], acc_mps2[~gone], None if gyr is None else gyr[~gone]
    return SoundSignals(t_s, acc_mps2, gyr, faults)


def find_spikes(
    acc_mps2: FloatArray, gyr_radps: FloatArray | None, sampling_rate_hz: float
) -> IntArray:
    """Find samples that no movement makes, on any axis.

    A sample is a spike where a value is impossible, or where it stands out from the median of five
    samples while hardly anything within some steps does so by a third as much.

    Parameters
    ----------
    acc_mps2 : FloatArray, shape (n, 3)
    gyr_radps : FloatArray, shape (n, 3), or None
    sampling_rate_hz : float

    Returns
    -------
    IntArray, shape (n_spikes,)
    """
    found = [_spikes_of(acc_mps2, SPIKE_ACC_MPS2, IMPOSSIBLE_ACC_MPS2, sampling_rate_hz)]
    if gyr_radps is not None:
        found.append(_spikes_of(gyr_radps, SPIKE_GYR_RADPS, IMPOSSIBLE_GYR_RADPS, sampling_rate_hz))
    return np.unique(np.concatenate(found))


def _spikes_of(signal: FloatArray, least: float, impossible: float, rate_hz: float) -> IntArray:
    """Spikes of a signal, shape (n, 3); see `find_spikes`."""
    found: list[IntArray] = [np.empty(0, np.intp)]
    if max(float(signal.max()), -float(signal.min())) < least:
        return found[0]
    for axis in signal.T:
        if max(float(axis.max()), -float(axis.min())) < least:
            continue
        at = np.flatnonzero(np.abs(axis) > least / 2)
        around = np.clip(at[:, None] + np.arange(N_MEDIAN) - N_MEDIAN // 2, 0, len(axis) - 1)
        excess = np.abs(axis[at] - np.median(axis[around], axis=1))
        out = excess > least * ALIKE_SHARE
        at, excess = at[out], excess[out]
        for k in np.flatnonzero(excess > least).tolist():
            low, high = np.searchsorted(
                at, (at[k] - AROUND_S * rate_hz, at[k] + AROUND_S * rate_hz)
            )
            beside = np.abs(at[low:high] - at[k]) >= N_MEDIAN
            n_alike = int((excess[low:high][beside] > ALIKE_SHARE * excess[k]).sum())
            if n_alike < N_ALIKE:
                found.append(at[k : k + 1])
        found.append(np.flatnonzero(np.abs(axis) > impossible))
    return np.concatenate(found)


def _times(t_s: FloatArray, ranges: Sequence[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(t_s[first]), float(t_s[stop - 1])) for first, stop in ranges)


def joined(ranges: Sequence[tuple[Place, Place]], between: float) -> list[tuple[Place, Place]]:
    """Join ranges that overlap or that are closer than so many samples, or seconds."""
    found: list[tuple[Place, Place]] = []
    for first, stop in sorted(ranges):
        if found and first - found[-1][1] < between:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        else:
            found.append((first, stop))
    return found
