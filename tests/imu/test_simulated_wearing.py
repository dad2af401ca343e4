"""A sensor that does not sit still on the pelvis: its signals stay exact."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from imu.errors import SimulationError
from imu.recordings import read_recording, write_recording
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    Slip,
    Wobble,
    running,
    simulate,
)

GRAVITY = [0.0, 0.0, 9.80665]
RATE_HZ = 200.0
STAND_AND_RUN = (Segment(Activity.STAND, 4.0), Segment(Activity.RUN, 16.0))
SLIP = Slip(time_s=10.0, angle_deg=15.0, axis=(0.0, 0.0, 1.0))


def worn(segments=STAND_AND_RUN, rate_hz=RATE_HZ, *, run=None, **sensor_changes):
    sensor = replace(Sensor.ideal(rate_hz), **sensor_changes)
    return simulate(SimulationParameters(segments, run=run or running(3.0), sensor=sensor, seed=6))


def rotations(wxyz):
    return Rotation.from_quat(np.roll(wxyz, -1, axis=1))


def sensor_to_world(truth):
    return rotations(truth.pelvis_to_world_wxyz) * rotations(truth.sensor_to_pelvis_wxyz)


def integrated_error_deg(run):
    """How far the integrated gyroscope ends from the true orientation of the sensor."""
    rates, steps = run.recording.gyr_radps, np.diff(run.recording.t_s)
    turns = Rotation.from_rotvec((rates[1:] + rates[:-1]) / 2 * steps[:, None])
    truth = sensor_to_world(run.truth)
    while len(turns) > 1:
        if len(turns) % 2:
            turns = Rotation.concatenate([turns, Rotation.identity(1)])
        turns = turns[0::2] * turns[1::2]
    return np.degrees(((truth[0] * turns[0]).inv() * truth[-1]).magnitude())


def world_acceleration(run):
    return sensor_to_world(run.truth).apply(run.recording.acc_mps2) - GRAVITY


@pytest.mark.parametrize(
    "slips", [(SLIP,), (SLIP, Slip(12.0, -20.0, (1.0, 2.0, 0.0), 0.3), Slip(12.1, 30.0))]
)
def test_integrating_the_gyroscope_returns_the_orientation_through_slips(slips):
    assert integrated_error_deg(worn(slips=slips)) < 0.05


def test_a_slip_turns_the_sensor_by_its_angle_about_its_axis_and_moves_nobody():
    still, slipped = worn(), worn(slips=(SLIP,))
    before, after = rotations(slipped.truth.sensor_to_pelvis_wxyz)[[1999, -1]]
    assert (after * before.inv()).as_rotvec(degrees=True) == pytest.approx([0, 0, 15.0], abs=1e-9)
    same = slipped.recording.t_s < SLIP.time_s
    assert np.array_equal(still.recording.acc_mps2[same], slipped.recording.acc_mps2[same])
    assert still.truth.stances == slipped.truth.stances
    assert world_acceleration(slipped) == pytest.approx(world_acceleration(still), abs=1e-9)


def test_the_gyroscope_shows_the_slip():
    turned = worn(slips=(SLIP,)).recording.gyr_radps[:, 2] - worn().recording.gyr_radps[:, 2]
    assert np.degrees(turned.sum() / RATE_HZ) == pytest.approx(15.0, abs=0.01)


@pytest.mark.parametrize("slips", [(), (SLIP,)])
@pytest.mark.parametrize("impact_mps2", [0.0, 30.0])
def test_a_swinging_belt_is_exact_with_slips_and_impacts(slips, impact_mps2):
    run = replace(running(3.0), impact_mps2=impact_mps2)
    swung = worn(run=run, slips=slips, wobble=Wobble())
    assert integrated_error_deg(swung) < 0.05
    assert world_acceleration(swung) == pytest.approx(world_acceleration(worn(run=run)), abs=1e-9)


def test_a_belt_swings_as_much_as_was_asked_for_and_rests_while_standing():
    wobble = Wobble(about_forward_deg=1.5, about_lateral_deg=3.0)
    run = worn(wobble=wobble)
    angles = rotations(run.truth.sensor_to_pelvis_wxyz).as_euler("XYZ", degrees=True)
    t = run.truth.t_s
    assert np.sqrt(np.mean(angles[t >= 4.0] ** 2, axis=0)) == pytest.approx([1.5, 3.0, 0], abs=0.03)
    assert np.abs(angles[t < 4.0]).max() < 0.01


def test_a_belt_that_was_kicked_swings_on_at_its_own_frequency():
    segments = (Segment(Activity.WALK, 6.0), Segment(Activity.STAND, 4.0))
    # A light damping, so that there is something left to count.
    wobble = Wobble(frequency_hz=5.0, damping_ratio=0.01)
    run = worn(segments, wobble=wobble)
    free = run.truth.t_s >= 6.2
    swing = rotations(run.truth.sensor_to_pelvis_wxyz[free]).as_euler("XYZ")[:, 1]
    crossings = run.truth.t_s[free][1:][np.diff(np.sign(swing)) > 0]
    assert 1 / np.diff(crossings[:8]).mean() == pytest.approx(5.0, rel=0.03)


def test_a_belt_on_a_table_does_not_swing():
    sensor = replace(Sensor.ideal(), wobble=Wobble())
    still = SimulationParameters((Segment(Activity.STAND, 5.0),), sensor=sensor, sway_deg=0.0)
    assert np.abs(simulate(still).recording.gyr_radps).max() == 0.0


@pytest.mark.parametrize("rate_hz", [200.0, 500.0])
def test_impacts_reach_beyond_20_hz_and_stay_where_they_are_at_every_rate(rate_hz):
    gait = replace(running(3.0), impact_mps2=40.0)
    sharp, soft = worn(rate_hz=rate_hz, run=gait), worn(rate_hz=rate_hz)
    assert sharp.truth.stances == soft.truth.stances
    added = (sharp.recording.acc_mps2 - soft.recording.acc_mps2)[int(8 * rate_hz) :]
    power = np.abs(np.fft.rfft(added[:, 2] * np.hanning(len(added)))) ** 2
    hz = np.fft.rfftfreq(len(added), 1 / rate_hz)
    assert 0.15 < power[hz > 20.0].sum() / power.sum() < 0.25
    strikes = np.array([s.foot_strike_s for s in soft.truth.stances])
    t = sharp.recording.t_s[int(8 * rate_hz) :]
    peaks = t[1:-1][(added[1:-1, 2] > 30.0) & (np.diff(np.sign(np.diff(added[:, 2]))) < 0)]
    behind = [peak - strikes[strikes <= peak].max() for peak in peaks if peak < strikes.max()]
    assert len(behind) >= 20
    assert np.abs(np.array(behind) - 0.008).max() < 1.2 / rate_hz


def test_an_8_g_sensor_clips_hard_impacts_and_nothing_else():
    gait = replace(running(3.0), impact_mps2=90.0)
    sensor = Sensor(sampling_rate_hz=200.0, acc_range_mps2=8 * 9.80665)
    plan = SimulationParameters(STAND_AND_RUN, run=gait, sensor=sensor)
    clipped = simulate(plan).recording.acc_mps2
    whole = simulate(replace(plan, sensor=replace(sensor, acc_range_mps2=156.9))).recording.acc_mps2
    assert np.abs(whole).max() > 8 * 9.80665
    assert np.abs(clipped).max() <= 8 * 9.80665
    inside = np.abs(whole).max(axis=1) < 78.0
    assert clipped[inside] == pytest.approx(whole[inside], abs=0.01)


UNEVEN = {"clock_jitter_s": 0.001, "clock_drift_ppm": 200.0}


def test_an_uneven_clock_goes_forward_and_its_signals_are_those_of_its_own_times():
    run = worn(**UNEVEN, slips=(SLIP,), wobble=Wobble())
    t = run.recording.t_s
    steps = np.diff(t)
    assert steps.min() > 0.0
    assert steps.std() == pytest.approx(0.001 * np.sqrt(2), rel=0.1)
    assert steps.mean() == pytest.approx(1 / RATE_HZ, rel=1e-3)
    assert integrated_error_deg(run) < 0.05
    # The same motion, read off an even clock at twice the rate.
    even = worn(rate_hz=2 * RATE_HZ, slips=(SLIP,), wobble=Wobble()).recording
    true_s = t / (1 + 200e-6)
    for k in range(3):
        read = np.interp(true_s, even.t_s, even.gyr_radps[:, k])
        assert run.recording.gyr_radps[:, k] == pytest.approx(read, abs=0.02)


def test_a_fast_clock_stretches_samples_and_truth_alike():
    right, fast = worn(), worn(clock_drift_ppm=1000.0)
    assert np.array_equal(right.recording.t_s, fast.recording.t_s)
    for a, b in zip(right.truth.stances, fast.truth.stances, strict=True):
        assert b.foot_strike_s == pytest.approx(1.001 * a.foot_strike_s)
        assert b.toe_off_s == pytest.approx(1.001 * a.toe_off_s)
        assert b.peak_drop_deg == a.peak_drop_deg


@given(
    jitter_s=st.floats(0.0, 0.1), rate_hz=st.sampled_from([50.0, 104.0]), seed=st.integers(0, 99)
)
@settings(max_examples=20)
def test_no_jitter_turns_time_back(jitter_s, rate_hz, seed):
    sensor = Sensor(sampling_rate_hz=rate_hz, clock_jitter_s=jitter_s)
    still = SimulationParameters((Segment(Activity.STAND, 5.0),), sensor=sensor, seed=seed)
    t = simulate(still).recording.t_s
    assert t[0] >= 0.0
    assert np.diff(t).min() > 0.1 / rate_hz


def test_a_recording_of_an_uneven_clock_can_be_kept(tmp_path):
    made = worn(rate_hz=104.0, **UNEVEN).recording
    write_recording(tmp_path / "uneven.parquet", made)
    assert np.array_equal(read_recording(tmp_path / "uneven.parquet").t_s, made.t_s)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sensor(clock_jitter_s=-0.1),
        lambda: Slip(1.0, 5.0, duration_s=0.0),
        lambda: Slip(1.0, 5.0, (0.0, 0.0, 0.0)),
        lambda: Wobble(frequency_hz=0.0),
        lambda: Wobble(damping_ratio=1.5),
    ],
)
def test_what_no_sensor_can_do_is_refused_in_words(make):
    with pytest.raises(SimulationError, match="must"):
        make()
