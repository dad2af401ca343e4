"""Which moments of a walk are its foot strikes: the chain of peaks that fits best as a whole.

A single peak of the score (`analysis.strike_score`) may be a strike, an echo of one, or a sway.
Feet come down one after the other and about evenly: of all chains of peaks the one is taken whose
peaks are high, near the steps of the rhythm, and evenly spaced.  The same sum says where a walk
begins and ends: with one more step as long as its peak is worth more than a step costs.  The best
chain is found exactly, by dynamic programming (Bellman 1954,
https://doi.org/10.1090/S0002-9904-1954-09848-8).
"""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.ndimage import median_filter

from analysis.results import FloatArray, IntArray

# In heights of the score, whose clear strikes have 1.  Chosen on people left out of its fit, of
# whose 2198 strikes 57 are missed, and 11 more found: a fifth less of the first is five errors
# more, a third more or less of each of the others about as many at most.
END_COST = 0.2  # of a step where walks begin and end
# Whoever starts to walk shifts weight first, which looks more like a step than what follows the
# last one does.
OPENING_COST = 0.15
RHYTHM_BONUS = 0.15  # where the rhythm has a step, less beside it
RHYTHM_SD_S = 0.08
UNEVEN_COST = 1.0  # times the squared logarithm of a step time over the usual one
STEP_RATIO = (0.45, 1.8)  # of a step time over the usual one
MAX_HEIGHT = 1.0
# So many steps of the rhythm may be none where a walk begins and ends.
N_OPENING, N_CLOSING = 1, 3
BEYOND_S = 0.25  # from the last step that is surely one
N_USUAL = 9  # step times that the usual one is the median of


@dataclass(frozen=True, slots=True)
class Chain:
    """Foot strikes of one walk, in order of time.

    Attributes
    ----------
    time_s : FloatArray, shape (n,)
    step : IntArray, shape (n,)
        The step of the rhythm that stands in where no peak is; -1 for a peak.
    """

    time_s: FloatArray
    step: IntArray


def best_chain(
    peaks_s: FloatArray, height: FloatArray, rhythm_s: FloatArray, *, opens: bool, closes: bool
) -> Chain:
    """Choose the foot strikes of a walk.

    Parameters
    ----------
    peaks_s, height : FloatArray, shape (n_peaks,)
        Peaks of the score.
    rhythm_s : FloatArray, shape (n_steps,)
        When the foot should strike in each step of the rhythm; at least two, in order.
    opens, closes : bool
        Whether the walk begins or ends here; else all steps of the rhythm there are steps.
    """
    n_peaks = len(peaks_s)
    time_s = np.concatenate((peaks_s, rhythm_s))
    order = np.argsort(time_s, kind="stable")
    time_s = time_s[order]
    height = np.concatenate((np.minimum(height, MAX_HEIGHT), np.zeros(len(rhythm_s))))[order]
    off_s = time_s - rhythm_s[nearest(rhythm_s, time_s)]
    bonus = RHYTHM_BONUS * np.exp(-0.5 * (off_s / RHYTHM_SD_S) ** 2)
    cost = np.zeros(len(time_s))
    if opens:
        sure_s = rhythm_s[min(N_OPENING, len(rhythm_s) - 1)] - BEYOND_S
        cost[time_s < sure_s] = END_COST
        cost[time_s < rhythm_s[0] - BEYOND_S] += OPENING_COST
    if closes:
        sure_s = rhythm_s[max(len(rhythm_s) - 1 - N_CLOSING, 0)] + BEYOND_S
        cost[time_s > sure_s] = END_COST
    chosen = _best_path(time_s, height + bonus - cost, _usual_step_s(rhythm_s, time_s))
    source = order[chosen]
    return Chain(time_s[chosen], np.where(source < n_peaks, -1, source - n_peaks))


def nearest(values: FloatArray, at: FloatArray) -> IntArray:
    """Position of the nearest of ascending values, for each place."""
    right = np.clip(np.searchsorted(values, at), min(1, len(values) - 1), len(values) - 1)
    left = np.maximum(right - 1, 0)
    found: IntArray = np.where(np.abs(at - values[left]) < np.abs(values[right] - at), left, right)
    return found


def _usual_step_s(rhythm_s: FloatArray, at_s: FloatArray) -> FloatArray:
    step_s = np.diff(rhythm_s)
    usual = median_filter(step_s, min(N_USUAL, len(step_s)), mode="nearest")
    at_usual: FloatArray = np.interp(at_s, (rhythm_s[1:] + rhythm_s[:-1]) / 2, usual)
    return at_usual


def _best_path(time_s: FloatArray, value: FloatArray, usual_s: FloatArray) -> IntArray:
    """Positions of the chain with the largest sum of values less its unevenness."""
    low, high = STEP_RATIO
    times, usual = time_s.tolist(), usual_s.tolist()
    total: list[float] = []
    before: list[int] = []
    first = 0
    for k, (at, own) in enumerate(zip(times, value.tolist(), strict=True)):
        while times[first] < at - high * usual[k] and first < k:
            first += 1
        best, best_from = 0.0, -1
        for j in range(first, k):
            ratio = (at - times[j]) / usual[k]
            if ratio < low:
                break
            along = total[j] - UNEVEN_COST * log(ratio) ** 2
            if along > best:
                best, best_from = along, j
        total.append(best + own)
        before.append(best_from)
    path = []
    k = int(np.argmax(total)) if total else -1
    while k >= 0:
        path.append(k)
        k = before[k]
    return np.array(path[::-1], np.intp)
