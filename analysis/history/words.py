"""What a runner is told across runs: the sentences, and nothing that they do not hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from analysis.history.changes import DatedChange, MeasureChange
from analysis.history.points import DROPS, RunPoint, Tracked
from analysis.history.usual import Usual
from analysis.repeatability import N_RUNS_MIN
from analysis.results import ChangeClass, Verdict

CLASS_WORDS: Mapping[ChangeClass, str] = {
    ChangeClass.LIKELY_REAL: "Likely real",
    ChangeClass.UNCLEAR: "Unclear",
    ChangeClass.TRIVIAL: "Trivial",
}
TRACKED_WORDS: Mapping[Tracked, str] = {
    Tracked.LEFT: "Left drop",
    Tracked.RIGHT: "Right drop",
    Tracked.RIGHT_MINUS_LEFT: "Right minus left",
    Tracked.CONTACT_BALANCE: "Contact balance",
    Tracked.CADENCE: "Cadence",
}
_UNITS: Mapping[Tracked, tuple[int, str]] = {
    Tracked.CONTACT_BALANCE: (1, " %"),
    Tracked.CADENCE: (0, " spm"),
}
_SIGNED = frozenset({Tracked.RIGHT_MINUS_LEFT})


def told(tracked: Tracked, value: float, *, signed: bool | None = None, unit: bool = True) -> str:
    """Write a value as people read it: ``4.1°``, ``+0.5°``, ``50.3 %``, ``168 spm``.

    Parameters
    ----------
    tracked : Tracked
    value : float
    signed : bool, optional
        Whether a plus is written; right minus left has one unless told otherwise.
    unit : bool
        Whether the unit is written.
    """
    decimals, unit_text = _UNITS.get(tracked, (1, "°"))
    rounded = round(value, decimals) + 0.0  # adding zero turns minus zero into zero
    has_sign = tracked in _SIGNED if signed is None else signed
    sign = "+" if has_sign and rounded else ""
    text = f"{rounded:{sign}.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return f"{text}{unit_text}" if unit else text


def run_verdict_across(
    run: RunPoint | None, changes: Sequence[MeasureChange], usual: Usual
) -> Verdict:
    """Say how the newest comparable run compares with what was usual before it.

    Parameters
    ----------
    run : RunPoint or None
        None where there is no comparable run yet.
    changes : sequence of MeasureChange
        Of :func:`analysis.history.changes.against_usual`.
    usual : Usual
        Of the comparable runs before ``run``.

    Returns
    -------
    Verdict
        At most nine words, and at most two sentences.
    """
    if run is None:
        return Verdict(
            f"Learning your usual range: 0 of {N_RUNS_MIN} runs.",
            "No run here has a drop of both sides that can be compared yet.",
        )
    if usual.is_learning or not changes:
        return _learning(usual)
    drops = [change for change in changes if change.measure in DROPS]
    real = [change for change in drops if change.change_class is ChangeClass.LIKELY_REAL]
    if not real:
        return Verdict("Your last run is inside your usual range.", _levels(changes))
    worst = max(real, key=lambda change: abs(change.change.value) / change.noise)
    by = told(worst.measure, abs(worst.change.value), signed=False)
    direction = "above" if worst.change.value > 0.0 else "below"
    name = TRACKED_WORDS[worst.measure]
    noise = told(worst.measure, worst.noise, signed=False)
    lead = f"That is more than the {noise} that we can tell from noise for you."
    if any(change.measure is Tracked.RIGHT_MINUS_LEFT for change in real):
        lead += " Any pain or a limp today?"
    return Verdict(f"{name} is {by} {direction} your usual.", lead)


def _learning(usual: Usual) -> Verdict:
    # The newest run is not in what was usual before it, but it is learnt from.
    n_with_newest = min(usual.n_learnt + 1, N_RUNS_MIN)
    if n_with_newest == N_RUNS_MIN:
        return Verdict(
            "Your usual range is learnt.",
            f"{N_RUNS_MIN} runs make it. The next run is the first that is held against it.",
        )
    return Verdict(
        f"Learning your usual range: {n_with_newest} of {N_RUNS_MIN} runs.",
        "Until then, points are shown without a range.",
    )


def _levels(changes: Sequence[MeasureChange]) -> str:
    parts = [
        f"{TRACKED_WORDS[change.measure].lower()} {told(change.measure, change.after.value)} "
        f"(usual {_span(change)})"
        for change in changes
        if change.measure in (Tracked.LEFT, Tracked.RIGHT)
    ]
    return f"{', '.join(parts)}.".capitalize()


def _span(change: MeasureChange) -> str:
    low = told(change.measure, change.before.ci_low, unit=False)
    return f"{low} to {told(change.measure, change.before.ci_high)}"


def period_verdict(changes: Sequence[MeasureChange], before: str, after: str) -> Verdict:
    """Say how two periods compare.

    Parameters
    ----------
    changes : sequence of MeasureChange
        Of :func:`analysis.history.changes.compare_runs`.
    before, after : str
        What the periods are called inside a sentence: "August", "the last 4 weeks".

    Returns
    -------
    Verdict
        At most nine words, and at most two sentences.
    """
    drops = [change for change in changes if change.measure in DROPS]
    if not drops:
        return Verdict(
            "Nothing to compare in these periods.", f"One of {before} and {after} has no drop."
        )
    real = [change for change in drops if change.change_class is ChangeClass.LIKELY_REAL]
    one = max(real or drops, key=lambda change: abs(change.change.value) / change.noise)
    size = told(one.measure, abs(one.change.value), signed=False)
    noise = told(one.measure, one.noise, signed=False)
    name = TRACKED_WORDS[one.measure]
    if real:
        direction = "higher" if one.change.value > 0.0 else "lower"
        return Verdict(
            f"{name} is {size} {direction} than before.",
            f"From {before} to {after}: more than the {noise} that we can tell from noise for you.",
        )
    if all(change.change_class is ChangeClass.TRIVIAL for change in drops):
        return Verdict(
            "Any change of drop is trivial.",
            f"From {before} to {after}, each stays below what would matter.",
        )
    return Verdict(
        "No clear change of drop.",
        f"From {before} to {after}, the largest is {name.lower()} by "
        f"{told(one.measure, one.change.value, signed=True)}: unclear, inside what we can tell "
        f"from noise ({noise}).",
    )


def dated_sentence(change: DatedChange) -> str:
    """Say from when on something was at another level; the date is in the run's time zone."""
    low = told(change.measure, change.change.ci_low, signed=False, unit=False)
    high = told(change.measure, change.change.ci_high, signed=False)
    size = told(change.measure, change.change.value, signed=True)
    name = TRACKED_WORDS[change.measure]
    return f"{name} changed its level on {_date(change.at)} by {size} ({low} to {high})."


def _date(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
