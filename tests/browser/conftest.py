"""The real server, in a thread, and real Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from imu.recordings import Recording, write_recording
from server.library import Library
from server.settings import Settings
from tests.server.live_server import running

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW_TO_GET_ONE = (
    "No Chromium found on the PATH: install one to run the browser tests "
    "(on Debian and Ubuntu: apt-get install chromium)."
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one file: Playwright's event loop runs until it ends, and no other can."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(HOW_TO_GET_ONE)
        pytest.skip(HOW_TO_GET_ONE)
    if not (ROOT / "server" / "static" / "vendor" / "echarts.min.js").is_file():
        pytest.fail("The browser's assets are not built: run python hatch_build.py.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def make_recording(path: Path, *, seed: int = 1, title: str = "Treadmill run") -> Path:
    """Write 90 s: 5 s of standing, then a trunk's rhythm of running, with a stop of 7 s in it."""
    t_s = np.arange(9000) / 100
    step = 2 * np.pi * 2.8 * t_s
    is_running = (t_s > 5) & ((t_s < 45) | (t_s > 52))
    rng = np.random.default_rng(seed)
    acc = np.stack(
        [2 * np.sin(step), 2 * np.sin(step / 2), 12 * np.cos(step) * (np.cos(step) > -0.6)], axis=1
    )
    gyr = np.stack([0.6 * np.cos(step / 2), 0.4 * np.sin(step), 0.5 * np.sin(step / 2)], axis=1)
    acc = acc * is_running[:, None] + np.array((0, 0, 9.81)) + rng.normal(0, 0.15, acc.shape)
    gyr = gyr * is_running[:, None] + rng.normal(0, 0.02, gyr.shape)
    metadata = {"sampling_rate_hz": 100.0, "title": title}
    write_recording(path, Recording(t_s, acc, gyr, metadata))
    return path


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("recordings") / "morning run.parquet")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(Settings.for_home(tmp_path / "home"))  # the server closes it


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with running(library) as address:
        yield address


@pytest.fixture
def run_id(library: Library, recording: Path, address: str) -> str:
    assert address
    return library.import_recording(recording, original_name=recording.name).run_id


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, address: str) -> Iterator[NewPage]:
    """Opens pages of any size and theme; fails where one of them reported an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # A breach of the page's policy is reported as an error too.
        if message.type in ("error", "warning"):
            errors.append(f"{message.type}: {message.text}")

    def make(
        width: int = 1280, height: int = 900, *, theme: str = "light", may_be_refused: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if not may_be_refused:  # the browser reports every answer of 400 and above
            page.on("console", on_console)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def open_page(page: Page, path: str) -> None:
    """Go there and wait until its script has run."""
    page.goto(path)
    page.wait_for_selector("html[data-ready]")
