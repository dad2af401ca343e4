"""A slip of the sensor, as it is told."""

from dataclasses import dataclass
from math import sqrt

AXIS_WORDS = (
    "the forward axis",
    "the side-to-side axis",
    "the vertical",
)
# An axis within 30 degrees of one of the pelvis is called by its name.
MIN_COSINE = sqrt(3.0) / 2.0


@dataclass(frozen=True, slots=True)
class Slip:
    """The sensor turned on the pelvis and stayed so; what came after it was re-aligned.

    Attributes
    ----------
    time_s : float
        When, in the recording's own time: the middle of [start_s, end_s).
    start_s, end_s : float
        The slip lies in between; wide where it fell into a pause.
    angle_deg : float
        By how much the sensor turned.
    about : str
        Axis of the pelvis that it turned about, in words.
    """

    time_s: float
    start_s: float
    end_s: float
    angle_deg: float
    about: str


def axis_words(axis: tuple[float, float, float]) -> str:
    """Name the axis of a turn, a unit vector in pelvis axes."""
    cosines = [abs(part) for part in axis]
    largest = max(cosines)
    return AXIS_WORDS[cosines.index(largest)] if largest > MIN_COSINE else "a slanting axis"
