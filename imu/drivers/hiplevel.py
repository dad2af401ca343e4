"""The driver of sensors that speak our own open protocol; see ``firmware_protocol/SPEC.md``."""

from typing import cast

import firmware_protocol as fp
from imu.drivers.base import (
    Advertisement,
    Capabilities,
    Conversation,
    Decoder,
    Link,
    StreamDescription,
)
from imu.drivers.hiplevel_conversation import HiplevelConversation
from imu.drivers.hiplevel_decoder import LOG_CHANNEL, HiplevelDecoder


class HiplevelDriver:
    """Our protocol: a count of samples, device time in microseconds, memory."""

    name = "hiplevel"
    label = "hiplevel sensor"
    capabilities = Capabilities(
        has_memory=True,
        has_device_time=True,
        has_sequence=True,
        rates_hz=(52, 104, 208),
        acc_ranges_g=(8, 16),
        gyr_ranges_dps=(1000, 2000),
        has_ping=True,
    )
    data_channel = fp.DATA_UUID
    memory_channel: str | None = LOG_CHANNEL

    def recognises(self, advertisement: Advertisement) -> bool:
        """Whether the advertisement names our service."""
        return fp.SERVICE_UUID in advertisement.service_uuids

    def battery_percent(self, advertisement: Advertisement) -> int | None:
        """Charge, where the manufacturer data has it."""
        try:
            told = advertisement.manufacturer_data.get(fp.COMPANY_ID, b"")
            return fp.decode_announcement(told).battery_percent
        except fp.ProtocolError:
            return None

    def converse(self, link: Link) -> Conversation:
        """Begin to talk over a connection."""
        return cast("Conversation", HiplevelConversation(link))

    def decoder(self, description: StreamDescription) -> Decoder:
        """Return what decodes the notifications of a stream."""
        return HiplevelDecoder(description)
