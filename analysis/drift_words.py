"""What may be said of a run against its own early part."""

from collections.abc import Mapping

from analysis.drift_results import (
    DriftTrend,
    DriftTrends,
    Followed,
    Influence,
    LevelChange,
    TrendUnit,
)
from analysis.estimates import ChangeClass, Estimate
from analysis.stances import Side

N_LEVEL_CHANGES_MAX = 3
"""More moments than this are not read; the API has all of them."""

_INFLUENCE_WORDS: Mapping[Influence, str] = {
    Influence.CADENCE: "cadence",
    Influence.SPEED: "estimated speed",
}
_FOLLOWED_WORDS: Mapping[Followed, tuple[str, float, int, str]] = {
    Followed.LEFT: ("left drop", 1.0, 1, "°"),
    Followed.RIGHT: ("right drop", 1.0, 1, "°"),
    Followed.RIGHT_MINUS_LEFT: ("right minus left", 1.0, 1, "°"),
    Followed.CADENCE: ("cadence", 1.0, 0, " spm"),
    Followed.CONTACT_TIME: ("contact time", 1000.0, 0, " ms"),
}


def goes_with_pace(trends: DriftTrends | None, side: Side) -> bool:
    """Tell whether nothing clear is left of a change once cadence and speed are taken off."""
    if trends is None or not trends.adjusted_for:
        return False
    trend = trends.left_deg if side is Side.LEFT else trends.right_deg
    return trend is not None and trend.change_class is not ChangeClass.LIKELY_REAL


def trend_sentences(trends: DriftTrends) -> tuple[str, ...]:
    """Say how the drop went on, what that would be unadjusted, and where a level changed.

    Parameters
    ----------
    trends : DriftTrends

    Returns
    -------
    tuple of str
        Empty where no drop was measured.
    """
    sides = {Followed.LEFT: trends.left_deg, Followed.RIGHT: trends.right_deg}
    known = {side: trend for side, trend in sides.items() if trend is not None}
    if not known:
        return ()
    told = "; ".join(_told(side, trend) for side, trend in known.items())
    influences = " and ".join(_INFLUENCE_WORDS[one] for one in trends.adjusted_for)
    over = f"over the last {_place(trends.extent, trends.unit)}"
    if influences:
        sentences = [
            f"Adjusted for {influences}, {over}: {told}.",
            f"Without the adjustment: {_unadjusted(known)}.",
        ]
    else:
        sentences = [f"{over.capitalize()}: {told}. Nothing was taken off for cadence or speed."]
    moments = trends.level_changes[:N_LEVEL_CHANGES_MAX]
    return (*sentences, *(_moment(change, trends.unit) for change in moments))


def _told(side: Followed, trend: DriftTrend) -> str:
    name, change = _FOLLOWED_WORDS[side][0], trend.change
    if trend.change_class is ChangeClass.LIKELY_REAL:
        verb = "rose" if change.value > 0.0 else "fell"
        size = _number(side, abs(change.value))
        sign = 1.0 if change.value > 0.0 else -1.0
        low, high = sorted((sign * change.ci_low, sign * change.ci_high))
        return f"{name} {verb} by {size} ({_number(side, low, unit='')} to {_number(side, high)})"
    word = "a trivial" if trend.change_class is ChangeClass.TRIVIAL else "an unclear"
    return f"{name} changed by {word} {_signed(side, change)}"


def _unadjusted(known: Mapping[Followed, DriftTrend]) -> str:
    return ", ".join(
        f"{_FOLLOWED_WORDS[side][0]} {_signed(side, trend.change_unadjusted)}"
        for side, trend in known.items()
    )


def _moment(change: LevelChange, unit: TrendUnit) -> str:
    name = _FOLLOWED_WORDS[change.measure][0]
    at = f"km {change.at:.1f}" if unit is TrendUnit.KILOMETRE else f"minute {change.at:.0f}"
    told = _signed(change.measure, change.change)
    return f"{name.capitalize()} changed its level at {at}, by {told}."


def _place(extent: float, unit: TrendUnit) -> str:
    return f"{extent:.1f} km" if unit is TrendUnit.KILOMETRE else f"{extent:.0f} min"


def _signed(measure: Followed, estimate: Estimate) -> str:
    low = _number(measure, estimate.ci_low, unit="")
    value = _number(measure, estimate.value, sign="+")
    return f"{value} ({low} to {_number(measure, estimate.ci_high)})"


def _number(measure: Followed, value: float, *, unit: str | None = None, sign: str = "") -> str:
    _, factor, decimals, own_unit = _FOLLOWED_WORDS[measure]
    # Adding zero turns a rounded minus zero into zero.
    rounded = round(factor * value, decimals) + 0.0
    text = f"{rounded:{sign if rounded else ''}.{decimals}f}".replace("-", "\u2212")
    return f"{text}{own_unit if unit is None else unit}"
