"""What a run says in one sentence that a runner can repeat, and what may be said of a change."""

from analysis.drift_words import goes_with_pace
from analysis.onsets import grows_before, onset_of
from analysis.results import (
    ChangeClass,
    Drift,
    DriftBin,
    Estimate,
    Grade,
    RunSummary,
    SignalQuality,
    Verdict,
    ZeroReference,
)
from analysis.stances import Side

MINIMAL_DETECTABLE_CHANGE_DEG = 2.8
"""Smallest change of pelvic drop between two days that is more than noise, remounting included:
Dingenen 2018, https://doi.org/10.1016/j.ptsp.2018.06.009.  Holds until there is a personal one."""

SMALLEST_DIFFERENCE_DEG = 0.6
"""Between sides less is not called real, however narrow its interval: it is the error against
optical motion capture that the drop excursion of a stance is allowed."""

SMALLEST_CHANGE_DEG = 0.5
"""Within one run less is not called a change.  A little under the difference between sides, since
the errors of one mounting are the same early and late, and half a degree is still an eighth of
a drop of 4 deg."""

EVEN_WITHIN_DEG = 1.4
"""Even means that the whole interval of right minus left lies within this: half of the noise
between two days, so that no second run could tell it from none."""

CLEAR_PEAKS_DEG = 1.4
"""Peaks differ clearly from here on, as much as may still be even: an error of the standing zero
counts twice in their difference."""

EVEN, EVEN_AND_STEADY = "Even on both sides.", "Even and steady on both sides."
EVEN_BUT_PEAKS = "Even from foot strike to peak on both sides."

N_STANCES_MIN = 10
"""Fewest stances of each side for a verdict: below, the interval itself is a guess."""


def change_class(
    change: float,
    noise: float = MINIMAL_DETECTABLE_CHANGE_DEG,
    *,
    smallest: float = SMALLEST_CHANGE_DEG,
) -> ChangeClass:
    """Tell what may be said of a change or a difference.

    Parameters
    ----------
    change : float
        In the measure's unit; degrees where the defaults are used.
    noise : float
        What chance alone makes of it: between days the minimal detectable change, inside one run
        half of the 95 % interval.
    smallest : float
        Smallest change that would matter.

    Returns
    -------
    ChangeClass
        Likely real beyond both the noise and ``smallest``; trivial where even the end of the noise
        stays below ``smallest``; unclear otherwise.
    """
    if abs(change) > noise and abs(change) >= smallest:
        return ChangeClass.LIKELY_REAL
    if abs(change) + noise < smallest:
        return ChangeClass.TRIVIAL
    return ChangeClass.UNCLEAR


def run_verdict(
    summary: RunSummary,
    drift: Drift,
    quality: SignalQuality,
    *,
    zero: ZeroReference = ZeroReference.RUN_MEAN,
) -> Verdict:
    """Say what a run shows.

    Parameters
    ----------
    summary : RunSummary
    drift : Drift
    quality : SignalQuality
        A poor grade hides the verdict.
    zero : ZeroReference
        Peaks are compared where zero is standing; without it their difference means nothing.

    Returns
    -------
    Verdict
        The headline has at most nine words.  The lead has at most two sentences, or says all that
        is wrong with a poor signal.
    """
    nothing_to_say = _without_drop(summary, quality)
    if nothing_to_say is not None:
        return nothing_to_say
    left, right = summary.left.drop_excursion_deg, summary.right.drop_excursion_deg
    difference = summary.asym_drop_excursion_deg
    if left is None or right is None or difference is None:
        return Verdict(
            "Strides found, but drop could not be measured.",
            f"{_rhythm(summary)} The angle of the pelvis is missing where the strides are.",
        )
    peaks = summary.asym_peak_drop_deg if zero is ZeroReference.STANDING else None
    if peaks is not None and not _differ_clearly(peaks):
        peaks = None
    return _of_drop(left, right, difference, drift, peaks)


def _differ_clearly(peaks: Estimate) -> bool:
    kind = change_class(peaks.value, peaks.half_width, smallest=CLEAR_PEAKS_DEG)
    return kind is ChangeClass.LIKELY_REAL


def _without_drop(summary: RunSummary, quality: SignalQuality) -> Verdict | None:
    """Give the verdict of a recording that nothing can be said of; None where something can."""
    if quality.grade is Grade.POOR:
        return Verdict("Signal too poor for a verdict.", quality.sentence)
    if summary.gait is None:
        return Verdict(
            "No walking or running in this recording.",
            "No steps in a steady rhythm were found. The recording is kept.",
        )
    if not quality.has_gyroscope:
        return Verdict(
            "Strides found, but no gyroscope: no drop.",
            f"{_rhythm(summary)} Pelvic drop needs a sensor with a gyroscope.",
        )
    n_left, n_right = summary.left.n_stances, summary.right.n_stances
    if n_left + n_right == 0 and summary.n_valid >= 2 * N_STANCES_MIN:
        return Verdict(
            "Strides found, but sides could not be told.",
            f"{_rhythm(summary)} Without sides there is no drop.",
        )
    if min(n_left, n_right) < N_STANCES_MIN:
        return Verdict(
            "Too few strides for a verdict.",
            f"This recording has {n_left} left and {n_right} right stances that count. "
            f"A verdict takes {N_STANCES_MIN} of each.",
        )
    return None


def _of_drop(
    left: Estimate,
    right: Estimate,
    difference: Estimate,
    drift: Drift,
    peaks: Estimate | None,
) -> Verdict:
    """Say the drop from foot strike to peak; ``peaks`` is the difference where it is clear."""
    levels = (
        f"From foot strike to peak, left-stance drop is {_with_doubt(left)}, "
        f"right-stance drop {_with_doubt(right)}"
    )
    changes = _real_changes(drift)
    kind = change_class(difference.value, difference.half_width, smallest=SMALLEST_DIFFERENCE_DEG)
    if kind is ChangeClass.LIKELY_REAL:
        more, less = ("Right", "left") if difference.value > 0.0 else ("Left", "right")
        return Verdict(
            f"{more} drops {abs(difference.value):.1f}° more than {less}.",
            f"{levels}: a difference of {_size_with_doubt(difference)}."
            f"{_changes_sentence(drift, changes)}",
        )
    if changes:
        return Verdict(
            _change_headline(drift, changes, is_even=peaks is None),
            f"{levels}.{_changes_sentence(drift, changes)}",
        )
    told = f"{levels}; right minus left is {_signed_with_doubt(difference)}."
    headline = _level_headline(difference, drift)
    if peaks is None:
        return Verdict(headline, told + _changes_sentence(drift, changes))
    is_even = headline in (EVEN, EVEN_AND_STEADY)
    headline = EVEN_BUT_PEAKS if is_even else "No clear difference from foot strike to peak."
    return Verdict(headline, told + _peaks_sentence(peaks))


def _peaks_sentence(peaks: Estimate) -> str:
    more, less = ("right", "left") if peaks.value > 0.0 else ("left", "right")
    by = _size_with_doubt(peaks)
    return f" Against your standing, though, the {more} peak is {by} larger than the {less} one."


def _level_headline(difference: Estimate, drift: Drift) -> str:
    """Say a difference that is not real, in a run without a real change."""
    widest = max(abs(difference.ci_low), abs(difference.ci_high))
    if widest >= EVEN_WITHIN_DEG or abs(difference.value) >= SMALLEST_CHANGE_DEG:
        return "No clear difference between left and right."
    steady = all(
        change is not None and _class_of_change(change) is ChangeClass.TRIVIAL
        for change in (drift.left_change_deg, drift.right_change_deg)
    )
    return EVEN_AND_STEADY if steady else EVEN


def _real_changes(drift: Drift) -> dict[Side, Estimate]:
    """Give the changes over the run that are likely real, left first."""
    changes = {Side.LEFT: drift.left_change_deg, Side.RIGHT: drift.right_change_deg}
    return {
        side: change
        for side, change in changes.items()
        if change is not None
        and _class_of_change(change) is ChangeClass.LIKELY_REAL
        and not goes_with_pace(drift.trends, side)
    }


def _class_of_change(change: Estimate) -> ChangeClass:
    return change_class(change.value, change.half_width, smallest=SMALLEST_CHANGE_DEG)


def _change_headline(drift: Drift, changes: dict[Side, Estimate], *, is_even: bool) -> str:
    verbs = {side: "rose" if change.value > 0.0 else "fell" for side, change in changes.items()}
    if len(verbs) == 1:
        told = " ".join((*verbs, *verbs.values()))
    elif verbs[Side.LEFT] == verbs[Side.RIGHT]:
        told = f"both {verbs[Side.LEFT]}"
    else:
        told = f"left {verbs[Side.LEFT]}, right {verbs[Side.RIGHT]}"
    onsets = [k for side in changes if (k := onset_of(drift.bins, side, changes[side])) is not None]
    if not onsets:
        return f"{told.capitalize()} over the run."
    onset = min(onsets)
    if any(grows_before(drift.bins[:onset], side, changes[side]) for side in changes):
        return f"{told.capitalize()} through the run."
    first = "Even" if is_even and _even_until(drift.bins, onset) else "Steady"
    return f"{first} until {_place(drift.bins, onset)}, then {told}."


def _even_until(bins: tuple[DriftBin, ...], onset: int) -> bool:
    """Tell whether left and right were never further apart than a real difference before it."""
    differences = [
        one.right_deg.value - one.left_deg.value
        for one in bins[:onset]
        if one.left_deg is not None and one.right_deg is not None
    ]
    return bool(differences) and max(map(abs, differences)) < SMALLEST_DIFFERENCE_DEG


def _place(bins: tuple[DriftBin, ...], k: int) -> str:
    if bins[k].start_km is not None:
        return f"km {bins[k].start_km:.0f}"
    return f"minute {(bins[k].start_s - bins[0].start_s) / 60.0:.0f}"


def _changes_sentence(drift: Drift, changes: dict[Side, Estimate]) -> str:
    """Say the changes over the run, with a space in front; nothing where the run is too short."""
    if changes:
        told = " and ".join(
            f"{side} {'rose' if change.value > 0.0 else 'fell'} by {_size_with_doubt(change)}"
            for side, change in changes.items()
        )
        return f" {told.capitalize()} from the first to the last third of the run."
    if drift.left_change_deg is None or drift.right_change_deg is None:
        return ""
    return f" No change of {SMALLEST_CHANGE_DEG}° or more was clear over the run."


def _rhythm(summary: RunSummary) -> str:
    parts = []
    if summary.cadence_spm is not None:
        parts.append(f"{summary.cadence_spm.value:.0f} steps a minute")
    if summary.contact_time_s is not None:
        parts.append(f"{1000.0 * summary.contact_time_s.value:.0f} ms on the ground")
    return f"{' and '.join(parts) or f'{summary.n_valid} stances'}.".capitalize()


def _with_doubt(estimate: Estimate) -> str:
    return f"{_degrees(estimate.value)} {_doubt(estimate)}"


def _signed_with_doubt(estimate: Estimate) -> str:
    sign = "+" if round(estimate.value, 1) > 0.0 else ""
    return f"{sign}{_degrees(estimate.value)} {_doubt(estimate)}"


def _size_with_doubt(estimate: Estimate) -> str:
    return f"{_degrees(abs(estimate.value))} {_doubt(estimate)}"


def _doubt(estimate: Estimate) -> str:
    # Never "± 0.0": no drop is known better than to a tenth of a degree.
    return f"(± {max(0.1, estimate.half_width):.1f}°)"


def _degrees(value: float) -> str:
    # Adding zero turns a rounded minus zero into zero.
    return f"{round(value, 1) + 0.0:.1f}°".replace("-", "\u2212")
