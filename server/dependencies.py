"""What routes of pages and API ask for."""

from typing import Annotated

from fastapi import Depends, Request

from server.library import Library
from server.live import LiveRoom
from server.sensors.captures import Captures
from server.sensors.hub import SensorHub
from server.sensors.syncs import Syncs


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


# Room and hub belong to the event loop: no thread may touch them, so these are no plain functions.
async def _live(request: Request) -> LiveRoom:
    live: LiveRoom = request.app.state.live
    return live


async def _hub(request: Request) -> SensorHub:
    hub: SensorHub = request.app.state.sensors
    return hub


async def _captures(request: Request) -> Captures:
    captures: Captures = request.app.state.captures
    return captures


async def _syncs(request: Request) -> Syncs:
    syncs: Syncs = request.app.state.syncs
    return syncs


LibraryDep = Annotated[Library, Depends(_library)]
LiveDep = Annotated[LiveRoom, Depends(_live)]
HubDep = Annotated[SensorHub, Depends(_hub)]
CapturesDep = Annotated[Captures, Depends(_captures)]
SyncsDep = Annotated[Syncs, Depends(_syncs)]
