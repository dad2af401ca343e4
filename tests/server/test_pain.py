"""The pain diary: store, API and page."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from analysis.pain import PainReport, PainSite
from analysis.red_flags import shipped_red_flags
from analysis.stances import Side
from server.errors import PainEntryNotFoundError
from server.library import Library
from server.pages.pain_view import STRIP_WIDTH, pain_line, pain_strips, to_ask_about
from server.pain import PainEntry
from tests.server.test_api import assert_problem

pytestmark = pytest.mark.anyio

PAIN = "/api/v1/pain"
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
KNEE = {"site": "kneecap", "side": "left", "before": 1, "worst": 2}


def entry(hours_ago: float, report: PainReport) -> PainEntry:
    return PainEntry(f"{hours_ago}", NOW - timedelta(hours=hours_ago), report)


def test_a_check_in_comes_back_as_it_was_noted(library: Library) -> None:
    report = PainReport(
        PainSite.HIP, Side.RIGHT, 1, 3, 0, limp=True, note="after hills\x00 \N{RUNNER}"
    )
    stored = library.pain.add(report, NOW)
    page = library.pain.entries(limit=10)
    assert page.items == [stored]
    assert stored.report.note == "after hills \N{RUNNER}"
    assert page.items[0].at == NOW


def test_check_ins_are_listed_newest_first_whatever_order_they_came_in(library: Library) -> None:
    for hours in (2, 0, 1):
        library.pain.add(PainReport(PainSite.SHIN, worst=hours), NOW - timedelta(hours=hours))
    page = library.pain.entries(limit=2)
    assert [one.report.worst for one in page.items] == [0, 1]
    assert page.total == 3
    assert [one.report.worst for one in library.pain.entries(limit=2, offset=2).items] == [2]


def test_the_next_morning_is_added(library: Library) -> None:
    stored = library.pain.add(PainReport(PainSite.SHIN, before=1), NOW)
    changed = library.pain.note_next_morning(stored.id, 3)
    assert library.pain.entries(limit=1).items == [changed]
    assert changed.report.next_morning == 3
    with pytest.raises(PainEntryNotFoundError):
        library.pain.note_next_morning("nobody", 3)


def test_what_is_deleted_is_gone(library: Library) -> None:
    stored = library.pain.add(PainReport(PainSite.SHIN, before=1), NOW)
    library.pain.delete(stored.id)
    assert library.pain.entries(limit=1).total == 0
    with pytest.raises(PainEntryNotFoundError):
        library.pain.delete(stored.id)


def test_the_last_answer_counts(library: Library) -> None:
    library.pain.answer({"locked_knee": True, "deformity": False}, NOW)
    library.pain.answer({"locked_knee": False}, NOW)
    assert {name: one.is_yes for name, one in library.pain.answers().items()} == {
        "locked_knee": False,
        "deformity": False,
    }
    assert library.pain.answers()["locked_knee"].at == NOW


def test_a_yes_silences_and_only_a_no_brings_back(library: Library) -> None:
    assert library.pain.advice().may_practise
    library.pain.answer({"locked_knee": True}, NOW)
    assert not library.pain.advice().may_practise
    library.pain.add(PainReport(None), NOW)
    assert not library.pain.advice().may_practise
    library.pain.answer({"locked_knee": False}, NOW)
    assert library.pain.advice().may_practise


def test_pain_counts_until_a_later_check_in(library: Library) -> None:
    library.pain.add(PainReport(PainSite.SHIN, worst=8), NOW - timedelta(days=400))
    assert library.pain.advice().suggestions[0].rule_id == "strong-pain-or-limp"
    library.pain.add(PainReport(PainSite.SHIN, worst=1), NOW)
    assert library.pain.advice().suggestions[0].rule_id == "some-pain"
    library.pain.add(PainReport(None), NOW + timedelta(hours=1))
    assert library.pain.advice().suggestions[0].rule_id == "learning"


async def test_the_diary_over_the_api(client: httpx.AsyncClient) -> None:
    made = await client.post(PAIN, json=KNEE)
    assert made.status_code == 201
    entry_id = made.json()["id"]
    assert made.json()["next_morning"] is None
    morning = await client.patch(f"{PAIN}/{entry_id}", json={"next_morning": 0})
    assert morning.json()["next_morning"] == 0
    listed = (await client.get(PAIN)).json()
    assert listed["total"] == 1
    assert {**KNEE, "id": entry_id}.items() <= listed["items"][0].items()
    assert (await client.delete(f"{PAIN}/{entry_id}")).status_code == 204
    assert (await client.get(PAIN)).json()["items"] == []


async def test_a_moment_of_the_past_can_be_noted(client: httpx.AsyncClient) -> None:
    made = await client.post(PAIN, json={**KNEE, "at": "2026-11-20T19:00:00+01:00"})
    assert made.json()["at"] == "2026-11-20T18:00:00Z"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"site": "elbow", "worst": 1}, "invalid-request"),
        ({"site": "hip", "worst": 11}, "invalid-request"),
        ({"site": "hip", "worst": 1.5}, "invalid-request"),
        ({"site": "hip", "worst": 1, "drop_deg": 4}, "invalid-request"),
        ({"site": "hip", "worst": 1, "at": "2026-11-20T19:00:00"}, "invalid-request"),
        ({"site": "hip"}, "check-in-not-valid"),
        ({"site": "hip", "worst": 1, "side": "unknown"}, "check-in-not-valid"),
        ({"worst": 1}, "check-in-not-valid"),
    ],
)
async def test_a_check_in_that_cannot_be_is_a_problem(
    client: httpx.AsyncClient, body: dict[str, object], name: str
) -> None:
    assert_problem(await client.post(PAIN, json=body), 422, name)
    assert (await client.get(PAIN)).json()["total"] == 0


async def test_an_unknown_check_in_is_a_problem(client: httpx.AsyncClient) -> None:
    assert_problem(await client.delete(f"{PAIN}/nobody"), 404, "pain-entry-not-found")
    answer = await client.patch(f"{PAIN}/nobody", json={"next_morning": 1})
    assert_problem(answer, 404, "pain-entry-not-found")


async def test_red_flags_over_the_api(client: httpx.AsyncClient) -> None:
    asked = (await client.get(f"{PAIN}/red-flags")).json()
    assert [one["id"] for one in asked] == [flag.id for flag in shipped_red_flags()]
    assert {one["is_yes"] for one in asked} == {None}
    advice = (
        await client.post(f"{PAIN}/red-flags", json={"answers": {"calf_swelling": True}})
    ).json()
    assert advice["exercises"] == "silence"
    assert not advice["may_practise"]
    assert [one["action"] for one in advice["suggestions"]] == ["see_clinician"]
    assert (await client.get(f"{PAIN}/advice")).json() == advice
    asked = {one["id"]: one for one in (await client.get(f"{PAIN}/red-flags")).json()}
    assert asked["calf_swelling"]["is_yes"] is True
    assert asked["locked_knee"]["is_yes"] is None


@pytest.mark.parametrize("answers", [{"luck": True}, {"locked_knee": "yes"}, {"locked_knee": None}])
async def test_an_answer_that_is_none_is_a_problem(
    client: httpx.AsyncClient, answers: dict[str, object]
) -> None:
    answer = await client.post(f"{PAIN}/red-flags", json={"answers": answers})
    assert_problem(answer, 422, "invalid-request")


async def test_the_page_asks_everything_and_shows_no_number_of_a_run(
    client: httpx.AsyncClient, run_id: str
) -> None:
    assert run_id
    text = (await client.get("/pain")).text
    for site in PainSite:
        assert text.count(f'name="site" value="{site.value}"') == 1
        assert text.count(f'data-site="{site.value}"') == 1
    for name in ("before", "worst", "next_morning"):
        assert re.findall(rf'name="{name}" value="(\d+)"', text) == [str(n) for n in range(11)]
    for flag in shipped_red_flags():
        assert text.count(f'name="{flag.id}"') == 2
    assert "checked data-flag" not in text
    assert "°" not in text
    for word in ("drop", "cadence", "asymmetry", "spm"):
        assert word not in text.casefold()
    assert re.search(r'<section id="clinician"[^>]* hidden>', text)


async def test_the_page_shows_the_clinician_first(
    client: httpx.AsyncClient, library: Library
) -> None:
    library.pain.answer({"under_18": True}, NOW)
    text = (await client.get("/pain")).text
    assert not re.search(r'<section id="clinician"[^>]* hidden>', text)
    assert "See a clinician in the next days." in text
    assert 'name="under_18" value="yes" checked data-flag' in text


async def test_notes_are_shown_as_text(client: httpx.AsyncClient, library: Library) -> None:
    library.pain.add(PainReport(PainSite.HIP, worst=1, note="<script>alert(1)</script>"), NOW)
    text = (await client.get("/pain")).text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


def test_a_row_says_where_and_when() -> None:
    line = pain_line(entry(0, PainReport(PainSite.KNEECAP, Side.LEFT, before=0, worst=2)), UTC)
    assert (line.where, line.when) == ("Kneecap, left", "Sat 21 Nov, 18:00")
    assert (line.before, line.worst, line.next_morning) == ("0", "2", "\N{EN DASH}")
    assert pain_line(entry(0, PainReport(None)), UTC).where == "No pain"


def test_a_strip_has_a_mark_for_each_check_in_of_twelve_weeks() -> None:
    knee = [
        entry(0, PainReport(PainSite.KNEECAP, Side.LEFT, worst=10)),
        entry(24 * 84 - 1, PainReport(PainSite.KNEECAP, worst=0)),
        entry(24 * 85, PainReport(PainSite.KNEECAP, worst=9)),
        entry(1, PainReport(None)),
    ]
    (strip,) = pain_strips(knee, NOW, UTC)
    newest, oldest = strip.marks
    assert (newest.x, newest.radius, newest.side) == (STRIP_WIDTH - 12.0, 12.0, Side.LEFT)
    assert (oldest.x, oldest.radius, oldest.side) == (12.1, 3.0, None)
    assert strip.sentence == (
        "Kneecap: 2 check-ins in twelve weeks, the strongest 10 of 10 on Sat 21 Nov."
    )


def test_the_morning_is_asked_for_after_a_night_and_within_two_days() -> None:
    pain = PainReport(PainSite.HIP, worst=1)
    assert to_ask_about([entry(5, pain)], NOW) is None
    assert to_ask_about([entry(5, pain), entry(12, pain)], NOW) == entry(12, pain)
    assert to_ask_about([entry(49, pain)], NOW) is None
    assert to_ask_about([entry(12, PainReport(None))], NOW) is None
    assert to_ask_about([entry(12, PainReport(PainSite.HIP, next_morning=0))], NOW) is None


def test_the_diary_survives_a_restart(tmp_path: Path) -> None:
    from server.settings import Settings

    for _ in range(2):
        library = Library(Settings.for_home(tmp_path))
        library.pain.add(PainReport(PainSite.BACK, worst=1), NOW)
        library.close()
    library = Library(Settings.for_home(tmp_path))
    assert library.pain.entries(limit=1).total == 2
    library.close()
