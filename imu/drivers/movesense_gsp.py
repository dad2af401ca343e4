"""Bytes of the GATT SensorData Protocol (GSP) that Movesense sensors speak.

All little endian.  Where each fact comes from (public GitHub repositories):

- UUIDs, HELLO 0, SUBSCRIBE 1, UNSUBSCRIBE 2, answers 1 and DATA 2, that a lost link ends a
  subscription, and that the oldest firmware answers a SUBSCRIBE only where it has no place left
  (507), and else sends data or nothing: Movesense's own sample,
  ``alexisduque/movesense-device-lib`` samples/gatt_sensordata_app/GATTSensorDataClient.cpp.
- GET 4, PUT_SYSTEMMODE 7, DATA_PART2 3, the HELLO answer without a status: Movesense's tool in
  ``sensein/movesense-py`` sensor_command.py.
- That there is no general PUT, so that no range can be set, and what 429 and mode 5 do, against
  real sensors: ``sokolmarek/movesense-commander`` docs/gsp-protocol.md.
- IMU6: ``u32 t_ms``, then all accelerations, then all rates, ``f32`` each, in m/s2 and deg/s.
  Units, and that the time is that of the first sample: ``JonasPrimbs/movesense-ble-ecg-firmware``
  MovesenseCoreLib/resources/movesense-api/meas/imu.yaml.  Blocks without counts, four samples at
  52 Hz: bytes captured from a sensor in ``sokolmarek/movesense-commander``
  src/lib/gsp/layouts.hardware.test.ts.  ``noduslabs/movesense-nodejs-driver`` reads samples
  interleaved (src/parsers.js) and in mg (README.md): gravity in the captured bytes says otherwise.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from imu.errors import SensorBusyError, SensorDataError, SensorError, SensorRefusedError

SERVICE_UUID = "34802252-7185-4d5d-b431-630e7050e8f0"
COMMAND_UUID = "34800001-7185-4d5d-b431-630e7050e8f0"
DATA_UUID = "34800002-7185-4d5d-b431-630e7050e8f0"
# What is advertised: with the name there is no room for 128 bits (movesense-commander, section 1).
ADVERTISED_UUID = "0000fdf3-0000-1000-8000-00805f9b34fb"
NAME_PREFIX = "Movesense"

BATTERY_LEVEL_UUID = "00002a19-0000-1000-8000-00805f9b34fb"
MODEL_NUMBER_UUID = "00002a24-0000-1000-8000-00805f9b34fb"
SERIAL_NUMBER_UUID = "00002a25-0000-1000-8000-00805f9b34fb"
FIRMWARE_REVISION_UUID = "00002a26-0000-1000-8000-00805f9b34fb"

HEAD_BYTES = 2
TIME_BYTES = 4
SAMPLE_BYTES = 24
RESTART_MODE = 5  # "Application": the sensor restarts into what it runs
STATUS_OK = 200
TOO_MANY_REQUESTS = 429
_FIRST_REFUSAL = 400
_LAST_STATUS = 599


class Command(IntEnum):
    """First byte of what is written."""

    HELLO = 0
    SUBSCRIBE = 1
    UNSUBSCRIBE = 2
    GET = 4
    PUT_SYSTEMMODE = 7


class Answer(IntEnum):
    """First byte of what is notified."""

    RESULT = 1
    DATA = 2
    DATA_PART2 = 3


@dataclass(frozen=True, slots=True)
class Hello:
    """Who a sensor says it is; empty where the oldest firmware only says "Hello"."""

    serial: str = ""
    product: str = ""
    application: str = ""
    version: str = ""


def encode_command(command: Command, reference: int, argument: bytes = b"") -> bytes:
    """Return what is written; the reference comes back with every answer."""
    return bytes([command, reference]) + argument


def decode_status(result: bytes) -> int:
    """Return the status of a result, as in HTTP.

    Some firmware sends it big endian (01 FB for 507 in the sample): what is no status in one order
    is read in the other.

    Raises
    ------
    SensorDataError
        The result is too short.
    """
    if len(result) < HEAD_BYTES + 2:
        raise SensorDataError("The Movesense sent an answer without a status.")
    status = int(struct.unpack_from("<H", result, HEAD_BYTES)[0])
    return status if status <= _LAST_STATUS else int(struct.unpack_from(">H", result, 2)[0])


def is_refusal(status: int) -> bool:
    """Whether a status says no."""
    return status >= _FIRST_REFUSAL


def is_exhausted(result: bytes) -> bool:
    """Whether a result says that the sensor takes no more requests."""
    return len(result) == HEAD_BYTES + 2 and decode_status(result) == TOO_MANY_REQUESTS


def decode_hello(result: bytes) -> Hello:
    """Read the answer to HELLO: protocol version, then serial, product, address, application.

    Raises
    ------
    SensorRefusedError
        It is a status that says no; a HELLO has no status otherwise.
    """
    told = result[HEAD_BYTES:]
    if len(told) == 2 and is_refusal(decode_status(result)):
        raise refused_with(decode_status(result))
    if told == b"Hello":
        return Hello()
    parts = told[1:].decode(errors="replace").split("\0")
    parts += [""] * (5 - len(parts))
    return Hello(serial=parts[0], product=parts[1], application=parts[3], version=parts[4])


def refused_with(status: int) -> SensorError:
    """Return the error that says what a status means for the person."""
    if status == TOO_MANY_REQUESTS:
        return SensorRefusedError(
            "The Movesense takes no more requests (429). It was told to restart: try again in ten "
            "seconds. If it says so again, take its battery out for a moment."
        )
    if status in (409, 423, 507):
        return SensorBusyError(
            f"The Movesense measures for somebody else already ({status}): close every other app "
            "that uses it, or take its battery out for a moment."
        )
    if status in (404, 400, 501):
        return SensorRefusedError(
            f"The Movesense cannot measure in this way ({status}): choose another rate, or update "
            "its firmware with the Movesense app."
        )
    if status == 503:
        return SensorRefusedError(
            "The Movesense cannot measure at the moment (503): stop its own recording, then try "
            "again."
        )
    return SensorRefusedError(
        f"The Movesense refused ({status}): take its battery out for a moment, then try again."
    )
