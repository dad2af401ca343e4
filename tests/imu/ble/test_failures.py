"""Every trouble is told in a sentence that says what to do, on each system."""

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)
from bleak_retry_connector import BleakConnectionError, BleakOutOfConnectionSlotsError

from imu.ble.failures import ERRORS, SENTENCES, Doing, Trouble, error_of, sensor_error
from imu.errors import (
    BluetoothOffError,
    BluetoothPermissionError,
    LinkLostError,
    PairingError,
    SensorBusyError,
    SensorError,
    SensorNotFoundError,
    SensorRefusedError,
)

SYSTEMS = ["linux", "darwin", "win32"]
reasons = BleakBluetoothNotAvailableReason


@pytest.mark.parametrize("system", [*SYSTEMS, "another"])
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_an_error_and_a_whole_sentence(trouble: Trouble, system: str) -> None:
    error = error_of(trouble, "Pelvis-01", system)

    assert type(error) is ERRORS[trouble]
    assert str(error).endswith(".")
    assert "{" not in str(error)
    assert "  " not in str(error)


def test_every_system_gets_its_own_advice() -> None:
    for trouble in (Trouble.OFF, Trouble.DENIED, Trouble.NO_BOND):
        assert len({str(error_of(trouble, system=system)) for system in SYSTEMS}) == 3
    assert set(SENTENCES) == set(Trouble)


@pytest.mark.parametrize("reason", reasons)
def test_a_radio_that_cannot_be_used(reason: reasons) -> None:
    error = sensor_error(BleakBluetoothNotAvailableError("", reason), Doing.SCANNING)

    is_denied = reason.name.startswith("DENIED")
    assert type(error) is (BluetoothPermissionError if is_denied else BluetoothOffError)


@pytest.mark.parametrize(
    ("name", "detail", "expected"),
    [
        ("org.bluez.Error.NotReady", "Resource Not Ready", BluetoothOffError),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "", BluetoothOffError),
        ("org.freedesktop.DBus.Error.AccessDenied", "", BluetoothPermissionError),
        ("org.bluez.Error.InProgress", "Operation already in progress", SensorBusyError),
        ("org.freedesktop.DBus.Error.UnknownObject", "", SensorNotFoundError),
        ("org.bluez.Error.AuthenticationFailed", "", PairingError),
        ("org.bluez.Error.NotPermitted", "Not paired", PairingError),
        ("org.bluez.Error.Failed", "Not connected", LinkLostError),
        ("org.bluez.Error.Failed", "anything else", LinkLostError),
    ],
)
def test_errors_of_dbus(name: str, detail: str, expected: type[SensorError]) -> None:
    error = sensor_error(BleakDBusError(name, [detail] if detail else []), Doing.TALKING)

    assert type(error) is expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (BleakGATTProtocolError(0x05), PairingError),
        (BleakGATTProtocolError(0x0F), PairingError),
        (BleakGATTProtocolError(0x81), SensorRefusedError),
        (BleakCharacteristicNotFoundError("2a19"), SensorRefusedError),
        (BleakDeviceNotFoundError("F0"), SensorNotFoundError),
        (BleakOutOfConnectionSlotsError("no slot"), SensorBusyError),
        (BleakError("Peer removed pairing information"), PairingError),
        (BleakError("failed to discover services, device disconnected"), LinkLostError),
        (PermissionError(13, "denied"), BluetoothPermissionError),
        (FileNotFoundError(2, "no socket"), BluetoothOffError),
    ],
)
def test_other_errors(cause: Exception, expected: type[SensorError]) -> None:
    assert type(sensor_error(cause, Doing.CONNECTING)) is expected


@pytest.mark.parametrize(
    ("doing", "expected"),
    [
        (Doing.SCANNING, BluetoothOffError),
        (Doing.CONNECTING, SensorNotFoundError),
        (Doing.TALKING, LinkLostError),
        (Doing.BONDING, PairingError),
    ],
)
def test_what_says_nothing_means_what_was_tried(doing: Doing, expected: type[SensorError]) -> None:
    assert type(sensor_error(TimeoutError(), doing)) is expected
    assert type(sensor_error(BleakError("unheard of"), doing)) is expected


def test_the_first_cause_says_most() -> None:
    wrapped = BleakConnectionError("Failed to connect after 4 attempts")
    wrapped.__cause__ = BleakDBusError("org.bluez.Error.NotReady", [])

    assert type(sensor_error(wrapped, Doing.CONNECTING)) is BluetoothOffError


def test_a_connection_that_failed_without_a_cause_was_reached_and_dropped() -> None:
    wrapped = BleakConnectionError("Failed to connect after 4 attempts")
    wrapped.__cause__ = BleakError("unheard of")

    error = sensor_error(wrapped, Doing.CONNECTING)
    assert type(error) is LinkLostError
    assert "ends the connection at once" in str(error)


def test_the_sensor_is_called_by_its_name() -> None:
    assert "Pelvis-01" in str(sensor_error(TimeoutError(), Doing.CONNECTING, "Pelvis-01"))
