import numpy as np
import pytest

from analysis import grid as grid_module
from analysis.errors import SignalError
from analysis.grid import (
    Grid,
    between_samples,
    check_signals,
    grid_rate_hz,
    lost_before,
    times_at,
    to_grid,
)


def signals(t_s):
    acc = np.column_stack([np.sin(2 * np.pi * f * t_s) for f in (1.0, 2.0, 3.0)])
    return acc, 2.0 * acc


@pytest.mark.parametrize("rate", [50, 60, 100, 104, 119, 128, 200, 208, 256, 416, 500])
def test_the_grid_lies_near_100_hz_and_divides_or_multiplies_the_sensor_rate(rate):
    grid_rate = grid_rate_hz(rate)
    assert 66 <= grid_rate <= 150
    ratio = max(rate / grid_rate, grid_rate / rate)
    assert ratio == pytest.approx(round(ratio))


def test_a_regular_recording_at_grid_rate_passes_unchanged():
    t = 5.0 + np.arange(400) / 100
    acc, gyr = signals(t)
    grid = to_grid(t, acc, gyr, 100.0)
    assert np.array_equal(grid.acc_mps2, acc)
    assert np.array_equal(grid.gyr_radps, gyr)
    assert grid.recorded.all()
    assert grid.segments == ((0, 400),)


def test_a_short_hole_is_bridged_and_marked():
    t = np.arange(400) / 100
    keep = (t < 1.5) | (t >= 1.56)
    acc, gyr = signals(t)
    grid = to_grid(t[keep], acc[keep], gyr[keep], 100.0)
    assert len(grid.t_s) == 400
    assert np.flatnonzero(~grid.recorded).tolist() == list(range(150, 156))
    assert np.abs(grid.acc_mps2 - acc).max() < 0.05


def test_a_long_hole_starts_a_new_segment():
    t = np.arange(1000) / 100
    keep = (t < 3) | (t >= 6)
    acc, gyr = signals(t)
    grid = to_grid(t[keep], acc[keep], gyr[keep], 100.0)
    assert grid.segments == ((0, 300), (300, 700))
    assert grid.t_s[300] == pytest.approx(6.0)


@pytest.mark.parametrize("rate", [50.0, 200.0, 500.0])
def test_other_rates_give_the_same_curve(rate):
    t = np.arange(int(8 * rate)) / rate
    acc, gyr = signals(t)
    grid = to_grid(t, acc, gyr, rate)
    expected, _ = signals(grid.t_s)
    inner = (grid.t_s > 0.2) & (grid.t_s < 7.8)
    assert np.abs(grid.acc_mps2 - expected)[inner].max() < 0.03


def test_an_uneven_clock_gives_the_same_curve():
    rng = np.random.default_rng(1)
    t = np.arange(800) / 100 + rng.uniform(-0.003, 0.003, 800)
    acc, gyr = signals(t)
    grid = to_grid(t, acc, gyr, 100.0)
    expected, _ = signals(grid.t_s)
    assert np.abs(grid.acc_mps2 - expected).max() < 0.02


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda t, a, g: (t[::-1], a, g), "increase"),
        (lambda t, a, g: (t, a[:-1], g), "shape"),
        (lambda t, a, g: (t, a, g[:, :2]), "shape"),
        (lambda t, a, g: (t, np.where(a > 0.9, np.nan, a), g), "not finite"),
        (lambda t, a, g: (t[:0], a[:0], g[:0]), "no samples"),
    ],
)
def test_arrays_that_cannot_be_analysed_are_refused_in_words(change, word):
    t = np.arange(100) / 100
    with pytest.raises(SignalError, match=word):
        check_signals(*change(t, *signals(t)), 100.0)


@pytest.mark.parametrize("rate", [0.0, -5.0, 5.0, 1e6, float("nan")])
def test_a_rate_without_sense_is_refused(rate):
    t = np.arange(100) / 100
    with pytest.raises(SignalError, match="Hz"):
        check_signals(t, *signals(t), rate)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_handful_of_samples_makes_a_grid(n):
    t = np.arange(n) / 100
    grid = to_grid(t, *signals(t), 100.0)
    assert np.isfinite(grid.acc_mps2).all()


@pytest.mark.parametrize("n", [1, 2, 50])
def test_values_between_samples_lie_on_straight_lines_and_ends_hold(n):
    values = np.random.default_rng(0).normal(size=n)
    index = np.concatenate((np.linspace(-2.0, n + 2.0, 101), np.arange(n)))
    assert between_samples(values, index) == pytest.approx(np.interp(index, np.arange(n), values))


def test_times_follow_the_clock_across_a_pause():
    t_s = np.concatenate((np.arange(100), np.arange(500, 600))) / 100.0
    grid = Grid(100.0, t_s, np.zeros((200, 3)), None, np.ones(200, bool), ((0, 100), (100, 200)))
    found = times_at(np.array([0.5, 98.25, 100.0, 198.5]), grid)
    assert found == pytest.approx([0.005, 0.9825, 5.0, 5.985])


def test_lost_samples_are_counted_up_to_each_place():
    recorded = np.random.default_rng(0).random(300) > 0.1
    grid = Grid(100.0, np.arange(300) / 100, np.zeros((300, 3)), None, recorded, ((0, 300),))
    expected = np.concatenate(([0], np.cumsum(~recorded)))
    assert lost_before(np.arange(301), grid).tolist() == expected.tolist()


def test_resampling_in_pieces_makes_no_difference(monkeypatch):
    rng = np.random.default_rng(0)
    t = np.sort(rng.choice(np.arange(3000), 2900, replace=False)) / 100.0
    acc = rng.normal(size=(2900, 3))
    whole = to_grid(t, acc, None, 100.0)
    monkeypatch.setattr(grid_module, "CHUNK_SAMPLES", 70)
    assert to_grid(t, acc, None, 100.0).acc_mps2 == pytest.approx(whole.acc_mps2, abs=1e-9)
