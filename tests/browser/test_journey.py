"""From a file to a deleted run, as a person does it."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from server.library import Library
from tests.browser.conftest import NewPage, make_recording, open_page

CHARTS = ("stances", "stride", "drift", "spread", "contact", "cadence")


def drawn_charts(page: Page) -> int:
    return page.locator(".plotbox[data-drawn] canvas").count()


def test_import_by_button_then_look_then_delete(
    new_page: NewPage, recording: Path, library: Library
) -> None:
    page = new_page()
    open_page(page, "/runs")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import recordings").first.click()
    chooser.value.set_files(recording)
    page.get_by_role("link", name="Open the run").click()

    expect(page.locator(".plotbox[data-drawn]")).to_have_count(len(CHARTS))
    expect(page.locator("h1")).to_contain_text(".")
    expect(page.locator(".kpis .k")).to_have_count(5)

    page.get_by_role("button", name="Delete this run").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.get_by_role("button", name="Delete run").click()
    page.wait_for_url("**/runs")
    expect(page.locator(".toast")).to_have_text("The run is deleted.")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    assert library.runs().total == 0


def drop_files(page: Page, files: dict[str, bytes]) -> None:
    """Drop files as the browser would: dragover, then drop."""
    made = [{"name": name, "bytes": list(data)} for name, data in files.items()]
    page.evaluate(
        """(files) => {
          const dataTransfer = new DataTransfer();
          for (const { name, bytes } of files) {
            dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
          }
          for (const kind of ["dragover", "drop"]) {
            window.dispatchEvent(new DragEvent(kind, { dataTransfer, cancelable: true }));
          }
        }""",
        made,
    )


def test_files_dropped_on_the_page_are_imported_once(
    new_page: NewPage, recording: Path, tmp_path: Path, library: Library
) -> None:
    second = make_recording(tmp_path / "second.parquet", seed=2, title="Evening run")
    page = new_page()
    open_page(page, "/runs")
    drop_files(page, {"one.parquet": recording.read_bytes(), "two.parquet": second.read_bytes()})

    expect(page.locator("#imports .row")).to_have_count(2)
    expect(page.get_by_role("link", name="Open the run")).to_have_count(2)
    expect(page.locator("table.runs tbody tr")).to_have_count(2)
    drop_files(page, {"again.parquet": recording.read_bytes()})
    expect(page.get_by_text("Already here")).to_be_visible()
    assert library.runs().total == 2


def test_a_file_that_cannot_be_read_is_explained_and_not_stored(
    new_page: NewPage, library: Library
) -> None:
    page = new_page(may_be_refused=True)
    open_page(page, "/runs")
    drop_files(page, {"notes.parquet": b"these are not samples"})

    problem = page.locator("#imports .note.stop")
    expect(problem).to_contain_text("Recording cannot be read")
    expect(page.locator("#imports .name")).to_have_text("notes.parquet")
    expect(problem).not_to_contain_text("notes.parquet")
    assert library.runs().total == 0
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#imports")).to_be_hidden()


def test_zoom_asks_the_server_again_and_the_table_has_the_same_data(
    new_page: NewPage, run_id: str
) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    expect(page.locator(".plotbox[data-drawn]")).to_have_count(len(CHARTS))

    with page.expect_response(lambda r: "start_s=20.00" in r.url) as asked:
        page.get_by_role("textbox", name="From").fill("0:20")
        page.get_by_role("textbox", name="From").press("Tab")
    assert "end_s=" in asked.value.url
    expect(page.locator("[data-whole-run]")).to_be_visible()
    points = {s["id"]: s["data"] for s in asked.value.json()["option"]["series"]}
    assert all(t_s >= 20 for t_s, _ in points["left-stances"])

    box = page.locator("#stances .plotbox").bounding_box()
    assert box is not None
    with page.expect_response(lambda r: "start_s=" in r.url and "start_s=20.00" not in r.url):
        page.mouse.move(box["x"] + 300, box["y"] + 150)
        page.mouse.down()
        page.mouse.move(box["x"] + 500, box["y"] + 150, steps=4)
        page.mouse.up()
    with page.expect_response(lambda r: "window_strides=10" in r.url):
        page.get_by_role("button", name="10", exact=True).click()
    with page.expect_response(lambda r: "/charts/stances.json" in r.url and "start_s" not in r.url):
        page.locator("#stances .plotbox").dblclick(position={"x": 300, "y": 100})
    expect(page.get_by_role("textbox", name="From")).to_have_value("0:00")
    expect(page.locator("[data-whole-run]")).to_be_hidden()

    page.locator("#stances").get_by_role("button", name="Table").click()
    expect(page.locator("#table-stances tbody tr")).to_have_count(200)
    expect(page.locator("#stances .plotbox")).to_be_hidden()
    page.locator("#table-stances").get_by_role("link", name="Later").click()
    expect(page.locator("#table-stances")).to_contain_text("Rows 201 to")
    page.locator("#stances").get_by_role("button", name="Chart").click()
    expect(page.locator("#stances .plotbox")).to_be_visible()


def test_csv_downloads(new_page: NewPage, run_id: str) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    for name in CHARTS:
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Download {name} as CSV").click()
        text = download.value.path().read_text("utf-8")
        assert text.count("\n") > 1


def test_edit_gives_a_distance_and_drift_by_kilometre(new_page: NewPage, run_id: str) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Title").fill("Track <b>run</b>")
    page.get_by_label("Distance").fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("such as 5.4")
    page.get_by_label("Distance").fill("2,2")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".meta")).to_contain_text("Track <b>run</b>")
    expect(page.locator(".meta")).to_contain_text("2.2 km")
    expect(page.locator(".toast")).to_have_text("The run is saved.")
    expect(page.get_by_role("heading", name="Drift by kilometre")).to_be_visible()


def test_measure_switch_keeps_the_page_and_changes_the_numbers(
    new_page: NewPage, run_id: str
) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    before = page.locator(".kpis .num").first.inner_text()
    page.get_by_role("link", name="Mid-stance").click()
    page.wait_for_selector("html[data-ready]")
    assert "measure=mid-stance" in page.url
    assert page.locator(".kpis .num").first.inner_text() != before


def test_charts_say_in_words_what_they_show(new_page: NewPage, run_id: str) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    for name in CHARTS:
        card = page.locator(f"#{name}")
        said = card.locator(".sum").inner_text()
        assert card.locator(".plotbox").get_attribute("aria-label") == said


def test_a_forced_theme_draws_again_without_asking_again(new_page: NewPage, run_id: str) -> None:
    page = new_page()
    open_page(page, f"/runs/{run_id}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(400)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert json.dumps(background) == '"rgb(19, 18, 17)"'
    assert asked == []
    assert drawn_charts(page) == len(CHARTS)


def test_a_run_that_comes_from_elsewhere_appears_by_itself(
    new_page: NewPage, recording: Path, library: Library
) -> None:
    page = new_page()
    open_page(page, "/runs")
    library.import_recording(recording, original_name=recording.name)

    expect(page.locator("table.runs tbody tr")).to_have_count(1, timeout=10_000)
    expect(page.locator(".pagehead .sub")).to_contain_text("1 run.")
    expect(page.get_by_role("heading", name="No runs yet")).to_have_count(0)


def test_every_chart_tells_its_values_at_the_pointer_and_with_arrow_keys(
    new_page: NewPage, run_id: str
) -> None:
    page = new_page(height=1400)
    open_page(page, f"/runs/{run_id}")
    for name in CHARTS:
        plot = page.locator(f"#{name} .plotbox")
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box is not None
        # Not in the middle, where the recording has its pause.
        page.mouse.move(box["x"] + box["width"] * 0.36, box["y"] + 110)
        page.mouse.move(box["x"] + box["width"] * 0.36 + 3, box["y"] + 112)
        expect(plot.locator(".tip-value").first).to_be_visible()
        page.mouse.move(2, 2)
    plot = page.locator("#stances .plotbox")
    plot.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(plot.locator(".tip-value")).to_have_count(3)
    before = plot.locator(".tip-title").inner_text()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(plot.locator(".tip-title")).not_to_have_text(before)
