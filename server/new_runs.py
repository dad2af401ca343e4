"""What is written down of a run when it is imported."""

import re
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from analysis.drift import check_distance
from server.analysing import AnalysedRecording
from server.runs import Run, RunChanges, RunDetails, RunKind
from server.store.run_store import DEFAULT_PERSON
from server.text import clean_line, clean_notes


def safe_name(name: str) -> str:
    """Return the last part of a file name, printable and of bounded length, for showing only."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return "".join(letter for letter in last if letter.isprintable())[:255] or "recording.parquet"


def new_run_id() -> str:
    """Return an id that sorts by time and cannot be guessed: milliseconds, then chance."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(6)}"


def new_run_values(
    analysed: AnalysedRecording, details: RunDetails, name: str, content_hash: str
) -> dict[str, Any]:
    """Return the columns of a new run; what the person says wins over the recording."""
    facts = analysed.facts
    imported_at = datetime.now(UTC)
    started_at = details.started_at or facts.started_at
    kind = details.kind or facts.kind or RunKind.OTHER
    title = clean_line(details.title or "")
    return {
        "id": new_run_id(),
        "person_id": DEFAULT_PERSON.id,
        "content_hash": content_hash,
        "title": (title or facts.title or default_title(kind, name))[:200],
        "kind": kind.value,
        "at": started_at or imported_at,
        "started_at": started_at,
        "imported_at": imported_at,
        "distance_m": details.distance_m or facts.distance_m,
        "notes": clean_notes(details.notes or ""),
        "source_name": name,
        "sensor": facts.sensor,
        "sampling_rate_hz": facts.sampling_rate_hz,
        "has_gyroscope": facts.has_gyroscope,
        "analysis_version": analysed.analysis.analysis_version,
    }


def changed_values(run: Run, changes: RunChanges) -> dict[str, Any]:
    """Return the columns that change; title and kind are never empty, so None is their default.

    Raises
    ------
    DistanceError
        A distance that is not above 0.
    """
    check_distance(changes.get("distance_m"))
    values: dict[str, Any] = dict(changes)
    if "kind" in changes:
        values["kind"] = (changes["kind"] or RunKind.OTHER).value
    if "title" in changes:
        kind = RunKind(values.get("kind", run.kind))
        title = clean_line(changes["title"] or "")[:200]
        values["title"] = title or default_title(kind, run.source_name)
    if "notes" in changes:
        values["notes"] = clean_notes(changes["notes"] or "")
    return values


def default_title(kind: RunKind, name: str) -> str:
    """Return the title of a run that nobody gave one."""
    titles = {
        RunKind.EASY: "Easy run",
        RunKind.LONG: "Long run",
        RunKind.TEMPO: "Tempo run",
        RunKind.INTERVALS: "Intervals",
        RunKind.RACE: "Race",
        RunKind.TREADMILL: "Treadmill run",
        RunKind.WALK: "Walk",
    }
    stem = Path(name).stem
    # A kept recording that is imported again is called by its hash, which tells a person nothing.
    return titles.get(kind) or ("Run" if re.fullmatch("[0-9a-f]{64}", stem) else stem) or "Run"
