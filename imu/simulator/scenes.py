"""Daily life without gait: recordings in which no stride may be found."""

from collections.abc import Callable

import numpy as np

from imu.simulator.fragments import Plan
from imu.simulator.parameters import Activity, Segment, Shaking, SimulationParameters
from imu.simulator.sensor import Sensor
from imu.simulator.simulate import SimulatedRun, simulate

Episode = Callable[[np.random.Generator], Plan]


def on_a_table(duration_s: float = 60.0, seed: int = 0) -> SimulatedRun:
    """Simulate a sensor that lies still."""
    segments = (Segment(Activity.STAND, duration_s),)
    return simulate(SimulationParameters(segments, sway_deg=0.0, seed=seed))


def standing(duration_s: float = 60.0, seed: int = 0) -> SimulatedRun:
    """Simulate quiet standing with its slow sway."""
    return simulate(SimulationParameters((Segment(Activity.STAND, duration_s),), seed=seed))


def sitting_down(n_times: int = 5, seed: int = 0) -> SimulatedRun:
    """Simulate sitting down and getting up again."""
    pair = (Segment(Activity.STAND, 4.0), Segment(Activity.SIT, 6.0))
    return simulate(SimulationParameters(pair * n_times, seed=seed))


def climbing_into_a_car(seed: int = 0) -> SimulatedRun:
    """Simulate a person who turns, sits down in a car, drives, and gets out again."""
    segments = (
        Segment(Activity.STAND, 5.0),
        Segment(Activity.STAND, 1.5, turn_deg=90.0),
        Segment(Activity.RIDE, 60.0, turn_deg=-90.0),
        Segment(Activity.STAND, 5.0),
    )
    shaking = Shaking(acc_mps2=0.5, rotation_deg=1.0, low_hz=0.8, high_hz=20.0)
    return simulate(SimulationParameters(segments, shaking=shaking, seed=seed))


def bus_ride(duration_s: float = 300.0, seed: int = 0) -> SimulatedRun:
    """Simulate a seated ride on a rough road: wheel hop, sway of the body, bends."""
    quarter = duration_s / 4
    segments = tuple(
        Segment(Activity.RIDE, quarter, turn_deg=turn) for turn in (90.0, -60.0, 0.0, 90.0)
    )
    shaking = Shaking(acc_mps2=1.2, rotation_deg=1.5, low_hz=0.8, high_hz=12.0)
    return simulate(SimulationParameters(segments, shaking=shaking, sensor=Sensor(), seed=seed))


def scene(episode: Episode, seed: int = 0) -> SimulatedRun:
    """Simulate one episode of :mod:`imu.simulator.episodes` between two stretches of standing."""
    stand = (Segment(Activity.STAND, 5.0),)
    plan = stand + episode(np.random.default_rng(seed)) + stand
    return simulate(SimulationParameters(plan, seed=seed))
