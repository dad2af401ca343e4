"""The list of runs."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from server.api.requests import Offset
from server.dependencies import LibraryDep
from server.pages.runs_view import runs_view
from server.pages.site import page

router = APIRouter()

N_RUNS_PER_PAGE = 30


@router.get("/")
def home() -> Response:
    """Lead to the list: there is no other start page yet."""
    return RedirectResponse("/runs")


@router.get("/runs")
def runs(request: Request, library: LibraryDep, offset: Offset = 0) -> Response:
    """Show the runs by week, newest first."""
    listed = library.runs(limit=N_RUNS_PER_PAGE, offset=offset)
    view = runs_view(listed, datetime.now(UTC))
    return page(request, "runs.html", place="runs", view=view)
