"""The pain page in a browser: ten seconds for a check-in, and the way to a clinician."""

import pytest
from playwright.sync_api import expect

from analysis.pain import PainReport, PainSite
from server.library import Library
from tests.browser.conftest import NewPage, open_page

TARGET_PX = 44


def test_a_check_in_with_the_body_drawing(new_page: NewPage, library: Library) -> None:
    page = new_page(390, 844)
    open_page(page, "/pain")
    page.locator('.site[data-site="kneecap"] rect').click()
    expect(page.get_by_role("radio", name="Kneecap")).to_be_checked()
    expect(page.locator(".site.on")).to_have_text("Kneecap")
    page.get_by_role("radio", name="Left").check()
    page.get_by_role("group", name="Worst during").get_by_role(
        "radio", name="2", exact=True
    ).check()
    page.get_by_role("button", name="Save check-in").click()
    expect(page.locator(".entries li")).to_contain_text("Kneecap, left")
    expect(page.locator(".toast")).to_have_text("Check-in saved")
    expect(page.locator("#clinician")).to_be_hidden()

    (stored,) = library.pain.entries(limit=5).items
    assert stored.report == PainReport(PainSite.KNEECAP, stored.report.side, worst=2)

    page.get_by_role("button", name="Delete the check-in").click()
    expect(page.locator(".entries li")).to_have_count(0)


def test_the_list_says_the_same_as_the_drawing(new_page: NewPage) -> None:
    page = new_page()
    open_page(page, "/pain")
    for site in PainSite:
        page.locator(f'input[name="site"][value="{site.value}"]').check()
        assert page.locator(".site.on").evaluate("e => e.dataset.site") == site.value


def test_a_check_in_that_is_not_whole_says_what_is_missing(new_page: NewPage) -> None:
    page = new_page(may_be_refused=True)
    open_page(page, "/pain")
    page.get_by_role("radio", name="Hip").check()
    page.get_by_role("button", name="Save check-in").click()
    expect(page.locator("#problem")).to_contain_text("Say how much it hurts")
    expect(page.get_by_role("radio", name="Hip")).to_be_checked()


def test_nothing_hurts_is_one_press(new_page: NewPage, library: Library) -> None:
    page = new_page()
    open_page(page, "/pain")
    page.get_by_role("button", name="Nothing hurts").click()
    expect(page.locator(".entries li")).to_contain_text("No pain")
    assert library.pain.entries(limit=5).items[0].report == PainReport(None)


def test_a_yes_shows_the_clinician_at_once_and_a_no_takes_it_back(new_page: NewPage) -> None:
    page = new_page()
    open_page(page, "/pain")
    asked = page.get_by_role("group", name="Is a knee locked, so that it will not bend or")
    asked.get_by_role("radio", name="Yes").check()
    expect(page.locator("#clinician")).to_contain_text("See a clinician today.")
    page.reload()
    expect(page.locator("#clinician")).to_be_visible()
    expect(asked.get_by_role("radio", name="Yes")).to_be_checked()
    asked.get_by_role("radio", name="No").check()
    expect(page.locator("#clinician")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_everything_to_press_is_large_enough(new_page: NewPage, width: int) -> None:
    page = new_page(width, 844)
    open_page(page, "/pain")
    for what in (".site rect", ".choices span", ".scale11 label"):
        boxes = [one.bounding_box() for one in page.locator(what).all()]
        assert boxes
        # Eleven in a row on a wide screen may be narrower than high, as elsewhere.
        least_px = 24 if what == ".scale11 label" else TARGET_PX
        small = [
            box
            for box in boxes
            if box is None or box["height"] < TARGET_PX or box["width"] < least_px
        ]
        assert small == [], what
