"""Plans with several gaits: pace, slopes, tracks, stumbles; their truth and their exactness."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu.errors import SimulationError
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    running,
    simulate,
    track_laps,
    walking,
)

STAND = Segment(Activity.STAND, 4.0)
UP_AND_DOWN = (
    STAND,
    Segment(Activity.WALK, 12.0),
    Segment(Activity.RUN, 15.0, joined=True),
    Segment(Activity.RUN, 15.0, gait=running(4.5), joined=True),
    Segment(Activity.WALK, 12.0, gait=walking(1.7), joined=True),
    STAND,
)


def ideal(segments, rate_hz=200.0, **changes):
    sensor = Sensor.ideal(rate_hz)
    return simulate(SimulationParameters(segments, sensor=sensor, sway_deg=0.0, seed=9, **changes))


def rotations(wxyz):
    return Rotation.from_quat(np.roll(wxyz, -1, axis=1))


def integrated_error_deg(run):
    rates, steps = run.recording.gyr_radps, np.diff(run.recording.t_s)
    turns = Rotation.from_rotvec((rates[1:] + rates[:-1]) / 2 * steps[:, None])
    truth = rotations(run.truth.pelvis_to_world_wxyz)
    while len(turns) > 1:
        if len(turns) % 2:
            turns = Rotation.concatenate([turns, Rotation.identity(1)])
        turns = turns[0::2] * turns[1::2]
    return np.degrees(((truth[0] * turns[0]).inv() * truth[-1]).magnitude())


def velocity_mps(run):
    truth = rotations(run.truth.pelvis_to_world_wxyz)
    acceleration = truth.apply(run.recording.acc_mps2) - [0.0, 0.0, 9.80665]
    return np.cumsum(acceleration, axis=0) / run.recording.sampling_rate_hz


@pytest.fixture(scope="module")
def paces():
    return ideal(UP_AND_DOWN)


def test_signals_stay_exact_where_one_gait_goes_over_into_another(paces):
    assert integrated_error_deg(paces) < 0.05
    velocity, t = velocity_mps(paces), paces.recording.t_s
    assert np.abs(velocity[-1]).max() < 0.02
    for middle_s, speed_mps in ((10.0, 1.35), (24.0, 3.0), (39.0, 4.5), (52.0, 1.7)):
        around = np.abs(t - middle_s) < 3.0
        assert velocity[around, 0].mean() == pytest.approx(speed_mps, abs=0.1)


def test_truth_follows_the_pace_without_a_stop(paces):
    stances = paces.truth.stances
    strikes = np.array([s.foot_strike_s for s in stances])
    assert np.diff(strikes).max() < 0.65
    assert all(a.side != b.side for a, b in pairwise(stances))
    for start_s, end_s, gait, speed_mps in (
        (6.0, 15.0, walking(), 1.35),
        (17.0, 30.0, running(), 3.0),
        (32.0, 45.0, running(4.5), 4.5),
        (47.0, 56.0, walking(1.7), 1.7),
    ):
        inside = [s for s in stances if start_s <= s.foot_strike_s < end_s]
        assert {s.speed_mps for s in inside} == {speed_mps}
        assert {s.gait for s in inside} == {"walking" if speed_mps < 2.0 else "running"}
        contact = np.mean([s.toe_off_s - s.foot_strike_s for s in inside])
        assert contact == pytest.approx(gait.contact_left_s, rel=0.02)
        cadence = 60 / np.diff([s.foot_strike_s for s in inside]).mean()
        assert cadence == pytest.approx(gait.cadence_spm, rel=0.03)


def test_what_is_felt_has_no_jump_at_the_borders(paces):
    jumps = np.abs(np.diff(paces.recording.acc_mps2, axis=0)).max(axis=1)
    t = paces.recording.t_s[1:]
    inner = np.abs(t - 38.0) < 5.0
    for border_s in (16.0, 31.0, 46.0):
        assert jumps[np.abs(t - border_s) < 1.0].max() <= 1.05 * jumps[inner].max()


def test_gaits_that_are_not_joined_stop_in_between():
    segments = (STAND, Segment(Activity.RUN, 10.0), Segment(Activity.RUN, 10.0, gait=running(4.0)))
    run = ideal(segments)
    at_border = np.abs(run.recording.t_s - 14.0) < 0.1
    assert np.abs(velocity_mps(run)[at_border, 0]).max() < 0.1


@pytest.mark.parametrize("cadence_spm", [None, 130.0, 180.0, 230.0])
@pytest.mark.parametrize("speed_mps", [1.8, 2.0, 3.0, 6.0])
def test_running_has_a_flight_at_every_speed_and_cadence(speed_mps, cadence_spm):
    gait = running(speed_mps, cadence_spm)
    run = ideal((STAND, Segment(Activity.RUN, 12.0)), 200.0, run=gait)
    inner = [s for s in run.truth.stances if s.foot_strike_s > 6.0]
    flights = [b.foot_strike_s - a.toe_off_s for a, b in pairwise(inner)]
    assert min(flights) > 0.02
    contact = np.mean([s.toe_off_s - s.foot_strike_s for s in inner])
    assert 0.14 < contact < 0.34
    assert 60 / np.diff([s.foot_strike_s for s in inner]).mean() == pytest.approx(
        gait.cadence_spm, rel=0.02
    )
    # The mean force is body weight, and in stance it is a few times as much.
    felt = run.recording.acc_mps2[run.recording.t_s > 6.0]
    peaks = [
        felt[int((s.foot_strike_s - 6.0) * 200) : int((s.toe_off_s - 6.0) * 200), 2].max()
        for s in inner
        if s.toe_off_s < 14.0
    ]
    assert 1.5 < np.median(peaks) / 9.80665 < 5.5


def test_the_usual_cadence_changes_nothing():
    assert running(3.0) == running(3.0, running(3.0).cadence_spm)


@pytest.mark.parametrize("grade_percent", [10.0, -6.0])
def test_a_slope_is_climbed_at_its_grade_and_tilts_the_pelvis(grade_percent):
    hill = Segment(Activity.RUN, 20.0, joined=True, grade_percent=grade_percent)
    flat = Segment(Activity.RUN, 12.0)
    run = ideal((STAND, flat, hill, replace(flat, joined=True), STAND))
    t, velocity = run.recording.t_s, velocity_mps(run)
    on_hill, on_flat = np.abs(t - 26.0) < 6.0, np.abs(t - 10.0) < 3.0
    assert velocity[on_hill, 2].mean() == pytest.approx(3.0 * grade_percent / 100, abs=0.02)
    assert velocity[on_flat, 2].mean() == pytest.approx(0.0, abs=0.03)
    assert np.abs(velocity[-1]).max() < 0.02
    forward = rotations(run.truth.pelvis_to_world_wxyz).apply([1.0, 0.0, 0.0])
    tilt_deg = -np.degrees(np.arcsin(forward[:, 2]))
    added_deg = tilt_deg[on_hill].mean() - tilt_deg[on_flat].mean()
    assert added_deg == pytest.approx(0.3 * grade_percent, abs=0.2)
    assert integrated_error_deg(run) < 0.05


def test_an_inclined_treadmill_leads_nowhere():
    hill = Segment(Activity.RUN, 20.0, grade_percent=8.0)
    run = ideal((STAND, hill, STAND), treadmill=True)
    assert np.abs(velocity_mps(run)[-1]).max() < 0.02
    inner = np.abs(run.recording.t_s - 14.0) < 6.0
    assert np.abs(velocity_mps(run)[inner].mean(axis=0)).max() < 0.05


def test_a_lap_of_the_track_turns_left_at_a_constant_rate_in_its_bends():
    gait = running(5.0)
    run = ideal((STAND, *track_laps(gait), STAND), 200.0)
    bend_s, straight_s = np.pi * 36.5 / 5.0, 84.39 / 5.0
    t = run.recording.t_s
    assert t[-1] == pytest.approx(8.0 + 2 * (bend_s + straight_s), abs=0.01)
    heading_deg = np.degrees(
        np.unwrap(rotations(run.truth.pelvis_to_world_wxyz).as_euler("ZXY")[:, 0])
    )
    assert heading_deg[-1] == pytest.approx(360.0, abs=0.01)
    smooth = np.convolve(heading_deg, np.ones(121) / 121, "same")  # a stride is 121 samples
    in_bend = (t > 6.0) & (t < 2.0 + bend_s)
    rate_dps = np.gradient(smooth, t)[in_bend]
    # Easing in and out takes a second in all, so the rest is a little faster than speed by radius.
    expected_dps = 180.0 / (bend_s - 1.0)
    assert rate_dps.mean() == pytest.approx(expected_dps, rel=0.01)
    assert expected_dps == pytest.approx(np.degrees(5.0 / 36.5), rel=0.05)
    # Who leans into the bend feels no pull to the side, and the right side of the pelvis is up.
    lean_deg = run.truth.obliquity_deg[in_bend].mean()
    assert lean_deg == pytest.approx(np.degrees(5.0 * np.radians(expected_dps) / 9.80665), abs=0.1)
    assert run.recording.acc_mps2[in_bend, 1].mean() == pytest.approx(0.0, abs=0.05)
    left_mps2 = np.einsum(
        "ni,ni->n",
        np.column_stack((-np.sin(np.radians(smooth)), np.cos(np.radians(smooth)))),
        rotations(run.truth.pelvis_to_world_wxyz).apply(run.recording.acc_mps2)[:, :2],
    )
    assert left_mps2[in_bend].mean() == pytest.approx(5.0 * np.radians(expected_dps), rel=0.1)
    strikes = np.array([s.foot_strike_s for s in run.truth.stances])
    assert np.diff(strikes).max() < 0.4
    assert integrated_error_deg(run) < 0.1


@pytest.mark.parametrize("factor", [0.65, 1.5])
def test_a_stumble_changes_one_step_and_no_other(factor):
    steady_gait = replace(running(3.0), stride_time_sd_s=0.0)
    plain, stumbling = (
        ideal((STAND, Segment(Activity.RUN, 15.0, stumbles=stumbles)), run=steady_gait)
        for stumbles in ((), ((8.0, factor),))
    )
    steps_s = np.diff([s.foot_strike_s for s in stumbling.truth.stances])
    usual_s = np.median(steps_s)
    odd = np.flatnonzero(np.abs(steps_s / usual_s - 1.0) > 0.02)
    assert len(odd) == 1
    assert steps_s[odd[0]] / usual_s == pytest.approx(factor, abs=0.01)
    assert stumbling.truth.stances[odd[0]].foot_strike_s == pytest.approx(12.0, abs=0.4)
    before = plain.recording.t_s < 10.0
    same = plain.recording.acc_mps2[before] - stumbling.recording.acc_mps2[before]
    assert np.abs(same).max() < 0.3
    assert integrated_error_deg(stumbling) < 0.05


@pytest.mark.parametrize(
    "make",
    [
        lambda: Segment(Activity.STAND, 5.0, grade_percent=3.0),
        lambda: Segment(Activity.RUN, 5.0, grade_percent=90.0),
        lambda: Segment(Activity.RUN, 5.0, stumbles=((6.0, 1.2),)),
        lambda: Segment(Activity.RUN, 5.0, stumbles=((2.0, 9.0),)),
        lambda: running(3.0, 0.0),
        lambda: running(3.0, 300.0),
        lambda: Segment(Activity.STAND, 5.0, gait=running()),
        lambda: Segment(Activity.SIT, 5.0, joined=True),
        lambda: ideal((STAND, Segment(Activity.RUN, 5.0, joined=True))),
        lambda: ideal((Segment(Activity.RUN, 5.0, joined=True),)),
    ],
)
def test_plans_that_make_no_sense_are_refused_in_words(make):
    with pytest.raises(SimulationError, match="must"):
        make()
