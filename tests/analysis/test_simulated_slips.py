"""Sensors that slip, and some that do not: the whole analysis on simulated runs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis import analyse_run
from analysis.results import Grade, ZeroReference
from analysis.stances import Exclusion
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    Slip,
    Wobble,
    running,
    simulate,
    track_laps,
)

STAND = Segment(Activity.STAND, 8.0)
RUN, WALK = (Segment(activity, 30.0) for activity in (Activity.RUN, Activity.WALK))
MORE_RUN, MORE_WALK = (replace(segment, joined=True) for segment in (RUN, WALK))
FORWARD, LATERAL, VERTICAL = np.eye(3).tolist()
SLIP_S = 38.0
NAMES = {0: "the forward axis", 1: "the side-to-side axis", 2: "the vertical"}


def simulated(segments, **sensor):
    return simulate(SimulationParameters(segments, seed=3, sensor=Sensor(**sensor)))


def analysed(run):
    recording = run.recording
    return analyse_run(
        recording.t_s,
        recording.acc_mps2,
        recording.gyr_radps,
        sampling_rate_hz=recording.sampling_rate_hz,
    )


def compared(run):
    """Result, and pairs of found and true stances."""
    result = analysed(run)
    found = np.array([s.foot_strike_s for s in result.stances])
    nearest = [int(np.abs(found - s.foot_strike_s).argmin()) for s in run.truth.stances]
    pairs = [(result.stances[k], s) for k, s in zip(nearest, run.truth.stances, strict=True)]
    assert all(abs(f.foot_strike_s - t.foot_strike_s) < 0.1 for f, t in pairs)
    return result, pairs


def rms_deg(pairs, name):
    error = [getattr(f, name) - getattr(t, name) for f, t in pairs if f.valid]
    return np.sqrt(np.mean(np.square(error)))


def assert_as_if_nothing_slipped(pairs, plain_pairs):
    assert all(f.side == t.side for f, t in pairs)
    for name in ("drop_excursion_deg", "peak_drop_deg"):
        # Zero after the slip rests on strides that vary, a tenth of a degree or two; without a slip
        # a simulated walk is read to a fiftieth of a degree, which is no measure of anything.
        allowed = 1.3 * rms_deg(plain_pairs, name) + (0.15 if name == "peak_drop_deg" else 0.02)
        assert rms_deg(pairs, name) < allowed
    left_out = [f for f, _ in pairs if f.exclusion is Exclusion.SLIP]
    assert 1 <= len(left_out) <= 5
    assert all(abs(f.foot_strike_s - SLIP_S) < 2.0 for f in left_out)


@pytest.fixture(scope="module")
def without_slip():
    return {
        segments: compared(simulated((STAND, *segments)))
        for segments in ((RUN, MORE_RUN), (WALK, MORE_WALK))
    }


@pytest.mark.parametrize("segments", [(RUN, MORE_RUN), (WALK, MORE_WALK)])
@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize(
    "angle",
    [
        pytest.param(8.0, marks=pytest.mark.slow),
        15.0,
        pytest.param(-30.0, marks=pytest.mark.slow),
        pytest.param(180.0, marks=pytest.mark.slow),
    ],
)
def test_a_slip_is_found_told_and_re_aligned(segments, k, angle, without_slip):
    slip = Slip(SLIP_S, angle, tuple(np.eye(3)[k].tolist()))
    result, pairs = compared(simulated((STAND, *segments), slips=(slip,)))
    (told,) = result.alignment.slips
    assert told.angle_deg == pytest.approx(abs(angle), abs=1.0)
    assert told.about == NAMES[k]
    assert told.start_s < SLIP_S + 0.25 < told.end_s
    assert told.end_s - told.start_s < 1.5
    assert result.alignment.zero is ZeroReference.STANDING
    assert (result.alignment.moved_deg or 0.0) < 2.0  # None where there are too few steps
    assert result.quality.grade is (Grade.POOR if angle > 45.0 else Grade.FAIR)
    assert result.quality.reasons[0].startswith("the sensor slipped by")
    plain, plain_pairs = without_slip[segments]
    assert plain.alignment.slips == ()
    assert_as_if_nothing_slipped(pairs, plain_pairs)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_any_mounting_has_its_slip_found(seed):
    x, y, z, w = Rotation.random(random_state=seed).as_quat()
    sensor = {"mount_sensor_to_pelvis_wxyz": (w, x, y, z), "slips": (Slip(SLIP_S, 15.0, VERTICAL),)}
    result, pairs = compared(simulated((STAND, RUN, MORE_RUN), **sensor))
    (told,) = result.alignment.slips
    assert told.angle_deg == pytest.approx(15.0, abs=1.0)
    assert told.about == "the vertical"
    assert all(f.side == t.side for f, t in pairs)


def test_two_slips_are_both_re_aligned():
    slips = (Slip(35.0, 15.0, (1.0, 0.0, 1.0)), Slip(65.0, -20.0, (0.0, 1.0, 0.0)))
    result, pairs = compared(simulated((STAND, RUN, MORE_RUN, MORE_RUN), slips=slips))
    assert [round(slip.angle_deg) for slip in result.alignment.slips] == [15, 20]
    assert result.quality.reasons[0].startswith(
        "the sensor slipped 2 times, at most by 20° at minute 1"
    )
    assert all(f.side == t.side for f, t in pairs)
    assert rms_deg(pairs, "drop_excursion_deg") < 0.2
    assert rms_deg(pairs, "peak_drop_deg") < 0.5


@pytest.mark.parametrize("stop", [Activity.PAUSE, Activity.STAND])
def test_a_slip_while_nobody_runs_is_found_when_running_goes_on(stop):
    segments = (STAND, RUN, Segment(stop, 15.0), RUN)
    result, pairs = compared(simulated(segments, slips=(Slip(45.0, 15.0, (1.0, 0.0, 1.0)),)))
    (told,) = result.alignment.slips
    assert told.angle_deg == pytest.approx(15.0, abs=1.0)
    assert told.start_s < 45.0 < told.end_s
    assert all(f.side == t.side for f, t in pairs)
    assert rms_deg(pairs, "drop_excursion_deg") < 0.2
    assert rms_deg(pairs, "peak_drop_deg") < 0.5


def test_peaks_after_a_slip_are_less_certain_and_excursions_are_not():
    result = analysed(simulated((STAND, RUN, MORE_RUN), slips=(Slip(SLIP_S, 15.0, FORWARD),)))
    sides = [s for s in result.stances if s.valid]
    before, after = (
        [s for s in sides if (s.foot_strike_s > SLIP_S + 5.0) is late and s.foot_strike_s > 15.0]
        for late in (False, True)
    )
    peak, excursion = (
        [np.median([getattr(s, name) for s in part]) for part in (before, after)]
        for name in ("peak_drop_se_deg", "drop_excursion_se_deg")
    )
    assert peak[1] > peak[0] + 0.1
    assert excursion[1] == pytest.approx(excursion[0], abs=0.05)


def test_a_slow_creep_about_the_vertical_is_told_as_moved():
    creep = Slip(20.0, 20.0, VERTICAL, duration_s=60.0)
    result = analysed(simulated((STAND, RUN, MORE_RUN, MORE_RUN), slips=(creep,)))
    assert result.alignment.slips == ()
    assert result.alignment.moved_deg > 10.0
    assert result.quality.grade is Grade.POOR


@pytest.mark.parametrize(
    ("segments", "sensor"),
    [
        ((WALK, MORE_RUN, replace(MORE_RUN, gait=running(4.5)), MORE_WALK), {}),
        ((RUN, replace(MORE_RUN, gait=running(3.3)), replace(MORE_RUN, gait=running(2.8))), {}),
        ((RUN, replace(MORE_RUN, grade_percent=10.0), replace(MORE_RUN, grade_percent=-10.0)), {}),
        ((WALK, replace(MORE_WALK, grade_percent=-12.0), MORE_WALK), {}),
        (track_laps(running(4.0), 1), {}),
        ((RUN, replace(MORE_RUN, duration_s=3.0, turn_deg=180.0), MORE_RUN), {}),
        ((RUN, replace(STAND, turn_deg=120.0), RUN), {}),
        ((RUN, MORE_RUN), {"loss_rate": 0.1}),
        ((RUN, MORE_RUN), {"wobble": Wobble(1.0, 2.0)}),
    ],
)
def test_what_is_no_slip_is_not_taken_for_one(segments, sensor):
    result = analysed(simulated((STAND, *segments), **sensor))
    assert result.alignment.slips == ()
    assert Exclusion.SLIP not in {s.exclusion for s in result.stances}
