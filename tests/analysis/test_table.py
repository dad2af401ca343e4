from dataclasses import fields, replace

import numpy as np
import pytest

from analysis import Doubt, Exclusion, Stance, analyse_run, stance_table
from analysis.table import STANCE_COLUMNS
from tests.analysis.rows import left_out, run_of


@pytest.fixture
def run():
    nothing = analyse_run(
        np.arange(500) / 100, np.tile([0.0, 0.0, 9.81], (500, 1)), sampling_rate_hz=100.0
    )
    stances = run_of(6)
    stances[2] = left_out(stances[2], Exclusion.TURN)
    stances[4] = replace(stances[4], toe_off_s=None, peak_drop_deg=None)
    stances[5] = replace(stances[5], doubts=(Doubt.BRIDGED, Doubt.SIDE))
    return replace(nothing, stances=tuple(stances))


def test_every_attribute_of_a_stance_is_a_column():
    assert set(STANCE_COLUMNS) == {field.name for field in fields(Stance)}


def test_a_row_is_a_stance(run):
    table = stance_table(run)

    assert tuple(table) == STANCE_COLUMNS
    assert table["side"].tolist() == ["left", "right"] * 3
    assert table["foot_strike_s"].tolist() == [s.foot_strike_s for s in run.stances]
    assert table["valid"].tolist() == [True, True, False, True, True, True]
    assert table["exclusion"].tolist() == ["", "", "turn", "", "", ""]
    assert table["doubts"].tolist() == ["", "", "", "", "", "bridged side"]
    assert np.flatnonzero(np.isnan(table["peak_drop_deg"])).tolist() == [4]


TYPES = {"side": "U", "gait": "U", "exclusion": "U", "doubts": "U", "valid": "b", "bout": "i"}


@pytest.mark.parametrize("n", [6, 0])
def test_columns_have_types_that_data_frames_know(run, n):
    table = stance_table(replace(run, stances=run.stances[:n]))

    assert {name: column.dtype.kind for name, column in table.items()} == {
        name: TYPES.get(name, "f") for name in STANCE_COLUMNS
    }
    assert {len(column) for column in table.values()} == {n}
