"""The wheel is complete: installed alone, away from the checkout and without Node, it runs."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

UNREACHABLE = re.compile(
    "NewConnectionError|NameResolutionError|Name or service not known|name resolution|"
    "Network is unreachable|Connection refused|ConnectTimeoutError|ProxyError"
)
START_TIMEOUT_S = 60.0
LOCAL_IMPORT = re.compile(r"""\bfrom\s+["'](\.[^"'?#]+)""")
RUN_PATH = re.compile(r"/runs/[0-9a-f-]{36}|/runs/\w{10,}")
LOCAL_ASSET = re.compile(r"""(?:src|href)=["'](/static/[^"'?#]+)""")


def run(command: list[str | Path], **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command that needs a package index; without one, skip, but never in CI."""
    finished = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    output = finished.stdout + finished.stderr
    if finished.returncode != 0 and UNREACHABLE.search(output) and "CI" not in os.environ:
        pytest.skip("No package index can be reached; connect to the network to try the wheel.")
    assert finished.returncode == 0, output
    return finished


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--outdir", folder, root])
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment that has the wheel and what it asks for, nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", environment])
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    run([programs / "python", "-m", "pip", "install", "--quiet", wheel])
    return programs


@pytest.fixture(scope="module")
def bare_environment(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment variables of a machine with nothing but the installed programs."""
    home = tmp_path_factory.mktemp("home")
    return {
        "HOME": str(home),
        "HIPLEVEL_HOME": str(home / "data"),
        "PATH": str(installed),
        "LANG": "C.UTF-8",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310, our own server
        assert response.status == 200
        return str(response.read().decode("utf-8"))


def page_with_a_run(address: str) -> str:
    """Wait until the demo's first run is on the list."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not RUN_PATH.search(page := fetch(address)):
        assert time.monotonic() < deadline, "the demo has made no run"
        time.sleep(0.2)
    return page


@pytest.fixture(scope="module")
def address(
    installed: Path, bare_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    port = free_port()
    folder = tmp_path_factory.mktemp("elsewhere")
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [installed / "hiplevel", "demo", "--port", str(port)],
            cwd=folder,
            env=bare_environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_TIMEOUT_S
    try:
        while True:
            try:
                fetch(address)
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_wheel_has_all_that_it_runs_on(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(root).as_posix()
        for package in ("analysis", "firmware_protocol", "imu", "server")
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert ours - names == set()
    assert {f"{p}/py.typed" for p in ("analysis", "firmware_protocol", "imu", "server")} <= names
    assert {"server/static/vendor/echarts.min.js", "server/static/vendor/htmx.min.js"} <= names
    assert [name for name in names if name.startswith("server/templates/")]
    assert [name for name in names if "/migrations/" in name]
    assert [name for name in names if name.endswith("/licenses/LICENSE")]


def test_wheel_has_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    metadata = {top for top in tops if top.endswith(".dist-info")}

    assert tops - metadata == {"analysis", "firmware_protocol", "imu", "server"}
    assert len(metadata) == 1


def test_installed_command_helps(installed: Path, bare_environment: dict[str, str]) -> None:
    helped = run([installed / "hiplevel", "--help"], env=bare_environment)

    assert "demo" in helped.stdout


def test_installed_demo_serves_its_pages_and_every_asset_on_them(address: str) -> None:
    runs = page_with_a_run(address)
    run_path, *_ = sorted(RUN_PATH.findall(runs))
    pages = [runs, fetch(address + run_path), fetch(f"{address}/live")]
    waiting = {asset for page in pages for asset in LOCAL_ASSET.findall(page)}
    fetched: set[str] = set()
    while waiting:
        asset = waiting.pop()
        fetched.add(asset)
        imports = LOCAL_IMPORT.findall(fetch(address + asset)) if asset.endswith(".js") else []
        assert imports or fetch(address + asset), f"{asset} is empty"
        waiting |= {urllib.parse.urljoin(asset, name) for name in imports} - fetched

    assert {"/static/vendor/echarts.min.js", "/static/vendor/htmx.min.js"} <= fetched
