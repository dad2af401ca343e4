"""Recordings made by hand, for tests that need a real file but no particular truth."""

from pathlib import Path

import numpy as np

from imu.recordings import Recording, write_recording

RATE_HZ = 100.0


def write_run(path: Path, *, duration_s: float = 40.0) -> Path:
    """Write 5 s of standing, then something with the rhythm of running."""
    t_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    step = 2 * np.pi * 2.8 * t_s
    stride = step / 2
    moving = (t_s > 5)[:, None]
    acc = np.stack(
        [2 * np.sin(step), 2 * np.sin(stride), 12 * np.cos(step) * (np.cos(step) > -0.6)], axis=1
    )
    gyr = np.stack([0.6 * np.cos(stride), 0.4 * np.sin(step), 0.5 * np.sin(stride)], axis=1)
    gravity = np.array((0, 0, 9.81))
    metadata = {"sampling_rate_hz": RATE_HZ}
    write_recording(path, Recording(t_s, acc * moving + gravity, gyr * moving, metadata))
    return path
