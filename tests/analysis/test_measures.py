"""Rise of the pelvis, tilt and rotation: against known motion, then against simulated truth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from analysis import analyse_run
from analysis.geometry import GRAVITY_MPS2
from analysis.grid import Grid
from analysis.level import LevelSignals
from analysis.live import GaitStream
from analysis.measures import stance_measures
from analysis.steps import Steps
from analysis.uncertainty import AngleSignals
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

RATE_HZ = 100.0
STEP_S = 0.36
N_STEPS = 40
STAND = Segment(Activity.STAND, 6.0)


def upright(vertical_mps2, rate_radps=None, recorded=None):
    """Signals of an upright sensor that goes up and down, and turns about the vertical."""
    n = len(vertical_mps2)
    along = np.array([[0.0, 0.0, 1.0]])
    grid = Grid(
        RATE_HZ,
        np.arange(n) / RATE_HZ,
        (vertical_mps2 + GRAVITY_MPS2)[:, None] * along,
        None if rate_radps is None else rate_radps[:, None] * along,
        np.ones(n, bool) if recorded is None else recorded,
        ((0, n),),
    )
    return LevelSignals(grid, np.repeat(along, n, axis=0), np.eye(3))


def known_gait(vertical, turning=None, *, lost=(), bout=None):
    """Measures of strikes every 0.36 s from 1 s on; signals are given by time and phase."""
    t_s = np.arange(round((2.0 + N_STEPS * STEP_S) * RATE_HZ)) / RATE_HZ
    phase = (t_s - 1.0) / STEP_S
    recorded = np.ones(len(t_s), bool)
    for start_s, end_s in lost:
        recorded[(t_s >= start_s) & (t_s < end_s)] = False
    strike_s = 1.0 + STEP_S * np.arange(N_STEPS)
    rate_radps = angles = None
    if turning is not None:
        tilt_deg, rate_radps = turning(t_s, phase)
        still = np.zeros(len(t_s))
        angles = AngleSignals(still, tilt_deg, still, still)
    steps = Steps(
        strike_s * RATE_HZ,
        np.zeros(N_STEPS, np.intp) if bout is None else bout,
        np.ones(N_STEPS, bool),
        np.ones(N_STEPS),
    )
    return stance_measures(
        upright(vertical(t_s, phase), rate_radps, recorded),
        angles,
        strike_s,
        steps,
        impact_peak_mps2=np.full(N_STEPS, np.nan),
    )


def bounce(height_m):
    """Vertical acceleration of a sine of so many metres peak to peak, once per step."""
    omega = 2 * np.pi / STEP_S
    return lambda _, phase: -height_m / 2 * omega**2 * np.sin(2 * np.pi * phase)


def test_a_sine_gives_its_height():
    measures = known_gait(bounce(0.09))
    # Sums instead of integrals, and samples beside the extremes: 0.5 % at most.
    np.testing.assert_allclose(measures.vertical_oscillation_m[1:-2], 0.09, rtol=0.005)
    assert np.isnan(measures.vertical_oscillation_m[[0, -2, -1]]).all()
    assert np.isnan(measures.tilt_range_deg).all()
    assert np.isnan(measures.rotation_range_deg).all()


@settings(max_examples=25, deadline=None)
@given(
    height_m=st.floats(0.01, 0.3),
    bias_mps2=st.floats(-0.5, 0.5),
    ramp_mps3=st.floats(-0.05, 0.05),
)
def test_bias_drift_and_size_do_not_matter(height_m, bias_mps2, ramp_mps3):
    wave = bounce(height_m)
    found = known_gait(lambda t, phase: wave(t, phase) + bias_mps2 + ramp_mps3 * t)
    np.testing.assert_allclose(
        found.vertical_oscillation_m[2:-3], height_m, rtol=0.005, atol=0.0005
    )


def test_left_and_right_rise_are_told_apart():
    # A sine of half the frequency lifts every other step: not a drift, so it stays.
    omega = np.pi / STEP_S

    def uneven(_, phase):
        return bounce(0.08)(_, phase) - 0.01 * omega**2 * np.sin(np.pi * phase)

    rise = known_gait(uneven).vertical_oscillation_m[1:-2]
    t = np.linspace(0.0, 2.0, 20_001)
    height = 0.04 * np.sin(2 * np.pi * t) + 0.01 * np.sin(np.pi * t)
    expected = [np.ptp(height[:10_001]), np.ptp(height[10_000:])]
    np.testing.assert_allclose(rise[1::2], expected[0], rtol=0.01)
    np.testing.assert_allclose(rise[0::2], expected[1], rtol=0.01)


def turn_of(range_deg, bend_radps):
    """Rotation of a sine per stride on a constant bend, and 5 degrees of tilt per step."""

    def turning(_, phase):
        rate = np.pi / STEP_S * np.radians(range_deg / 2) * np.cos(np.pi * phase)
        tilt_deg = 2.5 * np.sin(2 * np.pi * phase)
        return tilt_deg, rate + bend_radps

    return turning


@settings(max_examples=25, deadline=None)
@given(range_deg=st.floats(1.0, 30.0), bend_radps=st.floats(-0.5, 0.5))
def test_a_known_rotation_gives_its_range_and_a_bend_does_not_count(range_deg, bend_radps):
    measures = known_gait(bounce(0.09), turn_of(range_deg, bend_radps))
    np.testing.assert_allclose(measures.rotation_range_deg[2:-4], range_deg, rtol=0.01)
    np.testing.assert_allclose(measures.tilt_range_deg[1:-3], 5.0, rtol=0.01)
    assert np.isnan(measures.rotation_range_deg[[0, -3, -2, -1]]).all()


def test_nothing_reaches_across_bouts():
    bout = np.repeat(np.arange(2), N_STEPS // 2)
    rise = known_gait(bounce(0.09), bout=bout).vertical_oscillation_m
    unknown = np.flatnonzero(np.isnan(rise))
    half = N_STEPS // 2
    assert unknown.tolist() == [0, half - 2, half - 1, half, N_STEPS - 2, N_STEPS - 1]


def test_a_long_gap_takes_the_steps_in_it_and_beside_it():
    inside_s = 1.0 + 20.2 * STEP_S
    turning = turn_of(10.0, 0.0)
    whole = known_gait(bounce(0.09), turning)
    bridged = known_gait(bounce(0.09), turning, lost=[(inside_s, inside_s + 0.15)])
    np.testing.assert_array_equal(bridged.vertical_oscillation_m, whole.vertical_oscillation_m)
    lost = known_gait(bounce(0.09), turning, lost=[(inside_s, inside_s + 0.25)])
    unknown = np.flatnonzero(np.isnan(lost.vertical_oscillation_m))[1:-2]
    assert unknown.tolist() == [19, 20, 21]
    assert np.flatnonzero(np.isnan(lost.rotation_range_deg))[1:-3].tolist() == [18, 19, 20, 21]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_strikes_have_no_measures(n):
    still = np.zeros(500)
    strike_s = 1.0 + STEP_S * np.arange(n)
    steps = Steps(
        strike_s * 100,
        np.zeros(n, np.intp),
        np.ones(n, bool),
        np.ones(n),
    )
    found = stance_measures(
        upright(still, still),
        AngleSignals(still, still, still, still),
        strike_s,
        steps,
        impact_peak_mps2=np.full(n, np.nan),
    )
    assert np.isnan(found.vertical_oscillation_m).all()
    assert found.rotation_range_deg.shape == (n,)


def analysed(recording, *, has_gyroscope=True):
    return analyse_run(
        recording.t_s,
        recording.acc_mps2,
        recording.gyr_radps if has_gyroscope else None,
        sampling_rate_hz=recording.sampling_rate_hz,
    )


def errors(parameters, result):
    """Found minus true for each stance where all is known: metres, degrees, degrees."""
    names = ("vertical_oscillation_m", "tilt_range_deg", "rotation_range_deg")
    strikes = np.array([s.foot_strike_s for s in result.stances])
    rows = []
    for true in true_ranges(parameters):
        stance = result.stances[int(np.abs(strikes - true.foot_strike_s).argmin())]
        found = np.array([getattr(stance, name) for name in names], dtype=float)
        rows.append(found - [getattr(true, name) for name in names])
    return np.array(rows)


RUN = SimulationParameters((STAND, Segment(Activity.RUN, 40.0)), run=running(3.5), seed=2)
WALK = SimulationParameters((STAND, Segment(Activity.WALK, 40.0)), walk=walking(1.3), seed=2)
BEND = replace(RUN, segments=(STAND, Segment(Activity.RUN, 40.0, turn_deg=200.0)))


@pytest.mark.parametrize("parameters", [RUN, WALK, BEND], ids=["run", "walk", "bend"])
def test_simulated_ranges_agree_with_the_truth(parameters):
    found = errors(parameters, analysed(simulate(parameters).recording))
    assert np.isfinite(found).all(axis=1).sum() > 50
    rmse = np.sqrt(np.nanmean(found**2, axis=0))
    assert rmse[0] < 0.003
    assert rmse[1] < 0.6
    assert rmse[2] < 0.2
    assert abs(np.nanmean(found[:, 0])) < 0.001
    assert np.abs(np.nanmean(found, axis=0)).max() < 0.3


@pytest.mark.parametrize("parameters", [RUN, WALK], ids=["run", "walk"])
def test_without_a_gyroscope_the_rise_is_known_and_the_angles_are_not(parameters):
    result = analysed(simulate(parameters).recording, has_gyroscope=False)
    found = errors(parameters, result)
    assert np.sqrt(np.nanmean(found[:, 0] ** 2)) < 0.004
    assert np.isnan(found[:, 1:]).all()


def test_any_rotation_of_the_sensor_changes_nothing():
    recording = simulate(RUN).recording
    turn = Rotation.random(random_state=3)
    turned = analyse_run(
        recording.t_s,
        turn.apply(recording.acc_mps2),
        turn.apply(recording.gyr_radps),
        sampling_rate_hz=recording.sampling_rate_hz,
    )
    for one, other in zip(analysed(recording).stances, turned.stances, strict=True):
        for name, tolerance in (("vertical_oscillation_m", 0.001), ("rotation_range_deg", 0.1)):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=tolerance)


def test_the_live_stream_knows_what_it_can_and_agrees_with_the_recorded():
    recording = simulate(RUN).recording
    stream = GaitStream(recording.sampling_rate_hz, has_gyroscope=True)
    live = stream.push(recording.t_s, recording.acc_mps2, recording.gyr_radps) + stream.finish()
    recorded = {round(s.foot_strike_s, 1): s for s in analysed(recording).stances}
    pairs = [
        (s.vertical_oscillation_m, recorded[round(s.foot_strike_s, 1)].vertical_oscillation_m)
        for s in live
        if s.vertical_oscillation_m is not None and round(s.foot_strike_s, 1) in recorded
    ]
    known = [(a, b) for a, b in pairs if b is not None]
    assert len(known) > 20
    assert np.abs(np.subtract(*np.transpose(known))).max() < 0.005
    assert all(s.impact_peak_mps2 is None for s in live)


def test_lost_packets_widen_the_error_and_nothing_else():
    sensor = Sensor(loss_rate=0.05)
    parameters = replace(RUN, sensor=sensor)
    found = errors(parameters, analysed(simulate(parameters).recording))
    assert np.abs(np.nanmedian(found[:, 0])) < 0.001
    assert np.sqrt(np.nanmean(found[:, 0] ** 2)) < 0.012
