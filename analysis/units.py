"""Signals in another unit than they should be: refused, since everything read from them is wrong.

The mean specific force of somebody who walks or runs is gravity: whatever speeds the pelvis up
within a stride slows it down again.  That holds for every runner, while lengths of single samples
tell little: one that flies for most of the time measures next to nothing then.
"""

import numpy as np

from analysis.errors import SignalError
from analysis.results import FloatArray

# Means over this hold two strides of a slow walk, and so gravity.
BLOCK_S = 2.0
# Median length of those means: 9.3 to 10.3 on 120 recordings with truth, 8.9 and more simulated at
# 3 to 5.5 m/s and 130 to 180 steps per minute, where the median of all lengths falls to 3.0.  In g
# it is 1, without gravity next to nothing.
MIN_GRAVITY_MPS2 = 4.0
# Medians of the length of the vector: running at 4.5 m/s makes up to 14.  A pelvis that runs turns
# by 1 to 3 rad/s.
MAX_ACC_MPS2 = 30.0
MAX_GYR_RADPS = 10.0
# With gravity, in whatever unit, the mean over a block is at least half of the mean length: 0.5 to
# 0.9 on 120 recordings with truth.  With the pose of standing taken off it is 0.05 running, 0.27
# walking.
MIN_GRAVITY_SHARE = 0.4
# They are taken over so many samples drawn at random, within a tenth of those of all samples of an
# hour of running; evenly spaced ones could keep step with gait.
N_UNIT_SAMPLES = 10_000
# The nominal rate may be off by an oscillator's tolerance, not by half; as recordings/README.md.
MAX_RATE_RATIO = 1.5
MIN_INTERVALS = 20
# Of samples that come in packets of two and more at most every second comes after an interval.
MAX_PACKETS_SHARE = 0.55
MAX_BETWEEN_PACKETS_S = 1.0  # longer is a pause, whatever the packets


def check_units(
    t_s: FloatArray, acc: FloatArray, gyr: FloatArray | None, sampling_rate_hz: float
) -> None:
    """Refuse signals that can only be in another unit.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
        Strictly increasing.
    acc : FloatArray, shape (n, 3)
    gyr : FloatArray, shape (n, 3), or None
        As they were recorded: what makes spikes of other units must not have been taken out.
    sampling_rate_hz : float

    Raises
    ------
    SignalError
        Times that do not fit the rate, acceleration without gravity or not of its size, or turning
        rates that no pelvis reaches.
    """
    _check_spacing(t_s, sampling_rate_hz)
    _check_gravity(acc, max(1, round(BLOCK_S * sampling_rate_hz)))
    median_radps = 0.0 if gyr is None else float(np.median(_some_lengths(gyr)))
    if median_radps > MAX_GYR_RADPS:
        raise SignalError(
            f"gyr_radps has a median of {median_radps:.3g}; no pelvis turns that fast: convert "
            "degrees per second to rad/s."
        )


def _check_spacing(t_s: FloatArray, sampling_rate_hz: float) -> None:
    """Refuse times that are in another unit, or of another rate; losses only widen intervals."""
    if len(t_s) <= MIN_INTERVALS:
        return
    intervals_s = np.diff(t_s)
    nominal_s = 1 / sampling_rate_hz
    shortest_tenth_s, median_s = np.quantile(intervals_s, (0.1, 0.5))
    if median_s * MAX_RATE_RATIO >= nominal_s and shortest_tenth_s <= nominal_s * MAX_RATE_RATIO:
        return
    short = intervals_s[intervals_s < MAX_BETWEEN_PACKETS_S]
    bunched = float(np.mean(intervals_s > nominal_s)) < MAX_PACKETS_SHARE
    if bunched and len(short) and float(short.mean()) * MAX_RATE_RATIO >= nominal_s:
        return
    raise SignalError(
        f"t_s is {median_s:.3g} from sample to sample, but at {sampling_rate_hz:g} Hz it is "
        f"{nominal_s:.3g} s: convert t_s to seconds, or correct sampling_rate_hz."
    )


def _check_gravity(acc: FloatArray, n_block: int) -> None:
    lengths = _some_lengths(acc)
    median_mps2, mean_mps2 = float(np.median(lengths)), float(lengths.mean())
    if median_mps2 > MAX_ACC_MPS2:
        raise SignalError(_wrong_size("median", median_mps2))
    n_blocks = len(acc) // n_block
    if not n_blocks:
        return  # a flight between two steps holds no gravity
    blocks = acc[: n_blocks * n_block].reshape(n_blocks, n_block, 3)
    gravity = np.linalg.norm(np.einsum("bni->bi", blocks) / n_block, axis=1)
    # An axis that has stopped shows no unit; see `analysis.standstills`.
    gravity = gravity[(blocks.max(axis=1) > blocks.min(axis=1)).all(axis=1)]
    if not len(gravity):
        return
    gravity_mps2 = float(np.median(gravity))
    if gravity_mps2 >= MIN_GRAVITY_MPS2:
        return
    if gravity_mps2 < MIN_GRAVITY_SHARE * mean_mps2:
        raise SignalError(
            f"acc_mps2 has a mean of {gravity_mps2:.2g}, though it moves by {mean_mps2:.2g}: "
            "gravity seems to have been removed; hand in what the accelerometer measured, in m/s2, "
            "with gravity."
        )
    raise SignalError(_wrong_size("mean", gravity_mps2))


def _wrong_size(what: str, size_mps2: float) -> str:
    return (
        f"acc_mps2 has a {what} of {size_mps2:.3g}; a worn sensor measures about 10 m/s2: "
        "convert it to m/s2, with gravity."
    )


def _some_lengths(vectors: FloatArray) -> FloatArray:
    """Lengths of some vectors of shape (n, 3); the same draw for the same n."""
    if len(vectors) > N_UNIT_SAMPLES:
        vectors = vectors[np.random.default_rng(0).integers(len(vectors), size=N_UNIT_SAMPLES)]
    lengths: FloatArray = np.linalg.norm(vectors, axis=1)
    return lengths


class UnitWatch:
    """Check the units of a stream each time that so many seconds of samples have come.

    Parameters
    ----------
    every_s : float
    sampling_rate_hz : float
    has_gyroscope : bool
    """

    def __init__(self, every_s: float, sampling_rate_hz: float, *, has_gyroscope: bool) -> None:
        self._rate_hz = sampling_rate_hz
        self._n_due = round(every_s * sampling_rate_hz)
        self._samples = np.empty((0, 7 if has_gyroscope else 4))

    def take(self, batch: FloatArray) -> None:
        """Take samples, shape (n, 4) or (n, 7): time, acceleration, turning rates.

        Raises
        ------
        SignalError
            As `check_units`, as long as the last so many seconds are in another unit.
        """
        taken = np.concatenate((self._samples, batch))
        self._samples = taken[-max(self._n_due, len(batch)) :]
        if len(taken) >= self._n_due:
            gyr = self._samples[:, 4:] if self._samples.shape[1] > 4 else None
            check_units(self._samples[:, 0], self._samples[:, 1:4], gyr, self._rate_hz)
            self._samples = self._samples[:0]
