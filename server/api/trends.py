"""Trends: a person's runs against what is usual, and how far they went."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from analysis.history.load import LoadState
from analysis.history.points import NotComparable, RunPoint, Tracked
from analysis.history.words import dated_sentence
from analysis.results import ChangeClass, Grade
from analysis.stances import Gait
from server.api.schemas import Answer, EstimateOut
from server.dependencies import LibraryDep
from server.trends import N_READ, Period, Trends, trends_of

router = APIRouter(tags=["trends"])


class VerdictOut(Answer):
    """What a runner can repeat to a friend."""

    headline: str = Field(examples=["Your last run is inside your usual range."])
    lead: str


class UsualRangeOut(Answer):
    """Where this person's comparable runs lie, in the measure's unit."""

    middle: float
    low: float
    high: float


class UsualOut(Answer):
    """What is usual; ranges are empty while it is being learnt."""

    n_runs: int = Field(description="Runs that made the ranges.")
    n_learnt: int = Field(description="Of the three mountings that it takes.")
    is_learning: bool
    ranges: dict[Tracked, UsualRangeOut]
    noise_deg: float = Field(description="Minimal detectable change of a side's drop.")
    is_noise_default: bool = Field(description="The published value, not the person's own.")
    is_adjusted: bool = Field(description="What goes along with cadence and speed is taken off.")


class ChangeOut(Answer):
    """A change of one measure, in its unit."""

    measure: Tracked
    before: EstimateOut
    after: EstimateOut
    change: EstimateOut
    noise: float
    change_class: ChangeClass


class DatedChangeOut(Answer):
    """A change of level: the first run on the new one."""

    measure: Tracked
    at: datetime
    run_id: str
    change: EstimateOut
    sentence: str


class LoadOut(Answer):
    """The newest run against the longest of the 30 days before it."""

    state: LoadState
    longest_m: float | None
    beyond_percent: float | None = Field(description="Negative where it was shorter.")
    days_since_last: float | None


class PointOut(Answer):
    """One run of the period, as measured."""

    run_id: str
    at: datetime
    gait: Gait | None
    grade: Grade
    left_deg: EstimateOut | None
    right_deg: EstimateOut | None
    right_minus_left_deg: EstimateOut | None
    contact_balance_percent: EstimateOut | None
    cadence_spm: EstimateOut | None
    distance_m: float | None
    analysis_version: str
    not_comparable: NotComparable | None = Field(description="Null where it is compared.")


class TrendsOut(Answer):
    """The history of one period; usual range and verdict are of the comparable runs."""

    period: Period
    verdict: VerdictOut
    newest_run_id: str | None = Field(description="The comparable run that the verdict is about.")
    usual: UsualOut
    against_usual: list[ChangeOut] = Field(description="That run against the runs before it.")
    changes: list[ChangeOut] = Field(description="From the first to the last weeks, as measured.")
    dated_changes: list[DatedChangeOut]
    load: LoadOut | None
    points: list[PointOut]


@router.get("/trends", response_model=TrendsOut)
def get_trends(
    library: LibraryDep,
    period: Annotated[Period, Query(description="It ends with the newest run.")] = (
        Period.SIXTEEN_WEEKS
    ),
    adjusted: Annotated[  # noqa: FBT002 - a query value
        bool, Query(description="Take off what goes along with cadence and speed.")
    ] = True,
) -> TrendsOut:
    """Return the runs of a period, what is usual, and what changed."""
    history = library.history(n_newest=None if period is Period.ALL else N_READ)
    read = trends_of(history, period, datetime.now().astimezone(), adjust=adjusted)
    return TrendsOut(
        period=period,
        verdict=VerdictOut.model_validate(read.verdict),
        newest_run_id=None if read.newest is None else read.newest.run_id,
        usual=_usual(read),
        against_usual=[ChangeOut.model_validate(one) for one in read.against_usual],
        changes=[ChangeOut.model_validate(one) for one in read.changes],
        dated_changes=[
            DatedChangeOut(
                measure=one.measure,
                at=one.at,
                run_id=one.run_id,
                change=EstimateOut.model_validate(one.change),
                sentence=dated_sentence(one),
            )
            for one in read.dated
        ],
        load=_load(read),
        points=[_point(run, read) for run in read.runs],
    )


def _usual(read: Trends) -> UsualOut:
    usual = read.usual
    return UsualOut(
        n_runs=usual.n_runs,
        n_learnt=usual.n_learnt,
        is_learning=usual.is_learning,
        ranges={key: UsualRangeOut.model_validate(one) for key, one in usual.ranges.items()},
        noise_deg=usual.noise.side.value_deg,
        is_noise_default=usual.noise.side.is_default,
        is_adjusted=usual.adjustment is not None,
    )


def _load(read: Trends) -> LoadOut | None:
    if read.load is None:
        return None
    return LoadOut(
        state=read.load.state,
        longest_m=read.load.reference.longest_m,
        beyond_percent=read.load.beyond_percent,
        days_since_last=read.load.reference.days_since_last,
    )


def _point(run: RunPoint, read: Trends) -> PointOut:
    told = {name: getattr(run, name) for name in PointOut.model_fields if name != "not_comparable"}
    reason = read.comparable.left_out.get(run.run_id)
    return PointOut.model_validate({**told, "not_comparable": reason})
