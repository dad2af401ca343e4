"""The same recordings as other sensors would have made them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import butter, sosfiltfilt

from analysis.results import FloatArray
from imu.recordings import Recording

Variant = Callable[[Recording, int], Recording]
"""Makes another recording; the number seeds what is random in it."""

RATES_HZ = (50.0, 100.0, 104.0, 200.0, 500.0)
# A sensor lets through what lies below this share of its rate.
PASSED_SHARE = 0.4
# Each sample comes up to this share of a period early or late, and says so.
MAX_JITTER = 0.3
LOST_SHARE = 0.2
# Mean length of what was lost at once in the walking recordings that lost more than a tenth:
# 1.8 samples of 10 ms (99 % are at most 7), measured on their time stamps.
MEAN_BURST_S = 0.018
AS_RECORDED = "as recorded"
ACCELEROMETER_ONLY = "accelerometer only"
UNEVEN_CLOCK = "uneven clock"
BURST_LOSS = "20 % lost in bursts"
# A longer hole is a pause: nothing is made up inside it.
LONGEST_BRIDGED_S = 1.0


def as_recorded(recording: Recording, seed: int) -> Recording:
    """Leave a recording as it is."""
    return recording


def without_gyroscope(recording: Recording, seed: int) -> Recording:
    """Take the gyroscope away."""
    return replace(recording, gyr_radps=None)


def resampled(rate_hz: float) -> Variant:
    """Return the variant with another rate; what was lost stays lost."""

    def variant(recording: Recording, seed: int) -> Recording:
        old_hz = recording.sampling_rate_hz
        cutoff_hz = PASSED_SHARE * rate_hz if rate_hz < old_hz else None
        stretches = _stretches(recording.t_s)
        times = np.concatenate([np.arange(a, b, 1 / rate_hz) for a, b in stretches])
        return _taken_at(recording, _recorded(times, recording), rate_hz, cutoff_hz)

    return variant


def with_uneven_clock(recording: Recording, seed: int) -> Recording:
    """Move every sample in time; its time stamp tells the truth."""
    rng = np.random.default_rng(seed)
    period_s = 1 / recording.sampling_rate_hz
    shift = rng.uniform(-MAX_JITTER, MAX_JITTER, recording.n_samples) * period_s
    # Nothing is known beyond the ends of a stretch.
    shift[np.isin(recording.t_s, _stretches(recording.t_s))] = 0.0
    return _taken_at(recording, recording.t_s + shift, recording.sampling_rate_hz, None)


def with_burst_loss(recording: Recording, seed: int) -> Recording:
    """Lose a fifth of the samples: kept and lost stretches take turns, both of random length."""
    rng = np.random.default_rng(seed)
    n = recording.n_samples
    burst = max(1.0, MEAN_BURST_S * recording.sampling_rate_hz)
    kept = burst * (1 - LOST_SHARE) / LOST_SHARE
    n_turns = 2 * round(n / kept) + 10
    lengths = np.stack([rng.geometric(1 / kept, n_turns), rng.geometric(1 / burst, n_turns)], 1)
    keep = np.repeat(np.tile([True, False], n_turns), lengths.ravel())[:n]
    gyr = recording.gyr_radps
    return replace(
        recording,
        t_s=recording.t_s[keep],
        acc_mps2=recording.acc_mps2[keep],
        gyr_radps=None if gyr is None else gyr[keep],
    )


VARIANTS: Mapping[str, Mapping[str, Variant]] = MappingProxyType(
    {
        "running": {
            AS_RECORDED: as_recorded,
            ACCELEROMETER_ONLY: without_gyroscope,
            **{f"{rate_hz:.0f} Hz": resampled(rate_hz) for rate_hz in RATES_HZ},
            UNEVEN_CLOCK: with_uneven_clock,
            BURST_LOSS: with_burst_loss,
        },
        "walking": {AS_RECORDED: as_recorded, ACCELEROMETER_ONLY: without_gyroscope},
    }
)


def _stretches(t_s: FloatArray) -> list[tuple[float, float]]:
    """First and last time of each stretch without a pause."""
    cuts = np.flatnonzero(np.diff(t_s) > LONGEST_BRIDGED_S) + 1
    return [(float(part[0]), float(part[-1])) for part in np.split(t_s, cuts)]


def _recorded(times: FloatArray, recording: Recording) -> FloatArray:
    """Leave out the times at which nothing was recorded."""
    t_s = recording.t_s
    after = np.clip(np.searchsorted(t_s, times), 1, len(t_s) - 1)
    nearest = np.minimum(np.abs(times - t_s[after - 1]), np.abs(t_s[after] - times))
    kept: FloatArray = times[nearest < 0.75 / recording.sampling_rate_hz]
    return kept


def _taken_at(
    recording: Recording, times: FloatArray, rate_hz: float, cutoff_hz: float | None
) -> Recording:
    """Read a recording off at other times, stretch by stretch."""
    gyr = recording.gyr_radps
    values = recording.acc_mps2 if gyr is None else np.hstack((recording.acc_mps2, gyr))
    taken = np.full((len(times), values.shape[1]), np.nan)
    for first, last in _stretches(recording.t_s):
        old = (recording.t_s >= first) & (recording.t_s <= last)
        new = (times >= first) & (times <= last)
        curve = CubicSpline(recording.t_s[old], values[old])
        taken[new] = curve(times[new])
        if cutoff_hz is not None:
            # Filtered on a regular clock of the old rate, then read off at the new times.
            regular = np.arange(first, last, 1 / recording.sampling_rate_hz)
            sos = butter(4, cutoff_hz, fs=recording.sampling_rate_hz, output="sos")
            smooth = sosfiltfilt(sos, curve(regular), axis=0)
            taken[new] = CubicSpline(regular, smooth)(np.minimum(times[new], regular[-1]))
    return replace(
        recording,
        t_s=times,
        acc_mps2=taken[:, :3],
        gyr_radps=None if gyr is None else taken[:, 3:],
        metadata={**recording.metadata, "sampling_rate_hz": rate_hz},
    )
