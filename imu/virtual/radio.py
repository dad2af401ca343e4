"""A radio without air: virtual Bluetooth controllers and the link between them.

Google's bumble brings controllers that talk to each other inside of one process.  Those of version
0.0.236 lack what a test of a sensor needs most, and it is added here:

- giving up an attempt to connect ends it (bumble: says yes, and never ends it),
- a scan response carries its own data, such as the name (bumble: repeats the advertisement),
- signal strength can be set (bumble: always -50 dBm),
- data waits for the next connection event, so that it arrives in bursts as over the air, in order,
  and the sender learns that a packet has gone when it has gone, not when it was queued,
- links end by supervision timeout, at once (`VirtualRadio.lose`) or when a device has been out of
  range for too long (`VirtualRadio.set_in_range`),
- an attempt to connect to a device that has just gone away fails (bumble: connected to nobody).
"""

from bumble import hci
from bumble.device import Device, DeviceConfiguration
from bumble.pairing import PairingConfig

from imu.virtual.air import Air
from imu.virtual.controller import VirtualController


class VirtualRadio:
    """Air between virtual devices; all of its methods belong to one running event loop.

    Parameters
    ----------
    interval_s : float
        Time between two connection events; 0 hands data on at once.  May be changed at any time,
        as a peripheral does when the questions after connecting are over.
    supervision_timeout_s : float
        How long a device can be out of range before its links are lost.

    Examples
    --------
    ::

        radio = VirtualRadio()
        sensor = await radio.device("Pelvis-01", "F0:F1:F2:F3:F4:F5")
        sensor.add_service(...)
        await sensor.start_advertising(auto_restart=True)
        radio.interval_s = 0.03
        radio.lose("F0:F1:F2:F3:F4:F5")
    """

    def __init__(self, *, interval_s: float = 0.0, supervision_timeout_s: float = 4.0) -> None:
        self._air = Air(interval_s)
        self._devices: list[Device] = []
        self.supervision_timeout_s = supervision_timeout_s

    @property
    def interval_s(self) -> float:
        """Time between two connection events."""
        return self._air.interval_s

    @interval_s.setter
    def interval_s(self, interval_s: float) -> None:
        self._air.interval_s = interval_s

    def controller(self, name: str) -> VirtualController:
        """Make a controller for a host that brings its own transport, such as another process."""
        return VirtualController(name, self._air)

    async def device(
        self, name: str, address: str, *, advertising_interval_ms: float = 50.0
    ) -> Device:
        """Make a device and switch it on.

        Parameters
        ----------
        name : str
        address : str
            A static random one, such as ``F0:F1:F2:F3:F4:F5`` (the first digit is C to F).
        advertising_interval_ms : float

        Returns
        -------
        bumble.device.Device
            Bonds without a question ("Just Works"); bonds are kept in memory.
        """
        controller = self.controller(name)
        settings = DeviceConfiguration(
            name=name,
            address=hci.Address(address),
            advertising_interval_min=advertising_interval_ms,
            advertising_interval_max=advertising_interval_ms,
            irk=(bytes(hci.Address(address)) * 3)[:16],
        )
        device = Device.from_config_with_hci(settings, controller, controller)
        device.pairing_config_factory = lambda _connection: PairingConfig(mitm=False)
        await device.power_on()
        self._devices.append(device)
        return device

    def set_rssi(self, address: str, rssi_dbm: int) -> None:
        """Set how strongly a device is heard."""
        self._air.controller_of(address).rssi_dbm = rssi_dbm

    def lose(self, address: str) -> None:
        """Lose all links of a device, as both ends see it after a supervision timeout."""
        self._air.lose(self._air.controller_of(address))

    def set_in_range(self, address: str, in_range: bool) -> None:  # noqa: FBT001 -- a setter
        """Carry a device out of range of all others, or back.

        What is sent meanwhile waits; after `supervision_timeout_s` its links are lost.
        """
        self._air.set_in_range(
            self._air.controller_of(address), in_range, self.supervision_timeout_s
        )

    async def close(self) -> None:
        """Switch every device off; nothing happens on this radio any more."""
        self._air.close()
        for device in self._devices:
            await device.power_off()
