"""The Trends page in a browser: charts, their switch to a table, periods."""

from playwright.sync_api import expect

from server.library import Library
from tests.browser.conftest import NewPage, open_page
from tests.server.histories import add_runs, story


def test_a_history_is_drawn_and_told(library: Library, new_page: NewPage) -> None:
    add_runs(library, story(50, change_deg=-2.2))
    page = new_page()
    open_page(page, "/runs")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role(
        "link", name="Trends"
    ).click()
    page.wait_for_selector("html[data-ready]")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Your last run is inside your usual range."
    )
    expect(page.locator(".plotbox[data-drawn]")).to_have_count(5)
    expect(page.locator("#changes tbody tr")).to_have_count(5)
    expect(page.locator("#changes")).to_contain_text("Likely real")

    page.locator("#drop .plotbox").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tip").first).to_contain_text("Right minus left")

    page.get_by_role("button", name="Table").click()
    expect(page.locator("#table-runs tbody tr")).to_have_count(50)
    page.get_by_role("button", name="Chart").click()
    expect(page.locator("#drop .plotbox").first).to_be_visible()

    page.get_by_role("link", name="4 wk").click()
    page.wait_for_url("**/trends?period=4w**")
    expect(page.locator(".eyebrow")).to_contain_text("15 runs")


def test_few_runs_fit_on_a_narrow_screen(library: Library, new_page: NewPage) -> None:
    add_runs(library, story(2))
    for width, theme in ((320, "dark"), (1440, "light")):
        page = new_page(width, 844, theme=theme)
        open_page(page, "/trends")

        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Learning your usual range: 2 of 3 runs."
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_runs_it_leads_to_the_runs(new_page: NewPage) -> None:
    page = new_page()
    open_page(page, "/trends")
    page.get_by_role("link", name="To the runs").click()
    page.wait_for_url("**/runs")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
