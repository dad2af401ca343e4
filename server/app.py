"""The web application: pages, API and static files over one library."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from server.api import add_api
from server.head import HeadAsGet
from server.library import Library
from server.live import LiveRoom
from server.pages import add_pages
from server.problems import add_problem_handlers
from server.security import Guard
from server.sensors.captures import Captures
from server.sensors.hub import OpenRadio, SensorHub, system_radio
from server.sensors.syncs import Syncs
from server.tidying import tidy
from server.version import installed_version

# Text shrinks to a fifth at level 5; the levels above cost twice the time for a few percent.
_GZIP_LEVEL = 5


def create_app(library: Library, open_radio: OpenRadio = system_radio) -> FastAPI:
    """Return the application over an open library, which it closes when it ends.

    ``app.state`` holds the library, the live session (``live``), the sensors and their captures.
    ``open_radio`` gives the radio that sensors are reached with.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(tidy, library)
        # Beside the first requests: an hour of a run takes some seconds.
        storing = asyncio.create_task(run_in_threadpool(app.state.captures.store_unfinished))
        yield
        await storing
        app.state.live.close()
        await app.state.live.finished()
        await app.state.syncs.cancel()
        library.close()

    app = FastAPI(
        title="hiplevel",
        version=installed_version(),
        summary="Stride-by-stride pelvic drop from one motion sensor.",
        description=(
            "Every quantity says its unit in its name. Drop is positive where the swing side is "
            "lower; left drop is the drop during left stance. Errors are problem details "
            "(RFC 9457), all of one shape."
        ),
        lifespan=lifespan,
        docs_url=None,  # it would load scripts from another server
        redoc_url=None,
    )
    app.state.library = library
    app.state.live = LiveRoom()
    app.state.sensors = SensorHub(library.settings.home, open_radio)
    app.state.captures = Captures(library, app.state.sensors)
    app.state.syncs = Syncs(library, app.state.sensors)
    add_problem_handlers(app)
    add_api(app)
    add_pages(app)
    # Event streams and what is compressed already pass through as they are.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=_GZIP_LEVEL)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Guard)
    return app
