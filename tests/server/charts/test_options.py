import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.charts.options import numbers, round_scale, segments_of


@given(low=st.floats(-1e4, 1e4), span=st.floats(1e-3, 1e4))
def test_a_scale_holds_the_data_on_round_ticks(low: float, span: float) -> None:
    scale = round_scale(low, low + span)

    tolerance = 1e-6 * max(1.0, abs(low), span)
    assert scale.low <= low + tolerance
    assert scale.high >= low + span - tolerance
    n_steps = (scale.high - scale.low) / scale.step
    assert n_steps == pytest.approx(round(n_steps), abs=1e-6)
    assert 2 <= round(n_steps) <= 12


def test_a_steady_line_does_not_fill_the_plot() -> None:
    scale = round_scale(167.0, 167.2, span_min=16.0)

    assert scale.high - scale.low >= 16.0


def test_not_a_number_has_no_place_in_json() -> None:
    assert numbers([1.234, float("nan"), float("inf")], 1) == [1.2, None, None]


def test_a_tint_does_not_bridge_a_gap() -> None:
    x = np.arange(6.0)
    low = np.array([1.0, 1.0, np.nan, 2.0, 2.0, 2.0])

    assert segments_of(x, low, low + 1) == [
        [[0.0, 1.0], [1.0, 1.0], [2.0, 2.0]],
        [[3.0, 4.0, 5.0], [2.0, 2.0, 2.0], [3.0, 3.0, 3.0]],
    ]
