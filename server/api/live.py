"""The live session: start, stop, watch."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from analysis.results import ZeroReference
from server.api.schemas import Answer, stance_out
from server.dependencies import LibraryDep, LiveDep
from server.live import LiveSnapshot, LiveState
from server.runs import NumberedStance

router = APIRouter(prefix="/live", tags=["live"])

_GOING_ON = (LiveState.RUNNING, LiveState.IDLE)


class EventStream(StreamingResponse):
    """Server-sent events.

    Not FastAPI's own: that one puts buffers between the events and the viewer, and a viewer that
    leaves while they are full becomes an error in the server's log.
    """

    media_type = "text/event-stream"


class LiveStart(BaseModel):
    """Which run to replay, and how fast."""

    run_id: str = Field(max_length=64, examples=["0192f3a1c2d84be19c07a5d1"])
    speed: float = Field(default=1.0, ge=0.1, le=100, description="4 plays four times as fast.")


class LiveOut(Answer):
    """What the live session is doing; all but the state is null while there is none."""

    state: LiveState
    reason: str | None = Field(description="Why it was ended, where state does not say enough.")
    session_id: str | None
    run_id: str | None
    title: str | None
    speed: float | None
    position_s: float | None = Field(description="Seconds of the recording that were played.")
    duration_s: float | None
    n_stances: int | None
    has_gyroscope: bool | None
    zero: ZeroReference | None = Field(description="run_mean is provisional while it plays.")


@router.get("", response_model=LiveOut)
async def get_live(live: LiveDep) -> object:
    """Tell what is going on."""
    return live.snapshot()


@router.post("", response_model=LiveOut, status_code=201)
async def start_live(library: LibraryDep, live: LiveDep, start: LiveStart) -> object:
    """Replay a run as if the sensor were being worn now."""
    recording = await run_in_threadpool(library.recording, start.run_id)
    run = await run_in_threadpool(library.run, start.run_id)
    return live.start(recording, run_id=run.id, title=run.title, speed=start.speed)


@router.delete("", response_model=LiveOut)
async def stop_live(live: LiveDep) -> object:
    """End the running session."""
    return live.stop()


async def _sent(events: AsyncIterator[NumberedStance | LiveSnapshot]) -> AsyncIterator[bytes]:
    """Return events in the form of server-sent events."""
    async for event in events:
        # A burst of stances never waits by itself; here the loop hears that the viewer has left.
        await asyncio.sleep(0)
        if isinstance(event, NumberedStance):
            out: BaseModel = stance_out(event.number, event.stance)
            yield format_sse_event(
                event="stance", id=str(event.number), data_str=out.model_dump_json()
            )
            continue
        name = "state" if event.state in _GOING_ON else "end"
        out = LiveOut.model_validate(event)
        yield format_sse_event(event=name, data_str=out.model_dump_json())


@router.get("/events", response_class=EventStream)
async def watch_live(
    live: LiveDep,
    after: Annotated[int, Query(ge=0, description="Begin behind this stance.")] = 0,
    session: Annotated[
        str | None, Query(description="The session that after counts in; another begins at 1.")
    ] = None,
    last_event_id: Annotated[str | None, Header(description="Wins over after.")] = None,
) -> EventStream:
    """Watch the session as server-sent events, from its first stance or from any later one.

    `stance` (its id is the stance's number) carries a stance, `state` what GET /live answers, at
    the start and every few seconds, `end` the same once the session is over; then the stream
    closes.  While there is no session the stream waits for one.
    """
    if last_event_id is not None and last_event_id.isdecimal():
        after = int(last_event_id[:12])
    # Events come often enough to need no pings.
    events = _sent(live.watch(after=after, session_id=session))
    return EventStream(events, headers={"cache-control": "no-cache"})
