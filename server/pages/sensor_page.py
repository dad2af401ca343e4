"""The sensor page: pair, place, stand still, ten steps; and the sensors that are known."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from analysis.wear_check import N_STEPS, STILL_S
from server.api.sensors import known_out
from server.dependencies import HubDep, LiveDep
from server.live import LiveSource, LiveState
from server.pages.site import page

router = APIRouter()

# What a step shows in the row of steps on top.
STEPS = (
    ("pair", "Pair", "Wake it, choose it"),
    ("place", "Place", "Back of the pelvis, arrow up"),
    ("still", "Stand still", f"{STILL_S:.0f} seconds, sets your zero"),
    ("steps", "Ten steps", "Tell left from right"),
)


@router.get("/sensor")
async def sensor(request: Request, hub: HubDep, room: LiveDep) -> Response:
    """Show the way from a sensor in the hand to a run."""
    session = room.snapshot()
    is_running = session.state is LiveState.RUNNING and session.source is LiveSource.SENSOR
    return page(
        request,
        "sensor.html",
        place="sensor",
        steps=STEPS,
        known=[known_out(one) for one in hub.known()],
        problem=hub.problem,
        is_running=is_running,
        other_session=session.state is LiveState.RUNNING and not is_running,
        still_s=STILL_S,
        n_steps=N_STEPS,
    )
