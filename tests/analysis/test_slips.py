"""Slips on synthetic strides: the turn, the moment and the mending, where they are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from analysis.events import Events
from analysis.grid import Grid
from analysis.movement import MIN_TURN_DEG, moved_deg
from analysis.slip import axis_words
from analysis.slip_mending import (
    realignment_se_deg,
    reasons_with_slips,
    slip_se_deg,
    told_slips,
    without_slips,
)
from analysis.slip_places import MIN_ANGLE_DEG
from analysis.slip_search import NOTHING_FOUND, find_slips
from analysis.slip_timing import FoundSlip, timed
from analysis.slip_turns import turns_apart
from analysis.stances import Exclusion
from analysis.steps import Steps
from analysis.stride_cycles import STRIDES, angle_deg, nearly_turned, stride_cycles, turn_between

RATE_HZ = 100.0
STRIDE = 72  # grid samples
N_STRIDES = 60
N = N_STRIDES * STRIDE + STRIDE
T_S = np.arange(N) / RATE_HZ
FORWARD, LATERAL, VERTICAL = np.eye(3)
WHOLE = ((0, N),)


def turn_about(axis, degrees):
    axis = np.asarray(axis, float)
    return Rotation.from_rotvec(np.radians(degrees) * axis / np.linalg.norm(axis)).as_matrix()


def strides(noise=0.0, seed=0):
    """Six channels of a runner in pelvis axes: alike in both steps, or opposite."""
    phase = 2 * np.pi * np.arange(N) / STRIDE
    acc = np.column_stack(
        (3.0 * np.sin(2 * phase + 0.4), 2.0 * np.sin(phase), 9.8 + 14.0 * np.sin(2 * phase))
    )
    gyr = np.column_stack(
        (1.2 * np.sin(phase + 0.5), 0.8 * np.sin(2 * phase + 1.0), 1.0 * np.sin(phase - 0.7))
    )
    rng = np.random.default_rng(seed)
    return acc + noise * rng.normal(size=(N, 3)), gyr + 0.1 * noise * rng.normal(size=(N, 3))


def slipping(slips, *, noise=0.3, duration=50):
    """Grid of a runner whose sensor slips at some samples, each by (first sample, turn)."""
    acc, gyr = strides(noise)
    for first, turn in slips:
        vector = Rotation.from_matrix(turn).as_rotvec()
        share = np.clip((np.arange(N) - first) / duration, 0.0, 1.0)
        turns = Rotation.from_rotvec(share[:, None] * vector)
        acc, gyr = turns.apply(acc), turns.apply(gyr)
        gyr[first : first + duration] -= vector * RATE_HZ / duration
    return Grid(RATE_HZ, T_S, acc, gyr, np.ones(N, bool), WHOLE)


def steps_of(bouts=(0,), *, running=True):
    """A step each half stride; the first step of each bout is given."""
    index = np.arange(2, N - STRIDE, STRIDE / 2)
    bout = np.searchsorted(bouts, np.arange(len(index)), side="right") - 1
    return Steps(index, bout, np.full(len(index), running), np.full(len(index), 9.0))


def found_in(grid, steps=None):
    steps = steps_of() if steps is None else steps
    return find_slips(grid, steps, np.ones(len(steps.index), bool), LATERAL)


def degrees_between(a, b):
    return float(angle_deg(a @ b.T))


vectors = st.tuples(*[st.floats(-1.0, 1.0)] * 3)


@given(axis=vectors, angle=st.floats(0.0, 180.0))
def test_the_turn_between_two_strides_is_recovered_exactly(axis, angle):
    assume(np.linalg.norm(axis) > 0.1)
    turn = turn_about(axis, angle)
    before = np.random.default_rng(1).normal(size=(32, 3))
    found, apart, left = turn_between(before, before @ turn.T)
    assert degrees_between(found, turn) < 1e-4
    assert left < 1e-9
    assert apart >= left - 1e-9


@given(axis=vectors, angle=st.floats(0.5, 15.0))
def test_the_first_order_angle_is_nearly_right_for_small_turns(axis, angle):
    assume(np.linalg.norm(axis) > 0.1)
    before = np.random.default_rng(1).normal(size=(1, 32, 3))
    after = before @ turn_about(axis, angle).T
    assert nearly_turned(before, after)[0] == pytest.approx(angle, rel=0.1)


def test_strides_that_are_quite_unlike_may_be_turned_by_any_angle():
    before = np.random.default_rng(1).normal(size=(1, 32, 3))
    assert np.isinf(nearly_turned(before, before @ turn_about(VERTICAL, 180.0)))[0]


def test_a_bout_that_opens_with_the_other_foot_has_the_same_strides():
    grid = slipping(())
    usable = np.ones(len(steps_of().index), bool)
    odd = stride_cycles(grid, steps_of((0, 31)), usable).curves
    assert np.abs(odd[-1] - odd[0]).max() < 6 * 0.3 * 2


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("axis", [FORWARD, LATERAL, VERTICAL, (1.0, -1.0, 1.0)])
@pytest.mark.parametrize("angle", [8.0, -15.0, 30.0, 90.0, 180.0])
def test_a_slip_is_found_with_its_turn_and_its_moment(axis, angle, running):
    turn = turn_about(axis, angle)
    found = found_in(slipping([(2000, turn)]), steps_of(running=running))
    (slip,) = found.slips
    assert degrees_between(slip.turn, turn) < 0.7
    assert slip.start <= 2015
    assert slip.stop >= 2035
    assert slip.stop - slip.start < 1.5 * STRIDE
    assert np.degrees(np.linalg.norm(found.creep_rad)) < 2.0


def test_a_slip_between_bouts_is_found_although_the_other_foot_opens_the_second():
    turn = turn_about(VERTICAL, 15.0)
    (slip,) = found_in(slipping([(31 * STRIDE // 2, turn)]), steps_of((0, 33))).slips
    assert degrees_between(slip.turn, turn) < 1.0


@pytest.mark.parametrize("axis", [FORWARD, LATERAL, VERTICAL])
@pytest.mark.parametrize("angle", [15.0, 90.0, 180.0])
@pytest.mark.parametrize("stride", [3, N_STRIDES - 4])
def test_three_strides_on_one_side_are_enough_where_the_gyroscope_shows_the_slip(
    axis, angle, stride
):
    turn = turn_about(axis, angle)
    (slip,) = found_in(slipping([(stride * STRIDE + 10, turn)])).slips
    assert slip.seen
    assert slip.n_strides <= 3
    assert degrees_between(slip.turn, turn) < 3.0


def test_few_strides_tell_of_no_slip_that_the_gyroscope_does_not_show():
    grid = slipping(())
    turn, late = turn_about(VERTICAL, 30.0), slice(N - 5 * STRIDE, N)
    acc, gyr = grid.acc_mps2.copy(), grid.gyr_radps.copy()
    acc[late], gyr[late] = acc[late] @ turn.T, gyr[late] @ turn.T
    assert found_in(replace(grid, acc_mps2=acc, gyr_radps=gyr)).slips == ()


def test_what_few_strides_told_is_less_certain():
    errors_deg = [realignment_se_deg(n) for n in (2, 4, 8, 16)]
    assert errors_deg == sorted(errors_deg, reverse=True)


def test_two_slips_have_each_its_own_turn():
    first, second = turn_about(VERTICAL, 12.0), turn_about((1.0, 1.0, 0.0), -25.0)
    slips = found_in(slipping([(1300, first), (2700, second)])).slips
    assert len(slips) == 2
    assert degrees_between(slips[0].turn, first) < 0.7
    assert degrees_between(slips[1].turn, second) < 0.7


def test_turns_found_from_large_to_small_are_told_apart_without_strides_to_measure_them():
    first, second = turn_about(VERTICAL, 12.0), turn_about((1.0, 1.0, 0.0), -25.0)
    # The second was found first, in strides of which some were turned by the first already.
    as_found = [
        FoundSlip(200, 210, first @ second @ first.T, 72.0),
        FoundSlip(100, 110, first, 72.0),
    ]
    empty = stride_cycles(replace(slipping(()), gyr_radps=None), steps_of(), np.ones(0, bool))
    slips = turns_apart(as_found, [empty])
    assert [slip.start for slip in slips] == [100, 200]
    whole = first @ second @ first.T @ first
    assert degrees_between(slips[1].turn @ slips[0].turn, whole) < 1e-4


def test_nothing_slips_in_even_strides_nor_below_the_smallest_angle():
    assert found_in(slipping(())).slips == ()
    small = turn_about(VERTICAL, MIN_ANGLE_DEG - 1.5)
    assert found_in(slipping([(2000, small)])).slips == ()


def test_a_change_of_the_stride_that_no_rotation_makes_is_no_slip():
    grid = slipping(())
    acc = grid.acc_mps2.copy()
    acc[2000:, 0] *= 3.0  # brakes and speeds up more, as at another pace
    assert found_in(replace(grid, acc_mps2=acc)).slips == ()


def test_a_slow_creep_is_no_slip_but_is_told():
    grid = slipping([(0, turn_about(VERTICAL, 15.0))], duration=N)
    found = found_in(grid)
    assert found.slips == ()
    assert np.degrees(found.creep_rad @ VERTICAL) == pytest.approx(10.0, abs=1.0)


def test_without_gyroscope_or_strides_nothing_is_found():
    assert found_in(replace(slipping(()), gyr_radps=None)).slips == ()
    short = replace(
        steps_of(),
        **{
            name: getattr(steps_of(), name)[:2]
            for name in ("index", "bout", "running", "swing_mps2")
        },
    )
    assert found_in(slipping(()), short).slips == ()


def test_the_gyroscope_tells_the_moment():
    turn = turn_about(FORWARD, 15.0)
    grid = slipping([(2000, turn)], noise=0.0)
    slip = timed(FoundSlip(1960, 2100, turn, float(STRIDE)), grid)
    assert 1975 <= slip.start <= 2005
    assert 2045 <= slip.stop <= 2075


def test_a_gyroscope_that_shows_no_slip_leaves_the_moment_open():
    slip = timed(FoundSlip(1960, 2100, turn_about(FORWARD, 15.0), float(STRIDE)), slipping(()))
    assert (slip.start, slip.stop) == (1960 - STRIDE // 2, 2100 + STRIDE // 2)


def test_mended_signals_are_those_without_a_slip():
    turns = [turn_about(VERTICAL, 12.0), turn_about((1.0, 1.0, 0.0), -25.0)]
    truth, grid = slipping((), noise=0.0), slipping([(1300, turns[0]), (2700, turns[1])], noise=0.0)
    slips = [FoundSlip(1300, 1351, turns[0], STRIDE), FoundSlip(2700, 2751, turns[1], STRIDE)]
    mended = without_slips(grid, slips)
    assert mended.acc_mps2 == pytest.approx(truth.acc_mps2, abs=1e-9)
    assert mended.gyr_radps == pytest.approx(truth.gyr_radps, abs=1e-9)
    assert np.flatnonzero(~mended.recorded).tolist() == [*range(1300, 1351), *range(2700, 2751)]
    assert mended.segments == WHOLE


def test_a_slip_in_a_pause_parts_the_recording_there():
    turn = turn_about(VERTICAL, 12.0)
    grid = slipping([(2000, turn)], noise=0.0)
    wide = FoundSlip(1900, 2200, turn, STRIDE)
    assert without_slips(grid, [wide]).segments == ((0, 2050), (2050, N))
    paused = replace(grid, segments=((0, 2100), (2100, N)))
    mended = without_slips(paused, [wide])
    assert mended.segments == paused.segments
    assert mended.recorded.all()
    assert mended.acc_mps2[:2000] == pytest.approx(strides()[0][:2000])
    assert mended.acc_mps2[2100:] == pytest.approx(strides()[0][2100:])
    assert without_slips(grid, []) is grid


def test_stances_during_a_slip_are_left_out_and_later_ones_are_less_certain():
    grid, slip = slipping(()), FoundSlip(1000, 1060, turn_about(VERTICAL, 12.0), STRIDE)
    strike_s = np.array([9.5, 9.9, 10.5, 10.7])
    events = Events(strike_s, np.array([9.75, 10.15, np.nan, 10.95]), np.zeros(4), np.full(4, 0.36))
    reasons = reasons_with_slips((None, None, Exclusion.TURN, Exclusion.GAP), events, grid, [slip])
    assert reasons == (None, Exclusion.SLIP, Exclusion.SLIP, Exclusion.GAP)
    se_deg = slip_se_deg(grid, [slip, replace(slip, start=2000)])
    one = realignment_se_deg(STRIDES)
    assert se_deg[[999, 1000, 2000]] == pytest.approx([0.0, one, one * 2**0.5])


def test_a_slip_is_told_by_its_axis_in_the_pelvis():
    mounting = turn_about((1.0, 2.0, 3.0), 70.0)
    turn = mounting.T @ turn_about(VERTICAL, -15.0) @ mounting
    (told,) = told_slips(slipping(()), [FoundSlip(1000, 1061, turn, STRIDE)], mounting)
    assert (told.start_s, told.end_s, told.about) == (10.0, 10.6, "the vertical")
    assert told.time_s == pytest.approx(10.3)
    assert told.angle_deg == pytest.approx(15.0)


def test_axes_have_names_where_they_are_near_one():
    assert axis_words((0.9, 0.3, -0.3)) == "the forward axis"
    assert axis_words((0.1, -0.95, 0.3)) == "the side-to-side axis"
    assert axis_words((0.6, 0.6, 0.5)) == "a slanting axis"


def test_a_slow_turn_about_the_vertical_counts_as_moved_from_its_natural_size_on():
    still, steps = np.zeros(N), steps_of()
    assert moved_deg(still, still, steps, MIN_TURN_DEG - 1.0) == 0.0
    assert moved_deg(still, still, steps, -MIN_TURN_DEG - 1.0) == MIN_TURN_DEG + 1.0
    assert NOTHING_FOUND.creep_rad.tolist() == [0.0, 0.0, 0.0]
