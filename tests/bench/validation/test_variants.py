import numpy as np
import pytest

from bench.validation.variants import (
    BURST_LOSS,
    LOST_SHARE,
    MEAN_BURST_S,
    RATES_HZ,
    UNEVEN_CLOCK,
    VARIANTS,
)
from imu.recordings import Recording

RATE_HZ = 104.0


def wave(t_s: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(2 * np.pi * f * t_s) for f in (0.5, 1.4, 2.8, 4.2, 5.6, 8.4)], axis=1)


@pytest.fixture(scope="module")
def recording() -> Recording:
    """Two stretches with a pause of 20 s between them."""
    t_s = np.concatenate((np.arange(832) / RATE_HZ, 28 + np.arange(4000) / RATE_HZ))
    values = wave(t_s)
    return Recording(t_s, values[:, :3], values[:, 3:], {"sampling_rate_hz": RATE_HZ})


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_another_rate_shows_the_same_movement(recording: Recording, rate_hz: float) -> None:
    other = VARIANTS["running"][f"{rate_hz:.0f} Hz"](recording, 0)

    assert other.sampling_rate_hz == rate_hz
    assert np.median(np.diff(other.t_s)) == pytest.approx(1 / rate_hz)
    assert not ((other.t_s > 8.05) & (other.t_s < 27.95)).any()
    inside = (other.t_s > 29) & (other.t_s < other.t_s[-1] - 1)
    assert np.abs(other.acc_mps2 - wave(other.t_s)[:, :3])[inside].max() < 0.01
    assert other.gyr_radps is not None
    assert np.abs(other.gyr_radps - wave(other.t_s)[:, 3:])[inside].max() < 0.03


def test_what_was_lost_stays_lost_at_another_rate(recording: Recording) -> None:
    keep = ~((recording.t_s > 40.0) & (recording.t_s < 40.3))
    lossy = Recording(recording.t_s[keep], recording.acc_mps2[keep], None, recording.metadata)

    other = VARIANTS["running"]["200 Hz"](lossy, 0)

    assert 0.25 < np.diff(other.t_s)[other.t_s[:-1] > 30].max() < 0.32


def test_an_uneven_clock_tells_the_truth(recording: Recording) -> None:
    other = VARIANTS["running"][UNEVEN_CLOCK](recording, 0)

    steps = np.diff(other.t_s[other.t_s > 28]) * RATE_HZ
    assert 0.35 < steps.min() < 0.7
    assert 1.3 < steps.max() < 1.65
    assert np.abs(other.acc_mps2 - wave(other.t_s)[:, :3]).max() < 0.01


def test_bursts_lose_the_share_that_they_should(recording: Recording) -> None:
    n_lost, n_bursts = 0, 0
    for seed in range(10):
        other = VARIANTS["running"][BURST_LOSS](recording, seed)
        lost = ~np.isin(recording.t_s, other.t_s)
        n_lost += lost.sum()
        n_bursts += (np.diff(lost.astype(int)) == 1).sum()

    assert n_lost / (10 * recording.n_samples) == pytest.approx(LOST_SHARE, abs=0.01)
    assert n_lost / n_bursts / RATE_HZ == pytest.approx(MEAN_BURST_S, rel=0.05)
