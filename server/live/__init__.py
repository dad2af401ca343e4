"""Live sessions: one at a time, a replay or a sensor; any number of viewers watch it."""

from server.live.room import LiveRoom
from server.live.session import LiveSession
from server.live.snapshot import Beat, LiveSnapshot, LiveSource, LiveState, SensorLink

__all__ = [
    "Beat",
    "LiveRoom",
    "LiveSession",
    "LiveSnapshot",
    "LiveSource",
    "LiveState",
    "SensorLink",
]
