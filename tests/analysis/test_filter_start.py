"""What the orientation filter is given before a segment begins."""

import numpy as np
import pytest

from analysis.filter_start import (
    LEAD_S,
    PERIOD_RANGE_S,
    START_SE_DEG,
    lead_in,
    start_se_deg,
    with_lead_in,
)
from analysis.grid import to_grid
from analysis.orientation import up_in_sensor
from imu.simulator import Activity, Segment, SimulationParameters, simulate

RATE_HZ = 100.0


def periodic(period_s, seconds=6.0):
    t_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * t_s / period_s
    return np.stack((np.sin(phase), np.cos(2 * phase), np.sin(3 * phase + 1.0)), axis=1)


@pytest.mark.parametrize("period_s", [0.52, 0.7, 0.96])
def test_lead_in_is_a_whole_number_of_periods(period_s):
    signals = periodic(period_s)
    lead = lead_in(signals, 0.1 * signals, RATE_HZ)
    assert lead.start == 0
    periods = lead.stop / (period_s * RATE_HZ)
    assert periods == pytest.approx(round(periods), abs=0.02)
    assert round(periods) >= 1


def test_lead_in_goes_over_into_the_segment():
    signals = periodic(0.7)
    longer, n_added = with_lead_in(signals, slice(0, 70), RATE_HZ)
    assert n_added >= LEAD_S * RATE_HZ
    assert longer[n_added:] == pytest.approx(signals)
    jumps = np.abs(np.diff(longer, axis=0)).max(axis=0)
    assert jumps == pytest.approx(np.abs(np.diff(signals, axis=0)).max(axis=0), rel=0.02)


def test_standing_and_noise_and_short_pieces_get_none():
    rng = np.random.default_rng(1)
    noise = rng.normal((0.0, 0.0, 9.81), 0.05, (600, 3))
    assert lead_in(noise, rng.normal(0.0, 0.01, (600, 3)), RATE_HZ) == slice(0, 0)
    short = periodic(0.7, seconds=2 * PERIOD_RANGE_S[1] - 0.1)
    assert lead_in(short, short, RATE_HZ) == slice(0, 0)
    assert with_lead_in(noise, slice(0, 0), RATE_HZ) == (pytest.approx(noise), 0)


@pytest.mark.parametrize("start_s", [12.0, 12.13, 12.26, 12.41, 12.55])
def test_up_is_right_from_the_first_sample_of_a_recording_that_starts_during_a_run(start_s):
    plan = (Segment(Activity.STAND, 5.0), Segment(Activity.RUN, 40.0))
    recording = simulate(SimulationParameters(plan, seed=5)).recording
    first = round(start_s * recording.sampling_rate_hz)

    def up_from(sample):
        t_s, acc, gyr = (
            values[sample:] for values in (recording.t_s, recording.acc_mps2, recording.gyr_radps)
        )
        return up_in_sensor(to_grid(t_s, acc, gyr, recording.sampling_rate_hz))

    late, whole = up_from(first), up_from(0)[first:]
    apart_deg = np.degrees(np.linalg.norm(late - whole, axis=1))
    assert apart_deg[:100].max() < 1.0  # up to 2.9 without
    assert apart_deg[100:1000].max() < 0.3


def test_error_at_the_start_fades():
    se_deg = start_se_deg(np.array([0.0, 0.3, 3.0]))
    assert se_deg[0] == START_SE_DEG
    assert se_deg[1] == pytest.approx(START_SE_DEG / np.e)
    assert se_deg[2] < 1e-4
