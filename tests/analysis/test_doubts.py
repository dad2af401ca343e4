from dataclasses import replace

import numpy as np
import pytest

from analysis.doubts import stance_doubts
from analysis.events import Events
from analysis.grid import to_grid
from analysis.quality import assess
from analysis.results import Grade
from analysis.stances import Doubt
from tests.analysis.rows import run_of

STRIKES_S = np.arange(5.0, 15.0, 0.4)
N = len(STRIKES_S)


def doubts(*, lost=(), loose_s=(), bend=(), unsure=(), clipped_s=(), running=True):
    t = np.arange(2000) / 100.0
    kept = np.ones(len(t), bool)
    for start_s, end_s in lost:
        kept &= (t < start_s) | (t >= end_s)
    grid = to_grid(t[kept], np.ones((kept.sum(), 3)), None, 100.0)
    loose = np.zeros(len(grid.t_s))
    for start_s, end_s in loose_s:
        loose[(grid.t_s >= start_s) & (grid.t_s < end_s)] = 1.0
    return stance_doubts(
        Events(STRIKES_S, STRIKES_S + 0.25, np.full(N, 0.005), np.full(N, 0.4)),
        grid,
        loose=loose,
        bend=np.isin(np.arange(N), bend),
        side_probability=np.where(np.isin(np.arange(N), unsure), 0.94, 0.96),
        clipped_s=np.asarray(clipped_s, float),
        running=np.full(N, running),
    )


def told(found, doubt):
    return [k for k, each in enumerate(found) if doubt in each]


def test_nothing_wrong_is_no_doubt():
    assert set(doubts()) == {()}


def test_a_gap_is_told_by_the_stances_that_are_read_from_its_samples():
    # Stances begin at 8.6, 9.0, 9.4 and last 0.25 s; they are read from 0.2 s before and after.
    assert told(doubts(lost=[(9.1, 9.15)]), Doubt.BRIDGED) == [10]
    assert told(doubts(lost=[(9.3, 9.35)]), Doubt.BRIDGED) == [10, 11]


def test_each_doubt_has_its_stances_and_several_come_in_order():
    found = doubts(lost=[(9.1, 9.15)], loose_s=[(9.0, 9.6)], bend=[3, 10], unsure=[10])
    assert found[10] == (Doubt.BELT, Doubt.BRIDGED, Doubt.BEND, Doubt.SIDE)
    assert told(found, Doubt.BEND) == [3, 10]
    assert told(found, Doubt.SIDE) == [10]
    assert told(found, Doubt.BELT) == [10, 11]


@pytest.mark.parametrize(("n_unsure", "is_told"), [(5, False), (6, True), (100, True)])
def test_a_run_whose_sides_may_be_swapped_says_so(n_unsure, is_told):
    stances = run_of(100)
    for k in range(n_unsure):
        stances[k] = replace(stances[k], doubts=(Doubt.SIDE,))
    t = np.arange(6000) / 100.0
    quality = assess(t, 100.0, stances, None, holes=(), n_clipped=0)
    assert any("swapped" in reason for reason in quality.reasons) == is_told
    assert quality.grade is (Grade.FAIR if is_told else Grade.GOOD)


def test_the_cut_off_tip_of_an_impact_is_told_in_its_stance():
    found = doubts(clipped_s=[STRIKES_S[4] + 0.01, STRIKES_S[7] - 0.05])
    assert [k for k, each in enumerate(found) if each == (Doubt.CLIPPED,)] == [4]


def test_in_walking_neither_belt_nor_bend_is_told():
    found = doubts(loose_s=[(0.0, 20.0)], bend=[2], unsure=[3], running=False)
    assert set(found) == {(), (Doubt.SIDE,)}
