"""Daily life without gait: every episode is exact, ends where it began, and is plausible."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu.errors import SimulationError
from imu.simulator import (
    Activity,
    Channel,
    Move,
    Push,
    Segment,
    Sensor,
    SimulationParameters,
    Swing,
    episodes,
    simulate,
)
from imu.simulator.daily import EPISODES, daily_hour, plan_hour
from imu.simulator.rhythms import RHYTHMS

STAND = (Segment(Activity.STAND, 4.0),)
RATE_HZ = 200.0
G = 9.80665


def ideal(plan, seed=0):
    return simulate(
        SimulationParameters(
            STAND + plan + STAND, sensor=Sensor.ideal(RATE_HZ), sway_deg=0.0, seed=seed
        )
    )


def orientation(run):
    return Rotation.from_quat(np.roll(run.truth.pelvis_to_world_wxyz, -1, axis=1))


def integrated_error_deg(run):
    rates, steps = run.recording.gyr_radps, np.diff(run.recording.t_s)
    turns = Rotation.from_rotvec((rates[1:] + rates[:-1]) / 2 * steps[:, None])
    truth = orientation(run)
    while len(turns) > 1:
        if len(turns) % 2:
            turns = Rotation.concatenate([turns, Rotation.identity(1)])
        turns = turns[0::2] * turns[1::2]
    return np.degrees(((truth[0] * turns[0]).inv() * truth[-1]).magnitude())


def velocity_mps(run):
    world = orientation(run).apply(run.recording.acc_mps2) - [0.0, 0.0, G]
    return np.cumsum(world, axis=0) / RATE_HZ


@pytest.mark.parametrize(
    ("name", "episode"), [*((name, make) for name, make, _ in EPISODES), *RHYTHMS]
)
def test_every_episode_is_exact_and_ends_as_it_began(name, episode):
    run = ideal(episode(np.random.default_rng(5)))
    assert integrated_error_deg(run) < 0.1
    up = orientation(run).inv().apply([0.0, 0.0, 1.0])
    assert up[-1] == pytest.approx(up[0], abs=1e-6)
    assert run.truth.stances == ()
    if "riding" not in name and "driving" not in name and name != "cycling":
        # Vehicles shake: what a sum of sines does to a speed is not made up for.
        velocity = velocity_mps(run)
        assert np.abs(velocity[-1]).max() < 0.02
        risen_m = velocity[:, 2].sum() / RATE_HZ
        climbed_m = {"stairs one at a time": 8 * 0.17, "regular stairs": 10 * 0.17}.get(name, 0.0)
        assert risen_m == pytest.approx(climbed_m, abs=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_a_jump_has_a_flight_without_weight_and_a_landing_of_several_g(seed):
    run = ideal(episodes.jumping(np.random.default_rng(seed)))
    felt = np.linalg.norm(run.recording.acc_mps2, axis=1)
    assert 0.25 < (felt < 0.5).sum() / RATE_HZ < 0.5
    assert 2.9 * G < felt.max() < 6.1 * G


@pytest.mark.parametrize("seed", range(4))
def test_a_fall_is_several_g_for_some_tens_of_milliseconds_and_then_lies_on_its_side(seed):
    run = ideal(episodes.falling(np.random.default_rng(seed)))
    felt = np.linalg.norm(run.recording.acc_mps2, axis=1)
    assert 4.5 * G < felt.max() < 12.0 * G
    assert 0.01 < (felt > 3 * G).sum() / RATE_HZ < 0.1
    assert felt.min() < 0.7 * G
    lying = (run.truth.t_s > 10.0) & (run.truth.t_s < 30.0)
    assert np.abs(run.truth.obliquity_deg[lying]).min() > 70.0


def test_one_turns_over_in_bed_from_the_back_to_the_side():
    run = ideal(episodes.lying(np.random.default_rng(3)))
    forward = orientation(run).apply([1.0, 0.0, 0.0])
    left = orientation(run).apply([0.0, 1.0, 0.0])
    assert forward[:, 2].max() > 0.99
    assert np.abs(left[:, 2]).max() > 0.9


def test_stairs_are_climbed_irregularly_with_a_pause_after_each():
    plan = episodes.stairs_one_at_a_time(np.random.default_rng(0), n_stairs=6)
    rises = [m for m in plan[0].moves if isinstance(m, Move) and m.channel is Channel.UP]
    assert len(rises) == 6
    waits = [b.start_s - a.start_s - a.duration_s for a, b in pairwise(rises)]
    assert min(waits) >= 1.0
    assert np.std(waits) > 0.1


def test_movements_do_what_they_say_when_they_say_it():
    plan = (
        Segment(
            Activity.STAND,
            10.0,
            moves=(
                Move(Channel.OBLIQUITY, 1.0, 2.0, 30.0),
                Push(Channel.FORWARD, 2.0, 3.0, 1.5, 0.5),
                Swing(Channel.UP, 5.0, 4.0, 0.02, 2.0),
            ),
        ),
    )
    run = ideal(plan)
    obliquity, t = run.truth.obliquity_deg, run.truth.t_s
    assert np.abs(obliquity[t < 5.0]).max() == 0.0
    assert obliquity[t >= 7.0] == pytest.approx(30.0)
    velocity = velocity_mps(run)
    assert velocity[(t > 6.5) & (t < 8.0), 0] == pytest.approx(
        1.5 / 2.5 * (t[(t > 6.5) & (t < 8.0)] - 6.25), abs=0.01
    )
    assert velocity[-1] == pytest.approx([1.5, 0.0, 0.0], abs=0.01)
    swung = velocity[(t > 10.5) & (t < 11.5), 2]
    assert np.abs(swung).max() == pytest.approx(0.02 * 4 * np.pi, rel=0.02)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Move(Channel.UP, 0.0, 0.0, 1.0),
        lambda: Swing(Channel.UP, 0.0, -1.0, 1.0, 2.0),
        lambda: Push(Channel.UP, 0.0, 0.0, 1.0),
        lambda: Push(Channel.TILT, 0.0, 1.0, 1.0),
    ],
)
def test_movements_that_make_no_sense_are_refused_in_words(make):
    with pytest.raises(SimulationError, match="must"):
        make()


def test_an_hour_is_made_of_its_parts_and_says_that_it_is_simulated():
    hour = daily_hour(4, Sensor(sampling_rate_hz=25.0))
    assert hour.parts[0].start_s == 0.0
    assert all(a.end_s == b.start_s for a, b in pairwise(hour.parts))
    assert hour.parts[-1].end_s == pytest.approx(3600.0)
    assert {part.name for part in hour.parts} == {name for name, _, _ in EPISODES}
    assert hour.run.recording.n_samples == 90_000
    assert hour.run.truth.stances == ()
    assert hour.run.recording.metadata["sensor"] == "simulated"
    assert "Simulated" in hour.run.recording.metadata["title"]


def test_a_seed_plans_one_hour_and_another_seed_another():
    assert plan_hour(4) == plan_hour(4)
    names, others = ([part.name for part in plan_hour(seed)[1]] for seed in (4, 5))
    assert names != others
    for seed in range(20):
        filled = plan_hour(seed)[1][-1]
        assert filled.end_s == pytest.approx(3600.0)
        assert filled.end_s - filled.start_s > 60.0
