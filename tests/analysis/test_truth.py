"""Real recordings with truth, where they are present beside the project.

The bounds are far from the figures that are reached: this guards against breaking the analysis,
it does not measure it.  Measure with the score command that lies beside the recordings.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from analysis import analyse_run
from imu.recordings import read_recording

TRUTH = Path(__file__).parents[3] / "shared" / "validation"

pytestmark = pytest.mark.skipif(
    not TRUTH.is_dir(),
    reason="no recordings with truth here: put them into ../shared/validation to run these tests",
)


def analysed(path, slip_deg=0.0, axis=(0.0, 0.0, 1.0), *, with_gyroscope=True):
    recording = read_recording(path)
    truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text("utf-8"))
    acc, gyr = recording.acc_mps2, recording.gyr_radps
    if slip_deg:
        acc, gyr = slipping(recording, truth, slip_deg, axis)
    gyr = gyr if with_gyroscope else None
    result = analyse_run(recording.t_s, acc, gyr, sampling_rate_hz=recording.sampling_rate_hz)
    return result, truth["stances"]


def slipping(recording, truth, slip_deg, axis):
    """Signals of a sensor that slips about an axis of the pelvis, half a second at half-time."""
    w, x, y, z = truth["mount_sensor_to_pelvis_wxyz"]
    vector = np.radians(slip_deg) * Rotation.from_quat([x, y, z, w]).inv().apply(axis)
    start_s = half_time_s(truth["stances"])
    share = np.clip((recording.t_s - start_s) / 0.5, 0.0, 1.0)
    turns = Rotation.from_rotvec(-(3 * share**2 - 2 * share**3)[:, None] * vector)
    own = 6 * share * (1 - share) / 0.5
    return turns.apply(recording.acc_mps2), turns.apply(recording.gyr_radps) + own[:, None] * vector


def half_time_s(stances):
    return stances[len(stances) // 2]["foot_strike_s"]


def nearest(result, stances, within_s):
    found = np.array([s.foot_strike_s for s in result.stances if s.valid])
    rows = [s for s in result.stances if s.valid]
    pairs = []
    for true in stances:
        k = int(np.abs(found - true["foot_strike_s"]).argmin())
        if abs(found[k] - true["foot_strike_s"]) < within_s:
            pairs.append((rows[k], true))
    return pairs


RUNNING = ["r01-2_5", "r03-4_5", "r06-3_5", "r11-4_5", "r15-2_5"]


@pytest.mark.parametrize("name", RUNNING)
def test_running(name):
    result, truth = analysed(TRUTH / "running" / f"{name}.parquet")
    pairs = nearest(result, truth, 0.06)
    assert len(pairs) == len(truth)
    assert all(found.side == true["side"] for found, true in pairs)
    contact = [f.contact_time_s - (t["toe_off_s"] - t["foot_strike_s"]) for f, t in pairs]
    assert np.abs(contact).mean() < 0.025
    excursion = [f.drop_excursion_deg - t["drop_excursion_deg"] for f, t in pairs]
    assert np.sqrt(np.mean(np.square(excursion))) < 1.2


def test_walking_with_lost_samples():
    hits = n = right = 0
    for path in sorted((TRUTH / "walking").glob("w0[37]_?.parquet")):
        result, truth = analysed(path)
        pairs = nearest(result, truth, 0.1)
        hits, n = hits + len(pairs), n + len(truth)
        right += sum(found.side == true["side"] for found, true in pairs)
    assert hits / n > 0.85
    assert right / hits > 0.95


@pytest.mark.parametrize("with_gyroscope", [True, False])
@pytest.mark.parametrize("gait", ["running", "walking"])
def test_nobody_strides_in_the_standing_before_gait(gait, with_gyroscope):
    for path in sorted((TRUTH / gait).glob("*.parquet"))[::8]:
        result, truth = analysed(path, with_gyroscope=with_gyroscope)
        # A running belt is stepped onto before the truth begins; the standing is over at 25 s.
        start_s = 25.0 if gait == "running" else truth[0]["foot_strike_s"] - 1.5
        assert result.stances
        assert not any(s.foot_strike_s < start_s for s in result.stances)


@pytest.mark.slow
@pytest.mark.parametrize("gait", ["running", "walking"])
def test_no_sensor_of_these_slips(gait):
    for path in sorted((TRUTH / gait).glob("*.parquet")):
        result, _ = analysed(path)
        assert result.alignment.slips == (), path.stem


@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
@pytest.mark.parametrize("name", RUNNING)
def test_a_slip_that_is_put_in_is_found_and_re_aligned(name, axis):
    path = TRUTH / "running" / f"{name}.parquet"
    result, truth = analysed(path, 15.0, axis)
    (slip,) = result.alignment.slips
    assert slip.angle_deg == pytest.approx(15.0, abs=3.0)
    assert abs(slip.time_s - half_time_s(truth)) < 1.5
    pairs = nearest(result, truth, 0.06)
    assert len(pairs) >= len(truth) - 8
    assert all(found.side == true["side"] for found, true in pairs)
    plain = nearest(analysed(path)[0], truth, 0.06)
    with_slip, without = (
        np.sqrt(np.mean([(f.drop_excursion_deg - t["drop_excursion_deg"]) ** 2 for f, t in each]))
        for each in (pairs, plain)
    )
    assert with_slip < 1.3 * without + 0.05
