"""Paths as a person gives them."""

from pathlib import Path

import typer

from server.errors import SettingsError
from server.text import printable


def given_path(given: str | Path) -> Path:
    """Return the path; an empty one, often a variable that is not set, is refused."""
    if not str(given).strip():
        raise typer.BadParameter("An empty path stands for nothing. Name a file or a folder.")
    return Path(given)


def output_folder(path: Path) -> Path:
    """Return the folder for results, made where it is missing.

    Raises
    ------
    SettingsError
        It cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if path.is_file() else error.strerror
        raise SettingsError(
            f"{printable(str(path))} cannot be a folder for results ({reason}). "
            "Choose another folder with --output."
        ) from error
    return path
