"""The HTTP API under /api/v1."""

from fastapi import APIRouter, FastAPI

from server.api import health
from server.problems import PROBLEM_MEDIA_TYPE, Problem

_PROBLEM = {"model": Problem, "content": {PROBLEM_MEDIA_TYPE: {}}}


def add_api(app: FastAPI) -> None:
    """Add the API's routes to the application."""
    router = APIRouter(prefix="/api/v1")
    router.include_router(health.router)
    app.include_router(router, responses={"default": _PROBLEM})
