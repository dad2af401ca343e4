import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from analysis.change_points import N_BESIDE_MIN, find_steps

N_HOUR = 200  # windows of 25 strides in an hour of running
SMALLEST_DEG = 0.5


def autoregressive(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    noise = rng.normal(size=n + 100)
    return lfilter([np.sqrt(1 - rho**2)], [1, -rho], noise)[100:]


def test_an_exact_step_is_found_exactly() -> None:
    values = np.where(np.arange(60) < 25, 4.0, 5.5)

    (step,) = find_steps(values, smallest=SMALLEST_DEG)

    assert step.index == 25
    assert step.change.value == pytest.approx(1.5)


def test_a_step_in_an_hour_is_found_within_two_windows() -> None:
    rng = np.random.default_rng(0)
    n_found = 0
    for _ in range(100):
        at = int(rng.integers(20, 180))
        values = 4.0 + 0.25 * autoregressive(rng, N_HOUR, 0.5)
        values[at:] += 1.5
        steps = find_steps(values, smallest=SMALLEST_DEG)
        near = [step for step in steps if abs(step.index - at) <= 2]
        n_found += len(near) == len(steps) == 1 and abs(near[0].change.value - 1.5) < 0.5

    assert n_found >= 97


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.7])
@pytest.mark.parametrize("n", [30, 60, N_HOUR])
def test_autocorrelated_noise_has_no_steps_in_19_of_20_runs(n: int, rho: float) -> None:
    """Four series make a run; nothing is too small to be told here."""
    rng = np.random.default_rng(1)
    n_runs = 120
    n_alarms = sum(
        any(find_steps(autoregressive(rng, n, rho), smallest=0.0) for _ in range(4))
        for _ in range(n_runs)
    )

    # Of 30 windows with this much correlation it is 5.5 % of runs, simulated with 1000 series.
    allowed = 0.08 if n == 30 and rho == 0.7 else 0.05
    assert n_alarms <= allowed * n_runs


@pytest.mark.parametrize(
    "course",
    [
        lambda x: 2.0 * x,
        lambda x: 3.0 * np.maximum(0.0, x - 0.6),
        lambda x: 1.5 * np.clip((x - 0.35) / 0.3, 0.0, 1.0),
    ],
    ids=["ramp", "bend", "slow change"],
)
def test_what_changes_slowly_has_no_moment(course: object) -> None:
    rng = np.random.default_rng(2)
    assert callable(course)
    x = np.arange(N_HOUR) / N_HOUR
    told = [
        find_steps(course(x) + 0.25 * autoregressive(rng, N_HOUR, 0.5), smallest=SMALLEST_DEG)
        for _ in range(100)
    ]

    assert sum(map(bool, told)) <= 5


def test_a_level_that_comes_back_has_two_moments() -> None:
    rng = np.random.default_rng(3)
    values = 0.25 * autoregressive(rng, N_HOUR, 0.5)
    values[60:120] += 1.5

    steps = find_steps(values, smallest=SMALLEST_DEG)

    assert [step.index for step in steps] == pytest.approx([60, 120], abs=2)
    assert [step.change.value for step in steps] == pytest.approx([1.5, -1.5], abs=0.3)


def test_a_few_odd_windows_are_no_step_and_missing_ones_keep_their_place() -> None:
    rng = np.random.default_rng(4)
    values = 0.2 * rng.normal(size=100)
    values[40:43] += 9.0
    assert find_steps(values, smallest=SMALLEST_DEG) == ()

    values[60:] += 1.5
    values[[10, 20, 30, 70]] = np.nan
    (step,) = find_steps(values, smallest=SMALLEST_DEG)
    assert step.index == pytest.approx(60, abs=1)


def test_small_steps_and_short_runs_are_not_told() -> None:
    step = np.where(np.arange(60) < 25, 4.0, 4.4)

    assert find_steps(step, smallest=SMALLEST_DEG) == ()
    assert len(find_steps(step, smallest=0.3)) == 1
    assert find_steps(step[25 - N_BESIDE_MIN + 1 : 32], smallest=0.3) == ()
    assert find_steps(np.full(40, np.nan), smallest=0.3) == ()


@given(shift=st.floats(-20.0, 20.0), seed=st.integers(0, 50))
def test_a_constant_moves_no_step_and_a_mirrored_series_has_mirrored_steps(
    shift: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    values = 0.2 * rng.normal(size=80) + np.where(np.arange(80) < 50, 0.0, 1.5)

    one = find_steps(values, smallest=SMALLEST_DEG)
    moved = find_steps(values + shift, smallest=SMALLEST_DEG)
    mirrored = find_steps(-values, smallest=SMALLEST_DEG)

    assert len(one) >= 1
    assert [s.index for s in one] == [s.index for s in moved] == [s.index for s in mirrored]
    for step, same, opposite in zip(one, moved, mirrored, strict=True):
        assert same.change.value == pytest.approx(step.change.value)
        assert opposite.change.value == pytest.approx(-step.change.value)
        assert opposite.change.ci_low == pytest.approx(-step.change.ci_high)
