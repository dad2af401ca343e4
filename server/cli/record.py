"""``hiplevel record``: a run of a sensor, from the terminal."""

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.sensors import RateOption, SensorOption

if TYPE_CHECKING:
    from server.live.sensor_session import SensorSession


def record(
    sensor: SensorOption = None,
    minutes: Annotated[
        float | None, typer.Option(metavar="MIN", min=0.05, help="End by itself after this.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Of the run.")] = None,
    rate_hz: RateOption = 104,
) -> None:
    """Stream a paired sensor, print every stance, and store the run. Ctrl-C ends the run.

    Stand still for five seconds first: that is the zero of drop.
    """
    import asyncio

    from imu.drivers.base import StreamSettings
    from server.cli.failures import FAILED
    from server.cli.sensors import chosen_sensor, hub_of
    from server.cli.terminal import complain, say
    from server.library import Library
    from server.sensors.captures import Captures
    from server.settings import Settings

    settings = Settings.from_environment()
    hub = hub_of(settings)
    known = chosen_sensor(hub, sensor)
    library = Library(settings)

    async def run() -> "SensorSession":
        captures = Captures(library, hub)
        for run_id in await asyncio.to_thread(captures.store_unfinished):
            say(f"A run that was cut off before has been stored: {run_id}")
        session = await captures.new_session(
            known.address, StreamSettings(rate_hz=rate_hz), title=title
        )
        await follow(session, minutes)
        return session

    try:
        session = asyncio.run(run())
    finally:
        library.close()
    snapshot = session.snapshot()
    if snapshot.run_id is None:
        complain(snapshot.reason or "Nothing was recorded.")
        raise typer.Exit(FAILED)
    link = snapshot.link
    lost = "" if link is None else f", {link.n_lost} samples missing, {link.n_refilled} fetched"
    say(f"Stored as {snapshot.run_id}: {snapshot.n_stances} stances{lost}.")
    if snapshot.reason:
        say(snapshot.reason)


async def follow(session: "SensorSession", minutes: float | None) -> None:
    """Run a session to its end; Ctrl-C asks it to end, and it stores what came."""
    import asyncio
    import signal
    from contextlib import suppress

    from server.cli.terminal import complain
    from server.live import LiveSnapshot

    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: Ctrl-C ends the command, the journal is stored
        loop.add_signal_handler(signal.SIGINT, session.stop)
    if minutes is not None:
        loop.call_later(60.0 * minutes, session.stop)
    session.start()
    told = ""
    async for event in session.watch(0):
        if not isinstance(event, LiveSnapshot):
            print_stance(event)
            continue
        words = state_words(event)
        if words and words != told:
            complain(words)
            told = words
    await session.finished()


def print_stance(event: object) -> None:
    """Print a stance as ``hiplevel replay`` does."""
    from server.api.schemas import stance_out
    from server.cli.replay import stance_line
    from server.cli.terminal import say
    from server.runs import NumberedStance

    if isinstance(event, NumberedStance):
        say(stance_line(stance_out(event.number, event.stance).model_dump(mode="json")))


def state_words(snapshot: object) -> str:
    """Return how the link is in one line."""
    from server.live import LiveSnapshot, LiveState

    if not isinstance(snapshot, LiveSnapshot) or snapshot.link is None:
        return ""
    if snapshot.state is LiveState.SAVING:
        return "Storing the run."
    words = {
        "connecting": "Connecting.",
        "streaming": "Streaming. Stand still for five seconds, then run. Ctrl-C ends the run.",
        "stopping": "Fetching what is missing.",
    }
    return words.get(snapshot.link.state, snapshot.link.reason or "")
