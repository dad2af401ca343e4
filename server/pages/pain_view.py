"""The pain diary as the page prints it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from analysis.pain import PAIN_MAX, PainReport, PainSite
from analysis.stances import Side
from server.pages.words import day, local, plural
from server.pain import PainEntry

SITE_WORDS: Mapping[PainSite, str] = {
    PainSite.OUTER_KNEE: "Outer knee",
    PainSite.KNEECAP: "Kneecap",
    PainSite.INNER_KNEE: "Inner knee",
    PainSite.HIP: "Hip",
    PainSite.BACK: "Back",
    PainSite.SHIN: "Shin",
    PainSite.FOOT: "Foot",
    PainSite.OTHER: "Other",
}
SIDE_WORDS: Mapping[Side | None, str] = {Side.LEFT: "left", Side.RIGHT: "right", None: ""}

STRIP_DAYS = 84
"""Twelve weeks: three pixels for each day."""
STRIP_WIDTH, STRIP_HEIGHT = 3 * STRIP_DAYS, 36
_RADIUS_MIN, _RADIUS_MAX = 3.0, 12.0

_ASK_FROM, _ASK_UNTIL = timedelta(hours=6), timedelta(hours=48)
"""How long after a check-in the next morning may be asked for: after a night, within two days."""


@dataclass(frozen=True, slots=True)
class PainMark:
    """One check-in in a strip: place, radius and side of its mark."""

    x: float
    radius: float
    side: Side | None


@dataclass(frozen=True, slots=True)
class PainStrip:
    """The check-ins of one place over twelve weeks, and the same as a sentence."""

    site: str
    sentence: str
    marks: tuple[PainMark, ...]


@dataclass(frozen=True, slots=True)
class PainLine:
    """One check-in as a row of the history."""

    id: str
    when: str
    where: str
    before: str
    worst: str
    next_morning: str
    limp: bool
    note: str


def pain_line(entry: PainEntry, zone: tzinfo | None = None) -> PainLine:
    """Return a check-in as a row."""
    report = entry.report
    at = local(entry.at, zone)
    return PainLine(
        id=entry.id,
        when=f"{day(at)}, {at:%H:%M}",
        where=place_words(report),
        before=_level(report.before),
        worst=_level(report.worst),
        next_morning=_level(report.next_morning),
        limp=report.limp,
        note=report.note,
    )


def place_words(report: PainReport) -> str:
    """Return ``Kneecap, left``, or that nothing hurt."""
    if report.site is None:
        return "No pain"
    side = SIDE_WORDS[report.side]
    return f"{SITE_WORDS[report.site]}, {side}" if side else SITE_WORDS[report.site]


def pain_strips(
    entries: Sequence[PainEntry], now: datetime, zone: tzinfo | None = None
) -> list[PainStrip]:
    """Return a strip for each site with a check-in in the last twelve weeks."""
    first = now - timedelta(days=STRIP_DAYS)
    strips = []
    for site, words in SITE_WORDS.items():
        recent = [one for one in entries if one.report.site is site and first <= one.at <= now]
        if recent:
            worst = max(recent, key=lambda one: one.report.strongest)
            sentence = (
                f"{words}: {plural(len(recent), 'check-in')} in twelve weeks, the strongest "
                f"{worst.report.strongest} of {PAIN_MAX} on {day(local(worst.at, zone))}."
            )
            strips.append(PainStrip(words, sentence, tuple(_mark(one, now) for one in recent)))
    return strips


def to_ask_about(entries: Sequence[PainEntry], now: datetime) -> PainEntry | None:
    """Return the newest check-in with pain whose next morning can be asked for."""
    waiting = (
        one
        for one in entries
        if one.report.site is not None
        and one.report.next_morning is None
        and _ASK_FROM <= now - one.at <= _ASK_UNTIL
    )
    return next(waiting, None)


def _mark(entry: PainEntry, now: datetime) -> PainMark:
    days_ago = (now - entry.at) / timedelta(days=1)
    share = entry.report.strongest / PAIN_MAX
    radius = _RADIUS_MIN + (_RADIUS_MAX - _RADIUS_MIN) * share
    inside = STRIP_WIDTH - 2 * _RADIUS_MAX
    x = _RADIUS_MAX + inside * (1.0 - days_ago / STRIP_DAYS)
    return PainMark(round(x, 1), round(radius, 1), entry.report.side)


def _level(level: int | None) -> str:
    return "\N{EN DASH}" if level is None else str(level)
