"""Sensors that can be asked what time it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from imu.drivers.base import Conversation


@dataclass(frozen=True, slots=True)
class Ping:
    """One exchange of four times.

    Attributes
    ----------
    sent_s, answered_s : float
        Host clock: when the question left, when the answer arrived.
    received_s, replied_s : float
        Device clock: when the question arrived, when the answer left.
    """

    sent_s: float
    received_s: float
    replied_s: float
    answered_s: float

    @property
    def round_trip_s(self) -> float:
        """Time on the way, both directions together."""
        return (self.answered_s - self.sent_s) - (self.replied_s - self.received_s)

    @property
    def device_s(self) -> float:
        """Device time in the middle of the exchange."""
        return (self.received_s + self.replied_s) / 2

    @property
    def offset_s(self) -> float:
        """Host minus device time, if both ways took equally long."""
        return ((self.sent_s - self.received_s) + (self.answered_s - self.replied_s)) / 2


class Pingable(Conversation, Protocol):
    """A conversation with a sensor that tells its clock."""

    async def ping(self, host_ns: Callable[[], int]) -> Ping:
        """Exchange four times with the sensor.

        Parameters
        ----------
        host_ns : callable
            This computer's steady clock.

        Raises
        ------
        LinkLostError, SensorRefusedError
        """
