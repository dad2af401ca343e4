"""What routes of pages and API ask for."""

from typing import Annotated

from fastapi import Depends, Request

from server.library import Library
from server.live import LiveRoom


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


# The room belongs to the event loop: no thread may touch it, so this is no plain function.
async def _live(request: Request) -> LiveRoom:
    live: LiveRoom = request.app.state.live
    return live


LibraryDep = Annotated[Library, Depends(_library)]
LiveDep = Annotated[LiveRoom, Depends(_live)]
