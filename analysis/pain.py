"""What a person notes of pain, and the findings that follow from it.

Site and side are kept for the person and the therapist; no suggestion asks for them.

Source of what is noted: Vincent 2017, pain rules for runners (ACSM).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.errors import PainReportError
from analysis.findings import Finding, FindingKind
from analysis.red_flags import Care, RedFlag, shipped_red_flags
from analysis.stances import Side

PAIN_MAX = 10
"""The scale goes from 0, none, to 10, the worst."""


class PainSite(StrEnum):
    """Where it hurts."""

    OUTER_KNEE = "outer_knee"
    KNEECAP = "kneecap"  # around or below it
    INNER_KNEE = "inner_knee"  # below the joint
    HIP = "hip"
    BACK = "back"
    SHIN = "shin"
    FOOT = "foot"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PainReport:
    """One check-in.

    Attributes
    ----------
    site : PainSite or None
        None says that nothing hurts.
    side : Side or None
        Left or right; None for the middle or both.
    before, worst, next_morning : int or None
        0 to 10: before a run or an exercise, the worst during it, and on the morning after; None
        where it is not noted.
    limp : bool
    note : str

    Raises
    ------
    PainReportError
        It contradicts itself, or a number is off the scale.
    """

    site: PainSite | None
    side: Side | None = None
    before: int | None = None
    worst: int | None = None
    next_morning: int | None = None
    limp: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if any(not 0 <= level <= PAIN_MAX for level in self.levels):
            raise PainReportError(f"pain goes from 0 to {PAIN_MAX}")
        if self.side is Side.UNKNOWN:
            raise PainReportError("the side is left, right, or left out")
        if self.site is None and (self.limp or self.side is not None or self.strongest > 0):
            raise PainReportError("say where it hurts, or leave out side, limp and pain above 0")
        if self.site is not None and not self.levels and not self.limp:
            raise PainReportError("say how much it hurts: before, worst or next morning")

    @property
    def levels(self) -> tuple[int, ...]:
        """What was noted on the scale."""
        return tuple(
            level for level in (self.before, self.worst, self.next_morning) if level is not None
        )

    @property
    def strongest(self) -> int:
        """The largest of what was noted; 0 where nothing was."""
        return max(self.levels, default=0)


def current_reports(newest_first: Iterable[PainReport]) -> tuple[PainReport, ...]:
    """Keep the newest report of each place, up to the last one that nothing hurts.

    A report counts until a newer one of the same site and side takes its place, however old it is.
    """
    kept: dict[tuple[PainSite, Side | None], PainReport] = {}
    for report in newest_first:
        if report.site is None:
            break
        kept.setdefault((report.site, report.side), report)
    return tuple(kept.values())


def health_findings(
    newest_first: Iterable[PainReport], answers: Mapping[str, bool]
) -> tuple[Finding, ...]:
    """Give the findings of a diary and of the answers to red-flag questions.

    Parameters
    ----------
    newest_first : iterable of PainReport
    answers : mapping of str to bool
        The last answer to each question by its id, true for yes; unknown ids are ignored.
    """
    found = [one for report in current_reports(newest_first) for one in _of_report(report)]
    for care, kind in (
        (Care.SOON, FindingKind.SOON_FLAGS),
        (Care.URGENT, FindingKind.URGENT_FLAGS),
    ):
        yes = [flag for flag in shipped_red_flags() if flag.care is care and answers.get(flag.id)]
        if yes:
            found.append(Finding(kind, float(len(yes)), _said_yes(yes)))
    return tuple(found)


def _said_yes(flags: list[RedFlag]) -> str:
    return f"You answered yes to: {' '.join(flag.ask for flag in flags)}"


def _of_report(report: PainReport) -> Iterable[Finding]:
    if report.strongest > 0:
        said = f"The strongest pain you noted was {report.strongest} of {PAIN_MAX}."
        yield Finding(FindingKind.WORST_PAIN, float(report.strongest), said)
    if report.before and report.worst is not None and report.worst > report.before:
        said = f"Pain went from {report.before} to {report.worst} of {PAIN_MAX}."
        yield Finding(FindingKind.PAIN_ROSE, float(report.worst - report.before), said)
    before, morning = report.before, report.next_morning
    if before is not None and morning is not None and morning > before:
        said = f"Pain was {before} of {PAIN_MAX} before and {morning} the next morning."
        yield Finding(FindingKind.PAIN_NEXT_MORNING, float(morning - before), said)
    if report.limp:
        yield Finding(FindingKind.LIMP, 1.0, "You noted a limp.")
