"""What routes of pages and API ask for."""

from typing import Annotated

from fastapi import Depends, Request

from server.library import Library


def _library(request: Request) -> Library:
    library = request.app.state.library
    assert isinstance(library, Library)  # noqa: S101 - create_app put it there
    return library


LibraryDep = Annotated[Library, Depends(_library)]
