"""Results of a run: stances, curves and quality, as JSON and as CSV."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from analysis.results import Drift, Waveform
from analysis.series import Measure
from analysis.stances import Side
from server.api.drift_schemas import DriftOut
from server.api.requests import Offset, Part
from server.api.runs import RunId
from server.api.schemas import (
    MeasureOut,
    QualityOut,
    SeriesOut,
    StancePage,
    WaveformOut,
    stance_out,
)
from server.api.series import series_of
from server.dependencies import LibraryDep
from server.measures import ToldMeasure, told_measures
from server.tables import drift_csv, stance_csv, waveform_csv

router = APIRouter(prefix="/runs/{run_id}", tags=["results"])

CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "CSV with a header row."}
}


class CsvResponse(Response):
    """A CSV file for download."""

    media_type = "text/csv"


@router.get("/stances", response_model=StancePage)
def list_stances(
    *,
    library: LibraryDep,
    run_id: RunId,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    offset: Offset = 0,
    side: Side | None = None,
    valid: Annotated[bool | None, Query(description="Only valid, or only left out.")] = None,
    part: Part,
) -> dict[str, object]:
    """List the stances in the order of the run, left-out ones included."""
    start_s, end_s = part
    page = library.stances(
        run_id, limit=limit, offset=offset, side=side, valid=valid, start_s=start_s, end_s=end_s
    )
    items = [stance_out(item.number, item.stance) for item in page.items]
    return {"items": items, "total": page.total, "limit": limit, "offset": offset}


@router.get("/stances.csv", response_class=CsvResponse, responses=CSV)
def get_stances_csv(library: LibraryDep, run_id: RunId) -> Response:
    """Download all stances."""
    return _csv(library, run_id, "stances", stance_csv(library.analysis(run_id).stances))


@router.get("/waveforms", response_model=list[WaveformOut])
def list_waveforms(library: LibraryDep, run_id: RunId) -> tuple[Waveform, ...]:
    """Return the mean drop over the gait cycle, one per side."""
    return library.analysis(run_id).waveforms


@router.get("/waveforms.csv", response_class=CsvResponse, responses=CSV)
def get_waveforms_csv(library: LibraryDep, run_id: RunId) -> Response:
    """Download the mean drop over the gait cycle."""
    return _csv(library, run_id, "waveforms", waveform_csv(library.analysis(run_id).waveforms))


@router.get("/drift", response_model=DriftOut)
def get_drift(library: LibraryDep, run_id: RunId) -> Drift:
    """Return the drop along the run, per kilometre or per minute."""
    return library.analysis(run_id).drift


@router.get("/drift.csv", response_class=CsvResponse, responses=CSV)
def get_drift_csv(library: LibraryDep, run_id: RunId) -> Response:
    """Download the drop along the run."""
    return _csv(library, run_id, "drift", drift_csv(library.analysis(run_id).drift))


@router.get("/measures", response_model=list[MeasureOut])
def list_measures(library: LibraryDep, run_id: RunId) -> list[ToldMeasure]:
    """Return the measures beside the drop; none for a run that an older analysis made."""
    return told_measures(library.analysis(run_id))


@router.get("/quality", response_model=QualityOut)
def get_quality(library: LibraryDep, run_id: RunId) -> dict[str, object]:
    """Return what was recorded, lost and left out, and how the sensor sat."""
    analysis = library.analysis(run_id)
    quality, summary = analysis.quality, analysis.summary
    return {
        "grade": quality.grade,
        "reasons": quality.reasons,
        "sentence": quality.sentence,
        "coverage_percent": quality.coverage_percent,
        "n_samples": quality.n_samples,
        "n_lost": quality.n_lost,
        "n_clipped": quality.n_clipped,
        "holes": quality.holes,
        "n_stances": summary.n_stances,
        "n_valid": summary.n_valid,
        "n_excluded": summary.n_excluded,
        "alignment": analysis.alignment,
    }


@router.get("/series", response_model=SeriesOut)
def get_series(
    *,
    library: LibraryDep,
    run_id: RunId,
    measure: Measure = Measure.DROP_EXCURSION,
    window_strides: Annotated[int, Query(ge=1, le=501)] = 25,
    part: Part,
    n_max: Annotated[
        int, Query(ge=4, le=20_000, description="At most this many points a side.")
    ] = 1000,
) -> SeriesOut:
    """Return a measure along the run, for a chart or for a closer look at a part of it."""
    return series_of(
        library.analysis(run_id).stances,
        measure,
        window_strides=window_strides,
        start_s=part[0],
        end_s=part[1],
        n_max=n_max,
    )


def _csv(library: LibraryDep, run_id: str, kind: str, lines: Iterable[str]) -> Response:
    at = library.run(run_id).at
    name = f"{at:%Y-%m-%d}-{run_id[:12]}.{kind}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return CsvResponse("".join(lines), headers=headers)
