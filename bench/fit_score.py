"""Moments of walks with truth, for the score that `analysis.strike_score` gives them.

What is fitted is a bump of 0.04 s around each foot strike of the truth.  Moments around the first
and the last step of a walk count several times: they are few, and they are what the score is for.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.aligned import Aligned, gait_level
from analysis.results import FloatArray
from analysis.strike_score import features_at, moments, score_channels

BUMP_S = 0.04
END_S = 0.6
# On people left out 2, 4, 8, 12 and 20 leave 64, 58, 55, 51 and 49 strikes missed or made up.
WEIGHT_OF_ENDS = 20.0
# What surrounds the walk is standing: the score learns what is no step.
BEFORE_S, BEHIND_S = 3.0, 2.0


@dataclass(frozen=True, slots=True)
class Moments:
    """Features, height of the bump, and weight of the moments of one recording."""

    features: FloatArray
    height: FloatArray
    weight: FloatArray


def moments_of(aligned: Aligned, truth: dict[str, Any]) -> Moments:
    """Take the moments of a walk that the truth covers."""
    grid = aligned.grid
    strikes = np.array([s["foot_strike_s"] for s in truth["stances"]], float)
    at = moments(len(grid.t_s), grid.rate_hz)
    t_s = grid.t_s[at]
    start_s, end_s = truth["scored_s"]
    covered = t_s > max(start_s, strikes[0] - BEFORE_S)
    covered &= t_s < min(end_s, strikes[-1] + BEHIND_S)
    for from_s, to_s in truth["unscored_s"]:
        covered &= (t_s <= from_s) | (t_s >= to_s)
    at, t_s = at[covered], t_s[covered]
    height = np.exp(-0.5 * ((t_s[:, None] - strikes) / BUMP_S) ** 2).max(axis=1)
    turn_s = truth["turn_s"][0]
    out, back = strikes[strikes < turn_s], strikes[strikes >= turn_s]
    ends = np.array([end for walk in (out, back) if len(walk) for end in (walk[0], walk[-1])])
    near_end = (np.abs(t_s[:, None] - ends) < END_S).any(axis=1)
    level, forward = gait_level(aligned)
    channels = score_channels(level.channels(), forward, grid)
    return Moments(
        features_at(channels, at, grid.rate_hz),
        height,
        np.where(near_end, WEIGHT_OF_ENDS, 1.0),
    )
