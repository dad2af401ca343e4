"""Every person's recordings, analysed by models that have not seen that person."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from functools import cache
from pathlib import Path
from zlib import crc32

from analysis import analyse_run
from analysis.models import Models
from bench.fit_models import TrialSets, fit_models, read_trials
from bench.validation.reference import Reference, person_of, read_reference
from bench.validation.scoring import TOLERANCE_S, Outcome, found_in, score
from bench.validation.variants import VARIANTS
from imu.recordings import Recording, read_recording
from server.workers import process_pool

N_PROCESSES = 2
GAITS = ("running", "walking")

Outcomes = dict[tuple[str, str], list[Outcome]]
"""Scored recordings by gait and variant."""


class MissingDataError(Exception):
    """The folder does not hold recordings with truth; the message says what to do."""


def check_folder(folder: Path) -> None:
    """Refuse a folder that does not hold recordings with truth.

    Raises
    ------
    MissingDataError
    """
    for gait in GAITS:
        recordings = recordings_in(folder / gait)
        if not recordings:
            raise MissingDataError(
                f"There are no recordings with truth in {folder / gait}: put NAME.parquet and "
                "NAME.truth.json there, or name the folder above: make validation DATA=..."
            )


def recordings_in(folder: Path) -> list[Path]:
    """Return the recordings of a folder that have their truth beside them."""
    return [
        path
        for path in sorted(folder.glob("*.parquet"))
        if path.with_name(f"{path.stem}.truth.json").is_file()
    ]


def people_in(folder: Path) -> dict[str, list[tuple[str, Path]]]:
    """Return gait and path of every recording, by person."""
    people: dict[str, list[tuple[str, Path]]] = {}
    for gait in GAITS:
        for path in recordings_in(folder / gait):
            people.setdefault(person_of(path.stem), []).append((gait, path))
    return people


def all_left_out(folder: Path, on_person: Callable[[str, int], None]) -> Outcomes:
    """Score every recording in every variant, leave-one-person-out, two people at a time.

    Parameters
    ----------
    folder : Path
        Holds ``running/`` and ``walking/``.
    on_person : callable
        Told each person that is done, and of how many.
    """
    check_folder(folder)
    people = people_in(folder)
    outcomes: Outcomes = {}
    # Two processes with as many threads each as there are cores would be in each other's way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with process_pool(N_PROCESSES) as pool:
        futures = {
            pool.submit(person_left_out, folder, person, recordings): person
            for person, recordings in people.items()
        }
        for future in as_completed(futures):
            for key, scored in future.result().items():
                outcomes.setdefault(key, []).extend(scored)
            on_person(futures[future], len(people))
    for scored in outcomes.values():
        scored.sort(key=lambda outcome: outcome.reference.name)
    return outcomes


def person_left_out(folder: Path, person: str, recordings: Sequence[tuple[str, Path]]) -> Outcomes:
    """Fit on everybody else, then analyse and score one person's recordings."""
    models = fit_models(_training_data(folder), without=person)
    outcomes: Outcomes = {}
    for gait, path in recordings:
        recording, reference = read_recording(path), read_reference(path)
        for name, variant in VARIANTS[gait].items():
            changed = variant(recording, crc32(path.stem.encode()))
            outcome = scored(changed, reference, gait, models=models)
            outcomes.setdefault((gait, name), []).append(outcome)
    return outcomes


@cache
def _training_data(folder: Path) -> TrialSets:
    """Once per process: reading costs more than all fits together."""
    return read_trials(folder)


def scored(
    recording: Recording, reference: Reference, gait: str, *, models: Models | None = None
) -> Outcome:
    """Analyse one recording and score it; by default with the shipped models."""
    run = analyse_run(
        recording.t_s,
        recording.acc_mps2,
        recording.gyr_radps,
        sampling_rate_hz=recording.sampling_rate_hz,
        models=models,
    )
    return score(reference, found_in(run), TOLERANCE_S[gait])
