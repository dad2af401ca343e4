"""One simulated hour of daily life without gait, put together from episodes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from imu.simulator import episodes
from imu.simulator.fragments import Plan
from imu.simulator.parameters import SimulationParameters
from imu.simulator.sensor import Sensor
from imu.simulator.simulate import SimulatedRun, simulate

HOUR_S = 3600.0

# How often each occurs in the hour.
EPISODES: tuple[tuple[str, Callable[[np.random.Generator], Plan], int], ...] = (
    ("standing about", episodes.standing_about, 4),
    ("sitting", episodes.sitting, 5),
    ("lying and turning over", episodes.lying, 3),
    ("tying shoes", episodes.tying_shoes, 2),
    ("stairs one at a time", episodes.stairs_one_at_a_time, 4),
    ("a jump", episodes.jumping, 2),
    ("some jumps", lambda rng: episodes.jumping(rng, 4), 1),
    ("a fall", episodes.falling, 2),
    ("driving a car", episodes.driving, 3),
    ("riding a bus", episodes.riding_a_bus, 2),
    ("cycling", episodes.cycling, 2),
    ("sweeping", episodes.sweeping, 3),
    ("turning on the spot", episodes.turning_on_the_spot, 3),
    ("the sensor on a table", episodes.put_on_a_table, 2),
)


@dataclass(frozen=True, slots=True)
class DailyPart:
    """What happens in a part of the hour, half open: [start_s, end_s)."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class DailyHour:
    """A simulated hour without a single stride of gait, and what happens in it."""

    run: SimulatedRun
    parts: tuple[DailyPart, ...]


def plan_hour(seed: int = 0) -> tuple[Plan, tuple[DailyPart, ...]]:
    """Draw the order and the details of the episodes; sitting fills the hour up."""
    rng = np.random.default_rng(seed)
    todo = [(name, episode) for name, episode, n in EPISODES for _ in range(n)]
    segments: Plan = ()
    parts: list[DailyPart] = []
    for k in rng.permutation(len(todo)):
        name, episode = todo[k]
        segments = _appended(segments, parts, name, episode(rng))
    left_s = HOUR_S - parts[-1].end_s
    segments = _appended(segments, parts, "sitting", episodes.sitting(rng, left_s - 2.0))
    return segments, tuple(parts)


def daily_hour(seed: int = 0, sensor: Sensor | None = None) -> DailyHour:
    """Simulate an hour of daily life without gait; another seed makes another hour."""
    segments, parts = plan_hour(seed)
    parameters = SimulationParameters(
        segments,
        sensor=Sensor() if sensor is None else sensor,
        seed=seed,
        metadata=(("title", "Simulated hour of daily life without gait"),),
    )
    return DailyHour(simulate(parameters), parts)


def _appended(before: Plan, parts: list[DailyPart], name: str, plan: Plan) -> Plan:
    start_s = parts[-1].end_s if parts else 0.0
    end_s = start_s + sum(segment.duration_s for segment in plan)
    parts.append(DailyPart(name, start_s, end_s))
    return before + plan
