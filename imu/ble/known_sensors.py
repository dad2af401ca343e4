"""Sensors that were paired, remembered in a file, so that the next run needs no search."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from imu.errors import SensorError

FILE_NAME = "sensors.json"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class KnownSensor:
    """A sensor that was paired.

    Attributes
    ----------
    address : str
        Of its radio, as this computer knows it.
    name : str or None
        As it was advertised.
    driver : str
        Name of the driver.
    serial : str or None
    last_seen : str
        ISO 8601, UTC.
    battery_percent : int or None
        When it was last seen.
    """

    address: str
    name: str | None
    driver: str
    serial: str | None = None
    last_seen: str = ""
    battery_percent: int | None = None


class KnownSensors:
    """The sensors that are remembered in a folder.

    A file that cannot be read is kept beside the new one, and told in `problem`; nobody has to
    pair by hand what a crash or an editor has broken without knowing why.

    Attributes
    ----------
    problem : str or None
        What was wrong with the file, for the person; None if nothing was.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.problem: str | None = None
        self._sensors: dict[str, KnownSensor] = {}
        try:
            text = self.path.read_text("utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            self._keep_aside(str(error))
            return
        try:
            self._sensors = {_key(one.address): one for one in _parsed(text)}
        except (ValueError, TypeError, KeyError) as error:
            self._keep_aside(str(error))

    def all(self) -> list[KnownSensor]:
        """Return all of them, the latest seen first."""
        return sorted(self._sensors.values(), key=lambda one: one.last_seen, reverse=True)

    def get(self, address: str) -> KnownSensor | None:
        """Return the one with this address."""
        return self._sensors.get(_key(address))

    def remember(self, sensor: KnownSensor, *, at: datetime | None = None) -> KnownSensor:
        """Write a sensor down, or what is new about one.

        Parameters
        ----------
        sensor : KnownSensor
            What it does not say (None) stays as it was.
        at : datetime, optional
            When it was seen; now, if not given.

        Returns
        -------
        KnownSensor
            As it is written down.

        Raises
        ------
        SensorError
            The file cannot be written.
        """
        before = self.get(sensor.address)
        if before is not None:
            said = {key: value for key, value in asdict(sensor).items() if value is not None}
            sensor = KnownSensor(**{**asdict(before), **said})
        seen = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        sensor = replace(sensor, last_seen=seen)
        self._write({**self._sensors, _key(sensor.address): sensor})
        return sensor

    def forget(self, address: str) -> bool:
        """Forget a sensor; False if it was not known.

        The bond is the system's; `imu.ble.bonds` forgets that.

        Raises
        ------
        SensorError
            The file cannot be written.
        """
        rest = {key: one for key, one in self._sensors.items() if key != _key(address)}
        if len(rest) == len(self._sensors):
            return False
        self._write(rest)
        return True

    def _write(self, sensors: Mapping[str, KnownSensor]) -> None:
        """Write the file whole or not at all."""
        content = {
            "version": FORMAT_VERSION,
            "sensors": [asdict(one) for one in sensors.values()],
        }
        temporary = self.path.with_suffix(".tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(content, file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            raise SensorError(
                f"The list of known sensors cannot be written ({error.strerror}). "
                f"See that {self.path.parent} has room and may be written to."
            ) from error
        self._sensors = dict(sensors)

    def _keep_aside(self, why: str) -> None:
        aside = next(
            path
            for n in range(1, 1_000_000)
            if not (path := self.path.with_suffix(f".broken-{n}")).exists()
        )
        told = f"The list of known sensors cannot be read ({why})."
        try:
            self.path.replace(aside)
        except OSError as error:
            self.problem = f"{told} It cannot be moved either: {error.strerror}."
        else:
            self.problem = f"{told} It is kept as {aside.name}; pair your sensors again."


def _parsed(text: str) -> list[KnownSensor]:
    content = json.loads(text)
    if not isinstance(content, dict) or not isinstance(content.get("sensors"), list):
        raise ValueError("it is no list of sensors")  # noqa: TRY004 -- of the file, not of a type
    if content.get("version") != FORMAT_VERSION:
        raise ValueError(f"its version is {content.get('version')!r}, not {FORMAT_VERSION}")
    return [_sensor(one) for one in content["sensors"]]


def _sensor(content: object) -> KnownSensor:
    if not isinstance(content, dict):
        raise ValueError("a sensor in it is no object")  # noqa: TRY004 -- as above
    names = {one.name for one in fields(KnownSensor)}
    sensor = KnownSensor(**{key: value for key, value in content.items() if key in names})
    texts = (sensor.address, sensor.driver, sensor.last_seen)
    optional = (sensor.name, sensor.serial)
    if not all(isinstance(one, str) for one in texts) or not all(
        one is None or isinstance(one, str) for one in optional
    ):
        raise ValueError("a sensor in it has a value of the wrong kind")
    if sensor.battery_percent is not None and type(sensor.battery_percent) is not int:
        raise ValueError("a sensor in it has a charge that is no whole number")
    return sensor


def _key(address: str) -> str:
    return address.upper()
