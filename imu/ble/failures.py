"""What can go wrong with Bluetooth, in errors of this package that say what the person can do.

bleak and the systems below it tell the same trouble in many ways; here each becomes one error.
Names of D-Bus errors are those of BlueZ's documentation and of D-Bus itself.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)
from bleak_retry_connector import (
    BleakAbortedError,
    BleakConnectionError,
    BleakNotFoundError,
    BleakOutOfConnectionSlotsError,
)

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


class Doing(Enum):
    """What was tried; the same failure means different things."""

    SCANNING = "scanning"
    CONNECTING = "connecting"
    TALKING = "talking"
    BONDING = "bonding"


class Trouble(Enum):
    """What can be wrong, whatever the system calls it."""

    OFF = "off"
    NO_RADIO = "no radio"
    NO_SERVICE = "no service"
    DENIED = "denied"
    NOT_FOUND = "not found"
    BUSY = "busy"
    NO_ROOM = "no room"
    LOST = "lost"
    DROPPED = "dropped"
    NO_BOND = "no bond"


ERRORS: dict[Trouble, type[SensorError]] = {
    Trouble.OFF: BluetoothOffError,
    Trouble.NO_RADIO: BluetoothOffError,
    Trouble.NO_SERVICE: BluetoothOffError,
    Trouble.DENIED: BluetoothPermissionError,
    Trouble.NOT_FOUND: SensorNotFoundError,
    Trouble.BUSY: SensorBusyError,
    Trouble.NO_ROOM: SensorBusyError,
    Trouble.LOST: LinkLostError,
    Trouble.DROPPED: LinkLostError,
    Trouble.NO_BOND: PairingError,
}
SENTENCES = {
    Trouble.OFF: "Bluetooth is switched off. {way}",
    Trouble.NO_RADIO: "This computer has no Bluetooth radio that can talk to sensors. "
    "Plug in a USB adapter for Bluetooth 4.0 or newer.",
    Trouble.NO_SERVICE: "The Bluetooth service of this computer does not answer. Install BlueZ if "
    "it is missing, and start it: sudo systemctl enable --now bluetooth. In a container, hand in "
    "the D-Bus socket of the system as well.",
    Trouble.DENIED: "hiplevel may not use Bluetooth. {way}",
    Trouble.NOT_FOUND: "{name} is not found. Wake it, bring it close to the computer, and see "
    "that no phone is connected to it.",
    Trouble.BUSY: "Bluetooth is busy with another request. Wait a few seconds and try again.",
    Trouble.NO_ROOM: "The Bluetooth radio holds as many connections as it can. Disconnect another "
    "device first.",
    Trouble.LOST: "The connection to {name} is lost. Bring it close to the computer again.",
    Trouble.DROPPED: "{name} ends the connection at once. Bring it close to the computer. If that "
    "does not help and it was bonded before, forget the sensor here, remove it from the system as "
    "well ({way}), then pair again.",
    Trouble.NO_BOND: "{name} and this computer do not agree on their bond. Forget the sensor "
    "here, remove it from the system as well ({way}), then pair again.",
}
WAYS = {
    (Trouble.OFF, "linux"): "Switch it on in the settings of your desktop, or run: bluetoothctl "
    "power on (if that is refused: rfkill unblock bluetooth).",
    (Trouble.OFF, "darwin"): "Switch it on in the menu bar or in System Settings, Bluetooth.",
    (Trouble.OFF, "win32"): "Switch it on in Settings, Bluetooth & devices.",
    (Trouble.DENIED, "linux"): "Add your user to the group bluetooth (sudo usermod -aG bluetooth "
    "$USER), log in anew, and see that no D-Bus policy forbids org.bluez.",
    (Trouble.DENIED, "darwin"): "Allow it for the terminal or the app that runs hiplevel in "
    "System Settings, Privacy & Security, Bluetooth, then start it again.",
    (Trouble.DENIED, "win32"): "Allow it in Settings, Privacy & security.",
    **{
        (trouble, system): place
        for trouble in (Trouble.NO_BOND, Trouble.DROPPED)
        for system, place in (
            ("linux", "bluetoothctl remove, with its address"),
            ("darwin", "System Settings, Bluetooth"),
            ("win32", "Settings, Bluetooth & devices"),
        )
    },
}
# What is meant where nothing says more than that it did not work.
OTHERWISE = {
    Doing.SCANNING: Trouble.OFF,
    Doing.CONNECTING: Trouble.NOT_FOUND,
    Doing.TALKING: Trouble.LOST,
    Doing.BONDING: Trouble.NO_BOND,
}

_reasons = BleakBluetoothNotAvailableReason
_OF_REASON = {
    _reasons.NO_BLUETOOTH: Trouble.NO_RADIO,
    _reasons.NO_BLE_CENTRAL_ROLE: Trouble.NO_RADIO,
    _reasons.POWERED_OFF: Trouble.OFF,
    _reasons.DENIED_BY_USER: Trouble.DENIED,
    _reasons.DENIED_BY_SYSTEM: Trouble.DENIED,
    _reasons.DENIED_BY_UNKNOWN: Trouble.DENIED,
    _reasons.UNKNOWN: Trouble.OFF,
}
_OF_DBUS = {
    "org.bluez.Error.NotReady": Trouble.OFF,
    "org.freedesktop.DBus.Error.ServiceUnknown": Trouble.NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": Trouble.NO_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": Trouble.NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": Trouble.DENIED,
    "org.freedesktop.DBus.Error.AuthFailed": Trouble.DENIED,
    "org.freedesktop.DBus.Error.UnknownObject": Trouble.NOT_FOUND,
    "org.bluez.Error.DoesNotExist": Trouble.NOT_FOUND,
    "org.bluez.Error.InProgress": Trouble.BUSY,
    "org.bluez.Error.AuthenticationFailed": Trouble.NO_BOND,
    "org.bluez.Error.AuthenticationRejected": Trouble.NO_BOND,
    "org.bluez.Error.AuthenticationCanceled": Trouble.NO_BOND,
    "org.bluez.Error.AuthenticationTimeout": Trouble.NO_BOND,
    "org.bluez.Error.NotConnected": Trouble.LOST,
}
# Said with kinds of errors that mean several things: by BlueZ, by bleak where BlueZ has ended a
# connection (which it does without a word when keys do not match), by macOS, by the virtual radio.
_OF_TEXT = {
    "Not paired": Trouble.NO_BOND,
    "Not connected": Trouble.LOST,
    "Input/output error": Trouble.OFF,  # of BlueZ 5.66, asked to connect while it is switched off
    "failed to discover services": Trouble.DROPPED,
    "Peer removed pairing information": Trouble.NO_BOND,
    "Encryption failed": Trouble.NO_BOND,
}
_OF_PROTOCOL = {
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION: Trouble.NO_BOND,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION: Trouble.NO_BOND,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION_KEY_SIZE: Trouble.NO_BOND,
}
_OF_KIND: dict[type[BaseException], Trouble] = {
    BleakOutOfConnectionSlotsError: Trouble.NO_ROOM,
    BleakDeviceNotFoundError: Trouble.NOT_FOUND,
    BleakNotFoundError: Trouble.NOT_FOUND,
    BleakAbortedError: Trouble.DROPPED,
    BleakConnectionError: Trouble.DROPPED,
    PermissionError: Trouble.DENIED,
    FileNotFoundError: Trouble.NO_SERVICE,  # the socket of D-Bus
    ConnectionRefusedError: Trouble.NO_SERVICE,
}


@contextmanager
def failures_told(doing: Doing, name: str = "The sensor") -> Iterator[None]:
    """Raise errors of this package in place of those of bleak and of the system.

    Parameters
    ----------
    doing : Doing
    name : str
        Of the sensor, as the person knows it.

    Raises
    ------
    SensorError
        One of its kinds; the message says what the person can do.
    """
    try:
        yield
    except (BleakError, TimeoutError, EOFError, OSError) as error:
        raise sensor_error(error, doing, name) from error


def sensor_error(
    error: BaseException, doing: Doing, name: str = "The sensor", system: str = sys.platform
) -> SensorError:
    """Return the error of this package for one of bleak or of the system.

    Parameters
    ----------
    error : BaseException
        With what it was raised from: the first cause says most.
    doing : Doing
    name : str
    system : {"linux", "darwin", "win32"}
        As `sys.platform` has it.
    """
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    for one in reversed(chain):
        refusal = _refusal(one)
        if refusal is not None:
            att_error = int(one.code) if isinstance(one, BleakGATTProtocolError) else None
            return SensorRefusedError(
                f"{name} refused the request ({refusal}).", att_error=att_error
            )
        trouble = _trouble(one)
        if trouble is not None:
            return error_of(trouble, name, system)
    return error_of(OTHERWISE[doing], name, system)


def error_of(trouble: Trouble, name: str = "The sensor", system: str = sys.platform) -> SensorError:
    """Return the error that tells a trouble and what to do about it."""
    way = WAYS.get((trouble, system), WAYS.get((trouble, "linux"), ""))
    return ERRORS[trouble](SENTENCES[trouble].format(name=name, way=way))


def _refusal(error: BaseException) -> str | None:
    if isinstance(error, BleakCharacteristicNotFoundError):
        return f"it has no characteristic {error.char_specifier}"
    if isinstance(error, BleakGATTProtocolError) and error.code not in _OF_PROTOCOL:
        return str(error.args[-1])
    return None


def _trouble(error: BaseException) -> Trouble | None:
    """Return what an error means that says enough; None for one that does not."""
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _OF_REASON[error.reason]
    if isinstance(error, BleakGATTProtocolError):
        return _OF_PROTOCOL.get(error.code)
    if isinstance(error, BleakDBusError):
        return _OF_DBUS.get(error.dbus_error) or _of_text(error)
    by_kind = (trouble for kind, trouble in _OF_KIND.items() if isinstance(error, kind))
    return next(by_kind, None) or _of_text(error)


def _of_text(error: BaseException) -> Trouble | None:
    return next((trouble for text, trouble in _OF_TEXT.items() if text in str(error)), None)
