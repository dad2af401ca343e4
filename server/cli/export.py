"""``hiplevel export``: a stored run as files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from server.cli.given_path import given_path


class Format(StrEnum):
    """What to write."""

    CSV = "csv"  # the stances
    JSON = "json"  # all other results
    RECORDING = "recording"  # the recording as it was imported


def export(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN", help="The id that hiplevel import printed, or 'latest'.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            parser=given_path,
            metavar="DIR",
            help="Where the file is written; made if it is missing.",
        ),
    ] = Path(),
    format_: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="csv: the stances; json: all other results; recording: as it was imported.",
        ),
    ] = Format.CSV,
) -> None:
    """Write a stored run to a file and print the file's name."""
    import json
    import shutil

    from server.cli.given_path import output_folder
    from server.cli.stored import stored_library
    from server.cli.terminal import say
    from server.errors import NoRunsError
    from server.measures import told_measures
    from server.store.documents import to_document
    from server.tables import stance_csv

    library = stored_library()
    try:
        if run_id == "latest":
            newest = library.runs(limit=1).items
            if not newest:
                raise NoRunsError
            run_id = newest[0].id
        run = library.run(run_id)
        stem = output_folder(output) / f"{run.at:%Y-%m-%d}-{run.id}"
        if format_ is Format.RECORDING:
            path = Path(f"{stem}.parquet")
            shutil.copyfile(library.recording_path(run.id), path)
        elif format_ is Format.CSV:
            path = Path(f"{stem}.stances.csv")
            path.write_text("".join(stance_csv(library.analysis(run.id).stances)), encoding="utf-8")
        else:
            path = Path(f"{stem}.summary.json")
            analysis = to_document(library.analysis(run.id))
            del analysis["stances"], analysis["intermediates"]
            measures = to_document(told_measures(library.analysis(run.id)))
            document = {"run": to_document(run), **analysis, "measures": measures}
            text = json.dumps(document, indent=2, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
    finally:
        library.close()
    say(str(path))
