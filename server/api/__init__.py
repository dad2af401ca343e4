"""The HTTP API under /api/v1."""

from typing import Any

from fastapi import APIRouter, FastAPI

from server.api import health, live, pain, results, runs, sensors, syncing, trends
from server.problems import PROBLEM_MEDIA_TYPE, Problem


def add_api(app: FastAPI) -> None:
    """Add the API's routes to the application."""
    router = APIRouter(prefix="/api/v1")
    for part in (health, runs, results, trends, live, syncing, sensors, pain):
        router.include_router(part.router)
    app.include_router(
        router, responses={"default": {"model": Problem, "description": "Why it failed."}}
    )
    describe = app.openapi

    def describe_problems() -> dict[str, Any]:
        if app.openapi_schema is None:
            _tell_problems(describe())
        return app.openapi_schema or {}

    app.openapi = describe_problems  # type: ignore[method-assign]


def _tell_problems(schema: dict[str, Any]) -> None:
    """Say that every error is a problem; drop the shape that this API never answers."""
    problem = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for item in schema["paths"].values():
        for operation in item.values():
            operation["responses"].pop("422", None)
            if "default" in operation["responses"]:
                operation["responses"]["default"]["content"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
