"""One hour at 100 Hz through the analysis, beside the orientation filter alone.

Run ``python -m bench.hour RECORDING``: a process of its own, so that its largest resident size is
that of the analysis and of nothing else.  Prints JSON.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from vqf import offlineVQF

from analysis import analyse_run
from imu.recordings import read_recording

N_REPEATS = 7
PROCESS_STATUS = Path("/proc/self/status")


def processor_s(work: Callable[[], object]) -> float:
    """Return the processor time of one call: what others do on the machine hardly counts."""
    start_s = time.process_time()
    work()
    return time.process_time() - start_s


def peak_memory_mb() -> float:
    """Return the largest resident size of this process so far, megabytes.

    Linux hands ``ru_maxrss`` on from the process that started this one, so its own account is
    read there; elsewhere (macOS) ``ru_maxrss`` is in bytes.
    """
    if PROCESS_STATUS.exists():
        return _status_mb("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def memory_mb() -> float:
    """Return the resident size of this process now, megabytes; the peak where that is not told."""
    return _status_mb("VmRSS") if PROCESS_STATUS.exists() else peak_memory_mb()


def _status_mb(name: str) -> float:
    (line,) = (n for n in PROCESS_STATUS.read_text().splitlines() if n.startswith(name))
    return int(line.split()[1]) * 1024 / 1e6


def measure(path: Path) -> dict[str, float]:
    """Time both in turn, so that a busy moment of the machine meets both."""
    recording = read_recording(path)
    if recording.gyr_radps is None:
        message = f"{path.name} has no gyroscope."
        raise ValueError(message)
    acc = np.ascontiguousarray(recording.acc_mps2, float)
    gyr = np.ascontiguousarray(recording.gyr_radps, float)
    period_s = 1.0 / recording.sampling_rate_hz
    before_mb = peak_memory_mb()
    filter_s, analysis_s, n_stances = [], [], 0
    for _ in range(N_REPEATS):
        filter_s.append(processor_s(lambda: offlineVQF(gyr, acc, None, period_s)))
        start_s = time.process_time()
        analysis = analyse_run(recording.t_s, acc, gyr, sampling_rate_hz=recording.sampling_rate_hz)
        analysis_s.append(time.process_time() - start_s)
        n_stances = len(analysis.stances)
    return {
        "analysis_s": statistics.median(analysis_s),
        "filter_s": statistics.median(filter_s),
        "ratio": statistics.median(a / f for a, f in zip(analysis_s, filter_s, strict=True)),
        "n_stances": n_stances,
        "before_mb": before_mb,
        "peak_mb": peak_memory_mb(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]))))
