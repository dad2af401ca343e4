"""Which radio is used: the computer's own, or a virtual one."""

from dataclasses import dataclass

from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner


@dataclass(frozen=True, slots=True)
class Radio:
    """What everything in `imu.ble` takes to reach sensors.

    Attributes
    ----------
    scanner, client : type or None
        The two halves of a bleak backend; None lets bleak take that of the operating system.
    acquire_notify : bool
        On Linux: have notifications through a socket, not as D-Bus signals.  It costs less, but
        misses what a sensor sends before its subscription is answered, so it is not the default
        (of bleak neither, since its version 3.0.2).
    """

    scanner: type[BaseBleakScanner] | None = None
    client: type[BaseBleakClient] | None = None
    acquire_notify: bool = False


SYSTEM_RADIO = Radio()
