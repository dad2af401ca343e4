"""A sensor that does not sit still on the pelvis: its signals stay exact."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu.errors import SimulationError
from imu.simulator import Activity, Segment, Sensor, SimulationParameters, Slip, running, simulate

GRAVITY = [0.0, 0.0, 9.80665]
RATE_HZ = 400.0
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
    orientation = truth[0]
    for turn in turns:
        orientation = orientation * turn
    return np.degrees((orientation.inv() * truth[-1]).magnitude())


def world_acceleration(run):
    return sensor_to_world(run.truth).apply(run.recording.acc_mps2) - GRAVITY


@pytest.mark.parametrize(
    "slips", [(SLIP,), (SLIP, Slip(12.0, -20.0, (1.0, 2.0, 0.0), 0.3), Slip(12.1, 30.0))]
)
def test_integrating_the_gyroscope_returns_the_orientation_through_slips(slips):
    assert integrated_error_deg(worn(slips=slips)) < 0.05


def test_a_slip_turns_the_sensor_by_its_angle_about_its_axis_and_moves_nobody():
    still, slipped = worn(), worn(slips=(SLIP,))
    before, after = rotations(slipped.truth.sensor_to_pelvis_wxyz)[[3999, -1]]
    assert (after * before.inv()).as_rotvec(degrees=True) == pytest.approx([0, 0, 15.0], abs=1e-9)
    same = slipped.recording.t_s < SLIP.time_s
    assert np.array_equal(still.recording.acc_mps2[same], slipped.recording.acc_mps2[same])
    assert still.truth.stances == slipped.truth.stances
    assert world_acceleration(slipped) == pytest.approx(world_acceleration(still), abs=1e-9)


def test_the_gyroscope_shows_the_slip():
    turned = worn(slips=(SLIP,)).recording.gyr_radps[:, 2] - worn().recording.gyr_radps[:, 2]
    assert np.degrees(turned.sum() / RATE_HZ) == pytest.approx(15.0, abs=0.01)


@pytest.mark.parametrize(
    "make", [lambda: Slip(1.0, 5.0, duration_s=0.0), lambda: Slip(1.0, 5.0, (0.0, 0.0, 0.0))]
)
def test_what_no_sensor_can_do_is_refused_in_words(make):
    with pytest.raises(SimulationError, match="must"):
        make()
