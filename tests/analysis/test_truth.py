"""Real recordings with truth, where they are present beside the project.

The bounds are far from the figures that are reached: this guards against breaking the analysis,
it does not measure it.  Measure with the score command that lies beside the recordings.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis import analyse_run
from imu.recordings import read_recording

TRUTH = Path(__file__).parents[3] / "shared" / "validation"

pytestmark = pytest.mark.skipif(
    not TRUTH.is_dir(),
    reason="no recordings with truth here: put them into ../shared/validation to run these tests",
)


def analysed(path):
    recording = read_recording(path)
    truth = json.loads(path.with_name(f"{path.stem}.truth.json").read_text("utf-8"))
    result = analyse_run(
        recording.t_s,
        recording.acc_mps2,
        recording.gyr_radps,
        sampling_rate_hz=recording.sampling_rate_hz,
    )
    return result, truth["stances"]


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


def test_nobody_strides_in_the_standing_before_a_run():
    for path in sorted((TRUTH / "running").glob("*.parquet"))[::6]:
        result, _ = analysed(path)
        assert not any(s.foot_strike_s < 25.0 for s in result.stances)
