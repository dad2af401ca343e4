"""The measures beside the drop against the truth of simulated runs."""

import sys
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis import analyse_run
from analysis.extra_measures import ExtraMeasure
from analysis.results import RunAnalysis
from imu.recordings import Recording
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    running,
    simulate,
    walking,
)
from imu.simulator.ranges import true_ranges

RANGES = ("vertical_oscillation_m", "tilt_range_deg", "rotation_range_deg")
UNITS = {"vertical_oscillation_m": 1000.0}  # metres are printed as millimetres
STAND = Segment(Activity.STAND, 6.0)
WITHIN_S = 0.1


def analysed(recording: Recording, *, has_gyroscope: bool = True) -> RunAnalysis:
    """Analyse a recording, with or without its gyroscope."""
    return analyse_run(
        recording.t_s,
        np.asarray(recording.acc_mps2, np.float64),
        recording.gyr_radps if has_gyroscope else None,
        sampling_rate_hz=recording.sampling_rate_hz,
    )


def say(line: str = "") -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def spread(values: Iterable[float]) -> str:
    """Return mean and standard deviation."""
    known = np.array([v for v in values if np.isfinite(v)])
    return f"{known.mean():6.2f} ± {known.std(ddof=1):.2f}" if known.size > 1 else "not known"


SCENES: dict[str, SimulationParameters] = {
    "running 3.0 m/s": SimulationParameters((STAND, Segment(Activity.RUN, 120.0)), seed=3),
    "running 5.0 m/s": SimulationParameters(
        (STAND, Segment(Activity.RUN, 120.0)), run=running(5.0), seed=3
    ),
    "walking 1.35 m/s": SimulationParameters(
        (STAND, Segment(Activity.WALK, 120.0)), walk=walking(1.35), seed=3
    ),
    "bend of a track, 3.0 m/s": SimulationParameters(
        (STAND, Segment(Activity.RUN, 120.0, turn_deg=565.0)), seed=3
    ),
    "50 Hz": SimulationParameters(
        (STAND, Segment(Activity.RUN, 120.0)), sensor=Sensor(sampling_rate_hz=50.0), seed=3
    ),
    "5 % of the packets lost": SimulationParameters(
        (STAND, Segment(Activity.RUN, 120.0)), sensor=Sensor(loss_rate=0.05), seed=3
    ),
}


def simulated() -> None:
    """Print the errors of the ranges per stance against the truth of simulated runs."""
    say("Simulated: error of one stance, mean ± SD")
    say(f"{'scene':28}{'oscillation, mm':>18}{'tilt, deg':>18}{'rotation, deg':>18}")
    for name, parameters in SCENES.items():
        for has_gyroscope in (True, False):
            errors = range_errors(parameters, has_gyroscope=has_gyroscope)
            label = name if has_gyroscope else "  accelerometer only"
            say(f"{label:28}" + "".join(f"{spread(errors[key]):>18}" for key in RANGES))


def range_errors(
    parameters: SimulationParameters, *, has_gyroscope: bool
) -> dict[str, list[float]]:
    """Found minus true of each stance, millimetres and degrees."""
    result = analysed(simulate(parameters).recording, has_gyroscope=has_gyroscope)
    strikes = np.array([s.foot_strike_s for s in result.stances])
    errors: dict[str, list[float]] = {name: [] for name in RANGES}
    for true in true_ranges(parameters):
        k = int(np.abs(strikes - true.foot_strike_s).argmin())
        if abs(strikes[k] - true.foot_strike_s) > WITHIN_S:
            continue
        for name in RANGES:
            found = getattr(result.stances[k], name)
            if found is not None:
                errors[name].append((found - getattr(true, name)) * UNITS.get(name, 1.0))
    return errors


def simulated_impact() -> None:
    """Print the impact peaks found where the simulation has a transient and where it has none."""
    say()
    say("Simulated at 200 Hz: impact peak of left stances, m/s2")
    sensor = Sensor(sampling_rate_hz=200.0)
    for transient in (0.0, 10.0, 20.0, 30.0, 40.0):
        gait = replace(running(3.0), impact_mps2=transient)
        parameters = SimulationParameters(
            (STAND, Segment(Activity.RUN, 60.0)), run=gait, sensor=sensor, seed=3
        )
        measured = analysed(simulate(parameters).recording).measures[ExtraMeasure.IMPACT_PEAK]
        told = measured.why_not if measured.left is None else f"{measured.left.value:.2f}"
        say(f"  transient of {transient:4.0f}: {told}")
