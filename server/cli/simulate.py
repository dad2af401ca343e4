"""``hiplevel simulate``: a recording of an invented runner."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class SimulatedGait(StrEnum):
    """How the person moves."""

    RUNNING = "running"
    WALKING = "walking"


def simulate(  # noqa: PLR0917 - typer calls it by name
    output: Annotated[Path, typer.Argument(metavar="FILE", help="The recording to write.")],
    gait: Annotated[SimulatedGait, typer.Option(help="How the person moves.")] = (
        SimulatedGait.RUNNING
    ),
    minutes: Annotated[float, typer.Option(min=0.2, max=300, help="Behind 8 s of standing.")] = 5,
    speed_mps: Annotated[
        float | None, typer.Option(help="Metres per second; without it, an easy one.")
    ] = None,
    left_drop_deg: Annotated[float, typer.Option(help="Drop excursion of left stances.")] = 3.0,
    right_drop_deg: Annotated[float, typer.Option(help="Drop excursion of right stances.")] = 3.5,
    drift_right_deg_per_min: Annotated[float, typer.Option(help="Growth of right drop.")] = 0.0,
    loss_percent: Annotated[
        float, typer.Option(min=0, max=50, help="Samples lost on the air.")
    ] = 0.0,
    rate_hz: Annotated[float, typer.Option(min=50, max=1000, help="Samples per second.")] = 100.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same recording.")] = 0,
) -> None:
    """Write a simulated recording: standing, then one gait at one speed."""
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
        segments=(Segment(Activity.STAND, 8.0), Segment(activity, 60.0 * minutes)),
        run=person if is_run else running(),
        walk=walking() if is_run else person,
        sensor=Sensor(sampling_rate_hz=rate_hz, loss_rate=loss_percent / 100),
        seed=seed,
        metadata=(("activity", gait.value), ("sensor", "Simulated")),
    )
    write_recording(output, simulate_run(parameters).recording)
    typer.echo(output)
