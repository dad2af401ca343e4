"""From the sensor's sample to the screen: ``python -m bench.screen``.

A demo server, its simulated sensor on a radio with connection events of 30 ms, and the Live page in
real Chromium on the same computer: the page itself notes how old the newest sample is when it
draws.
"""

import json
import subprocess
import sys
import tempfile
import time

from bench.measures import Measure
from bench.pages import browser_path

SECONDS = 25.0
LIMIT_MS = 60_000


def delay_ms(seconds: float = SECONDS) -> float | None:
    """Return the delay that 95 of 100 samples stay below, ms; None without a browser."""
    path = browser_path()
    if path is None:
        return None
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        server = subprocess.Popen(  # noqa: S603, our own command
            [sys.executable, "-m", "server", "demo", "--home", home, "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            address = _address(server)
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page(base_url=address)
            page.set_default_timeout(LIMIT_MS)
            page.goto("/sensor")
            page.get_by_role("button", name="Pair Demo sensor").click()
            page.get_by_role("button", name="It is in place").click()
            page.locator("#still-words", has_text="Still").wait_for()
            page.goto("/live")
            page.locator("#delay-words[data-p95]").wait_for()
            time.sleep(seconds)
            p95 = page.locator("#delay-words").get_attribute("data-p95")
            browser.close()
        finally:
            server.terminate()
            server.wait(timeout=30)
    return float(p95 or "nan")


def _address(server: "subprocess.Popen[str]") -> str:
    """Read where the server listens from what it says."""
    for line in server.stdout or ():
        if line.startswith("The dashboard is at "):
            return line.split()[4]
    raise RuntimeError("The demo did not start; run hiplevel demo to see why.")


def measures() -> list[Measure]:
    """Lay it out for the report."""
    p95 = delay_ms()
    note = "Live page in Chromium, last 5 s" if p95 is not None else "install Chromium"
    return [Measure("sample to screen, p95", p95, "ms", at_most=300, note=note)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"p95_ms": delay_ms()}) + "\n")
