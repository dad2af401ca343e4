"""The driver of Movesense sensors, as far as it can be written without one in hand."""

from imu.drivers.base import (
    Advertisement,
    Capabilities,
    Conversation,
    Decoder,
    Link,
    StreamDescription,
)
from imu.drivers.movesense_conversation import RATES_HZ, MovesenseConversation
from imu.drivers.movesense_decoder import MovesenseDecoder
from imu.drivers.movesense_gsp import ADVERTISED_UUID, DATA_UUID, NAME_PREFIX, SERVICE_UUID


class MovesenseDriver:
    """Movesense with GSP: device time in milliseconds, no count of samples, no memory used.

    It has a logbook of its own, which is not read.  Its ranges cannot be chosen over this
    protocol; 8 g is what others have found it to need at the sacrum.
    """

    name = "movesense"
    label = "Movesense (not tried on hardware)"
    capabilities = Capabilities(
        has_memory=False,
        has_device_time=True,
        has_sequence=False,
        rates_hz=RATES_HZ,
        acc_ranges_g=(8,),
        gyr_ranges_dps=(2000,),
        is_tried_on_hardware=False,
    )
    data_channel = DATA_UUID
    memory_channel: str | None = None

    def recognises(self, advertisement: Advertisement) -> bool:
        """Whether it says so by name or service; a name may come later than the service."""
        name, services = advertisement.name, advertisement.service_uuids
        if SERVICE_UUID in services or (name or "").startswith(NAME_PREFIX):
            return True
        return name is None and ADVERTISED_UUID in services

    def battery_percent(self, advertisement: Advertisement) -> int | None:
        """Not advertised."""
        del advertisement
        return None

    def converse(self, link: Link) -> Conversation:
        """Begin to talk over a connection."""
        return MovesenseConversation(link)

    def decoder(self, description: StreamDescription) -> Decoder:
        """Return what decodes the notifications of a stream."""
        return MovesenseDecoder(description)
