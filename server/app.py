"""The web application: pages, API and static files over one library."""

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
from server.tidying import tidy
from server.version import installed_version

# Text shrinks to a fifth at level 5; the levels above cost twice the time for a few percent.
_GZIP_LEVEL = 5


def create_app(library: Library) -> FastAPI:
    """Return the application over an open library, which it closes when it ends.

    ``app.state.library`` holds the library, ``app.state.live`` the live session.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(tidy, library)
        yield
        app.state.live.close()
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
    add_problem_handlers(app)
    add_api(app)
    add_pages(app)
    # Event streams and what is compressed already pass through as they are.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=_GZIP_LEVEL)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Guard)
    return app
