import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis.aligned import align
from analysis.alignment import level_matrix
from analysis.grid import to_grid
from analysis.results import ZeroReference
from analysis.standing import quiet_stretches, standing_up
from imu.simulator import (
    Activity,
    Segment,
    Sensor,
    SimulationParameters,
    running,
    simulate,
    walking,
)

STAND = Segment(Activity.STAND, 6.0)


def aligned(mount, activity, speed_mps):
    x, y, z, w = mount.as_quat()
    run = simulate(
        SimulationParameters(
            (STAND, Segment(activity, 40.0)),
            run=running(max(speed_mps, 2.0)),
            walk=walking(min(speed_mps, 2.0)),
            sensor=Sensor(mount_sensor_to_pelvis_wxyz=(w, x, y, z)),
            standing_tilt_deg=0.0,
            seed=11,
        )
    )
    recording = run.recording
    return align(to_grid(recording.t_s, recording.acc_mps2, recording.gyr_radps, 100.0))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("activity", "speed_mps"), [(Activity.RUN, 2.3), (Activity.RUN, 4.5), (Activity.WALK, 1.3)]
)
def test_any_mounting_is_found(seed, activity, speed_mps):
    mount = Rotation.random(random_state=seed)
    found = aligned(mount, activity, speed_mps).mounting
    error = Rotation.from_matrix(found.matrix) * mount.inv()
    assert np.degrees(error.magnitude()) < 3.0
    assert found.alignment.confidence > 0.7
    assert found.alignment.zero is ZeroReference.STANDING
    w, x, y, z = found.alignment.sensor_to_pelvis_wxyz
    assert Rotation.from_quat((x, y, z, w)).as_matrix() == pytest.approx(found.matrix)


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
def test_forward_and_up_are_not_taken_for_their_opposites(upside_down, backwards):
    mount = Rotation.from_euler("xz", [180 * upside_down, 180 * backwards], degrees=True)
    found = aligned(mount, Activity.RUN, 3.0).mounting
    assert np.degrees((Rotation.from_matrix(found.matrix) * mount.inv()).magnitude()) < 3.0


@pytest.mark.parametrize("up", [(0, 0, 1), (1, 0, 0), (0, -1, 0), (0, 0, -1), (0.3, -0.5, 0.8)])
def test_levelling_is_a_rotation_that_lifts_up_to_the_z_axis(up):
    up = np.array(up, float)
    matrix = level_matrix(up)
    assert matrix @ matrix.T == pytest.approx(np.eye(3))
    assert np.linalg.det(matrix) == pytest.approx(1.0)
    assert matrix @ up == pytest.approx([0, 0, np.linalg.norm(up)])


def quiet_grid(*poses_s):
    """Quiet stretches in given directions of up, with shaking between them."""
    rng = np.random.default_rng(0)
    acc, gyr = [], []
    for up, seconds in poses_s:
        n = int(seconds * 100)
        acc.append(9.8 * np.array(up, float) + rng.normal(0, 0.05, (n, 3)))
        acc.append(np.array([0, 0, 9.8]) + rng.normal(0, 4.0, (200, 3)))
        gyr.append(rng.normal(0, 0.01, (n, 3)))
        gyr.append(rng.normal(0, 1.0, (200, 3)))
    acc, gyr = np.concatenate(acc), np.concatenate(gyr)
    return to_grid(np.arange(len(acc)) / 100, acc, gyr, 100.0)


SEATED = (np.sin(0.7), 0.0, np.cos(0.7))


def test_a_chair_is_not_taken_for_standing():
    grid = quiet_grid((SEATED, 30.0), ((0.1, 0.0, 0.995), 4.0))
    found = standing_up(grid, np.array([0.0, 0.0, 1.0]), len(grid.t_s))
    assert found[:2] == pytest.approx([0.1, 0.0], abs=0.01)


def test_nobody_stands_in_a_recording_that_starts_in_the_middle():
    grid = quiet_grid((SEATED, 30.0), ((0, 0, 1), 1.0))
    assert standing_up(grid, np.array([0.0, 0.0, 1.0]), len(grid.t_s)) is None


def test_quiet_stretches_last_two_seconds_and_hold_no_movement():
    grid = quiet_grid(((0, 0, 1), 5.0), ((0, 0, 1), 1.2), ((0, 0, 1), 3.0))
    lengths = [(b - a) / 100 for a, b in quiet_stretches(grid)]
    assert lengths == pytest.approx([5.0, 3.0], abs=0.6)
