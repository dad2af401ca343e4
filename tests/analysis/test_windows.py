from dataclasses import replace

import numpy as np

from analysis.columns import stance_columns
from analysis.series import WINDOW_STRIDES
from analysis.stances import Side
from analysis.windows import windows_of
from tests.analysis.rows import STEP_S, left_out, run_of, shifted


def test_a_window_is_the_median_of_25_strides_of_each_side() -> None:
    stances = run_of(500, left_deg=3.0, right_deg=5.0)

    windows = windows_of(stance_columns(stances))

    assert len(windows) == 500 // (2 * WINDOW_STRIDES)
    for k in range(len(windows)):
        part = stances[50 * k : 50 * k + 50]
        for side, found in ((Side.LEFT, windows.left_deg), (Side.RIGHT, windows.right_deg)):
            drops = [s.drop_excursion_deg for s in part if s.side is side]
            assert len(drops) == WINDOW_STRIDES
            assert found[k] == np.median(drops)
        assert windows.start_s[k] == part[0].foot_strike_s
        assert windows.contact_time_s[k] == np.median([s.contact_time_s for s in part])


def test_no_window_reaches_across_a_pause_and_none_is_made_of_a_few_strides() -> None:
    first, few, last = (
        run_of(120, left_deg=level, right_deg=level, noise_deg=0.0) for level in (2.0, 4.0, 6.0)
    )
    stances = [*first, *shifted(few[:20], 600.0), *shifted(last, 1200.0)]

    windows = windows_of(stance_columns(stances))

    np.testing.assert_array_equal(windows.left_deg, [2.0, 2.0, 6.0, 6.0])
    assert windows.moving_s[-1] < 260 * STEP_S


def test_what_is_left_out_or_unknown_is_in_no_median() -> None:
    stances = run_of(200, noise_deg=0.0)
    stances[10] = left_out(replace(stances[10], drop_excursion_deg=50.0))
    stances[30:50] = [replace(s, drop_excursion_deg=None) for s in stances[30:50]]
    stances[50:100] = [replace(s, drop_excursion_deg=None) for s in stances[50:100]]

    windows = windows_of(stance_columns(stances))

    assert windows.left_deg[0] == 4.0
    assert np.isnan(windows.left_deg[1])
    assert np.isfinite(windows.contact_time_s).all()


def test_without_stances_there_are_no_windows() -> None:
    assert len(windows_of(stance_columns([]))) == 0
    assert len(windows_of(stance_columns(run_of(20)))) == 0
