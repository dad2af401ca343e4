"""What was recorded, lost and left out, and how far the results can be trusted."""

from collections.abc import Sequence

import numpy as np

from analysis.fault_words import (
    Finding,
    bias_findings,
    emptiness_findings,
    fault_findings,
)
from analysis.faults import NO_FAULTS, Faults
from analysis.results import (
    Alignment,
    FloatArray,
    Grade,
    Hole,
    SignalQuality,
    ZeroReference,
)
from analysis.stances import Doubt, Exclusion, Stance

PAUSE_MIN_S = 5.0
"""A longer hole is a pause: whoever stops at a crossing or pauses a watch is away longer, while
the radio's losses are over within seconds."""

HOLE_MIN_PERIODS = 1.5
"""A longer spacing of samples lacks at least one of them, whatever the jitter of the clock."""

COVERAGE_GOOD_PERCENT = 95.0
"""Below, one sample in twenty is missing and errors of single stances grow."""
COVERAGE_POOR_PERCENT = 80.0
"""With up to a fifth of the samples lost the analysis is validated; below it is not."""

LEFT_OUT_GOOD_PERCENT = 10.0
"""Up to one stance in ten left out for its signal hardly moves a mean of the other nine."""
LEFT_OUT_POOR_PERCENT = 40.0
"""Beyond, what is left need not resemble the run: losses gather where the steps are hardest."""

MOVED_GOOD_DEG = 3.0
"""A shift within the noise between two mountings of the sensor (2.8 deg, Dingenen 2018)."""
MOVED_POOR_DEG = 10.0
"""A turn about the vertical of this size leaks 1.7 deg of a 10 deg tilt swing into the drop, and
a sensor that tilted this far may well have turned as far."""

SLIPS_POOR = 3
"""So many times in one run is a mounting that does not hold: each re-alignment adds its error."""
SLIP_POOR_DEG = 45.0
"""A sensor that turned this far has left its place, and the skin beneath moves in another way."""

YAW_SE_GOOD_DEG = 8.0
"""Makes 0.6 deg of false right minus left (0.07 deg per deg), the smallest difference that is
called real; less than that is in the interval and needs no further word."""
YAW_SE_POOR_DEG = 20.0
"""Makes 1.4 deg of it: even a lopsided run could read as even, and an even one as lopsided."""

CONFIDENCE_GOOD = 0.5
"""Below, forward was told from backward by less than half of the clearest evidence."""
CONFIDENCE_POOR = 0.2
"""Below, left and right may well be swapped."""

LOOSE_GOOD_PERCENT = 20.0
"""Up to a fifth of the running with a swinging sensor hardly moves a mean of the rest.  More is
never worse than fair: with the swing taken off, peak and excursion were off by 0.4 deg on 13 trials
with a wobbling sensor, which is within what every stance is allowed."""

SIDE_DOUBT_PERCENT = 5.0
"""Up to one stance in twenty whose side is in doubt hardly moves the difference of the sides.  More
is never worse than fair: most of them are right."""

SIGNAL_EXCLUSIONS = frozenset(
    {Exclusion.GAP, Exclusion.CLIPPED, Exclusion.NO_TOE_OFF, Exclusion.STUMBLE}
)
"""Left out for the signal's sake.  Turns, starts and stops are the runner's, not the signal's."""


def find_holes(
    t_s: FloatArray, sampling_rate_hz: float, *, frozen_s: Sequence[float] = ()
) -> tuple[Hole, ...]:
    """Find the stretches without samples.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
        Strictly increasing.
    sampling_rate_hz : float
        Nominal rate.
    frozen_s : sequence of float
        Times of the last samples before the sensor stood still: long or not, no pause.

    Returns
    -------
    tuple of Hole
        Each from where the first missing sample was due to the next sample that came.
    """
    spacing_s = np.diff(t_s)
    at = np.flatnonzero(spacing_s * sampling_rate_hz > HOLE_MIN_PERIODS)
    n_lost = np.maximum(1, np.rint(spacing_s[at] * sampling_rate_hz).astype(np.intp) - 1)
    # With jitter a sample can come within its period: a hole never ends before it starts.
    start_s = np.minimum(t_s[at] + 1.0 / sampling_rate_hz, t_s[at + 1])
    end_s = t_s[at + 1]
    is_pause = (spacing_s[at] > PAUSE_MIN_S) & ~np.isin(t_s[at], frozen_s)
    return tuple(
        Hole(*row)
        for row in zip(
            start_s.tolist(), end_s.tolist(), n_lost.tolist(), is_pause.tolist(), strict=True
        )
    )


def assess(
    t_s: FloatArray,
    sampling_rate_hz: float,
    stances: Sequence[Stance],
    alignment: Alignment | None,
    *,
    holes: tuple[Hole, ...],
    n_clipped: int,
    has_gyroscope: bool | None = None,
    loose_percent: float = 0.0,
    faults: Faults = NO_FAULTS,
    bias_radps: float = 0.0,
    violent_percent: float = 0.0,
) -> SignalQuality:
    """Grade a recording.

    Parameters
    ----------
    t_s : FloatArray, shape (n,)
        Recorded samples.
    sampling_rate_hz : float
    stances : sequence of Stance
    alignment : Alignment or None
        None where the recording has no gait to align by.
    holes : tuple of Hole
        From :func:`find_holes`.
    n_clipped : int
        Samples that :func:`analysis.clipping.clipped_mask` marks.
    has_gyroscope : bool, optional
        By default what the alignment says; True where there is none.
    loose_percent : float
        As in `SignalQuality`.
    faults : Faults
        From :func:`analysis.faults.without_faults`.
    bias_radps : float
        Offset of the gyroscope that was taken off.
    violent_percent : float
        Share of the time in which the sensor moves as in running.

    Returns
    -------
    SignalQuality
    """
    if has_gyroscope is None:
        has_gyroscope = alignment is None or alignment.zero is not ZeroReference.NONE
    n_samples = int(t_s.size)
    n_lost = sum(hole.n_lost for hole in holes if not hole.is_pause)
    coverage_percent = 100.0 * n_samples / (n_samples + n_lost) if n_samples else 0.0
    findings = [
        *_signal_findings(coverage_percent, stances),
        *fault_findings(faults, n_samples, _percent(stances, Exclusion.GYROSCOPE)),
        *bias_findings(bias_radps),
        *emptiness_findings(
            len(stances), float(t_s[-1] - t_s[0]) if n_samples else 0.0, violent_percent
        ),
        *_belt_findings(loose_percent),
        *_slip_findings(alignment, float(t_s[0]) if n_samples else 0.0),
        *_mounting_findings(alignment),
    ]
    # The worst comes first.
    findings.sort(key=lambda finding: -list(Grade).index(finding[0]))
    grade = findings[0][0] if findings else Grade.GOOD
    reasons = tuple(reason for found, reason in findings if found is not Grade.GOOD)
    notes = tuple(note for found, note in findings if found is Grade.GOOD)
    return SignalQuality(
        grade=grade,
        reasons=reasons,
        coverage_percent=coverage_percent,
        n_samples=n_samples,
        n_lost=n_lost,
        holes=holes,
        n_clipped=n_clipped,
        sentence=_sentence(
            grade, reasons, notes, coverage_percent, alignment, has_gyroscope=has_gyroscope
        ),
        has_gyroscope=has_gyroscope,
        loose_percent=loose_percent,
    )


def _percent(stances: Sequence[Stance], exclusion: Exclusion) -> float:
    return 100.0 * sum(s.exclusion is exclusion for s in stances) / max(len(stances), 1)


def _signal_findings(coverage_percent: float, stances: Sequence[Stance]) -> list[Finding]:
    findings: list[Finding] = []
    if coverage_percent < COVERAGE_GOOD_PERCENT:
        grade = Grade.POOR if coverage_percent < COVERAGE_POOR_PERCENT else Grade.FAIR
        findings.append((grade, f"{100.0 - coverage_percent:.0f} % of the samples are missing"))
    if stances:
        n_left_out = sum(s.exclusion in SIGNAL_EXCLUSIONS for s in stances if not s.valid)
        left_out_percent = 100.0 * n_left_out / len(stances)
        if left_out_percent > LEFT_OUT_GOOD_PERCENT:
            grade = Grade.POOR if left_out_percent > LEFT_OUT_POOR_PERCENT else Grade.FAIR
            findings.append(
                (grade, f"{left_out_percent:.0f} % of the stances are left out for their signal")
            )
        in_doubt = sum(s.valid and Doubt.SIDE in s.doubts for s in stances)
        in_doubt_percent = 100.0 * in_doubt / len(stances)
        if in_doubt_percent > SIDE_DOUBT_PERCENT:
            findings.append(
                (
                    Grade.FAIR,
                    f"left and right may be swapped in {in_doubt_percent:.0f} % of the stances",
                )
            )
    return findings


def _belt_findings(loose_percent: float) -> list[Finding]:
    if loose_percent <= LOOSE_GOOD_PERCENT:
        return []
    when = "" if loose_percent > 95.0 else f" for {loose_percent:.0f} % of the running"
    return [(Grade.FAIR, f"the sensor swings on its belt{when}, so fasten it tighter next time")]


def _slip_findings(alignment: Alignment | None, start_s: float) -> list[Finding]:
    if alignment is None or not alignment.slips:
        return []
    slips = alignment.slips
    largest = max(slips, key=lambda slip: slip.angle_deg)
    poor = len(slips) >= SLIPS_POOR or largest.angle_deg > SLIP_POOR_DEG
    grade = Grade.POOR if poor else Grade.FAIR
    after_s = largest.time_s - start_s
    when = f"at minute {after_s / 60.0:.0f}" if after_s >= 60.0 else f"after {after_s:.0f} s"
    by = f"by {largest.angle_deg:.0f}° {when}"
    if len(slips) == 1:
        return [(grade, f"the sensor slipped {by} and was re-aligned")]
    return [(grade, f"the sensor slipped {len(slips)} times, at most {by}, and was re-aligned")]


def _mounting_findings(alignment: Alignment | None) -> list[Finding]:
    if alignment is None:
        return []
    findings: list[Finding] = []
    if alignment.moved_deg is not None and alignment.moved_deg > MOVED_GOOD_DEG:
        grade = Grade.POOR if alignment.moved_deg > MOVED_POOR_DEG else Grade.FAIR
        moved = f"the sensor crept by {alignment.moved_deg:.0f}° from start to end"
        findings.append((grade, moved))
    if alignment.confidence < CONFIDENCE_GOOD:
        grade = Grade.POOR if alignment.confidence < CONFIDENCE_POOR else Grade.FAIR
        findings.append((grade, "forward was hard to tell from backward"))
    if alignment.zero is not ZeroReference.NONE and alignment.yaw_se_deg > YAW_SE_GOOD_DEG:
        grade = Grade.POOR if alignment.yaw_se_deg > YAW_SE_POOR_DEG else Grade.FAIR
        findings.append((grade, f"forward is known only within {alignment.yaw_se_deg:.0f}°"))
    return findings


def _sentence(
    grade: Grade,
    reasons: tuple[str, ...],
    notes: tuple[str, ...],
    coverage_percent: float,
    alignment: Alignment | None,
    *,
    has_gyroscope: bool,
) -> str:
    # Rounded down, so that a recording with a loss never reads as complete.
    coverage = f"{np.floor(coverage_percent * 10.0) / 10.0:.1f}".removesuffix(".0")
    told = [*(reasons or [f"{coverage} % of the samples arrived"]), *notes]
    if not has_gyroscope:
        told.append("without a gyroscope there is no drop")
    elif alignment is not None and alignment.zero is ZeroReference.RUN_MEAN:
        told.append("no quiet standing was found that fits the run, so zero is this run's own mean")
    first, *others = told
    sentences = [f"{grade.value.capitalize()} signal: {first}.", *map(_sentence_of, others)]
    return " ".join(sentences)


def _sentence_of(told: str) -> str:
    return f"{told[0].upper()}{told[1:]}."
