"""Live sessions: one recording plays at a time, any number of viewers watch it."""

from server.live.room import LiveRoom
from server.live.session import LiveSession, LiveSnapshot, LiveState

__all__ = ["LiveRoom", "LiveSession", "LiveSnapshot", "LiveState"]
