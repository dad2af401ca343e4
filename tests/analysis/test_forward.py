"""How far forward lies from where the symmetry of steps puts it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis.aligned import align, refined_mounting
from analysis.alignment import SYMMETRY_ERROR_DEG, turned_mounting
from analysis.forward import MIN_STRIDES, forward_features, turn_beyond_symmetry
from analysis.grid import to_grid
from analysis.models import shipped_models
from analysis.sides import find_sides
from analysis.stances import Side
from imu.simulator import Activity, Segment, SimulationParameters, running, simulate, walking

MIRROR = np.array([1.0, -1.0, 1.0])


def simulated(*, drop_right_deg=2.5, activity=Activity.RUN):
    parameters = SimulationParameters(
        (Segment(Activity.STAND, 5.0), Segment(activity, 30.0)),
        run=replace(running(3.0), drop_right_deg=drop_right_deg),
        walk=walking(1.3),
        standing_tilt_deg=0.0,
        seed=3,
    )
    return simulate(parameters).recording


def found(recording, *, mirrored=False):
    acc, gyr = recording.acc_mps2, recording.gyr_radps
    if mirrored:
        acc, gyr = acc * MIRROR, -gyr * MIRROR
    aligned = align(to_grid(recording.t_s, acc, gyr, recording.sampling_rate_hz))
    none = np.zeros(len(aligned.steps.index), bool)
    models = shipped_models()
    sides = find_sides(
        aligned.steps, aligned.harmonics, aligned.forward, none, aligned.grid, models=models
    ).side
    return aligned, sides


def features_of(aligned, sides):
    return forward_features(aligned.harmonics, aligned.steps, sides, aligned.forward)


def test_a_symmetric_runner_has_no_asymmetry_and_no_turn():
    aligned, sides = found(simulated())
    assert np.abs(features_of(aligned, sides)).max() < 0.05
    turn_deg, _ = turn_beyond_symmetry(
        aligned.harmonics, aligned.steps, sides, aligned.forward, shipped_models()
    )
    assert abs(turn_deg) < 1.0


def test_in_a_mirror_every_asymmetry_and_the_turn_change_their_sign():
    recording = simulated(drop_right_deg=6.0)
    plain, mirrored = found(recording), found(recording, mirrored=True)
    features = features_of(*plain)
    assert np.abs(features).max() > 0.1
    assert features_of(*mirrored) == pytest.approx(-features, abs=0.01)
    turns = [
        turn_beyond_symmetry(a.harmonics, a.steps, sides, a.forward, shipped_models())[0]
        for a, sides in (plain, mirrored)
    ]
    assert turns[1] == pytest.approx(-turns[0], abs=0.1)


def test_a_turn_of_the_mounting_turns_forward_to_the_left():
    aligned, _ = found(simulated())
    turned = turned_mounting(aligned.mounting, 20.0, 2.0)
    # The new forward axis, seen in the old axes.
    forward = aligned.mounting.matrix @ turned.matrix[0]
    assert np.degrees(np.arctan2(forward[1], forward[0])) == pytest.approx(20.0)
    w, x, y, z = turned.alignment.sensor_to_pelvis_wxyz
    assert Rotation.from_quat((x, y, z, w)).as_matrix() == pytest.approx(turned.matrix)


def test_the_error_of_the_model_takes_the_place_of_the_error_of_symmetry():
    aligned, sides = found(simulated())
    before = aligned.mounting.alignment.yaw_se_deg
    after = refined_mounting(aligned, sides, shipped_models()).alignment.yaw_se_deg
    of_model = shipped_models()["running_forward_6axis"].rmse
    assert of_model < SYMMETRY_ERROR_DEG
    assert after**2 - of_model**2 == pytest.approx(before**2 - SYMMETRY_ERROR_DEG**2)


def test_walking_few_strides_and_unknown_sides_are_left_to_symmetry():
    walk, sides = found(simulated(activity=Activity.WALK))
    assert features_of(walk, sides) is None
    assert refined_mounting(walk, sides, shipped_models()) is walk.mounting
    run, sides = found(simulated())
    unknown = (Side.UNKNOWN,) * len(sides)
    assert features_of(run, unknown) is None
    few = sides[: MIN_STRIDES - 1] + unknown[MIN_STRIDES - 1 :]
    assert features_of(run, few) is None
