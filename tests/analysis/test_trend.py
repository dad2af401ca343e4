import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.special import stdtrit

from analysis.trend import N_MIN, Trend, robust_trend

NOTHING = np.empty(0)


def plain(x: np.ndarray, y: np.ndarray) -> Trend:
    trend = robust_trend(x, y, np.empty((x.size, 0)), NOTHING)
    assert trend is not None
    return trend


def autoregressive(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    noise = rng.normal(size=n + 100)
    return lfilter([np.sqrt(1 - rho**2)], [1, -rho], noise)[100:]


def test_an_exact_line_is_found_exactly() -> None:
    x = np.arange(40.0)

    trend = plain(x, 3.0 - 0.25 * x)

    assert trend.slope == pytest.approx(-0.25)
    assert trend.se == pytest.approx(0.0, abs=1e-9)


def test_influences_are_told_apart_from_a_trend_that_drifts_along_with_them() -> None:
    rng = np.random.default_rng(0)
    x = np.linspace(0.0, 60.0, 200)
    # Cadence falls along the run, and also varies by itself.
    cadence = -0.001 * x + 0.02 * autoregressive(rng, 200, 0.8)
    speed = 0.05 * autoregressive(rng, 200, 0.8)
    y = 4.0 + 0.01 * x - 12.0 * cadence + 2.0 * speed + 0.05 * rng.normal(size=200)

    adjusted = robust_trend(x, y, np.column_stack((cadence, speed)), np.array([14.0, 2.2]))
    unadjusted = plain(x, y)

    assert adjusted is not None
    assert adjusted.slope == pytest.approx(0.01, abs=0.001)
    np.testing.assert_allclose(adjusted.influences, [-12.0, 2.0], atol=0.6)
    assert unadjusted.slope > 0.018


def test_an_influence_that_cannot_be_told_apart_shrinks_to_zero_and_widens_the_doubt() -> None:
    rng = np.random.default_rng(1)
    x = np.linspace(0.0, 60.0, 100)
    y = 4.0 + 0.01 * x + 0.2 * rng.normal(size=100)
    cadence = 0.0005 * (x - x[0])

    adjusted = robust_trend(x, y, cadence[:, None], np.array([14.0]))
    bare = plain(x, y)

    assert adjusted is not None
    assert adjusted.influences == pytest.approx(0.0, abs=1e-3)
    assert adjusted.slope == pytest.approx(bare.slope, abs=1e-4)
    # An influence as large as the prior allows would move the slope by 14 times 0.0005.
    assert adjusted.se == pytest.approx(np.hypot(bare.se, 14.0 * 0.0005), rel=0.05)


def test_a_few_odd_windows_hardly_move_the_slope() -> None:
    rng = np.random.default_rng(2)
    x = np.arange(100.0)
    y = 0.02 * x + 0.2 * rng.normal(size=100)
    odd = y.copy()
    odd[85:95:2] += 8.0

    assert plain(x, odd).slope == pytest.approx(plain(x, y).slope, abs=0.002)
    assert np.polyfit(x, odd, 1)[0] > 0.03


@pytest.mark.parametrize("kind", ["independent", "0.3", "0.6", "slow wave"])
@pytest.mark.parametrize("n", [30, 200])
def test_95_percent_intervals_hold_the_slope_in_about_95_percent(n: int, kind: str) -> None:
    rng = np.random.default_rng(3)

    def noise() -> np.ndarray:
        if kind == "slow wave":
            return 0.6 * autoregressive(rng, n, 0.9) + 0.8 * rng.normal(size=n)
        return autoregressive(rng, n, 0.0 if kind == "independent" else float(kind))

    x = np.linspace(0.0, 60.0, n)
    prior = np.array([14.0, 2.2])
    n_trials = 150
    held = np.zeros(2)
    for _ in range(n_trials):
        covariates = autoregressive(rng, n, 0.9)[:, None] * [[0.02, 0.06]]
        covariates[:, 1] += 0.03 * autoregressive(rng, n, 0.9)
        slope, influences = 0.02 * rng.normal(), prior * rng.normal(size=2) / 2.0
        y = 4.0 + slope * x + 0.25 * noise()
        for k, trend in enumerate(
            (plain(x, y), robust_trend(x, y + covariates @ influences, covariates, prior))
        ):
            assert trend is not None
            held[k] += abs(trend.slope - slope) <= stdtrit(trend.dof, 0.975) * trend.se

    # The standard error of a coverage of 0.95 over 150 trials is 0.018.  A slow wave in few
    # windows looks like a trend: 85 to 90 % of 30, 90 to 93 % of 200.
    lowest = 0.9 if kind != "slow wave" else 0.86 if n == 200 else 0.8
    assert (held / n_trials >= lowest).all(), held / n_trials
    assert (held / n_trials < 0.995).all(), held / n_trials


def test_too_little_to_fit_is_none() -> None:
    x = np.arange(float(N_MIN))
    missing = np.where(x == 3.0, np.nan, x)

    assert robust_trend(x, missing, np.empty((N_MIN, 0)), NOTHING) is None
    assert robust_trend(0.0 * x, x, np.empty((N_MIN, 0)), NOTHING) is None
    assert robust_trend(x, x, np.empty((N_MIN, 0)), NOTHING) is not None


@given(shift=st.floats(-50.0, 50.0), factor=st.floats(0.1, 10.0), start=st.floats(-1e4, 1e4))
def test_a_slope_moves_with_its_values_and_not_with_where_they_start(
    shift: float, factor: float, start: float
) -> None:
    x = np.arange(60.0)
    y = np.sin(x) + 0.03 * x

    one, other = plain(x, y), plain(x + start, factor * y + shift)

    assert other.slope == pytest.approx(factor * one.slope, rel=1e-3, abs=1e-6)
    assert other.se == pytest.approx(factor * one.se, rel=1e-2)
