"""The live page: a session as it runs, or the choice of a run to replay."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.dependencies import LibraryDep, LiveDep
from server.live import LiveSource, LiveState
from server.pages.runs_view import RunsView, runs_view
from server.pages.site import page
from server.pages.words import clock, number

router = APIRouter()

N_RUNS_OFFERED = 12
SPEEDS = (1, 2, 4, 8)
# Drop above which a tone may be heard; what is right for somebody is up to them or their therapist.
CUE_BANDS_DEG = (2, 3, 4, 5, 6, 7, 8, 10)


@router.get("/live")
async def live(request: Request, library: LibraryDep, room: LiveDep) -> Response:
    """Show the running session, whose stances come as events, or the runs to choose from."""
    session = room.snapshot()
    if session.state in (LiveState.RUNNING, LiveState.SAVING):
        speed = session.speed or 1.0
        return page(
            request,
            "live.html",
            place="live",
            session=session,
            duration=clock(session.duration_s or 0.0),
            speed=number(speed, 0 if speed == round(speed) else 1),
            is_sensor=session.source is LiveSource.SENSOR,
            bands=CUE_BANDS_DEG,
            may_cue=(await run_in_threadpool(library.pain.advice)).may_practise,
        )

    def newest() -> RunsView:
        return runs_view(library.runs(limit=N_RUNS_OFFERED), datetime.now(UTC))

    offered = await run_in_threadpool(newest)
    return page(
        request,
        "live_choice.html",
        place="live",
        rows=[row for week in offered.weeks for row in week.rows],
        n_runs=offered.n_runs,
        speeds=SPEEDS,
    )
