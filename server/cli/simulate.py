"""``hiplevel simulate``: a recording of an invented runner."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.given_path import given_path

if TYPE_CHECKING:
    from imu.recordings import Recording

# What the simulator takes.
MIN_DROP_DEG, MAX_DROP_DEG = 0.5, 20.0
STAND_S = 8.0


class SimulatedGait(StrEnum):
    """How the person moves."""

    RUNNING = "running"
    WALKING = "walking"


def simulate(  # noqa: PLR0917 - typer calls it by name
    output: Annotated[
        Path | None,
        typer.Argument(
            parser=given_path, metavar="[FILE]", help="The recording to write: NAME.parquet."
        ),
    ] = None,
    gait: Annotated[
        SimulatedGait,
        typer.Option(metavar="GAIT", help="How the person moves: running or walking."),
    ] = SimulatedGait.RUNNING,
    minutes: Annotated[
        float, typer.Option(metavar="MIN", min=0.2, max=300, help="Behind 8 s of standing.")
    ] = 5,
    speed_mps: Annotated[
        float | None, typer.Option(metavar="M/S", help="Speed; without it, an easy one.")
    ] = None,
    left_drop_deg: Annotated[
        float,
        typer.Option(
            metavar="DEG",
            min=MIN_DROP_DEG,
            max=MAX_DROP_DEG,
            help="Drop excursion of left stances.",
        ),
    ] = 3.0,
    right_drop_deg: Annotated[
        float,
        typer.Option(
            metavar="DEG",
            min=MIN_DROP_DEG,
            max=MAX_DROP_DEG,
            help="Drop excursion of right stances.",
        ),
    ] = 3.5,
    drift_right_deg_per_min: Annotated[
        float,
        typer.Option(metavar="DEG", min=-5, max=5, help="Growth of right drop per minute."),
    ] = 0.0,
    loss_percent: Annotated[
        float, typer.Option(metavar="PERCENT", min=0, max=50, help="Samples lost on the air.")
    ] = 0.0,
    rate_hz: Annotated[
        float, typer.Option(metavar="HZ", min=50, max=1000, help="Samples per second.")
    ] = 100.0,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="The same seed gives the same recording.")
    ] = 0,
    *,
    sensor: Annotated[
        bool,
        typer.Option("--sensor", help="Be a simulated sensor that can be paired, until Ctrl-C."),
    ] = False,
) -> None:
    """Write a simulated recording: standing, then one gait at one speed.

    With --sensor instead of a file it is a sensor that measures this, over and over.
    """
    from dataclasses import replace

    from imu.recordings import write_recording
    from imu.simulator import (
        Activity,
        Segment,
        Sensor,
        SimulationParameters,
        running,
        walking,
    )
    from imu.simulator import simulate as simulate_run
    from server.cli.terminal import say, stoppable

    check_output(output, is_sensor=sensor)
    check_drift(right_drop_deg, drift_right_deg_per_min, minutes)

    is_run = gait is SimulatedGait.RUNNING
    make, default_mps = (running, 2.8) if is_run else (walking, 1.35)
    person = replace(
        make(default_mps if speed_mps is None else speed_mps),
        drop_left_deg=left_drop_deg,
        drop_right_deg=right_drop_deg,
        drift_right_deg_per_min=drift_right_deg_per_min,
    )
    activity = Activity.RUN if is_run else Activity.WALK
    parameters = SimulationParameters(
        segments=(Segment(Activity.STAND, STAND_S), Segment(activity, 60.0 * minutes)),
        run=person if is_run else running(),
        walk=walking() if is_run else person,
        sensor=Sensor(sampling_rate_hz=rate_hz, loss_rate=loss_percent / 100),
        seed=seed,
        metadata=(("activity", gait.value), ("sensor", "Simulated")),
    )
    if output is None:
        be_sensor(simulate_run(parameters).recording, again_s=STAND_S + 2.0)
        return
    with stoppable(lambda: "Stopped: nothing was written."):
        write_recording(output, simulate_run(parameters).recording)
    say(str(output))


def be_sensor(recording: "Recording", *, again_s: float) -> None:
    """Be a sensor that measures a recording, until Ctrl-C."""
    import asyncio

    from server.cli.terminal import say
    from server.errors import SettingsError
    from server.sensors.radios import NEEDS_EXTRA, VARIABLE

    try:
        from imu.virtual.counts import Felt
        from imu.virtual.serving import serve_sensors
    except ImportError as error:
        raise SettingsError(NEEDS_EXTRA) from error

    def told(address: str) -> None:
        say("A simulated sensor is on. In another terminal:")
        say(f"  {VARIABLE}={address} hiplevel pair")

    asyncio.run(serve_sensors(Felt.of(recording, again_s=again_s), told))


def check_output(path: Path | None, *, is_sensor: bool) -> None:
    """Refuse a place where no recording can be, before a long one was simulated for nothing."""
    from server.batch import SUFFIX
    from server.errors import SettingsError

    if (path is None) != is_sensor:
        raise SettingsError("Name the file to write, or use --sensor: one of the two.")
    if path is None:
        return
    if path.is_dir():
        raise SettingsError(f"{path}: this is a folder. Name a file in it.")
    if path.suffix.lower() != SUFFIX:
        raise SettingsError(
            f"{path}: a recording is a Parquet file. Call it {path.with_suffix(SUFFIX)}"
        )
    if not path.parent.is_dir():
        raise SettingsError(f"{path}: there is no folder {path.parent}. Make it first.")


def check_drift(drop_deg: float, drift_deg_per_min: float, minutes: float) -> None:
    """Refuse a drift that leads out of what can be simulated."""
    from server.errors import SettingsError
    from server.pages.words import degrees

    end_deg = drop_deg + drift_deg_per_min * minutes
    if not MIN_DROP_DEG <= end_deg <= MAX_DROP_DEG:
        raise SettingsError(
            f"After {minutes:g} minutes the right drop would be {degrees(end_deg)}; it must stay "
            f"between {MIN_DROP_DEG:g}° and {MAX_DROP_DEG:g}°. "
            "Choose a smaller --drift-right-deg-per-min, or fewer --minutes."
        )
