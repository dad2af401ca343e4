"""``hiplevel export``: a stored run as files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What to write."""

    CSV = "csv"  # the stances
    JSON = "json"  # all other results
    RECORDING = "recording"  # the recording as it was imported


def export(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN", help="The run's id, or 'latest'; see hiplevel import.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where the file is written.")
    ] = Path(),
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="Stances, all other results, or the recording.")
    ] = Format.CSV,
) -> None:
    """Write a stored run to a file and print the file's name."""
    import json
    import shutil

    from server.errors import RunNotFoundError
    from server.library import Library
    from server.settings import Settings
    from server.store.documents import to_document
    from server.tables import stance_csv

    library = Library(Settings.from_environment())
    try:
        if run_id == "latest":
            newest = library.runs(limit=1).items
            if not newest:
                raise RunNotFoundError(run_id)
            run_id = newest[0].id
        run = library.run(run_id)
        output.mkdir(parents=True, exist_ok=True)
        stem = output / f"{run.at:%Y-%m-%d}-{run.id}"
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
            document = {"run": to_document(run), **analysis}
            text = json.dumps(document, indent=2, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
    finally:
        library.close()
    typer.echo(path)
