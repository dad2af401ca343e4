"""Simulated recordings to measure with."""

from pathlib import Path

from imu.recordings import write_recording
from imu.simulator import Activity, Segment, SimulationParameters, simulate

STANDING_S = 10.0


def write_run(path: Path, *, duration_s: float, seed: int) -> Path:
    """Write a simulated run at 100 Hz; the standing in front of it counts.

    Parameters
    ----------
    path : Path
    duration_s : float
        Of the whole recording.
    seed : int
        Another one makes another recording of the same runner.
    """
    segments = (
        Segment(Activity.STAND, STANDING_S),
        Segment(Activity.RUN, duration_s - STANDING_S),
    )
    simulated = simulate(SimulationParameters(segments=segments, seed=seed))
    write_recording(path, simulated.recording)
    return path
