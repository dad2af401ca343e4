"""What the section "Can these numbers be trusted?" prints."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.results import RunAnalysis, ZeroReference
from server.charts.over_time import other_gait_words
from server.pages.coverage_strip import CoverageStrip, coverage_strip, where_most_is_missing
from server.pages.words import (
    DOUBT_WORDS,
    EXCLUSION_WORDS,
    ZERO_WORDS,
    clock,
    number,
    plural,
)


@dataclass(frozen=True, slots=True)
class QualityView:
    """The section as text; ``left_out`` and ``doubts`` list count, word and meaning."""

    sentence: str
    end: str
    strip: CoverageStrip
    strip_words: str
    n_gaps: int
    n_pauses: int
    facts: Sequence[tuple[str, str]]
    left_out: Sequence[tuple[int, str, str]]
    doubts: Sequence[tuple[int, str, str]]
    other_gait: str


def quality_view(analysis: RunAnalysis) -> QualityView:
    """Put the quality of a recording into words."""
    quality, summary = analysis.quality, analysis.summary
    duration_s = max(summary.duration_s, 1e-3)
    n_pauses = sum(hole.is_pause for hole in quality.holes)
    n_gaps = len(quality.holes) - n_pauses
    paused_s = sum(h.end_s - h.start_s for h in quality.holes if h.is_pause)
    lost_s = sum(h.end_s - h.start_s for h in quality.holes if not h.is_pause)
    words = []
    if n_gaps:
        where = where_most_is_missing(quality.holes, summary.start_s, duration_s)
        tail = f", {where}" if where else ""
        words.append(f"{plural(n_gaps, 'gap')}, {number(lost_s, 1)} s together{tail}")
    if n_pauses:
        words.append(f"{plural(n_pauses, 'pause')}, {clock(paused_s)}")
    return QualityView(
        sentence=quality.sentence,
        end=clock(summary.duration_s),
        strip=coverage_strip(quality.holes, summary.start_s, duration_s),
        strip_words=", and ".join(words) or "no gap and no pause",
        n_gaps=n_gaps,
        n_pauses=n_pauses,
        facts=_facts(analysis, n_gaps),
        left_out=_left_out(analysis),
        doubts=_doubts(analysis),
        other_gait=other_gait_words(analysis),
    )


def _facts(analysis: RunAnalysis, n_gaps: int) -> list[tuple[str, str]]:
    quality, summary, alignment = analysis.quality, analysis.summary, analysis.alignment
    lost = f"{quality.n_lost:,} in {plural(n_gaps, 'gap')}" if quality.n_lost else "None"
    facts = [
        ("Stances kept", f"{summary.n_valid:,} of {summary.n_stances:,}"),
        ("Recorded", f"{_coverage(quality.coverage_percent)} % of the samples"),
        ("Samples lost", lost),
        ("Sample rate", f"{number(analysis.sampling_rate_hz, 2)} Hz"),
        ("Clipped samples", f"{quality.n_clipped:,}" if quality.n_clipped else "None"),
    ]
    if not quality.has_gyroscope:
        facts.append(("Zero for level", ZERO_WORDS[ZeroReference.NONE]))
    elif alignment is not None:
        facts.append(("Zero for level", ZERO_WORDS[alignment.zero]))
    if alignment is not None:
        moved = alignment.moved_deg
        facts += [
            ("Sensor slipped", f"By {number(slip.angle_deg, 0)}° about {slip.about}")
            for slip in alignment.slips
        ]
        facts += [
            (
                "Sensor moved by",
                "Too short to tell" if moved is None else f"{number(moved, 1)}°, start to end",
            ),
        ]
        # Without a gyroscope nothing depends on where forward is.
        if quality.has_gyroscope:
            facts.append(("Forward direction", f"± {number(alignment.yaw_se_deg, 1)}°"))
    facts.append(("Analysis", f"Version {analysis.analysis_version}"))
    return facts


def _coverage(percent: float) -> str:
    """Return the recorded share rounded down, as in the sentence: 100 only where all is there."""
    return f"{math.floor(percent * 10.0) / 10.0:.1f}".removesuffix(".0")


def _left_out(analysis: RunAnalysis) -> list[tuple[int, str, str]]:
    counts = sorted(analysis.summary.n_excluded.items(), key=lambda item: -item[1])
    return [(count, *EXCLUSION_WORDS[reason]) for reason, count in counts if count]


def _doubts(analysis: RunAnalysis) -> list[tuple[int, str, str]]:
    counts = Counter(doubt for s in analysis.stances if s.valid for doubt in s.doubts)
    return [(count, *DOUBT_WORDS[doubt]) for doubt, count in counts.most_common()]
