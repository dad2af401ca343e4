"""A bleak backend on a virtual radio, so that programs meet bleak's public interface.

bleak picks a backend by class, so `backend_on` makes a pair of classes for one adapter.
Its backend interface may change with any release; 3.1.0 is what this was written for.
"""

from imu.ble.radio import Radio
from imu.virtual.client import VirtualClient
from imu.virtual.host import VirtualHost
from imu.virtual.radio import VirtualRadio
from imu.virtual.scanner import VirtualScanner


def backend_on(host: VirtualHost) -> Radio:
    """Return the radio that `imu.ble` takes, on this adapter."""
    return Radio(
        scanner=type("VirtualScanner", (VirtualScanner,), {"host": host}),
        client=type("VirtualClient", (VirtualClient,), {"host": host}),
    )


async def host_radio(radio: VirtualRadio) -> Radio:
    """Put the computer on a virtual radio, and return what `imu.ble` takes."""
    return backend_on(await VirtualHost.on(radio))
