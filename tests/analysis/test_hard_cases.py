"""The whole analysis on the simulator's hard cases: nothing invented, and what is wrong is told."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis import analyse_run
from analysis.results import ZeroReference
from analysis.stances import Doubt, Exclusion
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    Slip,
    Wobble,
    rhythms,
    running,
    scenes,
    simulate,
    track_laps,
)
from imu.simulator.daily import EPISODES, daily_hour

STAND = Segment(Activity.STAND, 8.0)
RUN = Segment(Activity.RUN, 40.0)
PACES = (
    STAND,
    Segment(Activity.WALK, 25.0),
    Segment(Activity.RUN, 25.0, joined=True),
    Segment(Activity.RUN, 25.0, gait=running(4.5), joined=True),
    Segment(Activity.WALK, 25.0, joined=True),
    STAND,
)


def simulated(segments, **changes):
    return simulate(SimulationParameters(segments, seed=3, **changes))


def analysed(recording, *, inside_s=(-np.inf, np.inf), with_gyroscope=True):
    t = recording.t_s
    kept = (t >= inside_s[0]) & (t < inside_s[1])
    return analyse_run(
        t[kept],
        recording.acc_mps2[kept],
        recording.gyr_radps[kept] if with_gyroscope else None,
        sampling_rate_hz=recording.sampling_rate_hz,
    )


def compared(result, truth, inside_s=(-np.inf, np.inf)):
    """Pairs of found and true stances, and how many were invented and missed.

    The first and the last steps of gait are half a step each and no stances in the truth.
    """
    true = [
        s for s in truth.stances if s.foot_strike_s >= inside_s[0] and s.toe_off_s < inside_s[1]
    ]
    found = np.array([s.foot_strike_s for s in result.stances])
    nearest = [int(np.abs(found - s.foot_strike_s).argmin()) for s in true]
    near = [abs(found[k] - s.foot_strike_s) < 0.1 for k, s in zip(nearest, true, strict=True)]
    pairs = [(result.stances[k], s) for k, s, ok in zip(nearest, true, near, strict=True) if ok]
    return pairs, len(found) - len(set(nearest)), near.count(False)


def sides_agree(pairs):
    return all(found.side == true.side for found, true in pairs)


def rms_error_deg(pairs, name="drop_excursion_deg"):
    error = [getattr(f, name) - getattr(t, name) for f, t in pairs if f.valid]
    return np.sqrt(np.mean(np.square(error)))


@pytest.mark.parametrize(
    "episode",
    [
        *(make for _, make, _ in EPISODES),
        *(make for _, make in rhythms.RHYTHMS),
    ],
)
def test_no_episode_of_daily_life_has_a_stride(episode):
    recording = scenes.scene(episode, seed=4).recording
    assert analysed(recording).stances == ()
    assert analysed(recording, with_gyroscope=False).stances == ()


@pytest.mark.parametrize("with_gyroscope", [True, False])
def test_a_simulated_hour_of_daily_life_has_two_false_strikes_at_most(hour, with_gyroscope):
    assert len(analysed(hour.run.recording, with_gyroscope=with_gyroscope).stances) <= 2


@pytest.fixture(scope="module")
def hour():
    return daily_hour(1)


def test_changes_of_pace_invent_no_stride_and_swap_no_side():
    run = simulated(PACES)
    pairs, invented, missed = compared(analysed(run.recording), run.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    assert invented <= 3
    assert sum(found.gait.value != true.gait for found, true in pairs) <= 2
    running_pairs = [pair for pair in pairs if pair[1].gait == "running"]
    assert len(running_pairs) > 100
    assert rms_error_deg(running_pairs) < 0.4


@pytest.mark.parametrize("grade_percent", [10.0, -10.0])
def test_a_slope_costs_no_stance_and_no_excursion(grade_percent):
    hill = replace(RUN, joined=True, grade_percent=grade_percent)
    run = simulated((STAND, RUN, hill))
    pairs, invented, missed = compared(analysed(run.recording), run.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    assert invented <= 4  # the half steps at both ends
    assert rms_error_deg(pairs) < 0.3


def test_a_track_that_always_turns_left_costs_no_stance_and_no_excursion():
    run = simulated((STAND, *track_laps(running(4.0))))
    result = analysed(run.recording)
    pairs, invented, missed = compared(result, run.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    assert invented <= 3
    assert Exclusion.TURN not in {s.exclusion for s in result.stances}
    assert rms_error_deg(pairs) < 0.3


@pytest.mark.parametrize("size", [1.0, 2.0])
def test_a_swinging_belt_invents_no_stride_and_swaps_no_side(size):
    run = simulated((STAND, RUN), sensor=Sensor(wobble=Wobble(size, 2 * size)))
    pairs, invented, missed = compared(analysed(run.recording), run.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    assert invented <= 3


def test_clipping_at_8_g_is_marked_in_the_stances_that_it_touches():
    gait = replace(running(4.0), impact_mps2=90.0)
    sensor = Sensor(sampling_rate_hz=200.0, acc_range_mps2=8 * 9.80665)
    run = simulated((STAND, RUN), run=gait, sensor=sensor)
    result = analysed(run.recording)
    pairs, _, missed = compared(result, run.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    assert result.quality.n_clipped > 100
    marked = [Doubt.CLIPPED in s.doubts or s.exclusion is Exclusion.CLIPPED for s, _ in pairs]
    assert np.mean(marked) > 0.8


@pytest.mark.parametrize("with_gyroscope", [True, False])
@pytest.mark.parametrize("inside_s", [(15.0, 40.0), (20.0, 25.0)])
def test_a_recording_from_the_middle_of_a_run_has_all_its_stances(inside_s, with_gyroscope):
    run = simulated((STAND, RUN, STAND))
    result = analysed(run.recording, inside_s=inside_s, with_gyroscope=with_gyroscope)
    pairs, invented, missed = compared(result, run.truth, inside_s)
    assert missed == 0
    assert invented <= 1
    assert sides_agree(pairs)
    zero = ZeroReference.RUN_MEAN if with_gyroscope else ZeroReference.NONE
    assert result.alignment.zero is zero


@pytest.mark.parametrize("rate_hz", [50.0, 104.0, 500.0])
def test_an_uneven_clock_moves_no_event_by_much(rate_hz):
    uneven = Sensor(rate_hz, clock_jitter_s=0.2 / rate_hz, clock_drift_ppm=500.0)
    run = simulated((STAND, RUN), sensor=uneven)
    even = simulated((STAND, RUN), sensor=Sensor(rate_hz))
    pairs, _, missed = compared(analysed(run.recording), run.truth)
    plain, _, _ = compared(analysed(even.recording), even.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    errors = (
        np.array([f.foot_strike_s - t.foot_strike_s for f, t in each]) for each in (pairs, plain)
    )
    assert np.abs(np.subtract(*errors)).mean() < 0.001
    assert rms_error_deg(pairs) < 0.3


@pytest.mark.parametrize("factor", [1.5, 0.6])
def test_a_stumble_costs_its_own_stances_at_most(factor):
    run = simulated((STAND, replace(RUN, stumbles=((20.0, factor),))))
    result = analysed(run.recording)
    pairs, invented, missed = compared(result, run.truth)
    assert (missed, sides_agree(pairs)) == (0, True)
    assert invented <= 4
    left_out = [s.foot_strike_s for s in result.stances if not s.valid]
    assert len(left_out) <= 3
    assert all(abs(strike - 28.0) < 2.0 for strike in left_out)


def test_everything_at_once_any_way_round_swaps_no_side():
    x, y, z, w = Rotation.from_euler("xyz", [140, -50, 70], degrees=True).as_quat()
    sensor = Sensor(
        mount_sensor_to_pelvis_wxyz=(w, x, y, z),
        slips=(Slip(70.0, 15.0, (0.0, 0.0, 1.0)),),
        wobble=Wobble(),
        loss_rate=0.02,
        clock_jitter_s=0.001,
        clock_drift_ppm=100.0,
        acc_range_mps2=8 * 9.80665,
    )
    run = simulated(PACES, run=replace(running(3.0), impact_mps2=30.0), sensor=sensor)
    pairs, invented, _ = compared(analysed(run.recording), run.truth)
    assert sides_agree(pairs)
    assert invented <= 3
