"""Why something that rises and falls like a step is none."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Rejection(StrEnum):
    """Why a candidate is not taken for a step."""

    WEAK = "weak"  # the body hardly rises, by itself or beside the steps around it
    NO_RHYTHM = "no_rhythm"  # nothing before or after it on the beat
    TOO_FEW = "too_few"  # some on the beat, but fewer than five
    NO_REPETITION = "no_repetition"  # the channels do not come back from stride to stride
    NO_ALTERNATION = "no_alternation"  # left does not differ from right, or nothing is alike
    NO_STRIKES = "no_strikes"  # as smooth as a sine


@dataclass(frozen=True, slots=True)
class Rejected:
    """Candidates that were not taken, in order of time.

    Attributes
    ----------
    index : FloatArray, shape (n_rejected,)
        Upward zero crossings, in grid samples.
    reason : tuple of Rejection, length n_rejected
    """

    index: FloatArray
    reason: tuple[Rejection, ...]


NOTHING_REJECTED = Rejected(np.empty(0), ())


@dataclass(frozen=True, slots=True)
class Candidate:
    """One rise and fall of the body, and why it is no step; ``rejection`` is None for a step."""

    time_s: float
    rejection: Rejection | None


def told_candidates(
    taken: FloatArray, rejected: Rejected, t_s: FloatArray
) -> tuple[Candidate, ...]:
    """All candidates in order of time.

    Parameters
    ----------
    taken : FloatArray, shape (n_steps,)
        Those that are steps, in grid samples.
    rejected : Rejected
    t_s : FloatArray, shape (n,)
        Time of the grid's samples.
    """
    index = np.concatenate((taken, rejected.index))
    reasons = (*[None] * len(taken), *rejected.reason)
    times = np.interp(index, np.arange(len(t_s)), t_s).tolist()
    return tuple(Candidate(times[k], reasons[k]) for k in np.argsort(index).tolist())
