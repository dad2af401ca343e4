"""Templates, static files, and the page that a problem becomes."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from jinja2 import StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

from server.problems import Problem

PACKAGE = Path(__file__).resolve().parents[1]
STATIC = PACKAGE / "static"

templates = Jinja2Templates(directory=PACKAGE / "templates")
templates.env.undefined = StrictUndefined
templates.env.trim_blocks = True
templates.env.lstrip_blocks = True


class LastingFiles(StaticFiles):
    """Static files; an address that carries the digest of its content may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file."""
        response = await super().get_response(path, scope)
        is_lasting = b"v=" in scope["query_string"]
        kept = "public, max-age=31536000, immutable" if is_lasting else "no-cache"
        response.headers.setdefault("cache-control", kept)
        return response


@cache
def asset(path: str) -> str:
    """Return the address of a static file; it changes with the file's content."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


templates.env.globals["asset"] = asset


def page(request: Request, template: str, *, place: str = "", **values: Any) -> Response:
    """Return a page; ``place`` is its name in the navigation."""
    return templates.TemplateResponse(request, template, {"place": place, **values})


async def render_problem(request: Request, problem: Problem) -> Response | None:
    """Show a problem as a page to whoever asked for one."""
    if "text/html" not in request.headers.get("accept", ""):
        return None
    return templates.TemplateResponse(
        request, "problem.html", {"place": "", "problem": problem}, status_code=problem.status
    )


def add_site(app: FastAPI) -> None:
    """Add pages and static files to the application."""
    from server.pages import (
        live_page,
        pain_page,
        run_pages,
        runs_pages,
        sensor_page,
        trends_page,
    )

    pages = (runs_pages, run_pages, live_page, trends_page, pain_page, sensor_page)
    app.mount("/static", LastingFiles(directory=STATIC), name="static")
    for module in pages:
        app.include_router(module.router, include_in_schema=False)
    app.state.render_problem = render_problem
    # Compiled now, so that the first visitor does not wait for it.
    for name in templates.env.list_templates():
        templates.env.get_template(name)
