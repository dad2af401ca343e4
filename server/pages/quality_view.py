"""What the section "Can these numbers be trusted?" prints."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.results import RunAnalysis, ZeroReference
from server.pages.words import (
    EXCLUSION_WORDS,
    ZERO_WORDS,
    clock,
    number,
    plural,
)

STRIP_WIDTH = 1000
# Narrower than this a gap would not show on a phone.
_HOLE_MIN_WIDTH = 2.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """A hole in the coverage strip, in its own units."""

    x: float
    width: float
    is_pause: bool


@dataclass(frozen=True, slots=True)
class QualityView:
    """The section as text; ``left_out`` lists count, reason and meaning."""

    sentence: str
    end: str
    holes: Sequence[Stretch]
    strip_words: str
    n_gaps: int
    n_pauses: int
    facts: Sequence[tuple[str, str]]
    left_out: Sequence[tuple[int, str, str]]


def quality_view(analysis: RunAnalysis) -> QualityView:
    """Put the quality of a recording into words."""
    quality, summary = analysis.quality, analysis.summary
    duration_s = max(summary.duration_s, 1e-3)
    holes = [
        Stretch(
            x=round((hole.start_s - summary.start_s) / duration_s * STRIP_WIDTH, 1),
            width=round(
                max((hole.end_s - hole.start_s) / duration_s * STRIP_WIDTH, _HOLE_MIN_WIDTH), 1
            ),
            is_pause=hole.is_pause,
        )
        for hole in quality.holes
    ]
    n_pauses = sum(hole.is_pause for hole in quality.holes)
    n_gaps = len(holes) - n_pauses
    paused_s = sum(h.end_s - h.start_s for h in quality.holes if h.is_pause)
    lost_s = sum(h.end_s - h.start_s for h in quality.holes if not h.is_pause)
    words = []
    if n_gaps:
        words.append(f"{plural(n_gaps, 'gap')}, {number(lost_s, 1)} s together")
    if n_pauses:
        words.append(f"{plural(n_pauses, 'pause')}, {clock(paused_s)}")
    return QualityView(
        sentence=quality.sentence,
        end=clock(summary.duration_s),
        holes=holes,
        strip_words=", and ".join(words) or "no gap and no pause",
        n_gaps=n_gaps,
        n_pauses=n_pauses,
        facts=_facts(analysis, n_gaps),
        left_out=_left_out(analysis),
    )


def _facts(analysis: RunAnalysis, n_gaps: int) -> list[tuple[str, str]]:
    quality, summary, alignment = analysis.quality, analysis.summary, analysis.alignment
    lost = f"{quality.n_lost:,} in {plural(n_gaps, 'gap')}" if quality.n_lost else "None"
    facts = [
        ("Stances kept", f"{summary.n_valid:,} of {summary.n_stances:,}"),
        ("Recorded", f"{number(quality.coverage_percent, 1)} % of the samples"),
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
            (
                "Sensor moved by",
                "Too short to tell" if moved is None else f"{number(moved, 1)}°, start to end",
            ),
            (
                "Forward direction",
                f"± {number(alignment.yaw_se_deg, 1)}°",
            ),
        ]
    facts.append(("Analysis", f"Version {analysis.analysis_version}"))
    return facts


def _left_out(analysis: RunAnalysis) -> list[tuple[int, str, str]]:
    counts = sorted(analysis.summary.n_excluded.items(), key=lambda item: -item[1])
    return [(count, *EXCLUSION_WORDS[reason]) for reason, count in counts if count]
