"""The pages that a person sees."""

from fastapi import FastAPI


def add_pages(app: FastAPI) -> None:
    """Add pages and static files to the application."""
