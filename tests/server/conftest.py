from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from server.app import create_app
from server.library import Library
from server.settings import Settings
from tests.server.factory import fake_analyse


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(Settings.for_home(tmp_path / "home"), analyse=fake_analyse)
    yield library
    library.close()


@pytest.fixture
def recording_file(tmp_path: Path) -> Path:
    path = tmp_path / "easy run.parquet"
    path.write_bytes(b"stands for a recording")
    return path


@pytest.fixture
def run_id(library: Library, recording_file: Path) -> str:
    return library.import_recording(recording_file, original_name=recording_file.name).run_id


@pytest.fixture
def app(library: Library) -> FastAPI:
    return create_app(library)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client
