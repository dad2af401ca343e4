import csv
import io
import json
import re
from datetime import timedelta

import httpx
import pytest

from analysis.history.points import NotComparable, RunPoint, Tracked
from analysis.results import ChangeClass, Grade
from server.library import Library
from server.runs import RunKind
from server.trends import COMPARED_DAYS, Period, in_period, trends_of
from tests.server.factory import make_analysis
from tests.server.histories import LAST_AT, add_runs, analysis_with, story

pytestmark = pytest.mark.anyio

HTML = {"accept": "text/html"}


def test_a_point_has_what_the_summary_has(library: Library) -> None:
    made = make_analysis()
    (run_id,) = add_runs(library, [made], distances_m=[5400.0], kinds=[RunKind.RACE])

    (point,) = library.history()

    assert point.run_id == point.mounting == run_id
    assert point.at == LAST_AT
    assert point.left_deg == made.summary.left.drop_excursion_deg
    assert point.right_deg == made.summary.right.drop_excursion_deg
    assert point.right_minus_left_deg == made.summary.asym_drop_excursion_deg
    assert point.contact_balance_percent == made.summary.contact_balance_percent
    assert point.contact_time_s == made.summary.contact_time_s
    assert point.cadence_spm == made.summary.cadence_spm
    assert point.moving_time_s == made.summary.moving_time_s
    assert (point.gait, point.grade) == (made.summary.gait, made.quality.grade)
    assert (point.distance_m, point.sensor, point.is_hard) == (5400.0, "Test sensor", True)


def test_the_newest_are_read_oldest_first(library: Library) -> None:
    ids = add_runs(library, story(5))

    assert [point.run_id for point in library.history()] == ids
    assert [point.run_id for point in library.history(n_newest=2)] == ids[-2:]


def history_of(library: Library, n: int, change_deg: float = 0.0) -> list[RunPoint]:
    add_runs(library, story(n, change_deg=change_deg))
    return library.history()


@pytest.mark.parametrize(("period", "n"), [("4w", 15), ("16w", 57), ("1y", 80), ("all", 80)])
def test_a_period_ends_with_the_newest_run(library: Library, period: str, n: int) -> None:
    history = history_of(library, 80)

    found = in_period(history, Period(period))

    assert len(found) == n
    assert found[-1] is history[-1]


def test_ends_of_a_period_do_not_overlap(library: Library) -> None:
    history = history_of(library, 60)

    short = trends_of(history, Period.FOUR_WEEKS, LAST_AT)
    long = trends_of(history, Period.ALL, LAST_AT)

    assert len(short.before) == len(short.after) == 7
    assert short.before[-1].at < short.after[0].at
    assert long.before[-1].at - long.before[0].at < timedelta(days=COMPARED_DAYS)
    assert long.after[-1] is history[-1]


def test_a_change_has_a_class_and_a_date(library: Library) -> None:
    found = trends_of(history_of(library, 50, change_deg=-2.2), Period.SIXTEEN_WEEKS, LAST_AT)
    classes = {change.measure: change.change_class for change in found.changes}

    assert classes[Tracked.RIGHT] is ChangeClass.LIKELY_REAL
    assert classes[Tracked.LEFT] is not ChangeClass.LIKELY_REAL
    assert {one.measure for one in found.dated} == {Tracked.RIGHT, Tracked.RIGHT_MINUS_LEFT}
    assert found.dated[0].run_id == "run000025"


async def test_without_runs_it_says_what_makes_a_range(client: httpx.AsyncClient) -> None:
    page = (await client.get("/trends", headers=HTML)).text
    answer = (await client.get("/api/v1/trends")).json()

    assert "Three runs that can be compared make your usual range." in page
    assert "data-chart" not in page
    assert answer["points"] == []
    assert answer["load"] is None
    assert answer["usual"]["is_learning"]
    assert (await client.get("/trends/charts/drop.json")).status_code == 404


@pytest.mark.parametrize("n", [1, 2])
async def test_few_runs_are_learnt_from(
    library: Library, client: httpx.AsyncClient, n: int
) -> None:
    add_runs(library, story(n))

    page = (await client.get("/trends", headers=HTML)).text
    chart = (await client.get("/trends/charts/drop.json")).json()

    assert f"Learning your usual range: {n} of 3 runs." in page
    assert "Your usual range</span>" not in page
    series = {one["id"] for one in chart["option"]["series"]}
    assert {"left-points", "right-points", "left-interval"} <= series
    assert not {"left-tint", "left-median"} & series


async def test_many_runs_have_a_range_a_line_and_words(
    library: Library, client: httpx.AsyncClient
) -> None:
    add_runs(library, story(50, change_deg=-2.2))

    page = (await client.get("/trends", headers=HTML)).text
    chart = (await client.get("/trends/charts/drop.json")).json()

    assert "Your last run is inside your usual range." in page
    assert "Noise between days: " in page
    assert "Right drop changed its level on " in page
    assert page.count('class="plotbox') == 5
    series = {one["id"]: one for one in chart["option"]["series"]}
    assert len(series["left-points"]["data"]) == 50
    low, high = series["left-tint"]["segments"][0][1][0], series["left-tint"]["segments"][0][2][0]
    assert low < 4.2 < high
    assert {"left-median", "right-median", "right-tint"} <= set(series)


async def test_what_is_not_compared_is_pale_or_hidden_and_says_why(
    library: Library, client: httpx.AsyncClient
) -> None:
    analyses = [*story(8), analysis_with(4.0, 5.0, grade=Grade.POOR)]
    add_runs(
        library, analyses, kinds=[*[RunKind.EASY] * 6, RunKind.RACE, RunKind.EASY, RunKind.EASY]
    )

    answer = (await client.get("/api/v1/trends")).json()
    chart = (await client.get("/trends/charts/drop.json")).json()
    table = (await client.get("/trends/tables/runs.csv")).text

    reasons = [point["not_comparable"] for point in answer["points"]]
    assert reasons == [*[None] * 6, NotComparable.HARD, None, NotComparable.GRADE]
    series = {one["id"]: one for one in chart["option"]["series"]}
    assert len(series["left-others"]["data"]) == 1
    assert len(series["left-points"]["data"]) == 7
    assert "1 run that cannot be compared is pale." in chart["summary"]
    assert "1 run with a poor signal or no drop has no point." in chart["summary"]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["left_out"] for row in rows[:3]] == ["poor signal", "", "harder than easy"]
    assert rows[1]["left_deg"] == str(round(answer["points"][7]["left_deg"]["value"], 3))
    assert rows[0]["distance_km"] == "8.0"


async def test_the_api_answers_usual_changes_and_load(
    library: Library, client: httpx.AsyncClient
) -> None:
    add_runs(library, story(4), days_apart=3.0, distances_m=[8000.0, 9000.0, None, 12000.0])

    answer = (await client.get("/api/v1/trends", params={"period": "all"})).json()

    assert answer["verdict"]["headline"]
    assert answer["newest_run_id"] == "run000003"
    left = answer["usual"]["ranges"]["left_deg"]
    assert left["high"] - left["low"] >= 2.0 * answer["usual"]["noise_deg"] - 1e-9
    assert not answer["usual"]["is_noise_default"]
    assert set(answer["usual"]["ranges"]) == {tracked.value for tracked in Tracked}
    assert answer["load"]["state"] == "beyond"
    assert answer["load"]["longest_m"] == 9000.0
    assert answer["load"]["beyond_percent"] == pytest.approx(33.3, abs=0.1)
    assert [one["measure"] for one in answer["changes"]] == [tracked.value for tracked in Tracked]
    refused = await client.get("/api/v1/trends", params={"period": "2w"})
    assert refused.status_code == 422


async def test_adjusting_shifts_points_and_can_be_turned_off(
    library: Library, client: httpx.AsyncClient
) -> None:
    analyses = [
        analysis_with(4.0 + 0.2 * (k % 5), 5.0 + 0.2 * (k % 5), cadence_spm=168.0 - 3.0 * (k % 5))
        for k in range(20)
    ]
    add_runs(library, analyses)

    async def points(adjusted: str) -> list[float]:
        address = f"/trends/charts/drop.json?adjusted={adjusted}"
        chart = (await client.get(address)).json()
        series = {one["id"]: one for one in chart["option"]["series"]}
        return [y for _, y in series["left-points"]["data"]]

    plain, adjusted = await points("false"), await points("true")
    page = (await client.get("/trends", headers=HTML)).text

    assert max(plain) - min(plain) == pytest.approx(0.8)
    assert max(adjusted) - min(adjusted) < 0.4
    assert "What goes along with cadence" in page
    assert ">As measured</a>" in page


async def test_every_chart_can_be_drawn_and_no_other(
    library: Library, client: httpx.AsyncClient
) -> None:
    add_runs(library, story(200))

    page = (await client.get("/trends?period=all", headers=HTML)).text
    addresses = re.findall(r'data-chart="([^"]+)"', page)

    assert len(addresses) == 5
    for address in addresses:
        made = await client.get(address.replace("&amp;", "&"))
        assert made.status_code == 200, address
        assert made.json()["summary"]
        assert "NaN" not in json.dumps(made.json())
    assert (await client.get("/trends/charts/nothing.json")).status_code == 404


async def test_the_table_has_pages(library: Library, client: httpx.AsyncClient) -> None:
    add_runs(library, story(250))

    whole = (await client.get("/trends/tables/runs?period=all", headers=HTML)).text
    part = await client.get(
        "/trends/tables/runs?period=all&first=200", headers={**HTML, "hx-request": "true"}
    )

    assert "Rows 1 to 200 of 250" in whole
    assert "<html" in whole
    assert "Rows 201 to 250 of 250" in part.text
    assert "<html" not in part.text
    assert part.text.count("<tr>") == 51


async def test_the_page_holds_nothing_that_its_policy_forbids(
    library: Library, client: httpx.AsyncClient
) -> None:
    add_runs(library, story(12))
    page = (await client.get("/trends", headers=HTML)).text

    assert "style=" not in page
    assert re.search(r"\son\w+=", page) is None
