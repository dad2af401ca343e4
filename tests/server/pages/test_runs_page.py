from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from server.library import Library
from server.pages.runs_view import runs_view
from server.pages.sparkline import sparkline
from server.runs import RunDetails

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)  # a Saturday


def add_run(library: Library, folder: Path, days_ago: float, distance_m: float | None) -> str:
    path = folder / f"{days_ago}.parquet"
    path.write_bytes(f"a recording of {days_ago} days ago".encode())
    details = RunDetails(started_at=NOW - timedelta(days=days_ago), distance_m=distance_m)
    return library.import_recording(path, original_name=path.name, details=details).run_id


def test_runs_are_grouped_by_week_with_a_total(library: Library, tmp_path: Path) -> None:
    for days_ago, distance_m in ((0, 5000.0), (2, 7400.0), (7, None), (14, 6000.0)):
        add_run(library, tmp_path, days_ago, distance_m)
    view = runs_view(library.runs(), NOW, UTC)

    assert [week.title for week in view.weeks] == ["This week", "Last week", "2 to 8 Nov"]
    assert view.weeks[0].total.startswith("2 runs, 12.4 km, ")
    assert " km" not in view.weeks[1].total
    assert [row.date for row in view.weeks[0].rows] == ["Sat 21 Nov", "Thu 19 Nov"]


def test_a_week_is_as_long_as_its_rows(library: Library, tmp_path: Path) -> None:
    for days_ago in (0, 1):
        add_run(library, tmp_path, days_ago, None)
    (week,) = runs_view(library.runs(), NOW, UTC).weeks

    assert [row.duration for row in week.rows] == ["2:29", "2:29"]
    assert week.total == "2 runs, 4:58"


def test_a_run_that_does_not_say_when_it_was_shows_its_import(
    library: Library, run_id: str
) -> None:
    (week,) = runs_view(library.runs(), datetime.now(UTC), UTC).weeks

    assert week.title == "This week"
    assert week.rows[0].date.startswith("Imported ")


def test_a_week_ends_on_the_clock_of_the_place(library: Library, tmp_path: Path) -> None:
    # Sunday 23:30 in UTC is Monday an hour further east.
    late = (NOW - datetime(2026, 11, 15, 23, 30, tzinfo=UTC)) / timedelta(days=1)
    add_run(library, tmp_path, late, 5000.0)

    assert runs_view(library.runs(), NOW, UTC).weeks[0].title == "Last week"
    east = timezone(timedelta(hours=1))
    assert runs_view(library.runs(), NOW, east).weeks[0].title == "This week"


def test_the_list_has_pages(library: Library, tmp_path: Path) -> None:
    for days_ago in range(5):
        add_run(library, tmp_path, days_ago, None)
    first = runs_view(library.runs(limit=2), NOW, UTC)
    second = runs_view(library.runs(limit=2, offset=2), NOW, UTC)
    last = runs_view(library.runs(limit=2, offset=4), NOW, UTC)

    assert (first.newer_offset, first.older_offset) == (None, 2)
    assert (second.newer_offset, second.older_offset) == (0, 4)
    assert (last.newer_offset, last.older_offset, last.first, last.last) == (2, None, 5, 5)


async def test_an_empty_list_says_what_to_do(client: httpx.AsyncClient) -> None:
    page = (await client.get("/runs")).text

    assert "No runs yet" in page
    assert "hiplevel demo" in page
    assert "data-import" in page


async def test_the_start_page_is_the_list(client: httpx.AsyncClient, run_id: str) -> None:
    answer = await client.get("/", follow_redirects=True)

    assert answer.url.path == "/runs"
    assert f'href="/runs/{run_id}"' in answer.text


def test_a_sparkline_breaks_where_nothing_is_known() -> None:
    drawn = sparkline([4.0, None, 4.5], [4.0, 4.0, 4.0])

    assert drawn is not None
    assert drawn.left_path.count("M") == 2
    assert drawn.right_path.count("M") == 1
    assert sparkline([None], []) is None


async def test_static_files_may_be_kept_where_their_address_has_a_digest(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/runs")).text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]

    assert "immutable" in (await client.get(address)).headers["cache-control"]
    assert (await client.get(address.split("?")[0])).headers["cache-control"] == "no-cache"


def test_a_run_keeps_its_sparkline_with_a_gap_where_it_paused(
    library: Library, run_id: str
) -> None:
    headline = library.run(run_id).headline
    left, right = headline.sparkline_left_deg, headline.sparkline_right_deg

    assert len(left) == len(right) == 30
    assert left[0] is None  # the first 5 s are standing
    known = [value for value in left if value is not None]
    assert len(known) >= 28
    assert sum(known) / len(known) == pytest.approx(4.1, abs=0.2)
