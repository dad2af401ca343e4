from dataclasses import replace

import pytest

from analysis.drift_results import (
    DriftTrend,
    DriftTrends,
    Followed,
    Influence,
    LevelChange,
    TrendUnit,
)
from analysis.drift_words import N_LEVEL_CHANGES_MAX, trend_sentences
from analysis.results import ChangeClass, Estimate


def trend(value: float, half_width: float, change_class: ChangeClass) -> DriftTrend:
    change = Estimate(value, value - half_width, value + half_width)
    more = Estimate(value + 0.3, value + 0.3 - half_width, value + 0.3 + half_width)
    return DriftTrend(Estimate(4.0, 3.9, 4.1), change, change, more, more, change_class)


TRENDS = DriftTrends(
    unit=TrendUnit.KILOMETRE,
    extent=9.62,
    early_start_s=60.0,
    early_end_s=660.0,
    adjusted_for=(Influence.CADENCE, Influence.SPEED),
    left_deg=trend(0.6, 0.4, ChangeClass.LIKELY_REAL),
    right_deg=trend(-0.1, 0.3, ChangeClass.TRIVIAL),
    right_minus_left_deg=None,
    cadence_spm=None,
    contact_time_s=None,
    level_changes=(),
)


def test_an_adjusted_run_says_what_it_would_be_without() -> None:
    first, second = trend_sentences(TRENDS)

    assert first.startswith("Adjusted for cadence and estimated speed, over the last 9.6 km: ")
    assert "left drop rose by 0.6° (0.2 to 1.0°); " in first
    assert first.endswith("right drop changed by a trivial \u22120.1° (\u22120.4 to 0.2°).")
    assert second.startswith("Without the adjustment: left drop +0.9° (0.5 to 1.3°), right drop ")
    assert second.endswith("+0.2° (\u22120.1 to 0.5°).")


def test_a_steady_run_says_that_nothing_was_taken_off() -> None:
    steady = replace(
        TRENDS,
        adjusted_for=(),
        unit=TrendUnit.MINUTE,
        extent=52.2,
        left_deg=None,
        right_deg=trend(0.3, 0.4, ChangeClass.UNCLEAR),
    )

    (told,) = trend_sentences(steady)

    assert told.startswith("Over the last 52 min: right drop changed by an unclear +0.3°")
    assert told.endswith("Nothing was taken off for cadence or speed.")


def test_a_fall_is_told_by_its_size() -> None:
    falls = replace(TRENDS, left_deg=trend(-1.0, 0.3, ChangeClass.LIKELY_REAL))

    assert "left drop fell by 1.0° (0.7 to 1.3°)" in trend_sentences(falls)[0]


@pytest.mark.parametrize(
    ("measure", "change", "told"),
    [
        (Followed.LEFT, 1.5, "Left drop changed its level at km 5.3, by +1.5° (1.4 to 1.6°)."),
        (Followed.CADENCE, -6.0, "Cadence changed its level at km 5.3, by \u22126 spm"),
        (Followed.CONTACT_TIME, 0.012, "Contact time changed its level at km 5.3, by +12 ms"),
    ],
)
def test_moments_are_told_in_the_unit_that_people_read(
    measure: Followed, change: float, told: str
) -> None:
    around = 0.1 if measure is not Followed.CONTACT_TIME else 0.002
    moment = LevelChange(measure, 1900.0, 5.31, Estimate(change, change - around, change + around))

    sentences = trend_sentences(replace(TRENDS, level_changes=(moment,) * 5))

    assert sentences[2].startswith(told)
    assert len(sentences) == 2 + N_LEVEL_CHANGES_MAX


def test_without_drop_there_is_nothing_to_say() -> None:
    assert trend_sentences(replace(TRENDS, left_deg=None, right_deg=None)) == ()
