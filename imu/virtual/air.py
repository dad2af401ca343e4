"""What is between virtual controllers: connection events, range, and the loss of links."""

import asyncio
from collections import deque
from collections.abc import Callable

from bumble import hci, ll
from bumble.controller import Connection, Controller
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

from imu.virtual.controller import VirtualController

# A connection of which the first six events stay empty was never established (Bluetooth Core 5.0,
# Vol 6 Part B 4.5.2); with the shortest interval there is, 7.5 ms, that is 45 ms.
ESTABLISHED_WITHIN_S = 0.045


class Way:
    """One direction of one connection: what is on its way, in order, to the next event."""

    def __init__(
        self, air: "Air", sender: VirtualController, receiver: VirtualController | None
    ) -> None:
        self.receiver = receiver
        self._air = air
        self._ends = [end for end in (sender, receiver) if end is not None]
        self._queue: deque[Callable[[], None]] = deque()
        self._timer: asyncio.Handle | None = None

    def put(self, arrive: Callable[[], None]) -> None:
        """Let something arrive at the next connection event."""
        self._queue.append(arrive)
        self.go_on()

    def go_on(self) -> None:
        """Wait for the next connection event, if there is something to send and both hear."""
        if self._timer is not None or not self._queue or not all(e.in_range for e in self._ends):
            return
        loop, interval_s = asyncio.get_running_loop(), self._air.interval_s
        if interval_s > 0:
            next_event_s = (loop.time() // interval_s + 1) * interval_s
            self._timer = loop.call_at(next_event_s, self._event)
        else:
            self._timer = loop.call_soon(self._event)

    def drop(self) -> None:
        """Forget all that is on its way."""
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _event(self) -> None:
        self._timer = None
        if not all(end.in_range for end in self._ends):
            return
        for _ in range(len(self._queue)):
            if self._queue:  # what arrives may end the connection
                self._queue.popleft()()
        self.go_on()


class Air(LocalLink):
    """bumble's link with connection events, range and supervision timeout."""

    def __init__(self, interval_s: float) -> None:
        super().__init__()
        self.interval_s = interval_s
        self._ways: dict[tuple[Controller, hci.Address], Way] = {}
        self._supervision: dict[Controller, asyncio.TimerHandle] = {}
        self._is_closed = False

    def find_le_controller(self, address: hci.Address) -> VirtualController | None:
        """Find who has an address."""
        found = super().find_le_controller(address)
        return found if isinstance(found, VirtualController) else None

    def controller_of(self, address: str) -> VirtualController:
        """Find who has an address, which must exist."""
        found = self.find_le_controller(hci.Address(address))
        if found is None:
            raise ValueError(f"nobody on this radio has the address {address}")
        return found

    def way(self, sender: VirtualController, peer_address: hci.Address) -> Way:
        """Return the queue from a controller to the one with this address."""
        key = (sender, peer_address)
        if key not in self._ways:
            self._ways[key] = Way(self, sender, self.find_le_controller(peer_address))
        return self._ways[key]

    def forget(self, connection: Connection) -> None:
        """Drop what one end of a connection still has to send."""
        way = self._ways.pop((connection.controller, connection.peer_address), None)
        if way is not None:
            way.drop()

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Send data at the next connection event."""
        if not isinstance(sender_controller, VirtualController):
            return
        way = self.way(sender_controller, destination_address)
        receiver, source = way.receiver, sender_controller.random_address
        if receiver is not None:
            way.put(lambda: receiver.on_link_acl_data(source, transport, data))

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Send to everybody in range; an attempt to connect that nobody hears fails soon."""
        loop = asyncio.get_running_loop()
        if self._is_in_range(sender_controller):
            for controller in self.controllers - {sender_controller}:
                if self._is_in_range(controller):
                    loop.call_soon(controller.on_ll_advertising_pdu, packet)
        if isinstance(packet, ll.ConnectInd):
            loop.call_later(ESTABLISHED_WITHIN_S, self._check_connected, sender_controller, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Send a message of the link layer, if both are there to talk and to hear."""
        ends = [self.find_le_controller(one) for one in (sender_address, receiver_address)]
        if all(end is not None and end.in_range for end in ends):
            super().send_ll_control_pdu(sender_address, receiver_address, packet)

    def lose(
        self,
        controller: Controller,
        reason: hci.HCI_ErrorCode = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR,
    ) -> None:
        """End every connection of a controller at both ends."""
        for connection in list(controller.le_connections.values()):
            other = self.find_le_controller(connection.peer_address)
            theirs = other.le_connections.get(connection.self_address) if other else None
            controller.on_le_disconnected(connection, reason)
            if other is not None and theirs is not None:
                other.on_le_disconnected(theirs, reason)

    def set_in_range(
        self,
        controller: VirtualController,
        in_range: bool,  # noqa: FBT001 -- a setter
        supervision_timeout_s: float,
    ) -> None:
        """Let a controller hear and be heard, or not, and lose its links when that lasts."""
        controller.in_range = in_range
        timer = self._supervision.pop(controller, None)
        if timer is not None:
            timer.cancel()
        if in_range:
            for way in self._ways.values():
                way.go_on()
        else:
            loop = asyncio.get_running_loop()
            self._supervision[controller] = loop.call_later(
                supervision_timeout_s, self.lose, controller
            )

    def close(self) -> None:
        """Stop everything that would still happen by itself."""
        self._is_closed = True
        for timer in self._supervision.values():
            timer.cancel()
        for way in self._ways.values():
            way.drop()
        for controller in self.controllers:
            controller.le_legacy_advertiser.stop()

    def _is_in_range(self, controller: Controller) -> bool:
        return not self._is_closed and getattr(controller, "in_range", True)

    def _check_connected(self, central: Controller, attempt: ll.ConnectInd) -> None:
        connection = central.le_connections.get(attempt.advertiser_address)
        peripheral = self.find_le_controller(attempt.advertiser_address)
        is_known = peripheral and attempt.initiator_address in peripheral.le_connections
        if connection is not None and not is_known:
            reason = hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
            central.on_le_disconnected(connection, reason)
