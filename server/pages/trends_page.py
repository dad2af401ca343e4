"""The Trends page, its charts' options and its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from server.charts.days import drawn_runs
from server.charts.distance import distance_history_chart
from server.charts.history import drop_history_chart, has_measure, measure_history_chart
from server.charts.options import Chart
from server.dependencies import LibraryDep
from server.pages.site import page
from server.pages.tables import N_ROWS_PER_PAGE
from server.pages.trends_table import runs_table
from server.pages.trends_view import PERIOD_WORDS, SMALL_CHARTS, trends_view
from server.trends import N_READ, Period, Trends, trends_of

router = APIRouter(prefix="/trends")

_BIG_CHARTS: Mapping[str, Callable[[Trends], Chart]] = {
    "drop": drop_history_chart,
    "distance": distance_history_chart,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the history is asked for."""

    trends: Trends
    is_adjusted: bool

    @property
    def query(self) -> str:
        """Return the same as a part of an address."""
        adjusted = str(self.is_adjusted).lower()
        return f"period={self.trends.period.value}&adjusted={adjusted}"


def _asked(
    library: LibraryDep,
    period: Annotated[Period, Query()] = Period.SIXTEEN_WEEKS,
    adjusted: Annotated[bool, Query()] = True,  # noqa: FBT002 - a query value
) -> Asked:
    now = datetime.now().astimezone()
    history = library.history(n_newest=None if period is Period.ALL else N_READ)
    return Asked(trends_of(history, period, now, adjust=adjusted), adjusted)


AskedDep = Annotated[Asked, Depends(_asked)]


@router.get("")
def trends(request: Request, asked: AskedDep) -> Response:
    """Show the history."""
    # As measured there is no adjustment to see: whether one is possible, only the runs can tell.
    may_adjust = asked.trends.usual.adjustment is not None or not asked.is_adjusted
    view = trends_view(asked.trends, is_adjusted=asked.is_adjusted, may_adjust=may_adjust)
    return page(request, "trends.html", place="trends", view=view, periods=PERIOD_WORDS)


@router.get("/charts/{name}.json")
def chart(name: str, asked: AskedDep) -> Response:
    """Answer with the options of a chart."""
    if name not in _BIG_CHARTS and name not in SMALL_CHARTS:
        names = ", ".join([*_BIG_CHARTS, *SMALL_CHARTS])
        raise HTTPException(404, f"Trends have no chart of this name. They have: {names}.")
    made = _chart(name, asked.trends)
    if made is None:
        raise HTTPException(404, "There is nothing to draw here yet.")
    return JSONResponse(made.as_json(), headers={"cache-control": "no-cache"})


def _chart(name: str, trends: Trends) -> Chart | None:
    if not drawn_runs(trends):
        return None
    if name in _BIG_CHARTS:
        return _BIG_CHARTS[name](trends)
    tracked, _ = SMALL_CHARTS[name]
    return measure_history_chart(tracked, trends) if has_measure(tracked, trends) else None


@router.get("/tables/runs.csv")
def table_csv(asked: AskedDep) -> Response:
    """Answer with the runs of the period as CSV."""
    disposition = 'attachment; filename="trends.csv"'
    return Response(
        runs_table(asked.trends).as_csv(),
        media_type="text/csv",
        headers={"content-disposition": disposition},
    )


@router.get("/tables/runs")
def table(request: Request, asked: AskedDep, first: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Show the runs as rows: a part of the page for htmx, a page for a plain link."""
    made = runs_table(asked.trends, first=first, n_rows=N_ROWS_PER_PAGE)
    values = {
        "name": "runs",
        "base": f"/trends/tables/runs?{asked.query}",
        "query": asked.query,
        "table": made,
        "rows": made.texts(0, N_ROWS_PER_PAGE),
        "first": first,
        "n_rows": len(asked.trends.runs),
        "n_per_page": N_ROWS_PER_PAGE,
    }
    is_part = request.headers.get("hx-request") == "true"
    template = "_table.html" if is_part else "trends_table.html"
    return page(request, template, place="trends", **values)
