"""Virtual sensors in one process, the host that meets them in another.

Between them goes what goes between a computer and its Bluetooth adapter: the host controller
interface (HCI), over TCP or a Unix socket.  Every host that connects gets an adapter of its own on
the same air.  Addresses are ``tcp:127.0.0.1:9000`` or ``unix:/a/path``.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

from bumble import hci
from bumble.device import Device, DeviceConfiguration
from bumble.pairing import PairingConfig
from bumble.transport.common import StreamPacketSink, StreamPacketSource

from imu.ble.radio import Radio
from imu.errors import BluetoothOffError
from imu.virtual.backend import backend_on
from imu.virtual.controller import VirtualController
from imu.virtual.counts import Felt
from imu.virtual.device import Firmware
from imu.virtual.host import VirtualHost
from imu.virtual.radio import VirtualRadio
from imu.virtual.sensor import VirtualSensor

logger = logging.getLogger(__name__)

ANYWHERE = "tcp:127.0.0.1:0"  # a free port of this computer
INTERVAL_S = 0.03  # a usual connection interval
MAX_SENSORS = 99
_STATIC_BITS = 0xC0  # of a static random address (Bluetooth Core 5.0, Vol 6 Part B 1.3.2.1)


async def serve_sensors(
    felt: Felt,
    told: Callable[[str], None],
    *,
    n: int = 1,
    address: str = ANYWHERE,
    drift_ppm: float = 0.0,
) -> None:
    """Simulate sensors until cancelled.

    Parameters
    ----------
    felt : Felt
        What all of them measure.
    told : callable
        Takes the address to connect to, once that is possible.
    n : int
    address : str
    drift_ppm : float

    Raises
    ------
    ValueError
        More sensors than there are addresses for, or no such kind of address.
    OSError
        The address is in use.
    """
    if not 1 <= n <= MAX_SENSORS:
        raise ValueError(f"1 to {MAX_SENSORS} sensors can be simulated, not {n}")
    loop = asyncio.get_running_loop()
    radio = VirtualRadio(interval_s=INTERVAL_S)
    sensors = []
    try:
        for k in range(1, n + 1):
            firmware = Firmware(felt, loop.time, drift_ppm=drift_ppm, seed=secrets.randbits(32))
            sensor = await VirtualSensor.on(
                radio, firmware, name=f"hiplevel V{k}", address=f"F0:F1:F2:F3:F4:{k:02d}"
            )
            sensors.append(sensor)
        async with served(radio, address) as where:
            told(where)
            await asyncio.Event().wait()
    finally:
        for sensor in sensors:
            await sensor.close()
        await radio.close()


@asynccontextmanager
async def served(radio: VirtualRadio, address: str = ANYWHERE) -> AsyncIterator[str]:
    """Let hosts of other processes onto a radio, and tell at which address.

    Raises
    ------
    ValueError
        No such kind of address.
    OSError
        It is in use.
    """
    loop = asyncio.get_running_loop()
    kind, place = _split(address)
    transports: set[asyncio.WriteTransport] = set()

    def adapter() -> _Adapter:
        return _Adapter(radio, transports)

    if kind == "unix":
        server = await loop.create_unix_server(adapter, place)
        where = address
    else:
        host, port = place.rsplit(":", maxsplit=1)
        server = await loop.create_server(adapter, host, int(port))
        where = f"tcp:{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield where
    finally:
        server.close()
        for transport in list(transports):
            transport.abort()


async def radio_at(address: str) -> Radio:
    """Return the radio of a simulation in another process.

    Raises
    ------
    ValueError
        No such kind of address.
    BluetoothOffError
        Nobody simulates sensors there.
    """
    loop = asyncio.get_running_loop()
    kind, place = _split(address)
    try:
        if kind == "unix":
            transport, source = await loop.create_unix_connection(_Source, place)
        else:
            name, port = place.rsplit(":", maxsplit=1)
            transport, source = await loop.create_connection(_Source, name, int(port))
    except OSError as error:
        raise BluetoothOffError(
            f"No simulated sensors are at {address}. Start them, or see that the address is right."
        ) from error
    host = VirtualHost(await _device(source, StreamPacketSink(transport)))

    def over(_: object) -> None:
        host.is_powered = False

    source.terminated.add_done_callback(over)
    return backend_on(host)


class _Source(StreamPacketSource):
    """What a host hears; bumble's own does not tell that its other end is gone."""

    def connection_lost(self, exc: Exception | None) -> None:
        logger.info("the simulated sensors are gone: %r", exc)
        self.on_transport_lost()


class _Adapter(StreamPacketSource):
    """The adapter of one host of another process."""

    def __init__(self, radio: VirtualRadio, transports: set[asyncio.WriteTransport]) -> None:
        super().__init__()
        self._controller: VirtualController = radio.controller("a host elsewhere")
        self._transports = transports
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._transports.add(self._transport)
        self._controller.host = StreamPacketSink(self._transport)
        self.set_packet_sink(self._controller)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the adapter out: its links are lost, and nobody hears it any more."""
        logger.info("a host is gone: %r", exc)
        if self._transport is not None:
            self._transports.discard(self._transport)
        controller = self._controller
        controller.host = None
        controller.le_legacy_advertiser.stop()
        controller.air.lose(controller)
        controller.air.remove_controller(controller)


async def _device(source: StreamPacketSource, sink: StreamPacketSink) -> Device:
    """Make a host with an address that no other has, and switch it on."""
    raw = secrets.token_bytes(6)
    address = hci.Address(raw[:5] + bytes([raw[5] | _STATIC_BITS]))
    settings = DeviceConfiguration(name="host", address=address, irk=secrets.token_bytes(16))
    device = Device.from_config_with_hci(settings, source, sink)
    device.pairing_config_factory = lambda _connection: PairingConfig(mitm=False)
    await device.power_on()
    return device


def _split(address: str) -> tuple[str, str]:
    kind, _, place = address.partition(":")
    is_tcp = kind == "tcp" and place.rpartition(":")[2].isdecimal()
    if not (is_tcp or (kind == "unix" and place)):
        raise ValueError(f"{address!r} is neither tcp:HOST:PORT nor unix:PATH")
    return kind, place
