"""Every sign of docs/coordinate-systems.md."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis import geometry
from analysis.drop import stance_drops
from analysis.grid import Grid, to_grid
from analysis.orientation import obliquity_rad, tilt_rad, up_in_sensor
from analysis.results import FloatArray

FORWARD, LEFT, UP = np.eye(3)
ANGLE_RAD = np.radians(10.0)
RATE_HZ = 100.0


def turn(axis: FloatArray, angle_rad: float) -> Rotation:
    """A right-handed turn, pelvis to world."""
    return Rotation.from_rotvec(angle_rad * axis)


def up_from(pelvis_to_world: Rotation) -> FloatArray:
    """Up as the turned pelvis sees it."""
    return np.asarray(pelvis_to_world.inv().apply([UP]))


def grid_of(acc_mps2: FloatArray, gyr_radps: FloatArray | None = None) -> Grid:
    return to_grid(np.arange(len(acc_mps2)) / RATE_HZ, acc_mps2, gyr_radps, RATE_HZ)


def test_pelvis_axes_are_right_handed() -> None:
    assert np.cross(FORWARD, LEFT) == pytest.approx(UP)


def test_quaternion_starts_with_its_real_part() -> None:
    quarter_turn_to_the_left = turn(UP, np.pi / 2)

    q = geometry.from_matrix(quarter_turn_to_the_left.as_matrix())

    assert quarter_turn_to_the_left.apply(FORWARD) == pytest.approx(LEFT)
    assert q == pytest.approx([np.sqrt(0.5), 0.0, 0.0, np.sqrt(0.5)])


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("with_gyroscope", [True, False])
def test_at_rest_specific_force_is_positive_on_the_axis_that_points_up(
    axis: int, sign: float, *, with_gyroscope: bool
) -> None:
    up = sign * np.eye(3)[axis]
    acc = np.tile(geometry.GRAVITY_MPS2 * up, (1000, 1))

    found = up_in_sensor(grid_of(acc, np.zeros_like(acc) if with_gyroscope else None))

    assert found == pytest.approx(np.tile(up, (1000, 1)), abs=1e-3)


def test_a_positive_rate_about_forward_lifts_the_left_side() -> None:
    """The angular rate is right-handed: after half a second, up has moved towards left."""
    n_still, n_turning, rate_radps = 300, 50, 0.4
    gyr = np.zeros((n_still + n_turning, 3))
    gyr[n_still:, 0] = rate_radps
    angle = np.cumsum(gyr[:, 0]) / RATE_HZ
    up = np.column_stack((np.zeros_like(angle), np.sin(angle), np.cos(angle)))

    found = up_in_sensor(grid_of(geometry.GRAVITY_MPS2 * up, gyr))

    assert found[-1, 1] == pytest.approx(np.sin(0.2), abs=0.02)
    assert obliquity_rad(found)[-1] == pytest.approx(-0.2, abs=0.02)


def test_obliquity_is_positive_where_the_right_side_is_up() -> None:
    right_side_up = turn(FORWARD, -ANGLE_RAD)

    assert right_side_up.apply(-LEFT)[2] > 0
    assert obliquity_rad(up_from(right_side_up)) == pytest.approx(ANGLE_RAD)


def test_tilt_is_positive_where_the_top_goes_forward() -> None:
    tilted = turn(LEFT, ANGLE_RAD)

    assert tilted.apply(UP)[0] > 0
    assert tilt_rad(up_from(tilted)) == pytest.approx(ANGLE_RAD)


def test_angles_come_in_the_order_rotation_obliquity_tilt() -> None:
    pelvis_to_world = turn(UP, 0.9) * turn(FORWARD, -0.12) * turn(LEFT, 0.3)

    assert obliquity_rad(up_from(pelvis_to_world)) == pytest.approx(0.12)
    assert tilt_rad(up_from(pelvis_to_world)) == pytest.approx(0.3)


def test_level_hips_stay_level_however_the_pelvis_tilts_and_turns() -> None:
    pelvis_to_world = turn(UP, 0.3) * turn(LEFT, 0.4)

    assert obliquity_rad(up_from(pelvis_to_world)) == pytest.approx(0.0, abs=1e-12)


def test_heading_of_the_world_does_not_change_obliquity_and_tilt() -> None:
    pelvis_to_world = turn(FORWARD, -ANGLE_RAD) * turn(LEFT, 0.2)
    seen_from_elsewhere = turn(UP, 2.1) * pelvis_to_world

    assert up_from(seen_from_elsewhere) == pytest.approx(up_from(pelvis_to_world))


@pytest.mark.parametrize(("stance_sign", "side"), [(-1.0, "left"), (1.0, "right")])
def test_drop_is_positive_where_the_swing_side_is_lower(stance_sign: float, side: str) -> None:
    """The swing side goes down by 5 degrees at half stance; at foot strike it is 1 degree up."""
    t_s = np.arange(100) / RATE_HZ
    swing_side_down_deg = -1.0 + 6.0 * np.sin(np.pi * (t_s - 0.2) / 0.4)
    right_side_up_deg = swing_side_down_deg if side == "right" else -swing_side_down_deg

    drops = stance_drops(
        right_side_up_deg,
        grid_of(np.tile(geometry.GRAVITY_MPS2 * UP, (100, 1))),
        np.array([0.2]),
        np.array([0.6]),
        np.array([stance_sign]),
    )

    assert drops.peak_deg == pytest.approx(5.0)
    assert drops.excursion_deg == pytest.approx(6.0)
    assert drops.mid_stance_deg == pytest.approx(5.0)
