"""Make the repository's demo recording: ``python -m imu.simulator recordings/demo.parquet``."""

import sys
from dataclasses import replace
from pathlib import Path

from imu.recordings import write_recording
from imu.simulator.demo_plan import WORN_WXYZ
from imu.simulator.gaits import running
from imu.simulator.parameters import Activity, Segment, SimulationParameters
from imu.simulator.sensor import Sensor
from imu.simulator.simulate import SimulatedRun, simulate


def demo_recording() -> SimulatedRun:
    """Simulate 75 seconds: standing, then a run whose right drop is larger than its left."""
    return simulate(
        SimulationParameters(
            segments=(Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 67.0)),
            run=replace(running(2.8), drop_left_deg=3.0, drop_right_deg=4.4),
            sensor=Sensor(mount_sensor_to_pelvis_wxyz=WORN_WXYZ, loss_rate=0.01),
            seed=20,
            metadata=(("activity", "running"), ("title", "Simulated demo run")),
        )
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m imu.simulator FILE.parquet")
    write_recording(Path(sys.argv[1]), demo_recording().recording)
