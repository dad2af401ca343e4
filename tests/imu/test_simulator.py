from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu.errors import SimulationError
from imu.recordings import read_recording
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    demo_plan,
    running,
    simulate,
    walking,
)
from imu.simulator.__main__ import demo_recording

STAND_AND_RUN = (Segment(Activity.STAND, 5.0), Segment(Activity.RUN, 55.0))


def ideal(segments=STAND_AND_RUN, rate_hz=400.0, **changes):
    sensor = Sensor.ideal(rate_hz)
    return simulate(SimulationParameters(segments, sensor=sensor, **changes))


def rotations(wxyz):
    return Rotation.from_quat(np.roll(wxyz, -1, axis=1))


@pytest.mark.parametrize("activity", [Activity.RUN, Activity.WALK])
def test_integrating_the_gyroscope_returns_the_orientation_within_a_twentieth_of_a_degree(activity):
    segments = (Segment(Activity.STAND, 5.0), Segment(activity, 50.0), Segment(activity, 5.0, 90.0))
    run = ideal(segments)
    rates = run.recording.gyr_radps
    mean_rate = (rates[1:] + rates[:-1]) / 2
    turns = Rotation.from_rotvec(mean_rate / 400.0)
    truth = rotations(run.truth.pelvis_to_world_wxyz)
    orientation = truth[0]
    for turn in turns:
        orientation = orientation * turn
    error_deg = np.degrees((orientation.inv() * truth[-1]).magnitude())
    assert error_deg < 0.05


def test_a_runner_on_a_treadmill_ends_where_the_run_began():
    segments = (*STAND_AND_RUN, Segment(Activity.STAND, 5.0))
    run = ideal(segments, treadmill=True, sway_deg=0.0)
    truth = rotations(run.truth.pelvis_to_world_wxyz)
    acceleration = truth.apply(run.recording.acc_mps2) - [0.0, 0.0, 9.80665]
    velocity = np.cumsum(acceleration, axis=0) / 400.0
    position = np.cumsum(velocity, axis=0) / 400.0
    assert np.abs(velocity[-1]).max() < 0.01
    assert np.abs(position[-1]).max() < 0.05
    assert np.ptp(position[:, 2]) < 0.15


def test_standing_reads_gravity_on_the_axis_that_points_up():
    run = ideal((Segment(Activity.STAND, 10.0),), standing_tilt_deg=0.0, sway_deg=0.0)
    assert run.recording.acc_mps2.mean(axis=0) == pytest.approx([0.0, 0.0, 9.80665], abs=1e-6)
    assert np.abs(run.recording.gyr_radps).max() < 1e-9


def test_in_flight_next_to_nothing_is_felt_and_in_stance_more_than_body_weight():
    run = ideal(run=replace(running(3.5), stride_time_sd_s=0.0))
    t, felt = run.recording.t_s, np.linalg.norm(run.recording.acc_mps2, axis=1)
    inner = [s for s in run.truth.stances if 10.0 < s.foot_strike_s < 55.0]
    pairs = pairwise(inner)
    flights = [np.interp((a.toe_off_s + b.foot_strike_s) / 2, t, felt) for a, b in pairs]
    middles = [np.interp((s.foot_strike_s + s.toe_off_s) / 2, t, felt) for s in inner]
    assert np.max(flights) < 5.0
    assert np.min(middles) > 15.0


def test_truth_has_the_drops_that_were_asked_for_on_the_side_they_were_asked_for():
    gait = replace(running(3.0), drop_left_deg=3.0, drop_right_deg=6.0)
    stances = ideal(run=gait).truth.stances
    means = {
        side: np.mean([s.drop_excursion_deg for s in stances if s.side == side])
        for side in ("left", "right")
    }
    assert means["right"] - means["left"] == pytest.approx(3.0, abs=0.5)
    sides = [s.side for s in stances]
    assert all(a != b for a, b in pairwise(sides))


def test_left_stance_drop_is_falling_obliquity():
    run = ideal(sway_deg=0.0)
    truth = run.truth
    stance = next(s for s in truth.stances if s.side == "left" and s.foot_strike_s > 10.0)
    inside = (truth.t_s >= stance.foot_strike_s) & (truth.t_s <= stance.toe_off_s)
    assert -truth.obliquity_deg[inside].min() == pytest.approx(stance.peak_drop_deg, abs=0.02)
    # The quaternion says the same: the left end of the medio-lateral axis is up.
    left_axis = rotations(truth.pelvis_to_world_wxyz[inside]).apply([0.0, 1.0, 0.0])
    assert np.degrees(np.arcsin(left_axis[:, 2])) == pytest.approx(-truth.obliquity_deg[inside])


def test_fatigue_lets_the_drop_grow_by_what_was_asked_for():
    gait = replace(running(3.0), drift_right_deg_per_min=1.0, drop_sd_deg=0.0)
    stances = ideal((Segment(Activity.RUN, 240.0),), 100.0, run=gait, sway_deg=0.0).truth.stances
    right = [(s.foot_strike_s, s.drop_excursion_deg) for s in stances if s.side == "right"]
    slope_per_s = np.polyfit(*np.array(right).T, 1)[0]
    assert slope_per_s * 60 == pytest.approx(1.0, abs=0.1)


def test_cadence_and_contact_time_are_those_asked_for():
    gait = walking(1.2)
    stances = ideal((Segment(Activity.WALK, 60.0),), 100.0, walk=gait).truth.stances
    strikes = np.array([s.foot_strike_s for s in stances])
    contact = np.array([s.toe_off_s - s.foot_strike_s for s in stances])
    assert 60 / np.diff(strikes).mean() == pytest.approx(gait.cadence_spm, rel=0.01)
    assert contact.mean() == pytest.approx(gait.contact_left_s, rel=0.01)


def test_the_same_seed_gives_the_same_arrays_and_another_seed_others():
    first, again = (simulate(SimulationParameters(STAND_AND_RUN, seed=3)) for _ in range(2))
    other = simulate(SimulationParameters(STAND_AND_RUN, seed=4))
    assert np.array_equal(first.recording.acc_mps2, again.recording.acc_mps2)
    assert not np.array_equal(first.recording.acc_mps2, other.recording.acc_mps2)


def test_mounting_turns_the_signals_and_nothing_else():
    turn = Rotation.from_euler("xyz", [20, -50, 130], degrees=True)
    x, y, z, w = turn.as_quat()
    sensor = replace(Sensor.ideal(), mount_sensor_to_pelvis_wxyz=(w, x, y, z))
    plain = ideal(rate_hz=100.0).recording
    turned = simulate(SimulationParameters(STAND_AND_RUN, sensor=sensor)).recording
    assert turn.apply(turned.acc_mps2) == pytest.approx(plain.acc_mps2, abs=1e-9)
    assert turn.apply(turned.gyr_radps) == pytest.approx(plain.gyr_radps, abs=1e-9)


def test_lost_packets_dropouts_and_pauses_leave_holes():
    sensor = Sensor(loss_rate=0.2, dropouts_s=((20.0, 22.0),))
    segments = (*STAND_AND_RUN, Segment(Activity.PAUSE, 10.0), Segment(Activity.RUN, 30.0))
    t = simulate(SimulationParameters(segments, sensor=sensor)).recording.t_s
    assert not ((t >= 20.0) & (t < 22.0)).any()
    assert not ((t >= 60.0) & (t < 70.0)).any()
    assert len(t) / 8800 == pytest.approx(0.8, abs=0.03)
    assert np.diff(t).min() > 0.0


def test_clipping_holds_the_signals_in_the_range():
    sensor = Sensor(acc_range_mps2=19.6, gyr_range_radps=1.0)
    recording = simulate(SimulationParameters(STAND_AND_RUN, sensor=sensor)).recording
    assert np.abs(recording.acc_mps2).max() == pytest.approx(19.6, abs=0.01)
    assert np.abs(recording.gyr_radps).max() == pytest.approx(1.0, abs=0.001)


def test_noise_and_offset_have_the_size_asked_for():
    sensor = Sensor(acc_bias_mps2=(0.1, 0.0, 0.0), gyr_bias_radps=(0.0, 0.02, 0.0))
    still = SimulationParameters(
        (Segment(Activity.STAND, 100.0),), sensor=sensor, sway_deg=0.0, standing_tilt_deg=0.0
    )
    recording = simulate(still).recording
    assert recording.acc_mps2.mean(axis=0) == pytest.approx([0.1, 0.0, 9.80665], abs=0.002)
    assert recording.gyr_radps.mean(axis=0) == pytest.approx([0.0, 0.02, 0.0], abs=0.0003)
    assert recording.acc_mps2[:, 1].std() == pytest.approx(0.00098 * np.sqrt(50), rel=0.1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: running(20.0),
        lambda: walking(5.0),
        lambda: replace(running(3.0), cadence_spm=10.0),
        lambda: replace(running(3.0), drop_left_deg=90.0),
        lambda: simulate(
            SimulationParameters(STAND_AND_RUN, run=replace(running(3.0), contact_left_s=0.45))
        ),
    ],
)
def test_what_no_person_can_do_is_refused_in_words(make):
    with pytest.raises(SimulationError, match="must"):
        make()


def test_the_demo_tells_its_story():
    plan = demo_plan()
    assert 40 <= plan[0].days_before <= 43
    assert [run.days_before for run in plan] == sorted((r.days_before for r in plan), reverse=True)
    assert {run.kind for run in plan} == {"easy", "long", "intervals", "treadmill", "walk"}
    gaits = [run.parameters.run for run in plan]
    assert any(gait.drift_right_deg_per_min >= 0.1 for gait in gaits)
    assert any(gait.drop_right_deg - gait.drop_left_deg > 2.0 for gait in gaits)
    assert any(run.parameters.sensor.loss_rate > 0.2 for run in plan)


def test_the_demo_recording_in_the_repository_is_the_one_the_simulator_makes():
    made = demo_recording().recording
    kept = read_recording(str(Path(__file__).parents[2] / "recordings" / "demo.parquet"))
    assert np.allclose(kept.t_s, made.t_s)
    assert np.allclose(kept.acc_mps2, made.acc_mps2, atol=0.01)
    assert np.allclose(kept.gyr_radps, made.gyr_radps, atol=0.002)
    assert kept.metadata["sensor"] == "simulated"
