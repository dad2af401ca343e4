"""From a sensor in the hand to a stored run, in the browser."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.library import Library
from server.settings import Settings
from tests.browser.conftest import NewPage, open_page
from tests.browser.test_looks import AXE
from tests.server.live_server import running
from tests.server.simulated_sensor import SimulatedSensor


@pytest.fixture
def sensor() -> SimulatedSensor:
    return SimulatedSensor()


@pytest.fixture
def address(tmp_path: Path, sensor: SimulatedSensor) -> Iterator[str]:
    library = Library(Settings.for_home(tmp_path / "home"))
    with running(library, sensor.open_radio) as address:
        yield address


def pair(page: Page) -> None:
    open_page(page, "/sensor")
    page.get_by_role("button", name="Pair Test sensor").click()
    expect(page.locator("#say")).to_have_text("Put the sensor on.")


def begin(page: Page) -> None:
    pair(page)
    page.get_by_role("button", name="It is in place").click()
    expect(page.locator("#say")).to_contain_text("Stand still")


def test_pair_stand_walk_run_and_find_the_run(new_page: NewPage) -> None:
    page, watcher = new_page(), new_page(390, 844, theme="dark")
    begin(page)
    expect(page.locator("#say")).to_have_text("Walk ten steps.", timeout=20_000)
    expect(page.locator("#axis")).to_have_text(re.compile(r"[+-][xyz]"))
    expect(page.locator("#battery")).to_have_text("87 %")
    expect(page.get_by_role("link", name="Start the run")).to_be_visible(timeout=40_000)
    expect(page.locator("#tensteps .on")).to_have_count(10)
    page.get_by_role("link", name="Start the run").click()
    open_page(watcher, "/live")
    for one in (page, watcher):
        expect(one.locator("#big")).to_contain_text("°")
        expect(one.locator("#link-words")).to_have_text("Connected")
        expect(one.locator("#loss-words")).to_have_text("nothing lost")
        expect(one.locator("#delay-words")).to_contain_text("ms")
        assert one.evaluate("document.documentElement.scrollWidth") <= one.viewport_size["width"]
    expect(watcher.locator("#watching")).to_be_visible()
    expect(watcher.get_by_role("button", name="End")).to_be_hidden()
    page.get_by_role("button", name="End").click()
    for one in (page, watcher):
        expect(one.locator("#say-words")).to_have_text("Saved", timeout=40_000)
    page.get_by_role("link", name="Open the run").click()
    page.wait_for_url("**/runs/*")
    expect(page.locator("h1").first).to_be_visible()


def test_no_signal_is_said_and_what_is_safe(new_page: NewPage, sensor: SimulatedSensor) -> None:
    page = new_page()
    begin(page)
    expect(page.locator("#link-state")).to_have_text("Connected")
    open_page(page, "/live")
    sensor.do(lambda air, _: air.set_in_range(sensor.address, in_range=False))
    expect(page.locator("#say-words")).to_have_text("No signal")
    expect(page.locator("#caption")).to_contain_text("Data on the sensor is safe")
    sensor.do(lambda air, _: air.set_in_range(sensor.address, in_range=True))
    expect(page.locator("#link-words")).to_have_text("Connected")
    expect(page.locator("#loss-words")).to_contain_text("fetched")


def test_a_watcher_takes_over_and_the_first_browser_sees_it(new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    begin(first)
    open_page(first, "/live")
    open_page(second, "/live")
    second.get_by_role("button", name="Take over").click()
    expect(second.get_by_role("button", name="End")).to_be_visible()
    expect(first.locator("#watching")).to_be_visible()
    second.get_by_role("button", name="End").click()
    expect(first.locator("#say-words")).to_have_text("Saved", timeout=40_000)


def test_cancel_keeps_nothing_and_the_sensor_is_remembered(new_page: NewPage) -> None:
    page = new_page()
    begin(page)
    expect(page.locator("#link-state")).to_have_text("Connected")
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.locator("#say")).to_have_text("Wake your sensor.")
    open_page(page, "/runs")
    expect(page.get_by_text("No runs yet")).to_be_visible()
    open_page(page, "/sensor")
    expect(page.locator("[data-known]")).to_contain_text("Test sensor")
    page.get_by_role("button", name="Forget Test sensor").click()
    expect(page.locator("[data-known]")).to_have_count(0)


def test_a_run_measured_without_the_computer_is_fetched_and_erased(new_page: NewPage) -> None:
    page = new_page()
    pair(page)
    open_page(page, "/sensor")
    page.get_by_role("button", name="Runs on it").click()
    page.get_by_role("button", name="Measure without this computer").click()
    expect(page.locator("#stored-runs li")).to_contain_text("being measured")
    page.wait_for_timeout(4000)
    page.get_by_role("button", name="Fetch all").click()
    expect(page.locator("#sync-words")).to_contain_text("1 run is stored", timeout=40_000)
    page.get_by_role("button", name="Erase them from the sensor").click()
    expect(page.locator("#sync-words")).to_have_text("Nothing waits on the sensor.")


LISTEN = """
    window.tones = [];
    window.AudioContext = class {
      constructor() { this.currentTime = 0; this.destination = {}; }
      node(more) { return { connect: (next) => next, ...more }; }
      createOscillator() { return this.node({ frequency: {}, start() {}, stop() {} }); }
      createGain() {
        const gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
        return this.node({ gain });
      }
      createStereoPanner() {
        const pan = {};
        const hear = (side) => window.tones.push([side, performance.now()]);
        Object.defineProperty(pan, "value", { set: hear });
        return this.node({ pan });
      }
    };
"""


def test_a_tone_is_heard_on_the_side_that_is_outside_and_seldom(new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(LISTEN)
    begin(page)
    open_page(page, "/live")
    expect(page.locator("#big")).to_contain_text("°", timeout=40_000)
    page.wait_for_timeout(2000)
    assert page.evaluate("window.tones") == []  # not before the button was pressed
    page.locator("#band").select_option("2")
    page.get_by_role("button", name="Tone off").click()
    page.wait_for_timeout(8_000)
    tones = page.evaluate("window.tones")
    assert 1 <= len(tones) <= 4
    assert {side for side, _ in tones} <= {-1, 1}
    assert all(b - a >= 2900 for (_, a), (_, b) in pairwise(tones))
    page.locator("#band").select_option("10")
    page.wait_for_timeout(3_500)
    assert page.evaluate("window.tones.length") == len(tones)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_way(new_page: NewPage, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci to have these checks.")
    page = new_page(390, 844, theme=theme)
    begin(page)
    expect(page.locator("#link-state")).to_have_text("Connected")
    for path in (None, "/live"):
        if path is not None:
            open_page(page, path)
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })"
        )
        told = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]
        assert told == [], path
