"""How soon a run page answers and how much it sends, from the real server to a real browser."""

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

N_REQUESTS = 21
START_TIMEOUT_S = 60.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@contextmanager
def running_server(home: Path) -> Iterator[int]:
    """Serve a data folder; yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(  # noqa: S603, our own command
        [sys.executable, "-m", "server", "serve", "--port", str(port)],
        env={**os.environ, "HIPLEVEL_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline_s:
                message = "The server did not start; run `hiplevel serve` to see why."
                raise RuntimeError(message)
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def first_byte_s(port: int, path: str) -> tuple[float, float]:
    """Return the time to the first byte: of the first request, and the median of those after it."""
    times_s = []
    for _ in range(N_REQUESTS):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            start_s = time.perf_counter()
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            response.read(1)
            times_s.append(time.perf_counter() - start_s)
            if response.status != http.HTTPStatus.OK:
                message = f"{path} answers {response.status}."
                raise RuntimeError(message)
    return times_s[0], statistics.median(times_s[1:])


def browser_path() -> str | None:
    """Return where a Chromium is; None without one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def transferred_bytes(port: int, path: str) -> int | None:
    """Return all bytes that an empty browser fetches for a page; None without a browser."""
    from playwright.sync_api import sync_playwright

    path_of_browser = browser_path()
    if path_of_browser is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path_of_browser, args=["--no-sandbox", "--disable-quic"]
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
        n_bytes = page.evaluate(
            """() => performance.getEntriesByType('navigation')
                .concat(performance.getEntriesByType('resource'))
                .reduce((sum, entry) => sum + entry.transferSize, 0)"""
        )
        browser.close()
    return int(n_bytes)
