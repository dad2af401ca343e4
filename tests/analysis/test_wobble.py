"""The swing of a loose belt: seen, and taken off."""

import numpy as np
import pytest

from analysis.grid import Grid
from analysis.wobble import looseness, without_swing

RATE_HZ = 100.0
N = 3000
T_S = np.arange(N) / RATE_HZ
INSIDE = np.ones(N, bool)
# A pelvis: 4 degrees at the stride's rhythm and less at its third harmonic.
PELVIS_DEG = 4.0 * np.sin(2 * np.pi * 1.4 * T_S) + 1.5 * np.sin(2 * np.pi * 4.2 * T_S)


def grid(segments=((0, N),)):
    return Grid(RATE_HZ, T_S, np.zeros((N, 3)), np.zeros((N, 3)), INSIDE, segments)


def angles(swing_deg, hz=14.0):
    swing = swing_deg * np.sin(2 * np.pi * hz * T_S)
    return np.column_stack((PELVIS_DEG + swing, PELVIS_DEG / 2 + swing))


def test_a_firm_sensor_is_left_as_it_is():
    firm = angles(0.0)
    loose = looseness(firm, grid(), INSIDE)
    assert loose.max() == 0.0
    assert without_swing(firm, loose, grid()) is firm


def test_a_swing_is_seen_and_taken_off_and_the_pelvis_stays():
    swinging = angles(0.8)
    loose = looseness(swinging, grid(), INSIDE)
    assert loose.min() == 1.0
    steady = without_swing(swinging, loose, grid())
    error = (steady - angles(0.0))[200:-200]
    assert np.abs(error).max() < 0.25
    assert np.abs((swinging - angles(0.0))[200:-200]).max() > 0.75


def test_a_belt_that_comes_loose_half_way_is_loose_from_there_on():
    comes_loose = np.where((T_S < 15.0)[:, None], angles(0.0), angles(0.8))
    loose = looseness(comes_loose, grid(), INSIDE)
    assert loose[:700].max() == 0.0
    assert loose[-700:].min() == 1.0


def test_what_happens_outside_of_gait_does_not_count():
    shaken_before = np.where((T_S < 15.0)[:, None], angles(3.0), angles(0.0))
    loose = looseness(shaken_before, grid(), T_S >= 15.5)
    assert loose.max() == 0.0
    assert looseness(shaken_before, grid(), np.zeros(N, bool)).max() == 0.0


def test_windows_do_not_reach_across_a_pause():
    # A jump of the angle where a new orientation starts is no swing.
    jump = angles(0.0) + np.where(T_S < 12.0, 0.0, 25.0)[:, None]
    assert looseness(jump, grid(((0, 1200), (1200, N))), INSIDE).max() == pytest.approx(0.0)
