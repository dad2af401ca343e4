"""How the curve of drop over the gait cycle differs between two runs or two periods."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from analysis.results import ChangeClass, FloatArray, Waveform
from analysis.stances import Side
from analysis.verdict import MINIMAL_DETECTABLE_CHANGE_DEG, change_class

_UPPER_TAIL = 0.975


@dataclass(frozen=True, slots=True)
class WaveformChange:
    """Difference of two mean curves of one side, each counted from its foot strike.

    Counted from foot strike, a constant tilt of the sensor and the choice of zero cancel.

    Attributes
    ----------
    side : Side
    before_deg, after_deg : FloatArray, shape (101,)
        Drop since foot strike at 0, 1, ... 100 % of the gait cycle.
    difference_deg : FloatArray, shape (101,)
        After minus before.
    half_width_deg : FloatArray, shape (101,)
        Of its 95 % interval at each percent by itself: from the scatter between runs where both
        have more than one, else from stride to stride in their mountings.
    largest_percent : int
        Where in the gait cycle the curves are furthest apart.
    change_class : ChangeClass
        Of the difference there.
    """

    side: Side
    before_deg: FloatArray
    after_deg: FloatArray
    difference_deg: FloatArray
    half_width_deg: FloatArray
    largest_percent: int
    change_class: ChangeClass


def waveform_changes(
    before: Sequence[Waveform],
    after: Sequence[Waveform],
    *,
    noise_deg: float = MINIMAL_DETECTABLE_CHANGE_DEG,
) -> tuple[WaveformChange, ...]:
    """Compare the mean curves of two runs or two periods.

    Parameters
    ----------
    before, after : sequence of Waveform
        All curves of each, left and right.
    noise_deg : float
        The person's minimal detectable change.

    Returns
    -------
    tuple of WaveformChange
        Left first; without a side that is missing in either.
    """
    found = []
    for side in (Side.LEFT, Side.RIGHT):
        old = [waveform for waveform in before if waveform.side is side]
        new = [waveform for waveform in after if waveform.side is side]
        if old and new:
            found.append(_change(side, old, new, noise_deg))
    return tuple(found)


def _change(
    side: Side, old: Sequence[Waveform], new: Sequence[Waveform], noise_deg: float
) -> WaveformChange:
    before, after = _mean(old), _mean(new)
    difference = after - before
    by_runs = min(len(old), len(new)) > 1
    half_width = np.hypot(_half_width(old, by_runs=by_runs), _half_width(new, by_runs=by_runs))
    at = int(np.argmax(np.abs(difference)))
    noise = max(noise_deg, float(half_width[at]))
    kind = change_class(float(difference[at]), noise)
    return WaveformChange(side, before, after, difference, half_width, at, kind)


def _since_strike(waveforms: Sequence[Waveform]) -> FloatArray:
    curves: FloatArray = np.array([one.mean_deg - one.mean_deg[0] for one in waveforms])
    return curves


def _mean(waveforms: Sequence[Waveform]) -> FloatArray:
    mean: FloatArray = _since_strike(waveforms).mean(axis=0)
    return mean


def _half_width(waveforms: Sequence[Waveform], *, by_runs: bool) -> FloatArray:
    n = len(waveforms)
    if by_runs:
        sd: FloatArray = _since_strike(waveforms).std(axis=0, ddof=1)
        scatter: FloatArray = float(stdtrit(n - 1.0, _UPPER_TAIL)) * sd / np.sqrt(n)
        return scatter
    # The foot strike's own scatter counts as well: the curves are counted from it.
    variance = [(one.sd_deg**2 + one.sd_deg[0] ** 2) / max(1, one.n_cycles) for one in waveforms]
    stride_to_stride: FloatArray = 1.96 * np.sqrt(np.sum(variance, axis=0)) / n
    return stride_to_stride
