import csv
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from server.library import Library
from server.settings import Settings
from server.tables import STANCE_COLUMNS
from tests.server.cli.entry import ENTRY
from tests.server.live_server import running

COMMANDS = ("analyze", "demo", "export", "import", "reanalyze", "replay", "serve", "simulate")


def test_analyze_writes_what_was_promised(hiplevel, recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    done = hiplevel("analyze", recording, "--output", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "easy" in done.stdout
    with (out / "easy.stances.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == STANCE_COLUMNS
    assert len(rows) > 30
    assert {row["side"] for row in rows} <= {"left", "right", "unknown"}
    assert all(float(row["foot_strike_s"]) > 4 for row in rows)
    assert all((row["valid"] == "true") == (row["exclusion"] == "") for row in rows)
    summary = json.loads((out / "easy.summary.json").read_text())
    assert summary["recording"] == "easy.parquet"
    assert summary["summary"]["n_stances"] == len(rows)
    assert summary["summary"]["gait"] in done.stdout
    assert {"verdict", "alignment", "quality", "drift", "waveforms"} <= set(summary)
    measures = {measure["name"]: measure for measure in summary["measures"]}
    assert measures["stride_time_cv_percent"]["limits"].endswith(".")
    assert measures["impact_peak_mps2"]["left"] is None
    assert measures["impact_peak_mps2"]["why_not"]


def test_unreadable_recordings_get_a_line_and_the_others_are_done(
    hiplevel, recording: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    shutil.copy(recording, folder / "b.parquet")
    (folder / "a.parquet").write_bytes(b"PAR1 cut off")
    (folder / "notes.txt").write_text("no recording")
    done = hiplevel("analyze", folder, tmp_path / "missing.parquet", "-o", tmp_path / "out")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert "a.parquet" in lines[0]
    assert "missing.parquet" in lines[1]
    assert "Traceback" not in done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "b.stances.csv",
        "b.summary.json",
    }


def test_recordings_that_are_called_alike_do_not_overwrite_each_other(
    hiplevel, recording: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(recording, other / "easy.parquet")
    done = hiplevel("analyze", recording, other, recording, "-o", tmp_path / "out")
    assert done.returncode == 0
    assert {path.name for path in (tmp_path / "out").glob("*.csv")} == {
        "easy.stances.csv",
        "easy-2.stances.csv",
    }


def test_bad_usage_is_2(hiplevel, recording: Path, tmp_path: Path) -> None:
    assert hiplevel("analyze").returncode == 2
    assert hiplevel("analyze", recording, "--nonsense").returncode == 2
    assert hiplevel("analyze", recording, "-o", recording).returncode == 2
    assert hiplevel("serve", "--host", "0.0.0.0").returncode == 2  # noqa: S104
    refused = hiplevel("serve", "--host", "192.168.1.2")
    assert refused.returncode == 2
    assert "no accounts yet" in refused.stderr
    assert "Traceback" not in refused.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = hiplevel("analyze", empty)
    assert nothing.returncode == 1
    assert "no recording" in nothing.stderr


def test_help_is_quick_and_lists_every_command(hiplevel) -> None:
    begun_s = time.monotonic()
    done = hiplevel("--help")
    assert time.monotonic() - begun_s < 3
    assert done.returncode == 0
    for command in COMMANDS:
        assert command in done.stdout
        assert hiplevel(command, "--help").returncode == 0


def test_import_export_and_reanalyze(hiplevel, recording: Path, tmp_path: Path, home: Path) -> None:
    first = hiplevel("import", recording)
    assert (first.returncode, first.stderr) == (0, "")
    again = hiplevel("import", recording, tmp_path / "missing.parquet")
    assert again.returncode == 1
    assert "was there before" in again.stdout
    assert len(again.stderr.splitlines()) == 1
    library = Library(Settings.for_home(home))
    assert library.runs().total == 1
    library.close()
    out = tmp_path / "exported"
    for kind in ("csv", "json", "recording"):
        done = hiplevel("export", "latest", "-o", out, "--format", kind)
        assert (done.returncode, done.stderr) == (0, "")
    suffixes = {"".join(path.suffixes): path for path in out.iterdir()}
    assert set(suffixes) == {".stances.csv", ".summary.json", ".parquet"}
    assert suffixes[".parquet"].read_bytes() == recording.read_bytes()
    assert json.loads(suffixes[".summary.json"].read_text())["run"]["title"] == "easy"
    unknown = hiplevel("export", "nobody")
    assert unknown.returncode == 1
    assert unknown.stderr.count("\n") == 1
    assert hiplevel("reanalyze").stdout.startswith("0 runs")
    assert hiplevel("reanalyze", "--all").stdout.startswith("1 run analysed")


def test_replay_hands_the_recording_to_a_running_server(
    hiplevel, recording: Path, tmp_path: Path
) -> None:
    library = Library(Settings.for_home(tmp_path / "served"))
    with running(library) as url:
        done = hiplevel("replay", recording, "--speed", 50, "--url", url)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "/live" in lines[0]
    assert lines[1].split()[0] == "1"
    assert lines[-1].endswith("stances, ended.")
    assert len(lines) - 2 == int(lines[-1].split()[0])


def test_replay_starts_a_server_where_there_is_none(
    hiplevel, recording: Path, free_port: int
) -> None:
    url = f"http://127.0.0.1:{free_port}"
    done = hiplevel("replay", recording, "--speed", 50, "--url", url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith("stances, ended.")
    assert hiplevel("replay", recording, "--url", "http://192.0.2.1:1").returncode == 2


def test_serve_says_where_and_ends_on_an_interrupt(hiplevel, home: Path, free_port: int) -> None:
    with subprocess.Popen(
        [*ENTRY, "serve", "--port", str(free_port)],
        env=os.environ | {"HIPLEVEL_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert str(home) in server.stdout.readline()
        assert f"http://127.0.0.1:{free_port}" in server.stdout.readline()
        busy = hiplevel("serve", "--port", free_port)
        assert busy.returncode == 2
        assert f"Port {free_port}" in busy.stderr
        assert busy.stderr.count("\n") == 1
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=10) == 0
        assert server.stderr is not None
        assert server.stderr.read() == ""


def test_simulate_writes_what_analyze_finds_again(hiplevel, tmp_path: Path) -> None:
    path = tmp_path / "simulated.parquet"
    wanted = ("--minutes", 0.7, "--left-drop-deg", 3, "--right-drop-deg", 5, "--loss-percent", 1)
    assert hiplevel("simulate", path, *wanted).returncode == 0
    done = hiplevel("analyze", path, "-o", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads((tmp_path / "simulated.summary.json").read_text())["summary"]
    assert summary["gait"] == "running"
    assert summary["asym_drop_excursion_deg"]["value"] == pytest.approx(2.0, abs=0.6)
    impossible = hiplevel("simulate", path, "--speed-mps", 40)
    assert impossible.returncode == 2
    assert impossible.stderr.count("\n") == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_demo_fills_a_folder_of_its_own_and_removes_it(
    tmp_path: Path, home: Path, free_port: int, how: signal.Signals
) -> None:
    environment = os.environ | {"HIPLEVEL_HOME": str(home), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*ENTRY, "demo", "--port", str(free_port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        assert demo.stderr is not None
        told = [demo.stdout.readline() for _ in range(3)]
        assert f"http://127.0.0.1:{free_port}" in told[-1]
        address = f"http://127.0.0.1:{free_port}/api/v1/runs"
        for _ in range(120):
            runs = httpx.get(address).json()
            if runs["total"]:
                break
            time.sleep(0.25)
        assert runs["items"][0]["sensor"] == "Simulated"
        assert list(tmp_path.glob("hiplevel-demo-*"))
        demo.send_signal(how)
        assert demo.wait(timeout=20) == 0
        assert demo.stderr.read() == ""
    assert not home.exists()
    assert not list(tmp_path.glob("hiplevel-demo-*"))
