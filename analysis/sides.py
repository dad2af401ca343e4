"""Left or right: which foot each step belongs to.

While the left foot comes down the pelvis rolls and turns one way, with the right foot the other
way.  The stride's first and third harmonics of both rates, taken at each step, say which; feet
alternate, so all strides of a bout vote on one sequence.
"""

from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid
from analysis.harmonics import ComplexArray
from analysis.models import Models
from analysis.results import BoolArray, FloatArray
from analysis.stances import Side
from analysis.steps import Steps
from analysis.strides import StrideHarmonics

# Agreement of the votes below which a side is not claimed.
MIN_CONFIDENCE = 0.3
# A single stride may not outvote many: 20 to 1 at most.
MAX_LOG_ODDS = 3.0
# Chance that two detected steps in a row belong to the same foot, because one was missed.
REPEAT = 1e-4
REPEAT_IN_DOUBT = 0.05
ODD_RATIO = 1.3


# A step lies within this of its foot strike.
SAME_STEP_S = 0.15


@dataclass(frozen=True, slots=True)
class EarlierSide:
    """A foot strike whose side has been told already, and the log-odds that it was right."""

    foot_strike_s: float
    is_left: bool
    log_odds: float

    def votes(self, steps: Steps, grid: Grid) -> FloatArray:
        """Log-odds of left for each step: all for the one of this strike; shape (n_steps,)."""
        votes = np.zeros(len(steps.index))
        apart = np.abs(
            np.interp(steps.index, np.arange(len(grid.t_s)), grid.t_s) - self.foot_strike_s
        )
        nearest = int(np.argmin(apart))
        if apart[nearest] <= SAME_STEP_S:
            votes[nearest] = self.log_odds if self.is_left else -self.log_odds
        return votes


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
    models: Models,
    *,
    earlier_votes: FloatArray | None = None,
) -> tuple[tuple[Side, ...], tuple[float, ...]]:
    """Side of each step, and a confidence from 0 to 1 for each bout.

    Feet alternate, but a step may have been missed, more likely in a turn or where a step takes
    unusually long or short.  The most likely sequence under both is found by dynamic
    programming (Viterbi 1967, doi:10.1109/TIT.1967.1054010) over each bout.

    Parameters
    ----------
    steps : Steps
    harmonics : StrideHarmonics
        Of strides outside of turns.
    forward : FloatArray, shape (2,)
        Forward in level axes.
    turning : BoolArray, shape (n_steps,)
        Steps inside a turn.
    models : Models
    earlier_votes : FloatArray, shape (n_steps,), optional
        What was known before; see `EarlierSide`.

    Returns
    -------
    sides : tuple of Side, length n_steps
        UNKNOWN in a bout whose votes do not agree.
    confidence : tuple of float, one per bout
        Agreement of the strides' votes with the sequence, each weighted by its clearness.
    """
    votes = _votes(steps, harmonics, forward, models)
    if earlier_votes is not None:
        votes = votes + earlier_votes
    doubtful = turning | _odd_steps(steps)
    sides: list[Side] = []
    confidence: list[float] = []
    for bout in steps.bouts():
        left = _most_likely(votes[bout], doubtful[bout])
        signed = np.where(left, votes[bout], -votes[bout])
        total = float(np.abs(signed).sum())
        agreement = max(0.0, float(signed.sum()) / total) if total > 0 else 0.0
        confidence.append(agreement)
        if agreement < MIN_CONFIDENCE:
            sides.extend([Side.UNKNOWN] * len(left))
        else:
            sides.extend(Side.LEFT if is_left else Side.RIGHT for is_left in left)
    return tuple(sides), tuple(confidence)


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


def _odd_steps(steps: Steps) -> BoolArray:
    """Whether the time from the step before is far from usual, so that one may be missing."""
    odd = np.zeros(len(steps.index), bool)
    for bout in steps.bouts():
        times = np.diff(steps.index[bout])
        if len(times):
            ratio = times / np.median(times)
            odd[bout][1:] = (ratio > ODD_RATIO) | (ratio < 1 / ODD_RATIO)
    return odd


def _most_likely(votes: FloatArray, doubtful: BoolArray) -> BoolArray:
    """Most likely sequence of left (True) and right for one bout."""
    alternate: BoolArray = np.arange(len(votes)) % 2 == 0
    for left in (alternate, ~alternate):
        if (np.where(left, votes, -votes) >= 0).all():
            return left  # no vote speaks against it, so nothing can be more likely
    repeat = np.log(np.where(doubtful, REPEAT_IN_DOUBT, REPEAT)).tolist()
    change = np.log1p(-np.where(doubtful, REPEAT_IN_DOUBT, REPEAT)).tolist()
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
