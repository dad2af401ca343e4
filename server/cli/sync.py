"""``hiplevel sync``: runs that a sensor measured on its own."""

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.sensors import RateOption, SensorOption

if TYPE_CHECKING:
    from server.sensors.syncs import Syncs, SyncStatus


def sync(
    sensor: SensorOption = None,
    rate_hz: RateOption = 104,
    *,
    start: Annotated[
        bool, typer.Option("--start", help="Have the sensor begin to measure on its own.")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="Only list what is on it.")] = False,
    erase: Annotated[
        bool,
        typer.Option("--erase", help="Erase from the sensor what was fetched, checked and stored."),
    ] = False,
) -> None:
    """Fetch the runs that a sensor measured on its own, and store them.

    What is being measured ends. A broken sync goes on where it was when it is started again.
    """
    import asyncio

    from imu.drivers.base import StreamSettings
    from server.cli.sensors import chosen_sensor, hub_of
    from server.cli.terminal import say
    from server.library import Library
    from server.sensors.syncs import Syncs
    from server.settings import Settings

    settings = Settings.from_environment()
    hub = hub_of(settings)
    address = chosen_sensor(hub, sensor).address
    library = Library(settings)

    async def run() -> "SyncStatus | None":
        syncs = Syncs(library, hub)
        if start:
            await syncs.begin_run(address, StreamSettings(rate_hz=rate_hz))
            say("The sensor measures on its own now. Fetch the run with: hiplevel sync")
            return None
        if listing:
            for line in await lines_of(syncs, address):
                say(line)
            return None
        syncs.start(address)
        status = await show(syncs)
        if erase and status.erasable:
            say(f"Erased from the sensor: {await syncs.erase(address)}.")
        return status

    try:
        status = asyncio.run(run())
    finally:
        library.close()
    if status is not None:
        report(status)


def report(status: "SyncStatus") -> None:
    """Say what a sync has brought."""
    from server.cli.failures import FAILED
    from server.cli.terminal import complain, say
    from server.sensors.syncs import SyncState

    if status.state is not SyncState.DONE:
        complain(f"{status.problem} What came is kept; start the sync again.")
        raise typer.Exit(FAILED)
    for run_id in status.run_ids:
        say(f"Stored: {run_id}")
    if status.n_held:
        say(f"Here already, nothing to fetch: {status.n_held}.")
    if not status.n_runs:
        say("Nothing waits on the sensor.")


async def lines_of(syncs: "Syncs", address: str) -> list[str]:
    """Return what is on a sensor, a line for each run."""
    runs = await syncs.stored_runs(address)
    lines = []
    for run in runs:
        began = "unknown date" if run.started_at is None else f"{run.started_at:%Y-%m-%d %H:%M} UTC"
        minutes = run.n_samples / run.description.sampling_rate_hz / 60
        state = "" if run.is_closed else "  being measured"
        lines.append(f"{began:<20} {minutes:6.1f} min {run.n_bytes / 1e6:7.2f} MB{state}")
    return lines or ["Nothing is on the sensor."]


async def show(syncs: "Syncs") -> "SyncStatus":
    """Show a bar until the sync is over."""
    import asyncio

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from server.sensors.syncs import SyncState

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Fetching", total=1.0)
        while syncs.status.state is SyncState.RUNNING:
            status = syncs.status
            done = (status.n_done + status.share) / max(status.n_runs, 1)
            bar.update(task, completed=done, description=status.problem or "Fetching")
            await asyncio.sleep(0.1)
    return await syncs.finished()
