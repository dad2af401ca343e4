"""Ten hours at 100 Hz through the analysis: is it linear in length, and how much memory it needs.

Run ``python -m bench.ten_hours RECORDING`` with a recording of an hour, which is laid end to end:
a process of its own, so that its largest resident size is that of the analysis and of nothing else.
Prints JSON.
"""

import json
import statistics
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis import analyse_run
from bench.hour import memory_mb, peak_memory_mb, processor_s
from imu.recordings import read_recording

N_HOURS = 10
N_REPEATS = 3  # of the single hour, on each side


def measure(path: Path) -> dict[str, float]:
    """Analyse ten hours for their memory, then once more between single hours for the time."""
    recording = read_recording(path)
    if recording.gyr_radps is None:
        message = f"{path.name} has no gyroscope."
        raise ValueError(message)
    rate_hz, n = recording.sampling_rate_hz, len(recording.t_s)
    # Filled in place: what a copy too many takes up would count as the analysis's.
    acc: NDArray[np.float64] = np.empty((N_HOURS, n, 3))
    gyr: NDArray[np.float64] = np.empty((N_HOURS, n, 3))
    acc[:], gyr[:] = recording.acc_mps2, recording.gyr_radps
    t_s = np.arange(N_HOURS * n) / rate_hz
    del recording

    def analyse(n_hours: int) -> None:
        stop = n_hours * n
        analyse_run(
            t_s[:stop],
            acc.reshape(-1, 3)[:stop],
            gyr.reshape(-1, 3)[:stop],
            sampling_rate_hz=rate_hz,
        )

    # Memory first, so that nothing is left in it from anything else.
    before_mb = memory_mb()
    analyse(N_HOURS)
    peak_mb = peak_memory_mb()
    # Single hours on both sides, so that a busy moment of the machine meets both.
    hours_s = [processor_s(lambda: analyse(1)) for _ in range(N_REPEATS)]
    ten_hours_s = processor_s(lambda: analyse(N_HOURS))
    hours_s += [processor_s(lambda: analyse(1)) for _ in range(N_REPEATS)]
    return {
        "ten_hours_s": ten_hours_s,
        "ratio": ten_hours_s / (N_HOURS * statistics.median(hours_s)),
        "before_mb": before_mb,
        "peak_mb": peak_mb,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]))))
