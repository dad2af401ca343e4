"""Analyse many recordings over the cores and write what was found beside each other."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.results import RunAnalysis
from imu.errors import ImuError, RecordingError
from server.analysing import AnalysedRecording, analyse_file
from server.measures import told_measures
from server.store.documents import to_document
from server.tables import stance_csv
from server.text import printable
from server.workers import process_pool

SUFFIX = ".parquet"

_SUMMARY_PARTS = (
    "analysis_version",
    "sampling_rate_hz",
    "verdict",
    "summary",
    "quality",
    "alignment",
    "bouts",
    "drift",
    "waveforms",
)


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to analyse; ``name`` begins the names of its files in ``folder``."""

    position: int
    path: Path
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a job: a result without its stances, or a problem in one line."""

    position: int
    path: Path
    result: RunAnalysis | None = None
    problem: str | None = None


def recordings_in(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """Return the recordings that the paths stand for, each once, and a line per empty folder."""
    found: dict[Path, Path] = {}
    problems = []
    for path in paths:
        if not path.is_dir():
            found.setdefault(path.resolve(), path)
            continue
        inside = sorted(path.glob(f"*{SUFFIX}"))
        if not inside:
            problems.append(
                f"{path}: there is no recording (*{SUFFIX}) in this folder; "
                "folders inside it are not searched."
            )
        for each in inside:
            found.setdefault(each.resolve(), each)
    return list(found.values()), problems


def jobs_for(paths: Iterable[Path], folder: Path) -> tuple[list[Job], list[str]]:
    """Return a job for each recording, with different names also where files are called alike."""
    recordings, problems = recordings_in(paths)
    stems = {_stem(path) for path in recordings}
    used: set[str] = set()
    jobs = []
    for position, path in enumerate(recordings):
        stem = _stem(path)
        name, n = stem, 1
        while name in used or (n > 1 and name in stems):
            n += 1
            name = f"{stem}-{n}"
        used.add(name)
        jobs.append(Job(position, path, name, folder))
    return jobs, problems


def _stem(path: Path) -> str:
    # What a terminal would obey shall not come back in the names of the results.
    return printable(path.stem, "_")


def problem_line(path: Path, error: ImuError | AnalysisError) -> str:
    """Return what is wrong with a recording in one line, with its path as the person gave it."""
    place, problem = [str(path)], str(error)
    if isinstance(error, RecordingError):
        problem = error.problem
        place += [f"column {error.column}"] if error.column is not None else []
        place += [f"row {error.row}"] if error.row is not None else []
    return " ".join(f"{', '.join(place)}: {problem}".split())


def analyse_all(jobs: Sequence[Job]) -> Iterator[Report]:
    """Do the jobs, one process per core, and yield each report as soon as it is there."""
    n_workers = min(os.cpu_count() or 1, len(jobs))
    if n_workers <= 1:
        yield from map(do, jobs)
        return
    pool = process_pool(n_workers)
    try:
        futures: dict[Future[Report], Job] = {pool.submit(do, job): job for job in jobs}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                job = futures[future]
                problem = f"{job.path}: the analysis was ended by the system (out of memory?)."
                yield Report(job.position, job.path, problem=problem)
    finally:
        pool.shutdown(cancel_futures=True)  # after Ctrl-C, what has not begun stays undone


def do(job: Job) -> Report:
    """Analyse one recording and write its files; whatever goes wrong is told in the report."""
    try:
        analysed = analyse_file(job.path, str(job.path), None)
        write_results(job, analysed)
    except (ImuError, AnalysisError) as error:
        return Report(job.position, job.path, problem=problem_line(job.path, error))
    except OSError as error:
        problem = f"{job.path}: the results cannot be written ({error.strerror})."
        return Report(job.position, job.path, problem=problem)
    except Exception as error:  # noqa: BLE001 - one recording must not end the others
        problem = f"{job.path}: the analysis failed ({type(error).__name__}: {error})."
        return Report(job.position, job.path, problem=" ".join(problem.split()))
    return Report(job.position, job.path, result=replace(analysed.analysis, stances=()))


def write_results(job: Job, analysed: AnalysedRecording) -> None:
    """Write NAME.stances.csv and NAME.summary.json."""
    csv = "".join(stance_csv(analysed.analysis.stances))
    (job.folder / f"{job.name}.stances.csv").write_text(csv, encoding="utf-8")
    document = summary_document(printable(job.path.name), analysed)
    summary = json.dumps(document, indent=2, ensure_ascii=False)
    (job.folder / f"{job.name}.summary.json").write_text(summary + "\n", encoding="utf-8")


def summary_document(name: str, analysed: AnalysedRecording) -> dict[str, Any]:
    """Return all results but the stances as plain values; units stand in the names."""
    facts, analysis = analysed.facts, analysed.analysis
    document: dict[str, Any] = {
        "recording": name,
        "started_at": None if facts.started_at is None else facts.started_at.isoformat(),
        "sensor": facts.sensor,
        "distance_m": facts.distance_m,
        "has_gyroscope": facts.has_gyroscope,
    }
    document |= {part: to_document(getattr(analysis, part)) for part in _SUMMARY_PARTS}
    return document | {"measures": to_document(told_measures(analysis))}
