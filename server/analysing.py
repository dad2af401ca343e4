"""From a recording file to what is stored of it; runs in a worker, so all of it is picklable."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.results import RunAnalysis
from imu.errors import RecordingError
from server.runs import RunKind
from server.text import clean_line


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What a recording says about itself."""

    sampling_rate_hz: float
    has_gyroscope: bool
    started_at: datetime | None
    distance_m: float | None
    sensor: str | None
    title: str | None
    kind: RunKind | None


@dataclass(frozen=True, slots=True)
class AnalysedRecording:
    """A recording's facts and results, without its signals."""

    facts: RecordingFacts
    analysis: RunAnalysis


# Given as distance: a person took it back, so the recording's own does not count either.
NO_DISTANCE_M = 0.0

Analyse = Callable[[Path, str, float | None], AnalysedRecording]


def analyse_file(path: Path, name: str, distance_m: float | None) -> AnalysedRecording:
    """Read and analyse a recording.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        What the person calls it, for messages.
    distance_m : float or None
        Overrides what the recording says; ``NO_DISTANCE_M`` for none at all.

    Raises
    ------
    RecordingError
        The file cannot be read; the message names it as the person does.
    SignalError
        It can be read but not analysed.
    """
    from analysis import analyse_run
    from imu.recordings import read_recording

    try:
        recording = read_recording(path)
    except RecordingError as error:
        raise RecordingError(
            error.problem, path=Path(name), column=error.column, row=error.row
        ) from error
    facts = facts_of(
        recording.metadata,
        sampling_rate_hz=recording.sampling_rate_hz,
        has_gyroscope=recording.gyr_radps is not None,
        started_at=recording.started_at,
    )
    if distance_m is not None:
        facts = replace(facts, distance_m=distance_m or None)
    analysis = analyse_run(
        recording.t_s,
        recording.acc_mps2,
        recording.gyr_radps,
        sampling_rate_hz=recording.sampling_rate_hz,
        distance_m=facts.distance_m,
    )
    return AnalysedRecording(facts, analysis)


def facts_of(
    metadata: Any,
    *,
    sampling_rate_hz: float,
    has_gyroscope: bool,
    started_at: datetime | None,
) -> RecordingFacts:
    """Return what the metadata says; a value of the wrong type counts as not said."""
    distance_m = metadata.get("distance_m")
    is_distance = isinstance(distance_m, int | float) and 0 < distance_m < 1e6
    kind = metadata.get("kind")
    return RecordingFacts(
        sampling_rate_hz=sampling_rate_hz,
        has_gyroscope=has_gyroscope,
        started_at=started_at,
        distance_m=float(distance_m) if is_distance else None,
        sensor=_sensor(metadata.get("sensor")),
        title=_text(metadata.get("title")),
        kind=RunKind(kind) if kind in set(RunKind) else _kind(metadata.get("activity")),
    )


def _kind(activity: object) -> RunKind | None:
    return RunKind.WALK if activity in ("walk", "walking") else None


def _sensor(sensor: object) -> str | None:
    if isinstance(sensor, dict):
        sensor = sensor.get("name") or sensor.get("model")
    return _text(sensor)


def _text(value: object) -> str | None:
    return clean_line(value)[:200].strip() or None if isinstance(value, str) else None
