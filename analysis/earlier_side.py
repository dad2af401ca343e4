"""A side that has been told already, as evidence for what comes after."""

from dataclasses import dataclass

import numpy as np

from analysis.grid import Grid, times_at
from analysis.results import FloatArray
from analysis.steps import Steps

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
        apart = np.abs(times_at(steps.index, grid) - self.foot_strike_s)
        nearest = int(np.argmin(apart))
        if apart[nearest] <= SAME_STEP_S:
            votes[nearest] = self.log_odds if self.is_left else -self.log_odds
        return votes
