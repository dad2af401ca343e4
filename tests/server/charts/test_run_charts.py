import dataclasses
import json

import numpy as np
import pytest

from analysis.results import Hole, RunAnalysis
from analysis.series import Measure
from analysis.stances import Side
from server.charts.catalogue import CHART_NAMES, run_chart, run_summaries
from server.charts.options import Chart
from server.charts.over_time import N_POINTS_MAX, Window
from tests.server.factory import make_analysis


def series_of(chart: Chart, name: str) -> dict[str, object]:
    (found,) = (one for one in chart.option["series"] if one["id"] == name)
    return dict(found)


def drawn(name: str, analysis: RunAnalysis, window: Window | None = None) -> Chart:
    chart = run_chart(name, analysis, window or Window())
    assert chart is not None
    return chart


@pytest.mark.parametrize("name", CHART_NAMES)
def test_a_chart_is_plain_json_with_a_sentence(name: str) -> None:
    answer = drawn(name, make_analysis()).as_json()

    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert answer["summary"].endswith(".")
    assert answer["option"]["aria"]["label"]["description"] == answer["summary"]
    assert answer["keyboard_series"] in [one["id"] for one in answer["option"]["series"]]


@pytest.mark.parametrize("name", CHART_NAMES)
def test_the_sentence_of_the_page_is_the_sentence_of_the_chart(name: str) -> None:
    analysis = make_analysis()

    assert run_summaries(analysis, Window())[name] == drawn(name, analysis).summary


def test_points_are_thinned_for_the_whole_run_and_whole_in_a_window() -> None:
    analysis = make_analysis(10_000)
    whole = series_of(drawn("stances", analysis), "left-stances")["data"]
    window = Window(start_s=100.0, end_s=160.0)
    close = series_of(drawn("stances", analysis, window), "left-stances")["data"]

    expected = [
        s
        for s in analysis.stances
        if s.side is Side.LEFT and s.valid and 100 <= s.foot_strike_s < 160
    ]
    assert isinstance(whole, list)
    assert isinstance(close, list)
    assert len(whole) <= N_POINTS_MAX
    assert len(close) == len(expected)
    assert close[0][0] == pytest.approx(expected[0].foot_strike_s, abs=0.01)


def test_time_counts_from_the_first_sample() -> None:
    analysis = make_analysis()
    late = dataclasses.replace(
        analysis,
        summary=dataclasses.replace(analysis.summary, start_s=3.0),
        quality=dataclasses.replace(analysis.quality, holes=(Hole(50.0, 60.0, 0, is_pause=True),)),
    )
    chart = drawn("stances", late)
    points = series_of(chart, "left-stances")["data"]
    pauses = series_of(chart, "pauses")["markLine"]

    assert isinstance(points, list)
    assert points[0][0] == pytest.approx(analysis.stances[0].foot_strike_s - 3.0, abs=0.01)
    assert isinstance(pauses, dict)
    assert pauses["data"][0]["xAxis"] == 52.0


def test_lines_break_at_a_pause() -> None:
    analysis = make_analysis()
    later = [
        dataclasses.replace(s, foot_strike_s=s.foot_strike_s + (100.0 if i > 200 else 0.0))
        for i, s in enumerate(analysis.stances)
    ]
    line = series_of(drawn("stances", dataclasses.replace(analysis, stances=tuple(later))), "left")[
        "data"
    ]

    assert isinstance(line, list)
    assert [y for _, y in line].count(None) == 1


def test_the_slider_draws_the_whole_run_while_the_plot_is_zoomed() -> None:
    analysis = make_analysis(2000)
    chart = drawn("stances", analysis, Window(start_s=100.0, end_s=120.0))
    overview = chart.option["series"][0]

    assert overview["id"] == "overview"
    assert overview["data"][-1][0] > 600
    assert all(y is not None for _, y in overview["data"])
    assert (chart.option["dataZoom"][0]["startValue"], chart.option["dataZoom"][0]["endValue"]) == (
        100.0,
        120.0,
    )


def test_without_gyroscope_there_is_no_chart_of_drop() -> None:
    analysis = make_analysis()
    stances = tuple(
        dataclasses.replace(
            s, peak_drop_deg=None, drop_excursion_deg=None, mid_stance_drop_deg=None
        )
        for s in analysis.stances
    )
    bins = tuple(dataclasses.replace(b, left_deg=None, right_deg=None) for b in analysis.drift.bins)
    blind = dataclasses.replace(
        analysis,
        stances=stances,
        waveforms=(),
        drift=dataclasses.replace(analysis.drift, bins=bins),
    )

    assert set(run_summaries(blind, Window())) == {"contact", "cadence"}
    assert run_chart("stances", blind, Window()) is None


def test_without_gait_there_is_no_chart_at_all() -> None:
    analysis = make_analysis()
    still = dataclasses.replace(
        analysis, stances=(), waveforms=(), drift=dataclasses.replace(analysis.drift, bins=())
    )

    assert run_summaries(still, Window()) == {}


def test_mid_stance_is_another_curve() -> None:
    analysis = make_analysis()
    excursion = series_of(drawn("stances", analysis), "left")["data"]
    mid = series_of(drawn("stances", analysis, Window(Measure.MID_STANCE_DROP)), "left")["data"]

    assert isinstance(excursion, list)
    assert isinstance(mid, list)
    difference = np.array([y for _, y in excursion[5:50]]) - np.array([y for _, y in mid[5:50]])
    assert difference.mean() == pytest.approx(0.3, abs=0.05)


def test_bars_count_every_valid_stance() -> None:
    analysis = make_analysis(2000)
    chart = drawn("spread", analysis)
    left = sum(abs(n) for n in chart.option["series"][0]["data"])
    right = sum(chart.option["series"][1]["data"])

    assert left + right == sum(s.valid for s in analysis.stances)


def test_labels_at_the_ends_of_close_lines_are_pushed_apart() -> None:
    chart = drawn("stances", make_analysis())
    labels = [series_of(chart, side)["endLabel"] for side in ("left", "right")]
    offsets_px = [label["offset"][1] for label in labels if isinstance(label, dict)]

    assert offsets_px == [pytest.approx(-offsets_px[1]), offsets_px[1]]
