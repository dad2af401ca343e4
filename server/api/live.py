"""The live session: start, stop, watch."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from analysis.results import ZeroReference
from imu.drivers.base import StreamSettings
from imu.streaming.events import LinkState
from server.api.schemas import Answer, stance_out
from server.dependencies import CapturesDep, LibraryDep, LiveDep
from server.errors import LiveBusyError
from server.live import Beat, LiveSnapshot, LiveSource, LiveState
from server.runs import NumberedStance

router = APIRouter(prefix="/live", tags=["live"])

_GOING_ON = (LiveState.RUNNING, LiveState.SAVING, LiveState.IDLE)


class EventStream(StreamingResponse):
    """Server-sent events.

    Not FastAPI's own: that one puts buffers between the events and the viewer, and a viewer that
    leaves while they are full becomes an error in the server's log.
    """

    media_type = "text/event-stream"


class LiveStart(BaseModel):
    """Which run to replay, or which sensor to stream."""

    run_id: str | None = Field(
        default=None, max_length=64, description="Replay it.", examples=["0192f3a1c2d84be19c07a5d1"]
    )
    speed: float = Field(default=1.0, ge=0.1, le=100, description="4 plays four times as fast.")
    sensor: str | None = Field(default=None, max_length=64, description="Address of a paired one.")
    title: str | None = Field(default=None, max_length=200, description="Of the sensor's run.")
    rate_hz: int = Field(default=104, ge=26, le=1000, description="How fast the sensor measures.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "LiveStart":
        if (self.run_id is None) == (self.sensor is None):
            raise ValueError("give either run_id or sensor")
        return self


class SensorLinkOut(Answer):
    """How the link to the sensor is."""

    state: LinkState
    reason: str | None = Field(description="A sentence, where something is wrong.")
    battery_percent: int | None
    has_memory: bool = Field(description="What is lost on the air can be fetched.")
    n_received: int = Field(description="Samples.")
    n_lost: int = Field(description="Samples that are still missing.")
    n_refilled: int = Field(description="Samples that were fetched from the sensor's memory.")
    delay_ms: float | None = Field(description="From the last sample to when it was analysed.")


class WearOut(Answer):
    """The check before a run: standing still, then ten steps."""

    still_s: float
    has_stood: bool
    n_steps: int
    has_sides: bool
    axis_up: str | None = Field(description="Axis of the sensor that points up.")
    tilt_deg: float | None = Field(description="How far that axis leans from the vertical.")
    is_ready: bool


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
    slip_deg: float | None = Field(
        default=None, description="By how much the sensor slipped last; it was re-aligned."
    )
    source: LiveSource | None = None
    link: SensorLinkOut | None = Field(default=None, description="Of a sensor's run.")
    wear: WearOut | None = Field(default=None, description="Of a sensor's run.")
    control_number: int | None = Field(
        default=None, description="Goes up when another browser takes control."
    )


class BeatOut(Answer):
    """The newest samples of a sensor have been analysed."""

    position_s: float
    sampled_at_ms: float = Field(description="When the newest was measured, ms since 1970.")


class StartedOut(LiveOut):
    """A session that was started, and what its control is proved with."""

    control: str | None = Field(
        default=None, description="For the header X-Hiplevel-Control; null for a replay."
    )


class ControlOut(Answer):
    """Control that was taken over."""

    control: str


@router.get("", response_model=LiveOut)
async def get_live(live: LiveDep) -> object:
    """Tell what is going on."""
    return live.snapshot()


@router.post("", response_model=StartedOut, status_code=201)
async def start_live(
    library: LibraryDep, live: LiveDep, captures: CapturesDep, start: LiveStart
) -> StartedOut:
    """Replay a run as if the sensor were being worn now, or stream a sensor."""
    if start.sensor is not None:
        live.check_free()
        wanted = StreamSettings(rate_hz=start.rate_hz)
        session = await captures.new_session(start.sensor, wanted, title=start.title)
        try:
            secret = live.start_sensor(session)
        except LiveBusyError:  # somebody was quicker
            await session.abandon()
            raise
        return _started(live.snapshot(), secret)
    run_id = start.run_id or ""
    recording = await run_in_threadpool(library.recording, run_id)
    run = await run_in_threadpool(library.run, run_id)
    snapshot = live.start(recording, run_id=run.id, title=run.title, speed=start.speed)
    return _started(snapshot, None)


@router.post("/control", response_model=ControlOut)
async def take_control(live: LiveDep) -> ControlOut:
    """Take over a sensor's run from the browser that controls it."""
    return ControlOut(control=live.take_control())


@router.delete("", response_model=LiveOut)
async def stop_live(
    live: LiveDep,
    *,
    keep: Annotated[bool, Query(description="False throws a sensor's run away.")] = True,
    x_hiplevel_control: Annotated[
        str | None, Header(description="Needed for a sensor's run; see POST.")
    ] = None,
) -> object:
    """End the running session; a sensor's run is stored then."""
    return live.stop(x_hiplevel_control, keep=keep)


def _started(snapshot: LiveSnapshot, secret: str | None) -> StartedOut:
    told = LiveOut.model_validate(snapshot).model_dump()
    return StartedOut.model_validate({**told, "control": secret})


async def _sent(
    events: AsyncIterator[NumberedStance | LiveSnapshot | Beat],
) -> AsyncIterator[bytes]:
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
        if isinstance(event, Beat):
            out = BeatOut.model_validate(event)
            yield format_sse_event(event="beat", data_str=out.model_dump_json())
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
    the start and every few seconds, `beat` that a sensor's newest samples have been analysed,
    `end` what `state` carries once the session is over; then the stream closes.  While there is
    no session the stream waits for one.
    """
    if last_event_id is not None and last_event_id.isdecimal():
        after = int(last_event_id[:12])
    # Events come often enough to need no pings.
    events = _sent(live.watch(after=after, session_id=session))
    return EventStream(events, headers={"cache-control": "no-cache"})
