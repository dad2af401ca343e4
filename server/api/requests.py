"""What several routes take, checked in one way."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from imu.recordings.metadata import EARLIEST, LATEST


def _refuse_bare_number(value: Any) -> Any:
    is_number = isinstance(value, int | float)
    if is_number or (isinstance(value, str) and value.strip("+- ").replace(".", "").isdecimal()):
        raise ValueError("a number is no moment: write it like 2026-03-01T07:30:00Z")
    return value


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"it must lie between the years {EARLIEST.year} and {LATEST.year}")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, BeforeValidator(_refuse_bare_number), AfterValidator(_in_range)]

# More rows than any database of runs has; beyond 64 bits SQLite could not take it.
MAX_OFFSET = 1_000_000_000
Offset = Annotated[int, Query(ge=0, le=MAX_OFFSET, description="Skip this many.")]

Seconds = Annotated[float | None, Query(allow_inf_nan=False)]
StartS = Annotated[Seconds, Query(description="From this time of the recording, seconds.")]
EndS = Annotated[Seconds, Query(description="Before this time of the recording, seconds.")]


def _part(start_s: StartS = None, end_s: EndS = None) -> tuple[float | None, float | None]:
    if start_s is not None and end_s is not None and end_s < start_s:
        problem = {"loc": ("query", "end_s"), "msg": "it lies before start_s", "type": "reversed"}
        raise RequestValidationError([problem])
    return start_s, end_s


# A part of the recording, [start_s, end_s).
Part = Annotated[tuple[float | None, float | None], Depends(_part)]
