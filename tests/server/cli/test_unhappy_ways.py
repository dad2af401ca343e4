"""What commands say where they cannot do what was asked: one line, what to do, the right code."""

import os
import shutil
import signal
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from imu.recordings import Recording, write_recording
from server.store.engine import open_engine
from tests.server.cli.entry import ENTRY


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("folder", ["file/x", "/proc/nope"])
def test_results_cannot_go_there(hiplevel, recording: Path, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("no folder")
    line = one_line(hiplevel("analyze", recording, "-o", tmp_path / folder), 2)
    assert folder in line
    assert "--output" in line


def test_export_cannot_go_there_either(hiplevel, recording: Path, tmp_path: Path) -> None:
    assert hiplevel("import", recording).returncode == 0
    (tmp_path / "file").write_text("no folder")
    line = one_line(hiplevel("export", "latest", "-o", tmp_path / "file"), 2)
    assert "it is a file" in line


@pytest.mark.parametrize("command", ["analyze", "import", "replay", "simulate", "export"])
def test_an_empty_path_is_refused(hiplevel, command: str) -> None:
    arguments = ("",) if command != "export" else ("latest", "-o", "")
    done = hiplevel(command, *arguments)
    assert done.returncode == 2
    assert "An empty path stands for nothing" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--seed", -5),
        ("--drift-right-deg-per-min", 1e9),
        ("--drift-right-deg-per-min", 4, "--minutes", 10),
        ("--speed-mps", 40),
        ("--right-drop-deg", 30),
        ("--minutes", "nan"),
    ],
)
def test_simulate_refuses_what_is_out_of_range(hiplevel, tmp_path: Path, options) -> None:
    path = tmp_path / "x.parquet"
    done = hiplevel("simulate", path, *options)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not path.exists()


def test_simulate_refuses_names_that_would_deceive(hiplevel, tmp_path: Path) -> None:
    csv = one_line(hiplevel("simulate", tmp_path / "out.csv"), 2)
    assert "out.parquet" in csv
    missing = one_line(hiplevel("simulate", tmp_path / "none" / "x.parquet"), 2)
    assert f"no folder {tmp_path / 'none'}" in missing
    assert "partial" not in missing
    assert "folder" in one_line(hiplevel("simulate", tmp_path), 2)


def test_commands_that_read_make_no_data_folder(hiplevel, home: Path) -> None:
    assert "No run is stored yet" in one_line(hiplevel("export", "latest"), 1)
    assert hiplevel("reanalyze").returncode == 0
    assert not home.exists()


def test_a_library_that_was_emptied_says_so_too(hiplevel, home: Path) -> None:
    home.mkdir()
    open_engine(f"sqlite:///{home / 'hiplevel.sqlite3'}").dispose()
    assert "No run is stored yet" in one_line(hiplevel("export", "latest"), 1)


def test_replay_says_what_the_path_is(hiplevel, tmp_path: Path) -> None:
    assert "this is a folder" in one_line(hiplevel("replay", tmp_path), 2)
    assert "no such file" in one_line(hiplevel("replay", tmp_path / "none.parquet"), 2)


@pytest.mark.parametrize("url", ["http://example.com", "http://192.0.2.1:1"])
def test_replay_hands_recordings_to_this_computer_only(hiplevel, recording: Path, url: str) -> None:
    line = one_line(hiplevel("replay", recording, "--url", url), 2)
    assert "this computer only" in line


class _Reset(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(1)


class _OtherPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<p>A page</p>")

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[str]:
    with server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("kind", ["reset", "page"])
def test_replay_recognises_another_program(hiplevel, recording: Path, kind: str) -> None:
    here = ("127.0.0.1", 0)
    server = (
        socketserver.ThreadingTCPServer(here, _Reset)
        if kind == "reset"
        else ThreadingHTTPServer(here, _OtherPage)
    )
    with serving(server) as url:
        line = one_line(hiplevel("replay", recording, "--url", url), 1)
    assert f"Another program answers at {url}" in line


def test_a_recording_that_cannot_be_read_is_named_as_it_was_given(
    hiplevel, home: Path, tmp_path: Path, free_port: int
) -> None:
    path = tmp_path / "cut.parquet"
    path.write_bytes(b"PAR1 cut off")
    url = f"http://127.0.0.1:{free_port}"
    for command in (("analyze", path, "-o", tmp_path), ("import", path)):
        assert one_line(hiplevel(*command), 1).startswith(f"{path}: ")
    assert f"{path}: " in one_line(hiplevel("replay", path, "--url", url), 1)


def test_an_address_that_is_none_is_not_called_unsafe(hiplevel) -> None:
    line = one_line(hiplevel("serve", "--host", "nonsense"), 2)
    assert "nonsense is not an address of this computer" in line


def test_an_empty_folder_says_that_folders_inside_are_not_searched(
    hiplevel, recording: Path, tmp_path: Path
) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    shutil.copy(recording, tmp_path / "outer" / "inner")
    line = one_line(hiplevel("analyze", tmp_path / "outer"), 1)
    assert "folders inside it are not searched" in line


@pytest.mark.parametrize("command", ["analyze", "import"])
def test_names_cannot_drive_the_terminal(
    hiplevel, recording: Path, tmp_path: Path, command: str
) -> None:
    folder, out = tmp_path / "named", tmp_path / "out"
    folder.mkdir()
    shutil.copy(recording, folder / "two\nlines\x1b[31m.parquet")
    shutil.copy(recording, folder / "[bold red]name.parquet")
    (folder / "broken\x1b[2J.parquet").write_bytes(b"none")
    done = hiplevel(command, folder, *(("-o", out) if command == "analyze" else ()))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert "[bold red]name" in done.stdout
    assert "broken?[2J.parquet" in done.stderr
    if command == "analyze":
        assert all(path.name.isprintable() for path in out.iterdir())
        assert (out / "two_lines_[31m.stances.csv").is_file()


@pytest.mark.parametrize("command", ["analyze", "import"])
def test_an_interrupt_says_how_far_it_came(
    recording: Path, tmp_path: Path, home: Path, command: str
) -> None:
    folder, out = tmp_path / "many", tmp_path / "out"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n}.parquet").write_bytes(recording.read_bytes())
    if command == "import":  # each needs content of its own, or it is there at once
        for n in range(40):
            t_s = np.arange(4000 + n) / 100
            acc = np.tile((0.0, 0.0, 9.81), (len(t_s), 1))
            write_recording(
                folder / f"{n}.parquet", Recording(t_s, acc, acc * 0, {"sampling_rate_hz": 100.0})
            )
    options = ["-o", str(out)] if command == "analyze" else []
    watched = out if command == "analyze" else home / "recordings"
    with subprocess.Popen(
        [*ENTRY, command, str(folder), *options],
        env=os.environ | {"HIPLEVEL_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for _ in range(600):
            if watched.is_dir() and any(watched.iterdir()):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in told
    assert told.startswith("Stopped: ")
    assert " of 40 done; run it again for " in told
    assert int(told.split()[1]) < 40
