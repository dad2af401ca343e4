import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter
from scipy.stats import t as student_t

from analysis.results import Estimate
from analysis.statistics import (
    N_MIN,
    difference_estimate,
    mean_estimate,
    median_estimate,
    standard_error,
)


def autoregressive(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    """Zero mean, unit variance, lag-1 autocorrelation rho, settled from the start."""
    noise = rng.normal(size=n + 200)
    return lfilter([np.sqrt(1 - rho**2)], [1, -rho], noise)[200:]


def holds_zero(estimate: Estimate | None) -> bool:
    assert estimate is not None
    return estimate.ci_low <= 0.0 <= estimate.ci_high


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("n", [100, 1000])
def test_95_percent_intervals_hold_the_truth_in_about_95_percent(n: int, rho: float) -> None:
    rng = np.random.default_rng(20)
    n_trials = 400
    held = np.zeros(3)
    for _ in range(n_trials):
        x, y = autoregressive(rng, n, rho), autoregressive(rng, n, rho)
        held += [
            holds_zero(mean_estimate(x)),
            holds_zero(median_estimate(x)),
            holds_zero(difference_estimate(x, y)),
        ]

    coverage = held / n_trials

    # The standard error of a coverage of 0.95 over 400 trials is 0.011.
    assert (coverage > 0.91).all(), coverage
    assert (coverage < 0.995).all(), coverage


def second_order(rng: np.random.Generator, n: int, first: float, second: float) -> np.ndarray:
    return lfilter([1.0], [1.0, -first, -second], rng.normal(size=n + 200))[200:]


@pytest.mark.parametrize("n", [100, 300, 1000])
@pytest.mark.parametrize("kind", ["second order", "second order, swinging", "slow wave"])
def test_intervals_hold_where_the_correlation_of_neighbours_tells_too_little(
    n: int, kind: str
) -> None:
    rng = np.random.default_rng(26)

    def series() -> np.ndarray:
        if kind == "slow wave":
            return 0.6 * autoregressive(rng, n, 0.9) + 0.8 * rng.normal(size=n)
        return second_order(rng, n, 0.3, -0.3 if kind.endswith("swinging") else 0.3)

    held = np.zeros(3)
    for _ in range(300):
        x, y = series(), series()
        held += [
            holds_zero(mean_estimate(x)),
            holds_zero(median_estimate(x)),
            holds_zero(difference_estimate(x, y)),
        ]

    # A wave that lasts a tenth of the series cannot be told from its mean: 87 % there.
    assert (held / 300 > (0.84 if kind == "slow wave" and n == 100 else 0.89)).all(), held / 300


def test_a_random_walk_under_noise_does_not_make_its_own_mean_look_surer() -> None:
    rng = np.random.default_rng(27)
    held = np.zeros(2)
    for _ in range(200):
        walk = np.cumsum(rng.normal(size=1000)) / np.sqrt(1000)
        x = walk + 0.8 * rng.normal(size=1000)
        mean, median = mean_estimate(x), median_estimate(x)
        assert mean is not None
        assert median is not None
        held += [
            mean.ci_low <= walk.mean() <= mean.ci_high,
            median.ci_low <= np.median(walk) <= median.ci_high,
        ]

    assert (held / 200 > 0.9).all(), held / 200


def test_short_series_with_the_correlation_of_running_keep_nine_in_ten() -> None:
    rng = np.random.default_rng(21)
    held = [holds_zero(mean_estimate(autoregressive(rng, 10, 0.3))) for _ in range(400)]

    assert 0.88 < np.mean(held) < 0.98


def test_correlation_over_tens_of_strides_widens_the_interval_to_its_true_size() -> None:
    # A slow wave of correlation 0.9 under white noise: its lag-1 value of 0.32 alone would give
    # a standard error that is too small by a factor of 1.8.
    rng = np.random.default_rng(22)
    n, slow, rho = 3000, 0.6, 0.9
    true_se = np.sqrt((0.64 + slow**2 * (1 + rho) / (1 - rho)) / n)

    found = [
        error.se
        for _ in range(50)
        if (error := standard_error(slow * autoregressive(rng, n, rho) + 0.8 * rng.normal(size=n)))
    ]

    assert np.mean(found) == pytest.approx(true_se, rel=0.2)


def test_independent_values_get_nearly_the_textbook_interval() -> None:
    x = np.random.default_rng(23).normal(4.0, 0.8, size=60)

    estimate = mean_estimate(x)

    assert estimate is not None
    assert estimate.value == pytest.approx(x.mean())
    textbook = student_t.ppf(0.975, 59) * x.std(ddof=1) / np.sqrt(60)
    assert estimate.half_width == pytest.approx(textbook, rel=0.25)
    assert estimate.ci_high - estimate.value == pytest.approx(estimate.value - estimate.ci_low)


def test_constant_values_have_an_interval_of_no_width() -> None:
    for estimate in (
        mean_estimate([2.5] * 200),
        median_estimate([2.5] * 20),
        difference_estimate([2.5] * 9, [2.5] * 7),
    ):
        assert estimate is not None
        assert estimate.half_width == pytest.approx(0.0, abs=1e-12)


def test_too_few_values_give_none_and_missing_values_do_not_count() -> None:
    few = [1.0] * (N_MIN - 1)
    enough = [1.0] * N_MIN

    assert mean_estimate([]) is None
    assert mean_estimate(few) is None
    assert median_estimate(few) is None
    assert difference_estimate(enough, few) is None
    assert difference_estimate(few, enough) is None
    assert mean_estimate([*few, np.nan, np.inf]) is None
    assert mean_estimate([*enough, np.nan]) == mean_estimate(enough)


def test_a_systematic_error_widens_the_interval_and_no_number_of_stances_removes_it() -> None:
    rng = np.random.default_rng(24)
    right, left = rng.normal(6, 0.5, 5000), rng.normal(4, 0.5, 5000)

    bare = difference_estimate(right, left)
    mounted = difference_estimate(right, left, systematic_se=0.4)

    assert bare is not None
    assert mounted is not None
    assert bare.value == mounted.value
    assert bare.half_width < 0.1
    assert mounted.half_width == pytest.approx(1.96 * 0.4, rel=0.02)


def test_unequal_sides_take_their_freedom_from_the_less_sure_one() -> None:
    rng = np.random.default_rng(25)
    few, many = rng.normal(0, 1, 6), rng.normal(0, 1, 5000)

    estimate, alone = difference_estimate(few, many), mean_estimate(few)

    assert estimate is not None
    assert alone is not None
    assert estimate.half_width == pytest.approx(alone.half_width, rel=0.05)


def test_a_median_ignores_a_stumble_that_moves_the_mean() -> None:
    x = [4.0, 4.1, 3.9, 4.0, 4.2, 3.8, 4.0, 40.0]

    estimate = median_estimate(x)

    assert estimate is not None
    assert estimate.value == 4.0
    assert 3.8 <= estimate.ci_low <= 4.0 <= estimate.ci_high


values = st.lists(st.floats(-30.0, 30.0), min_size=N_MIN, max_size=60)


@given(right=values, left=values)
def test_swapping_sides_mirrors_a_difference(right: list[float], left: list[float]) -> None:
    one, other = difference_estimate(right, left), difference_estimate(left, right)

    assert one is not None
    assert other is not None
    assert one.value == pytest.approx(-other.value)
    assert one.ci_low == pytest.approx(-other.ci_high, abs=1e-9)
    assert one.ci_high == pytest.approx(-other.ci_low, abs=1e-9)


@given(x=values, shift=st.floats(-50.0, 50.0), factor=st.floats(0.1, 10.0))
def test_intervals_move_and_stretch_with_their_values(
    x: list[float], shift: float, factor: float
) -> None:
    for estimator in (mean_estimate, median_estimate):
        plain = estimator(x)
        moved = estimator(np.round(np.asarray(x), 6) * factor + shift)
        assert plain is not None
        assert moved is not None
        assert plain.ci_low <= plain.value <= plain.ci_high
        assert moved.value == pytest.approx(plain.value * factor + shift, abs=1e-4)
    widths = [e.half_width for e in (mean_estimate(x), mean_estimate(np.asarray(x) + shift)) if e]
    assert widths[0] == pytest.approx(widths[1], rel=1e-3, abs=1e-6)


@given(x=values)
def test_the_same_values_always_give_the_same_interval(x: list[float]) -> None:
    assert mean_estimate(x) == mean_estimate(x)
    assert median_estimate(x) == median_estimate(x)


def test_a_difference_never_looks_surer_than_either_side():
    rng = np.random.default_rng(0)
    for _ in range(300):
        n, m = rng.integers(5, 60, 2)
        left = rng.normal(0, rng.uniform(0.1, 3), n) + np.linspace(0, rng.uniform(0, 6), n)
        right = rng.normal(0, rng.uniform(0.1, 3), m)
        widest = max(mean_estimate(left).half_width, mean_estimate(right).half_width)
        assert difference_estimate(right, left).half_width >= widest * (1 - 1e-9)


def test_a_short_walk_that_starts_and_stops_has_no_interval_wider_than_its_values():
    contact_s = 0.72 + 0.05 * np.linspace(-1, 1, 28) ** 2
    estimate = mean_estimate(contact_s)
    assert 0.0 < 2 * estimate.half_width < 1.2 * np.ptp(contact_s)
