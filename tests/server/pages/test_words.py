from datetime import UTC, datetime

import pytest

from analysis.results import Estimate
from server.pages.words import clock, day, degrees, half_width, number, pace, week_title


def test_numbers_have_a_real_minus_and_no_negative_zero() -> None:
    assert number(-0.54, 1) == "\N{MINUS SIGN}0.5"
    assert number(-0.04, 1) == "0.0"
    assert number(0.5, 1, signed=True) == "+0.5"
    assert number(4983) == "4,983"


def test_what_is_not_known_is_said() -> None:
    assert degrees(None) == "n/a"
    assert degrees(4.12) == "4.1°"


def test_an_interval_never_reads_as_certain() -> None:
    assert half_width(Estimate(4.1, 4.099, 4.101)) == "0.1"


def test_times_and_paces() -> None:
    assert clock(1812) == "30:12"
    assert clock(3723) == "1:02:03"
    assert pace(5400, 1809) == "5:35 /km"
    assert pace(50, 10) is None
    assert pace(42_195, 1809) is None  # faster than anybody ran


@pytest.mark.parametrize(
    ("monday", "title"),
    [
        ((2026, 11, 16), "This week"),
        ((2026, 11, 9), "Last week"),
        ((2026, 11, 2), "2 to 8 Nov"),
        ((2026, 10, 26), "26 Oct to 1 Nov"),
        ((2025, 12, 29), "29 Dec to 4 Jan"),
        ((2025, 12, 22), "22 to 28 Dec 2025"),
    ],
)
def test_weeks_have_names(monday: tuple[int, int, int], title: str) -> None:
    now = datetime(2026, 11, 21, 18, tzinfo=UTC)

    assert week_title(datetime(*monday, tzinfo=UTC), now) == title


def test_days_are_short() -> None:
    assert day(datetime(2026, 11, 21, tzinfo=UTC)) == "Sat 21 Nov"
