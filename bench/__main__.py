"""Measure everything in one run and print it beside its targets: ``python -m bench``."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measures import Measure
from bench.pages import first_byte_s, running_server, transferred_bytes
from bench.recordings import write_run
from bench.screen import measures as screen_measures
from bench.sensors import measures as sensor_measures
from server.library import Library
from server.settings import Settings

N_IMPORTS = 20
IMPORT_DURATION_S = 60.0
HOUR_S = 3600.0
SECTION_NOTE = "processor time, median of 7 in turn"


def in_own_process(module: str, *arguments: Path) -> dict[str, float]:
    """Run a module of ours and read what it prints."""
    finished = subprocess.run(  # noqa: S603, our own module
        [sys.executable, "-m", module, *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    )
    measured: dict[str, float] = json.loads(finished.stdout)
    return measured


def ten_hour_measures(hour: Path) -> list[Measure]:
    """Measure the analysis of ten hours: ten times that hour."""
    got = in_own_process("bench.ten_hours", hour)
    return [
        Measure("analyse 10 h at 100 Hz", got["ten_hours_s"], "s", note="processor time, once"),
        Measure("10 h / 10 times 1 h", got["ratio"], "times", at_most=1.1, note="same process"),
        Measure("memory peak for 10 h", got["peak_mb"], "MB", at_most=700, note="all of a process"),
        Measure("  of it before the 10 h", got["before_mb"], "MB", note="imports, signals (202)"),
    ]


def hour_measures(recording: Path) -> list[Measure]:
    """Measure the analysis of an hour in a process of its own."""
    got = in_own_process("bench.hour", recording)
    return [
        Measure("analyse 1 h at 100 Hz", got["analysis_s"], "s", note=SECTION_NOTE),
        Measure("offlineVQF alone, same arrays", got["filter_s"], "s", note=SECTION_NOTE),
        Measure(
            "analysis / offlineVQF", got["ratio"], "times", at_most=2.0, note="median of 7 pairs"
        ),
        Measure("memory peak of the process", got["peak_mb"], "MB", note="largest resident size"),
        Measure("  of it before the analysis", got["before_mb"], "MB", note="imports, recording"),
        Measure("stances found in it", got["n_stances"], ""),
    ]


def page_measures(home: Path, run_id: str) -> list[Measure]:
    """Measure the page of the run with the hour in it."""
    path = f"/runs/{run_id}"
    with running_server(home) as port:
        first_s, next_s = first_byte_s(port, path)
        n_bytes = transferred_bytes(port, path)
    kilobytes = None if n_bytes is None else n_bytes / 1000
    how = "all that an empty browser fetches" if n_bytes else "install Chromium to measure it"
    return [
        Measure("run page, first byte", next_s * 1000, "ms", at_most=150, note="median of 20"),
        Measure("run page, first byte after start", first_s * 1000, "ms", at_most=150),
        Measure("run page, bytes with assets", kilobytes, "KB", at_most=400, note=how),
    ]


def import_measures(folder: Path) -> list[Measure]:
    """Measure imports: read, analyse, store, one after the other in one process."""
    recordings = [
        write_run(folder / f"{seed}.parquet", duration_s=IMPORT_DURATION_S, seed=seed)
        for seed in range(N_IMPORTS)
    ]
    library = Library(Settings.for_home(folder / "home"))
    start_s = time.perf_counter()
    for recording in recordings:
        library.import_recording(recording, original_name=recording.name)
    rate = N_IMPORTS / (time.perf_counter() - start_s)
    library.close()
    note = f"{N_IMPORTS} recordings of {IMPORT_DURATION_S:.0f} s, one process"
    return [Measure("imports", rate, "per s", note=note)]


def report(measures: list[Measure]) -> Table:
    """Lay the measures out as a table."""
    table = Table(title="hiplevel, measured in one run", title_justify="left")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    table.add_column("how", style="dim")
    for measure in measures:
        table.add_row(
            measure.what, measure.shown_value, measure.shown_target, measure.verdict, measure.note
        )
    return table


def main() -> None:
    """Measure and print."""
    console = Console()
    # Where the output is not a terminal, there is nothing to wrap for.
    if not console.is_terminal:
        console.width = 120
    with tempfile.TemporaryDirectory() as name, console.status("Simulating an hour") as status:
        folder = Path(name)
        hour = write_run(folder / "hour.parquet", duration_s=HOUR_S, seed=1)
        status.update("Analysing it")
        measures = hour_measures(hour)
        status.update("Analysing ten hours")
        measures += ten_hour_measures(hour)
        status.update("Loading its page")
        library = Library(Settings.for_home(folder / "hour-home"))
        run_id = library.import_recording(hour, original_name=hour.name).run_id
        library.close()
        measures += page_measures(folder / "hour-home", run_id)
        status.update("Streaming from twenty sensors")
        measures += sensor_measures(in_own_process("bench.sensors"))
        status.update("Looking at the Live page")
        measures += screen_measures()
        status.update("Importing")
        imports = folder / "imports"
        imports.mkdir()
        measures += import_measures(imports)
    console.print(report(measures))


if __name__ == "__main__":
    main()
