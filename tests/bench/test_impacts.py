"""Impacts that are added to recordings with truth."""

import numpy as np
import pytest

from bench.impacts import with_impacts
from imu.simulator import Activity, Segment, SimulationParameters, simulate


@pytest.fixture(scope="module")
def run():
    return simulate(SimulationParameters((Segment(Activity.RUN, 20.0),), seed=1))


def truth_of(run, mount=(1.0, 0.0, 0.0, 0.0)):
    stances = [{"foot_strike_s": s.foot_strike_s} for s in run.truth.stances]
    return {"stances": stances, "mount_sensor_to_pelvis_wxyz": mount}


def test_each_foot_strike_gets_a_short_blow_along_the_vertical(run):
    hit = with_impacts(run.recording, truth_of(run), 35.0, seed=3)
    blow = (hit.acc_mps2 - run.recording.acc_mps2)[:, 2]
    t_s = run.recording.t_s
    heights = []
    for stance in run.truth.stances[2:-2]:
        behind = (t_s >= stance.foot_strike_s) & (t_s < stance.foot_strike_s + 0.06)
        late = (t_s >= stance.foot_strike_s + 0.15) & (t_s < stance.foot_strike_s + 0.25)
        heights.append(blow[behind].max())
        assert np.abs(blow[late]).max() < 0.3 * heights[-1]
    assert 0.4 * 35.0 < np.median(heights) < 1.4 * 35.0


def test_nobody_takes_off_and_nothing_else_changes(run):
    hit = with_impacts(run.recording, truth_of(run), 12.0, seed=3)
    change = hit.acc_mps2 - run.recording.acc_mps2
    assert np.abs(change.mean(axis=0)).max() < 1e-3
    assert np.abs(change[:, 1]).max() < 1e-9
    assert (hit.gyr_radps == run.recording.gyr_radps).all()
    assert (hit.t_s == run.recording.t_s).all()


def test_the_blow_comes_in_sensor_axes(run):
    upside_down = (0.0, 1.0, 0.0, 0.0)  # half a turn about the forward axis
    plain = with_impacts(run.recording, truth_of(run), 12.0, seed=3)
    turned = with_impacts(run.recording, truth_of(run, upside_down), 12.0, seed=3)
    change, mirrored = (r.acc_mps2 - run.recording.acc_mps2 for r in (plain, turned))
    assert mirrored[:, 2] == pytest.approx(-change[:, 2])
    assert mirrored[:, 0] == pytest.approx(change[:, 0])


def test_the_same_seed_makes_the_same_blows(run):
    a, b = (with_impacts(run.recording, truth_of(run), 12.0, seed=4) for _ in range(2))
    assert (a.acc_mps2 == b.acc_mps2).all()
