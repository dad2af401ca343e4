"""Analyse many stored runs again, after the analysis changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analysis.errors import AnalysisError
from imu.errors import ImuError
from server.errors import RunNotFoundError, ServerError
from server.library import Library


@dataclass(frozen=True, slots=True)
class ReanalysisFailure:
    """A run that could not be analysed again, and why."""

    run_id: str
    problem: str


def reanalyse(
    library: Library, run_ids: Iterable[str], *, on_each: Callable[[str], None] | None = None
) -> list[ReanalysisFailure]:
    """Analyse several runs again; one that fails keeps its results and is reported."""
    failures = []
    for run_id in run_ids:
        try:
            library.reanalyse_run(run_id)
        except RunNotFoundError:
            continue  # deleted meanwhile: nothing left to do
        except (ServerError, ImuError, AnalysisError) as error:
            failures.append(ReanalysisFailure(run_id, str(error)))
        except Exception as error:  # noqa: BLE001 - one run must not end the others
            told = f"the analysis failed ({type(error).__name__}: {error})"
            failures.append(ReanalysisFailure(run_id, " ".join(told.split())))
        if on_each is not None:
            on_each(run_id)
    return failures
