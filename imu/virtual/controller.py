"""bumble's virtual Bluetooth controller with its gaps closed; `imu.virtual.radio` lists them."""

import asyncio
from typing import TYPE_CHECKING

from bumble import hci, ll
from bumble.controller import Connection, Controller

if TYPE_CHECKING:
    from imu.virtual.air import Air

TYPICAL_RSSI_DBM = -50  # what bumble says of everybody
# Longest packet of the link layer with the length extension (Bluetooth Core 5.0, Vol 6 Part B 2.4).
MAX_LINK_LAYER_BYTES = 251
# BlueZ, and bleak's own tests of it, expect a controller without these.
_NOT_CLAIMED = hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING


class VirtualController(Controller):
    """bumble's controller with its gaps closed."""

    le_acl_data_packet_length = MAX_LINK_LAYER_BYTES
    supported_max_tx_octets = MAX_LINK_LAYER_BYTES
    supported_max_rx_octets = MAX_LINK_LAYER_BYTES
    suggested_max_tx_octets = MAX_LINK_LAYER_BYTES
    le_features = Controller.le_features & ~_NOT_CLAIMED

    def __init__(self, name: str, air: "Air") -> None:
        super().__init__(name, link=air)
        self.air = air
        self.rssi_dbm = TYPICAL_RSSI_DBM
        self.in_range = True

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """End the attempt to connect, which the host is told after the command is answered."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        given_up = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, given_up)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        """Report an advertisement and, if scanning actively, the scan response that follows it."""
        sender = self.air.find_le_controller(pdu.advertiser_address)
        if sender is None:
            return
        reports = hci.HCI_LE_Advertising_Report_Event
        if self.le_scan_enable:
            heard = [(reports.EventType.ADV_IND, pdu.data)]
            if self.le_scan_type == hci.HCI_LE_Set_Scan_Parameters_Command.ACTIVE_SCANNING:
                response = sender.le_legacy_advertiser.scan_response_data
                heard.append((reports.EventType.SCAN_RSP, response))
            for event_type, data in heard:
                report = reports.Report(
                    event_type=event_type,
                    address_type=pdu.advertiser_address.address_type,
                    address=pdu.advertiser_address,
                    data=bytes(data),
                    rssi=sender.rssi_dbm,
                )
                self.send_hci_packet(reports([report]))
        wanted = self.pending_le_connection
        if wanted is not None and wanted.peer_address == pdu.advertiser_address:
            self.create_le_connection(pdu.advertiser_address)

    def on_hci_acl_data_packet(self, packet: hci.HCI_AclDataPacket) -> None:
        """Queue a packet of the host; the host is told that it has gone when it has gone."""
        connection = self.find_le_connection_by_handle(packet.connection_handle)
        if connection is None:
            return
        connection.assembler.feed_packet(packet)
        gone = hci.HCI_Number_Of_Completed_Packets_Event(
            connection_handles=[connection.handle], num_completed_packets=[1]
        )
        self.air.way(self, connection.peer_address).put(lambda: self.send_hci_packet(gone))

    def on_le_disconnected(self, connection: Connection, reason: int) -> None:
        """End a connection, with all that is still on its way."""
        self.air.forget(connection)
        super().on_le_disconnected(connection, reason)
