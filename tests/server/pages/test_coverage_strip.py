import re

import pytest

from analysis.results import Hole
from server.pages.coverage_strip import (
    STRIP_HEIGHT,
    STRIP_WIDTH,
    coverage_strip,
    where_most_is_missing,
)


def drawn_share(path: str) -> float:
    """Return the area of a stepped path, as a share of the strip."""
    area, x, y = 0.0, 0.0, float(STRIP_HEIGHT)
    for letter, text in re.findall(r"([HV])([\d.]+)", path):
        value = float(text)
        if letter == "H":
            area += (value - x) * (STRIP_HEIGHT - y)
            x = value
        else:
            y = value
    return area / (STRIP_WIDTH * STRIP_HEIGHT)


@pytest.mark.parametrize("n_gaps", [1, 40, 2000])
def test_the_strip_is_as_full_as_the_recording(n_gaps: int) -> None:
    # Whatever their number, all gaps together are a fifth of 20 minutes.
    every_s, start_s = 1200.0 / n_gaps, 3.0
    holes = [
        Hole(start_s + i * every_s, start_s + (i + 0.2) * every_s, 1, is_pause=False)
        for i in range(n_gaps)
    ]

    assert drawn_share(coverage_strip(holes, start_s, 1200.0).path) == pytest.approx(0.8, abs=0.005)


def test_a_whole_recording_is_one_bar_and_a_pause_lies_over_it() -> None:
    strip = coverage_strip([Hole(10.0, 20.0, 900, is_pause=True)], 0.0, 100.0)

    assert strip.path == "M0 24H0V0H1000V24Z"
    assert [(pause.x, pause.width) for pause in strip.pauses] == [(100.0, 100.0)]


def test_it_says_where_most_was_lost() -> None:
    def gap(start_s: float, length_s: float) -> Hole:
        return Hole(start_s, start_s + length_s, 1, is_pause=False)

    crowded = [gap(70, 20), gap(130, 30), gap(500, 2)]
    spread = [gap(60 * minute, 5) for minute in range(10)]

    assert where_most_is_missing(crowded, 0.0, 600.0) == "most in minutes 2 to 3"
    assert where_most_is_missing([gap(70, 20), gap(500, 2)], 0.0, 600.0) == "most in minute 2"
    assert where_most_is_missing(spread, 0.0, 600.0) == "spread over the run"
    assert where_most_is_missing([gap(70, 20)], 0.0, 600.0) == ""
