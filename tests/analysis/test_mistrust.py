"""What must not be believed: units, dead gyroscopes, standing that does not fit, long stances."""

import numpy as np
import pytest

from analysis import SignalError, analyse_run
from analysis.results import Grade, ZeroReference
from analysis.stances import Gait
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, Slip, running, simulate

STAND, RUN = Segment(Activity.STAND, 8.0), Segment(Activity.RUN, 40.0)


def simulated(*plan, **changes):
    return simulate(SimulationParameters(plan, seed=4, **changes))


def analysed(recording, acc=1.0, gyr=1.0):
    return analyse_run(
        recording.t_s,
        recording.acc_mps2 * acc,
        recording.gyr_radps * gyr,
        sampling_rate_hz=recording.sampling_rate_hz,
    )


@pytest.fixture(scope="module")
def run():
    return simulated(STAND, RUN).recording


def test_other_units_are_refused_with_what_to_do(run):
    with pytest.raises(SignalError, match="convert it to m/s2"):
        analysed(run, acc=1 / 9.80665)
    with pytest.raises(SignalError, match="rad/s"):
        analysed(run, gyr=180 / np.pi)


@pytest.mark.parametrize("axes", [[True, True, True], [True, False, False]])
def test_a_gyroscope_that_shows_nothing_is_not_used_and_that_is_said(run, axes):
    result = analysed(run, gyr=np.where(axes, 0.0, 1.0))
    assert len(result.stances) > 80
    assert result.alignment.zero is ZeroReference.NONE
    assert all(stance.peak_drop_deg is None for stance in result.stances)
    assert "gyroscope never changes" in result.quality.sentence
    assert result.quality.grade is Grade.FAIR


def test_a_standing_in_which_the_sensor_sat_differently_gives_no_zero():
    sensor = Sensor(slips=(Slip(5.0, 15.0, (1.0, 0.0, 0.0)),))
    slipped = simulated(STAND, RUN, sensor=sensor)
    result = analysed(slipped.recording)
    assert result.alignment.zero is ZeroReference.RUN_MEAN
    assert "fits the run" in result.quality.sentence
    assert abs(result.summary.left.peak_drop_deg.value) < 6.0
    plain = analysed(simulated(STAND, RUN).recording)
    assert plain.alignment.zero is ZeroReference.STANDING


def test_no_foot_stays_down_into_its_own_next_step_and_no_bout_into_the_next():
    plan = (STAND, Segment(Activity.WALK, 25.0), Segment(Activity.RUN, 25.0, joined=True), STAND)
    result = analysed(simulated(*plan, run=running(3.0)).recording)
    for bout, following in zip(result.bouts[:-1], result.bouts[1:], strict=True):
        assert bout.end_s <= following.start_s
    stances = result.stances
    for k, stance in enumerate(stances[:-2]):
        same_foot = stances[k + 2]
        if stance.toe_off_s is None or same_foot.bout != stance.bout:
            continue
        stride_s = same_foot.foot_strike_s - stance.foot_strike_s
        assert stance.contact_time_s <= 0.85 * stride_s + 1e-6
        if stance.gait is Gait.RUNNING:
            assert stance.toe_off_s <= stances[k + 1].foot_strike_s + 1e-6


def test_hills_and_changes_of_pace_are_not_a_sensor_that_moved():
    hills = [Segment(Activity.RUN, 60.0, grade_percent=g, joined=g < 0) for g in (8.0, -8.0)]
    result = analysed(simulated(STAND, *hills).recording)
    assert result.alignment.moved_deg < 1.0
    assert result.quality.grade is Grade.GOOD
