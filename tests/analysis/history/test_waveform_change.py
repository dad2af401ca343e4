import numpy as np
import pytest

from analysis.history.waveform_change import waveform_changes
from analysis.results import ChangeClass, FloatArray, Waveform
from analysis.stances import Side

CYCLE = np.arange(101.0)


def curve(height_deg: float, *, offset_deg: float = 0.0, side: Side = Side.LEFT) -> Waveform:
    mean: FloatArray = offset_deg + height_deg * np.sin(np.pi * CYCLE / 100.0)
    return Waveform(side, mean, np.full(101, 1.0), 35.0, 400)


def test_a_higher_arch_differs_most_in_the_middle() -> None:
    (change,) = waveform_changes([curve(4.0)], [curve(7.0)])

    assert change.largest_percent == 50
    assert change.difference_deg[50] == pytest.approx(3.0)
    # Standard deviation 1 at either end of the difference, over 400 strides, of two curves.
    assert change.half_width_deg[50] == pytest.approx(1.96 * np.sqrt(2 * 2 / 400))
    assert change.change_class is ChangeClass.LIKELY_REAL


def test_a_tilt_of_the_sensor_cancels() -> None:
    (change,) = waveform_changes([curve(4.0)], [curve(4.0, offset_deg=2.5)])

    assert np.abs(change.difference_deg).max() == pytest.approx(0.0, abs=1e-12)
    assert change.change_class is ChangeClass.UNCLEAR


def test_periods_have_the_scatter_of_their_runs() -> None:
    before = [curve(4.0), curve(4.4), curve(3.6)]
    after = [curve(5.0), curve(5.4), curve(4.6)]

    (change,) = waveform_changes(before, after, noise_deg=0.9)

    assert change.difference_deg[50] == pytest.approx(1.0)
    assert change.half_width_deg[50] == pytest.approx(
        np.sqrt(2) * 4.303 * 0.4 / np.sqrt(3), rel=1e-3
    )
    assert change.change_class is ChangeClass.UNCLEAR


def test_sides_are_compared_with_themselves() -> None:
    both = [curve(4.0), curve(5.0, side=Side.RIGHT)]

    changes = waveform_changes(both, both)

    assert [change.side for change in changes] == [Side.LEFT, Side.RIGHT]
    assert waveform_changes(both[:1], both[1:]) == ()
