"""Where along a run a change begins."""

from analysis.results import DriftBin, Estimate
from analysis.stances import Side

RAMP_SHARE = 0.35
"""A side that has made this share of its change before its onset changes all along."""


def onset_of(bins: tuple[DriftBin, ...], side: Side, change: Estimate) -> int | None:
    """Find the stretch from which on a side stays beyond half of its change.

    Parameters
    ----------
    bins : tuple of DriftBin
    side : Side
    change : Estimate
        Of that side over the whole run, degrees.

    Returns
    -------
    int or None
        None where it was never below, or where the stretches are too few to say.
    """
    values = [median_of(one, side) for one in bins]
    known = [value for value in values if value is not None]
    if not known:
        return None
    early = known[: max(1, len(known) // 3)]
    middle = sum(early) / len(early) + change.value / 2.0
    sign = 1.0 if change.value > 0.0 else -1.0
    onset = None
    for k in range(len(values) - 1, -1, -1):
        value = values[k]
        if value is None:
            continue
        if sign * (value - middle) < 0.0:
            return onset
        onset = k
    return None


def grows_before(bins: tuple[DriftBin, ...], side: Side, change: Estimate) -> bool:
    """Tell whether a side was on its way already before its change: a ramp has no onset."""
    known = [value for one in bins if (value := median_of(one, side)) is not None]
    return len(known) > 1 and max(known) - min(known) > RAMP_SHARE * abs(change.value)


def median_of(one: DriftBin, side: Side) -> float | None:
    """Median of one side in one stretch, degrees; None where it has none."""
    estimate = one.left_deg if side is Side.LEFT else one.right_deg
    return None if estimate is None else estimate.value
