"""A day through the live stream: what it costs, and whether memory stays where it is."""

import time

import numpy as np

from analysis import GaitStream
from bench.hour import PROCESS_STATUS, peak_memory_mb
from bench.measures import Measure
from imu.simulator import Activity, Segment, SimulationParameters, simulate

PIECE_S = 120.0
BATCH = 10  # samples
# After this long imports, models and a full window are in memory.
WARM_S = 300.0


def resident_mb() -> float:
    """Return the resident size of this process now, megabytes; elsewhere its peak."""
    if PROCESS_STATUS.exists():
        (line,) = (n for n in PROCESS_STATUS.read_text().splitlines() if n.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6
    return peak_memory_mb()


def long_stream(hours: float) -> list[Measure]:
    """Push a simulated piece again and again, each time later; all of it is analysed."""
    segments = (Segment(Activity.STAND, 6.0), Segment(Activity.RUN, PIECE_S - 6.0))
    recording = simulate(SimulationParameters(segments, seed=1)).recording
    stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=True)
    length_s = float(recording.t_s[-1] - recording.t_s[0]) + 1.0 / recording.sampling_rate_hz
    n_stances, warm_mb, start_s = 0, None, time.process_time()
    for piece in range(max(1, round(hours * 3600 / PIECE_S))):
        if warm_mb is None and piece * length_s >= WARM_S:
            warm_mb = resident_mb()
        for first in range(0, recording.n_samples, BATCH):
            part = slice(first, first + BATCH)
            found = stream.push(
                np.asarray(recording.t_s[part]) + piece * length_s,
                recording.acc_mps2[part],
                None if recording.gyr_radps is None else recording.gyr_radps[part],
            )
            n_stances += len(found)
    cost_s = time.process_time() - start_s
    grown = None if warm_mb is None else resident_mb() - warm_mb
    note = f"since the first {WARM_S / 60:.0f} minutes"
    return [
        Measure("signal through the live stream", hours, "h"),
        Measure("stances told", n_stances, ""),
        Measure("memory at its end", resident_mb(), "MB", note="resident size of the process"),
        Measure("  grown", grown, "MB", at_most=5.0, note=note),
        Measure("cost per second of signal", cost_s / (hours * 3600), "s", at_most=0.05),
    ]
