"""What must hold on every page, whatever its width and theme."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, NewPage, open_page

WIDTHS = (320, 390, 768, 1440)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def pages_of(run_id: str) -> tuple[str, ...]:
    stances = f"/runs/{run_id}/tables/stances"
    return ("/runs", f"/runs/{run_id}", stances, "/live", "/trends", "/pain")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sensor_page_does_not_scroll_sideways(new_page: NewPage, width: int) -> None:
    page = new_page(width, 844)
    open_page(page, "/sensor")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(new_page: NewPage, run_id: str, width: int) -> None:
    page = new_page(width, 844)
    for path in pages_of(run_id):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_text_of_twice_the_size_still_fits(new_page: NewPage, run_id: str) -> None:
    # 200 % zoom of a 1280 px window leaves 640 px.
    page = new_page(640, 450)
    for path in pages_of(run_id):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path


@pytest.mark.parametrize("width", [768, 1440])
def test_paper_is_white_and_used_in_its_whole_width(
    new_page: NewPage, run_id: str, width: int
) -> None:
    page = new_page(width, 900, theme="dark")
    open_page(page, f"/runs/{run_id}")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.locator("main").evaluate("e => e.clientWidth") == width
    card = page.locator(".card").first
    assert card.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert card.evaluate("e => getComputedStyle(e).color") == "rgb(29, 27, 24)"
    for canvas in page.locator(".plotbox canvas").all():
        assert canvas.evaluate("e => e.clientWidth <= e.closest('.plotwrap').clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(new_page: NewPage, run_id: str, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci to have these checks.")
    page = new_page(1280, theme=theme)
    for path in pages_of(run_id):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        # Evaluated by the browser's debugger, which the page's policy does not bind.
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })"
        )
        told = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]
        assert told == [], path


def tab_to(page: Page, name: str, *, n_most: int = 60) -> None:
    for _ in range(n_most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.ariaLabel || document.activeElement.textContent.trim()"
        )
        if focused == name:
            return
    pytest.fail(f"{name} cannot be reached with Tab")


def test_everything_works_with_the_keyboard_alone(new_page: NewPage, run_id: str) -> None:
    page = new_page()
    open_page(page, "/runs")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    row = page.locator("table.runs a").first.inner_text()
    tab_to(page, row)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/{run_id}")
    page.wait_for_selector("html[data-ready]")

    tab_to(page, "Table")
    page.keyboard.press("Space")
    expect(page.locator("#table-stances tbody tr").first).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#stances .plotbox")).to_be_visible()

    page.locator("#stances .plotbox").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Delete this run").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#delete-dialog")).to_be_hidden()


def test_without_script_runs_and_run_can_be_read(
    browser: Browser, address: str, run_id: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/runs")
    page.locator("table.runs a").first.click()
    page.wait_for_url(f"**/runs/{run_id}")
    expect(page.locator(".kpis .k")).to_have_count(5)
    expect(page.locator("#stances .sum")).to_be_visible()
    expect(page.locator("#stances .plotbox")).to_be_hidden()
    page.locator("#stances").get_by_role("button", name="Table").click()
    page.wait_for_url("**/tables/stances**")
    expect(page.locator("table.data tbody tr")).to_have_count(200)
    context.close()
