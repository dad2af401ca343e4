"""Errors of the sensor side.

::

    ImuError                   everything that this package raises on purpose
    ├── RecordingError         a recording file cannot be read or written
    └── SimulationError        these parameters cannot be simulated
"""

from pathlib import Path


class ImuError(Exception):
    """Base of every error that the sensor side raises on purpose."""


class RecordingError(ImuError):
    """A recording cannot be used; the message names the file and, where known, column and row.

    Attributes
    ----------
    path : Path or None
        The file.
    column : str or None
        The column at fault.
    row : int or None
        The first row at fault, counted from 0.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: Path | None = None,
        column: str | None = None,
        row: int | None = None,
    ) -> None:
        self.problem = problem
        self.path = path
        self.column = column
        self.row = row
        place = [str(path.name)] if path is not None else []
        if column is not None:
            place.append(f"column {column}")
        if row is not None:
            place.append(f"row {row}")
        super().__init__(f"{', '.join(place)}: {problem}" if place else problem)


class SimulationError(ImuError):
    """These parameters cannot be simulated; the message says which and what would do."""
