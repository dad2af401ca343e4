"""The rolling drop of a run as a drawing small enough for a row of a list."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 96, 28
_MARGIN = 3.0
# A steady run would otherwise show its own noise at full height: 2 degrees at least.
_SPAN_MIN_DEG = 2.0


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Path data of both lines in a box of :data:`WIDTH` by :data:`HEIGHT`."""

    left_path: str
    right_path: str


def sparkline(
    left_deg: Sequence[float | None], right_deg: Sequence[float | None]
) -> Sparkline | None:
    """Draw both sides on one scale; None where there is nothing to draw."""
    known = [value for value in (*left_deg, *right_deg) if value is not None]
    if not known:
        return None
    middle = (min(known) + max(known)) / 2
    half_span = max(max(known) - min(known), _SPAN_MIN_DEG) / 2
    low, high = middle - half_span, middle + half_span
    return Sparkline(_path(left_deg, low, high), _path(right_deg, low, high))


def _path(values: Sequence[float | None], low: float, high: float) -> str:
    if not values:
        return ""
    step = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)
    parts = []
    pen_is_down = False
    for index, value in enumerate(values):
        if value is None:
            pen_is_down = False
            continue
        x = _MARGIN + index * step
        y = HEIGHT - _MARGIN - (value - low) / (high - low) * (HEIGHT - 2 * _MARGIN)
        # A line of no length still shows a dot: a stretch of one point is not lost.
        parts.append(f"L{x:.1f} {y:.1f}" if pen_is_down else f"M{x:.1f} {y:.1f}h0")
        pen_is_down = True
    return "".join(parts)
