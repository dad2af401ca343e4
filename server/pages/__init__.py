"""The pages: routes, and view models that turn results into what a template prints."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_pages(app: "FastAPI") -> None:
    """Add pages and static files to the application."""
    from server.pages.site import add_site

    add_site(app)
