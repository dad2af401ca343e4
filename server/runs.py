"""What the rest of the server knows of a stored run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypedDict, TypeVar

from analysis.drift import check_distance
from analysis.results import Estimate, Grade
from analysis.stances import Gait, Stance

T = TypeVar("T")


class RunKind(StrEnum):
    """What the run was meant to be; the runner's own word, never guessed from the signal."""

    EASY = "easy"
    LONG = "long"
    TEMPO = "tempo"
    INTERVALS = "intervals"
    RACE = "race"
    TREADMILL = "treadmill"
    WALK = "walk"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RunDetails:
    """What a person says about a run; None leaves what the recording or the store says.

    Raises
    ------
    DistanceError
        A distance that is not above 0.
    """

    title: str | None = None
    kind: RunKind | None = None
    started_at: datetime | None = None
    distance_m: float | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        check_distance(self.distance_m)


class RunChanges(TypedDict, total=False):
    """What a person changes of a run: what is left out stays, None takes back what was said."""

    title: str | None
    kind: RunKind | None
    started_at: datetime | None
    distance_m: float | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class Headline:
    """The numbers of a run that lists and trends need.  Drops are drop excursions, degrees."""

    gait: Gait | None
    duration_s: float
    moving_time_s: float
    n_stances: int
    n_valid: int
    left_deg: Estimate | None
    right_deg: Estimate | None
    asym_deg: Estimate | None
    contact_balance_percent: Estimate | None
    contact_time_s: Estimate | None
    cadence_spm: Estimate | None
    grade: Grade
    coverage_percent: float
    verdict: str
    sparkline_left_deg: tuple[float | None, ...]
    sparkline_right_deg: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One stored run.

    Attributes
    ----------
    id : str
        Opaque and safe in addresses.
    title : str
        Never empty.
    started_at : datetime or None
        UTC; None where the recording does not say.
    imported_at : datetime
        UTC.
    source_name : str
        Name of the file that was imported; never opened again.
    content_hash : str
        Names the kept recording.
    analysis_version : str
        The analysis that made the results.
    """

    id: str
    title: str
    kind: RunKind
    started_at: datetime | None
    imported_at: datetime
    distance_m: float | None
    notes: str
    source_name: str
    sensor: str | None
    sampling_rate_hz: float
    has_gyroscope: bool
    content_hash: str
    analysis_version: str
    headline: Headline

    @property
    def at(self) -> datetime:
        """When the run was; when it was imported, where the recording does not say."""
        return self.started_at or self.imported_at


@dataclass(frozen=True, slots=True)
class NumberedStance:
    """A stance with its place in the run, counted from 1."""

    number: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and how long the whole list is."""

    items: Sequence[T]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose runs are kept."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The run of an imported recording; ``is_new`` is False where it was there before."""

    run_id: str
    is_new: bool
