import numpy as np
import pytest

from analysis.drop import stance_drops
from analysis.grid import to_grid


@pytest.fixture
def grid():
    t = np.arange(500) / 100
    return to_grid(t, np.zeros((500, 3)), np.zeros((500, 3)), 100.0)


def test_a_falling_right_side_is_drop_in_left_stance(grid):
    # Obliquity -3 + 3 cos: from 0 at the strike to -6 half a second later.
    obliquity = -3 + 3 * np.cos(2 * np.pi * (grid.t_s - 1.0))
    drops = stance_drops(obliquity, grid, np.array([1.0]), np.array([2.0]), np.array([-1.0]))
    assert drops.peak_deg[0] == pytest.approx(6.0, abs=0.01)
    assert drops.excursion_deg[0] == pytest.approx(6.0, abs=0.01)
    assert drops.mid_stance_deg[0] == pytest.approx(6.0, abs=0.01)


def test_the_same_movement_in_right_stance_is_a_hike(grid):
    obliquity = -3 + 3 * np.cos(2 * np.pi * (grid.t_s - 1.0))
    drops = stance_drops(obliquity, grid, np.array([1.0]), np.array([1.5]), np.array([1.0]))
    assert drops.peak_deg[0] == pytest.approx(0.0, abs=0.01)
    assert drops.excursion_deg[0] == pytest.approx(0.0, abs=0.01)
    assert drops.mid_stance_deg[0] == pytest.approx(-3.0, abs=0.01)


def test_a_constant_tilt_moves_the_peak_and_not_the_excursion(grid):
    obliquity = 2 * np.sin(2 * np.pi * 1.4 * grid.t_s)
    strike, toe_off = np.array([1.0, 1.4]), np.array([1.25, 1.65])
    sign = np.array([-1.0, 1.0])
    plain = stance_drops(obliquity, grid, strike, toe_off, sign)
    tilted = stance_drops(obliquity + 5, grid, strike, toe_off, sign)
    assert np.allclose(tilted.excursion_deg, plain.excursion_deg)
    assert np.allclose(tilted.peak_deg - plain.peak_deg, [-5, 5])


def test_an_unknown_side_or_toe_off_gives_no_drop(grid):
    drops = stance_drops(
        np.zeros(500), grid, np.array([1.0, 2.0]), np.array([1.2, np.nan]), np.array([np.nan, 1.0])
    )
    assert np.isnan(drops.peak_deg).all()
    assert np.isnan(drops.excursion_deg).all()
    assert np.isnan(drops.mid_stance_deg).all()
