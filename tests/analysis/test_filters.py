"""Zero-phase filters in pieces and across segments."""

import numpy as np
import pytest

from analysis import filters
from analysis.filters import low_pass
from analysis.grid import Grid

N = 5000


def grid(*segments):
    t_s = np.arange(N) / 100.0
    acc = np.zeros((N, 3))
    return Grid(100.0, t_s, acc, acc, np.ones(N, bool), segments or ((0, N),))


@pytest.mark.parametrize("cutoff_hz", [0.5, 3.0, 10.0])
def test_pieces_make_no_difference(monkeypatch, cutoff_hz):
    noise = np.random.default_rng(0).normal(size=(N, 3))
    whole = low_pass(noise, cutoff_hz, grid())
    monkeypatch.setattr(filters, "PIECE_SAMPLES", 1700)
    assert low_pass(noise, cutoff_hz, grid()) == pytest.approx(whole, abs=1e-8)


def test_only_what_is_needed_is_filtered(monkeypatch):
    monkeypatch.setattr(filters, "PIECE_SAMPLES", 500)
    noise = np.random.default_rng(0).normal(size=N)
    needed = (np.arange(N) > 1800) & (np.arange(N) < 2300)
    smooth = low_pass(noise, 3.0, grid(), needed=needed)
    assert np.array_equal(smooth[needed], low_pass(noise, 3.0, grid())[needed])
    assert not smooth[3000:].any()


def test_what_is_slow_stays_in_place_and_what_is_fast_goes():
    t_s = grid().t_s
    slow, fast = np.sin(2 * np.pi * 0.5 * t_s), np.sin(2 * np.pi * 30.0 * t_s)
    smooth = low_pass(slow + fast, 5.0, grid())
    assert np.abs(smooth - slow)[100:-100].max() < 0.02


def test_nothing_reaches_from_one_segment_into_the_next():
    step = np.where(np.arange(N) < 2000, 0.0, 50.0)
    smooth = low_pass(step, 3.0, grid((0, 2000), (2000, N)))
    assert smooth == pytest.approx(step, abs=1e-9)


def test_a_segment_too_short_to_filter_becomes_its_mean():
    values = np.arange(N, dtype=float)
    smooth = low_pass(values, 3.0, grid((0, 10), (10, N)))
    assert smooth[:10] == pytest.approx(4.5)
