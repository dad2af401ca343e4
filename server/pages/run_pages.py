"""A run's page, its charts' options and its tables."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from analysis.series import WINDOW_STRIDES
from server.charts.catalogue import CHART_NAMES, run_chart
from server.charts.over_time import Window
from server.dependencies import LibraryDep
from server.pages.run_view import MEASURES, run_view
from server.pages.site import page
from server.pages.tables import N_ROWS_PER_PAGE, TABLES

router = APIRouter(prefix="/runs/{run_id}")

SMOOTHINGS = (10, WINDOW_STRIDES, 100)

MeasureName = Annotated[str, Query(alias="measure", pattern="^(excursion|mid-stance|peak)$")]


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """What of a run a chart or table is asked for."""

    name: str
    measure_name: str
    window: Window


def _chart_query(
    name: str,
    measure_name: MeasureName = "excursion",
    window_strides: Annotated[int, Query(ge=1, le=1000)] = WINDOW_STRIDES,
    start_s: Annotated[float | None, Query(ge=0)] = None,
    end_s: Annotated[float | None, Query(ge=0)] = None,
) -> ChartQuery:
    if name not in CHART_NAMES:
        raise HTTPException(
            404, f"A run has no chart of this name. It has: {', '.join(CHART_NAMES)}."
        )
    window = Window(MEASURES[measure_name], window_strides, start_s, end_s)
    return ChartQuery(name, measure_name, window)


Asked = Annotated[ChartQuery, Depends(_chart_query)]


@router.get("")
def run(
    request: Request, library: LibraryDep, run_id: str, measure_name: MeasureName = "excursion"
) -> Response:
    """Show a run."""
    view = run_view(library.run(run_id), library.analysis(run_id), measure_name)
    return page(request, "run.html", place="runs", view=view, smoothings=SMOOTHINGS)


@router.get("/charts/{name}.json")
def chart(library: LibraryDep, run_id: str, asked: Asked) -> Response:
    """Answer with the options of a chart; a narrower window brings more of its points."""
    made = run_chart(asked.name, library.analysis(run_id), asked.window)
    if made is None:
        raise HTTPException(404, "This run has nothing to draw here.")
    return JSONResponse(made.as_json(), headers={"cache-control": "no-cache"})


@router.get("/tables/{name}.csv")
def table_csv(library: LibraryDep, run_id: str, asked: Asked) -> Response:
    """Answer with the data of a chart as CSV."""
    made = TABLES[asked.name](library.analysis(run_id), asked.window)
    disposition = f'attachment; filename="{asked.name}.csv"'
    return Response(
        made.as_csv(), media_type="text/csv", headers={"content-disposition": disposition}
    )


@router.get("/tables/{name}")
def table(
    request: Request,
    library: LibraryDep,
    run_id: str,
    asked: Asked,
    first: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Show the data of a chart as rows: a part of the page for htmx, a page for a plain link."""
    made = TABLES[asked.name](library.analysis(run_id), asked.window)
    values = {
        "run": library.run(run_id),
        "name": asked.name,
        "measure_name": asked.measure_name,
        "base": f"/runs/{run_id}/tables/{asked.name}?measure={asked.measure_name}",
        "table": made,
        "rows": made.texts(first, N_ROWS_PER_PAGE),
        "first": first,
        "n_rows": len(made.rows),
        "n_per_page": N_ROWS_PER_PAGE,
    }
    is_part = request.headers.get("hx-request") == "true"
    return page(request, "_table.html" if is_part else "table.html", place="runs", **values)
