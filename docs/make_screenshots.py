"""Make the pictures of the README: ``python docs/make_screenshots.py`` (needs Chromium).

It starts ``hiplevel demo`` in a fresh data folder, waits for its runs and looks at its pages as a
visitor does.  ``--address`` looks at a server that is running already.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
PORT = 8765
N_RUNS = 18  # of the demo's six weeks
PATIENCE_S = 120
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
DESKTOP, PHONE = (1440, 1000), (390, 844)
LIVE_SPEED = 4
N_LIVE_STANCES = 60  # fills the strip of a wide window
TITLE = "Long run, tired at the end"


def api(address: str, path: str, method: str = "GET", body: Any = None) -> Any:
    """Call the API."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(address + path, data, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
        return json.load(response)


@contextmanager
def demo() -> Iterator[str]:
    """Start the demo in a folder of its own and wait until its runs are there."""
    address = f"http://127.0.0.1:{PORT}"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "server", "demo", "--home", folder, "--port", str(PORT)]
        process = subprocess.Popen(command)  # noqa: S603
        try:
            give_up_s = time.monotonic() + PATIENCE_S
            while time.monotonic() < give_up_s:
                try:
                    if api(address, "/api/v1/runs?limit=1")["total"] >= N_RUNS:
                        break
                except OSError:
                    if process.poll() is not None:
                        raise SystemExit("hiplevel demo ended before it answered.") from None
                time.sleep(0.5)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def open_page(browser: Browser, address: str, size: tuple[int, int], theme: str) -> Page:
    """Open the address in a window of this size and theme."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.wait_for_timeout(600)  # charts fade in
    return page


def take(page: Page, name: str) -> None:
    """Keep what the window shows."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    page.context.close()
    sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")


def take_all(browser: Browser, address: str) -> None:
    """Take every picture."""
    runs = api(address, "/api/v1/runs?limit=100")["items"]
    run_id = next((run["id"] for run in runs if run["title"] == TITLE), runs[0]["id"])
    run = f"{address}/runs/{run_id}"
    take(open_page(browser, f"{address}/runs", DESKTOP, "light"), "runs")
    take(open_page(browser, run, (1440, 1180), "light"), "run")
    take(open_page(browser, f"{run}#stride", (1440, 1180), "dark"), "run-charts-dark")
    take(open_page(browser, run, PHONE, "light"), "run-phone")
    take(open_page(browser, f"{run}#stances", PHONE, "dark"), "run-phone-dark")
    take_sensor(browser, address)
    api(address, "/api/v1/live", "POST", {"run_id": run_id, "speed": LIVE_SPEED})
    wide = open_page(browser, f"{address}/live", (1440, 900), "dark")
    narrow = open_page(browser, f"{address}/live", PHONE, "light")
    while int(wide.locator("#count").inner_text()) < N_LIVE_STANCES:
        wide.wait_for_timeout(200)
    take(wide, "live-dark")
    narrow.bring_to_front()
    narrow.wait_for_timeout(1000)
    take(narrow, "live-phone")
    api(address, "/api/v1/live", "DELETE")


def take_sensor(browser: Browser, address: str) -> None:
    """Pair the demo's sensor and take the check before a run."""
    page = open_page(browser, f"{address}/sensor", (1440, 900), "light")
    page.get_by_role("button", name="Pair Demo sensor").click()
    page.get_by_role("button", name="It is in place").click()
    page.locator("#still-s", has_text="3.").wait_for()
    cancel = page.get_by_role("button", name="Cancel").first
    path = IMAGES / "sensor.png"
    page.screenshot(path=path)
    cancel.click()
    page.locator("#sensor[data-step=pair]").wait_for()
    page.context.close()


def main() -> None:
    """Take every picture of the demo, or of the server at ``--address``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="A server that is running already.")
    address = parser.parse_args().address
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit("No Chromium found. On Debian and Ubuntu: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        if address:
            take_all(browser, address.rstrip("/"))
        else:
            with demo() as started:
                take_all(browser, started)
        browser.close()


if __name__ == "__main__":
    main()
