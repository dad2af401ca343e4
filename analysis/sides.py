"""Left or right: which foot each step belongs to.

While the left foot comes down the pelvis rolls and turns one way, with the right foot the other
way.  The stride's first and third harmonics of both rates, taken at each step, say which; feet
alternate, so all strides of a bout vote on one sequence.  Bouts that follow each other without a
step between them that could have been missed vote together, so that no border turns the feet
round; across a stop each bout decides by itself.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.grid import Grid, times_at
from analysis.harmonics import ComplexArray
from analysis.models import Models
from analysis.results import BoolArray, FloatArray
from analysis.stances import Side
from analysis.steps import Steps
from analysis.strides import StrideHarmonics

# Probability below which a side is not claimed.
MIN_PROBABILITY = 0.55
# All strides of a bout share the person's own way of moving, on which the model may be wrong: they
# tell as much as this many independent ones.  From 630 bouts of the validation data and of pieces
# of 6 s of it without gyroscope, people left out of the fits.  Mean probability told against share
# right: 0.61 against 0.64 up to 0.75, 0.84 against 0.84 up to 0.9, 0.93 against 0.95 up to 0.95,
# 0.98 against 0.99 above.  With a gyroscope 598 of 614 bouts lie above, all of them right.
INDEPENDENT_STRIDES = 1.3
# A single stride may not outvote many: 20 to 1 at most.
MAX_LOG_ODDS = 3.0
# Chance that two detected steps in a row belong to the same foot, because one was missed.
REPEAT = 1e-4
REPEAT_IN_DOUBT = 0.05
INDEPENDENT = 0.5
ODD_RATIO = 1.3
# Steps in a hole of the recording can be counted by their rhythm up to this many, where they fit
# into it within a fifth: their durations differ by some percent each.
MAX_COUNTED_STEPS = 8
MAX_COUNT_ERROR = 0.2
N_RHYTHM_STEPS = 6


@dataclass(frozen=True, slots=True)
class Sides:
    """Side of each step.

    Attributes
    ----------
    side : tuple of Side, length n_steps
        UNKNOWN where nothing can be claimed.
    probability : FloatArray, shape (n_steps,)
        That the side is right, 0.5 to 1; also where it is not claimed.
    bout_confidence : tuple of float, one per bout
        Mean probability over its steps.
    """

    side: tuple[Side, ...]
    probability: FloatArray
    bout_confidence: tuple[float, ...]


def side_features(rates: ComplexArray) -> FloatArray:
    """Features of each stride from its odd harmonics, without the turn for the other foot.

    Parameters
    ----------
    rates : ComplexArray, shape (n_strides, n_channels, n_harmonics)
        Harmonics 1 and 3 of roll rate and turning rate; without a gyroscope of lateral
        acceleration.

    Returns
    -------
    FloatArray, shape (n_strides, 2 * n_channels * n_harmonics)
        In units of each channel's first harmonic over the strides.
    """
    size = np.sqrt((np.abs(rates[:, :, :1]) ** 2).mean(axis=0, keepdims=True)) + 1e-12
    scaled = (rates / size).reshape(len(rates), -1)
    return np.column_stack((scaled.real, scaled.imag))


def side_channels(harmonics: StrideHarmonics, forward: FloatArray) -> ComplexArray:
    """Harmonics 1 and 3 of the channels that tell sides, in pelvis axes.

    Parameters
    ----------
    harmonics : StrideHarmonics
        Channels as in `analysis.alignment.find_mounting`.
    forward : FloatArray, shape (2,)
        Forward in level axes.
    """
    odd: ComplexArray = harmonics.values[:, :, 0:4:2]
    if odd.shape[1] > 3:
        roll = odd[:, 3] * forward[0] + odd[:, 4] * forward[1]
        rates: ComplexArray = np.stack((roll, odd[:, 5]), axis=1)
        return rates
    lateral: ComplexArray = odd[:, 1] * forward[0] - odd[:, 0] * forward[1]
    only: ComplexArray = lateral[:, None, :]
    return only


def find_sides(
    steps: Steps,
    harmonics: StrideHarmonics,
    forward: FloatArray,
    turning: BoolArray,
    grid: Grid,
    *,
    models: Models,
    earlier_votes: FloatArray | None = None,
) -> Sides:
    """Side of each step, with its probability.

    Feet alternate, but a step may have been missed, more likely in a turn or where a step takes
    unusually long or short.  The most likely sequence under both is found by dynamic programming
    (Viterbi 1967, doi:10.1109/TIT.1967.1054010) over all that hangs together; how likely each
    step's side is beside the other, by the forward-backward algorithm over the same chain (Rabiner
    1989, doi:10.1109/5.18626).

    Parameters
    ----------
    steps : Steps
    harmonics : StrideHarmonics
        Of strides outside of turns.
    forward : FloatArray, shape (2,)
        Forward in level axes.
    turning : BoolArray, shape (n_steps,)
        Steps inside a turn.
    grid : Grid
    models : Models
    earlier_votes : FloatArray, shape (n_steps,), optional
        What was known before; see `analysis.earlier_side`.
    """
    votes = _votes(steps, harmonics, forward, models)
    if earlier_votes is not None:
        votes = votes + earlier_votes
    same_foot = _chances_of_same_foot(steps, turning, grid)
    probability = np.empty(len(votes))
    left = np.empty(len(votes), bool)
    edges = [*np.flatnonzero(same_foot == INDEPENDENT).tolist(), len(votes)]
    for start, stop in pairwise(edges):
        part = slice(start, stop)
        left[part] = _most_likely(votes[part], same_foot[part])
        for_left = probability_of_left(votes[part], same_foot[part])
        within = np.where(left[part], for_left, 1 - for_left)
        signed = np.where(left[part], votes[part], -votes[part])
        n_votes = max(1, np.count_nonzero(signed))
        whole = 1 / (1 + np.exp(-INDEPENDENT_STRIDES * max(0.0, signed.sum() / n_votes)))
        # Right where both are right, or both wrong.
        probability[part] = whole * within + (1 - whole) * (1 - within)
    told = np.where(probability < MIN_PROBABILITY, 0, np.where(left, 1, 2))
    sides = tuple(map((Side.UNKNOWN, Side.LEFT, Side.RIGHT).__getitem__, told.tolist()))
    probability = np.maximum(probability, 0.5)
    confidence = tuple(float(probability[bout].mean()) for bout in steps.bouts())
    return Sides(sides, probability, confidence)


def _votes(
    steps: Steps, harmonics: StrideHarmonics, forward: FloatArray, models: Models
) -> FloatArray:
    """Log-odds of left for each step, 0 where no stride says anything; shape (n_steps,)."""
    axes = "6axis" if harmonics.values.shape[1] > 3 else "3axis"
    features = side_features(side_channels(harmonics, forward))
    running = steps.running[harmonics.step]
    votes = np.zeros(len(steps.index))
    for gait, name in ((True, "running_side_"), (False, "walking_side_")):
        chosen = running == gait
        if chosen.any():
            model = models[name + axes]
            log_odds = 2.0 * model.predict(features[chosen]) / model.rmse**2
            votes[harmonics.step[chosen]] = np.clip(log_odds, -MAX_LOG_ODDS, MAX_LOG_ODDS)
    return votes


def _chances_of_same_foot(steps: Steps, turning: BoolArray, grid: Grid) -> FloatArray:
    """Chance that each step is of the same foot as the one found before it, shape (n_steps,).

    INDEPENDENT where a bout begins that tells nothing of the one before.
    """
    odd = np.zeros(len(steps.index), bool)
    for bout in steps.bouts():
        times = np.diff(steps.index[bout])
        if len(times):
            ratio = times / np.median(times)
            odd[bout][1:] = (ratio > ODD_RATIO) | (ratio < 1 / ODD_RATIO)
    chance = np.where(turning | odd, REPEAT_IN_DOUBT, REPEAT)
    at_s = times_at(steps.index, grid)
    for border in (bout.start for bout in steps.bouts()):
        n_steps = _steps_between(at_s, steps, border, grid) if border else 0
        if n_steps > 1 and turning[border - 1 : border + 1].any():
            n_steps = 0  # nobody keeps the beat through a turn
        if not n_steps:
            chance[border] = INDEPENDENT
        else:
            chance[border] = REPEAT_IN_DOUBT if n_steps % 2 else 1 - REPEAT_IN_DOUBT
    return chance


def _steps_between(at_s: FloatArray, steps: Steps, border: int, grid: Grid) -> int:
    """Count steps from the last of a bout to the first of the next, 0 where that is not sure."""
    n = N_RHYTHM_STEPS
    before = at_s[max(0, border - n) : border][
        steps.bout[max(0, border - n) : border] == steps.bout[border - 1]
    ]
    after = at_s[border : border + n][steps.bout[border : border + n] == steps.bout[border]]
    if min(len(before), len(after)) < 2:
        return 0
    step_s = np.array([np.median(np.diff(before)), np.median(np.diff(after))])
    takes_s = at_s[border] - at_s[border - 1]
    if step_s.min() / ODD_RATIO < takes_s < step_s.max() * ODD_RATIO:
        return 1
    # Who has stopped may go on with either foot; only a hole in a steady rhythm hides steps.
    first, last = np.searchsorted(grid.t_s, at_s[border - 1 : border + 1])
    recorded_s = float(grid.recorded[first:last].sum()) / grid.rate_hz
    count = takes_s / step_s.mean()
    sure = (
        recorded_s < 2 * step_s.max()
        and step_s.max() < ODD_RATIO * step_s.min()
        and count < MAX_COUNTED_STEPS + 0.5
        and (np.abs(takes_s / step_s - round(count)) < MAX_COUNT_ERROR).all()
    )
    return round(count) if sure else 0


def probability_of_left(votes: FloatArray, same_foot: FloatArray) -> FloatArray:
    """Probability of left for each step of one chain, by the forward-backward algorithm.

    Parameters
    ----------
    votes : FloatArray, shape (n_steps,)
        Log-odds of left.  Each step is in two strides, so each counts as half.
    same_foot : FloatArray, shape (n_steps,)
        Chance that the step is of the same foot as the one before.

    Returns
    -------
    FloatArray, shape (n_steps,)
    """
    ahead = _passed_on(votes / 2, same_foot[1:])
    back = _passed_on(votes[::-1] / 2, same_foot[:0:-1])[::-1]
    told: FloatArray = 1 / (1 + np.exp(-(ahead + back + votes / 2)))
    return told


def _passed_on(votes: FloatArray, same_foot: FloatArray) -> FloatArray:
    """Log-odds of left that all earlier steps give to each step."""
    # In 2 p - 1, the tanh of half the log-odds, their sum is a quotient.  A step passes on what it
    # knows, turned round unless it repeats.
    known, given = 0.0, [0.0]
    for vote, kept in zip(np.tanh(votes / 2).tolist(), (2 * same_foot - 1).tolist(), strict=False):
        known = kept * (known + vote) / (1 + known * vote)
        given.append(known)
    log_odds: FloatArray = 2 * np.arctanh(given)
    return log_odds


def _most_likely(votes: FloatArray, same_foot: FloatArray) -> BoolArray:
    """Most likely sequence of left (True) and right for one chain."""
    usual = np.cumsum(same_foot[1:] < INDEPENDENT) % 2 == 0
    alternate: BoolArray = np.concatenate(([True], usual))
    for left in (alternate, ~alternate):
        if (np.where(left, votes, -votes) >= 0).all():
            return left  # no vote speaks against it, so nothing can be more likely
    repeat, change = np.log(same_foot).tolist(), np.log1p(-same_foot).tolist()
    score_left, score_right = votes[0] / 2, -votes[0] / 2
    came_from_left = np.zeros((len(votes), 2), bool)  # columns: now left, now right
    for k, vote in enumerate(votes.tolist()[1:], start=1):
        stay_left, from_right = score_left + repeat[k], score_right + change[k]
        from_left, stay_right = score_left + change[k], score_right + repeat[k]
        came_from_left[k] = stay_left > from_right, from_left >= stay_right
        score_left = max(stay_left, from_right) + vote / 2
        score_right = max(from_left, stay_right) - vote / 2
    left = np.zeros(len(votes), bool)
    left[-1] = score_left > score_right
    for k in range(len(votes) - 1, 0, -1):
        left[k - 1] = came_from_left[k, 0 if left[k] else 1]
    return left
