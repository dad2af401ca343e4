"""Replay on the live page."""

from playwright.sync_api import Page, expect

from server.library import Library
from tests.browser.conftest import NewPage, open_page


def start(page: Page, speed: str = "8\N{MULTIPLICATION SIGN}") -> None:
    open_page(page, "/live")
    page.get_by_text(speed, exact=True).click()
    page.get_by_role("button", name="Replay").first.click()
    page.wait_for_selector("html[data-ready] #tilt", state="attached")


def n_shown(page: Page) -> int:
    return int(page.locator("#count").inner_text().replace(",", ""))


def test_stances_appear_and_a_reload_and_a_late_viewer_miss_none(
    new_page: NewPage, run_id: str
) -> None:
    assert run_id
    first = new_page()
    start(first)
    expect(first.locator("#big")).to_contain_text("°")
    expect(first.locator("#say-words")).to_contain_text("drop")
    tilt = first.locator("#tilt").evaluate("g => g.style.getPropertyValue('--tilt')")
    assert abs(float(tilt.removesuffix("deg"))) > 2

    before = n_shown(first)
    first.reload()
    expect(first.locator("#strip .pt").first).to_be_visible()
    assert n_shown(first) >= before
    late = new_page(390, 844)
    open_page(late, "/live")

    for page in (first, late):
        expect(page.locator("#say-words")).to_have_text("Finished", timeout=40_000)
    assert n_shown(first) == n_shown(late) > 150
    first.get_by_role("link", name="Open the run").click()
    first.wait_for_url(f"**/runs/{run_id}")


KEEP_STREAMS = """
    window.streams = [];
    window.EventSource = class extends EventSource {
      constructor(...given) { super(...given); window.streams.push(this); }
    };
"""


def test_a_lost_connection_is_taken_up_where_it_broke(new_page: NewPage, run_id: str) -> None:
    assert run_id
    steady, broken = new_page(), new_page()
    broken.add_init_script(KEEP_STREAMS)
    start(steady)
    open_page(broken, "/live")
    expect(broken.locator("#strip .pt").first).to_be_visible()
    for _ in range(2):
        broken.evaluate("streams.at(-1).close(); streams.at(-1).dispatchEvent(new Event('error'))")
        expect(broken.locator("#say-words")).to_have_text("No signal", timeout=20_000)
        expect(broken.locator("#big")).to_be_hidden()
        expect(broken.locator("#link-words")).to_have_text("Connected")
    for page in (broken, steady):
        expect(page.locator("#say-words")).to_have_text("Finished", timeout=40_000)

    assert n_shown(broken) == n_shown(steady)
    taken_up = broken.evaluate(
        "streams.map((one) => Number(new URL(one.url).searchParams.get('after')))"
    )
    assert taken_up[0] == 0
    assert 0 < taken_up[1] <= taken_up[2]


def test_end_stops_the_session(new_page: NewPage, run_id: str) -> None:
    assert run_id
    page = new_page()
    start(page, "1\N{MULTIPLICATION SIGN}")
    expect(page.locator("#say-words")).to_have_text("Waiting for first strides")
    page.get_by_role("button", name="End").click()
    expect(page.locator("#say-words")).to_have_text("Ended")
    page.get_by_role("button", name="Close").click()
    page.wait_for_url("**/runs")


def test_replay_from_the_run_leads_to_live(new_page: NewPage, run_id: str) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    page.get_by_role("button", name="Replay").click()
    page.wait_for_url("**/live")
    expect(page.locator("#link-words")).to_have_text("Connected")


def test_without_runs_live_says_what_to_do(new_page: NewPage, library: Library) -> None:
    assert library.runs().total == 0
    page = new_page()
    open_page(page, "/live")
    expect(page.get_by_role("heading", name="No run to replay")).to_be_visible()


IDLE = """event: state
data: {"state": "idle", "session_id": null, "run_id": null, "title": null, "speed": null,
data: "position_s": null, "duration_s": null, "n_stances": null, "has_gyroscope": null,
data: "zero": null}

"""
BREAK = "streams.at(-1).close(); streams.at(-1).dispatchEvent(new Event('error'))"


def test_a_replay_that_the_server_has_forgotten_is_gone(new_page: NewPage, run_id: str) -> None:
    assert run_id
    page = new_page()
    page.add_init_script(KEEP_STREAMS)
    start(page)
    expect(page.locator("#big")).to_contain_text("°")
    page.route(
        "**/api/v1/live/events*",
        lambda route: route.fulfill(content_type="text/event-stream", body=IDLE),
    )
    page.evaluate(BREAK)

    expect(page.locator("#caption")).to_have_text("This replay is gone. Start it again.")
    expect(page.locator("#link-words")).to_have_text("Gone")
    expect(page.locator("#count")).to_have_text("0")
    expect(page.locator("#clock")).to_have_text("0:00")
    page.get_by_role("link", name="Another replay").click()
    page.wait_for_url("**/live")


def test_without_a_server_the_clock_stands_and_end_says_so(new_page: NewPage, run_id: str) -> None:
    assert run_id
    page = new_page(may_be_refused=True)
    page.add_init_script(KEEP_STREAMS)
    start(page)
    expect(page.locator("#big")).to_contain_text("°")
    page.route("**/api/v1/live**", lambda route: route.abort())
    page.evaluate(BREAK)

    expect(page.locator("#caption")).to_contain_text("The server does not answer. Trying again.")
    stopped_at = page.locator("#clock").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("#clock").inner_text() == stopped_at
    page.get_by_role("button", name="End").click()
    expect(page.locator("#caption")).to_contain_text("Not ended: the server does not answer.")
