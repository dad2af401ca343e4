"""Errors of the sensor side.

::

    ImuError                   everything that this package raises on purpose
    ├── JournalError           what a sensor sent cannot be written down or read again
    ├── Refusal                the firmware of a virtual sensor says no
    ├── RecordingError         a recording file cannot be read or written
    ├── SensorError            a sensor, or the radio to it
    │   ├── BluetoothOffError          there is no radio, or it is switched off
    │   ├── BluetoothPermissionError   this program may not use the radio
    │   ├── LinkLostError              the connection ended while it was needed
    │   ├── PairingError               the two did not agree on a bond
    │   ├── SensorBusyError            somebody else is connected to it
    │   ├── SensorDataError            it sent bytes that are no message of its kind
    │   ├── SensorNotFoundError        it is not in range, or asleep
    │   └── SensorRefusedError         it understood, and said no
    │       └── SensorMemoryFullError      there is no room for another run
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


class JournalError(ImuError):
    """What a sensor sent cannot be written down or read again; the message says what to do."""


class SensorError(ImuError):
    """A sensor, or the radio to it; the message says what the person can do."""


class BluetoothOffError(SensorError):
    """There is no radio, or it is switched off."""


class BluetoothPermissionError(SensorError):
    """Nobody has allowed this program to use the radio."""


class SensorNotFoundError(SensorError):
    """The sensor is not in range, or asleep."""


class SensorBusyError(SensorError):
    """Somebody else is connected to the sensor."""


class LinkLostError(SensorError):
    """The connection ended while it was needed."""


class PairingError(SensorError):
    """Sensor and computer did not agree on a bond."""


class SensorRefusedError(SensorError):
    """The sensor understood, and said no: battery low, memory full, wrong moment.

    Attributes
    ----------
    att_error : int or None
        What it answered to a read or write, as the attribute protocol has it.
    """

    def __init__(self, problem: str, *, att_error: int | None = None) -> None:
        self.att_error = att_error
        super().__init__(problem)


class SensorMemoryFullError(SensorRefusedError):
    """There is no room for another run in the sensor's memory."""


class SensorDataError(SensorError):
    """The sensor sent bytes that are no message of its kind."""
