from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from imu.recordings import Recording, write_recording
from server.app import create_app
from server.library import Library
from server.settings import Settings

pytestmark = pytest.mark.anyio

RUNS = "/api/v1/runs"
LIMIT_BYTES = 200_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.for_home(tmp_path / "home"), max_upload_bytes=LIMIT_BYTES)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(Library(settings))


@pytest.fixture
def table_recording(tmp_path: Path) -> bytes:
    """A sensor that lies on a table: a valid recording without a single stance."""
    rng = np.random.default_rng(1)
    t_s = np.arange(1500) / 100
    acc = rng.normal(0, 0.02, (1500, 3)) + np.array((0, 0, 9.81))
    metadata = {"sampling_rate_hz": 100.0, "started_at": "2026-03-01T07:30:00Z", "title": "Table"}
    path = tmp_path / "table.parquet"
    write_recording(path, Recording(t_s, acc, rng.normal(0, 0.002, (1500, 3)), metadata))
    return path.read_bytes()


def assert_nothing_is_stored(app: FastAPI) -> None:
    library: Library = app.state.library
    assert library.runs().total == 0
    home = library.settings.home
    assert [path for path in home.rglob("*") if path.suffix == ".parquet"] == []


async def test_a_bare_body_and_a_form_are_the_same_content(
    client: httpx.AsyncClient, table_recording: bytes
) -> None:
    bare = await client.post(RUNS, params={"name": "table.parquet"}, content=table_recording)
    assert bare.status_code == 201, bare.text
    run = bare.json()["run"]
    assert (run["title"], run["source_name"]) == ("Table", "table.parquet")
    assert run["started_at"] == "2026-03-01T07:30:00Z"
    assert run["headline"]["n_stances"] == 0
    assert bare.headers["location"] == f"{RUNS}/{run['id']}"
    form = await client.post(RUNS, files={"file": ("other.parquet", table_recording)})
    assert form.status_code == 200
    assert (form.json()["is_new"], form.json()["run_id"]) == (False, run["id"])


async def test_what_the_person_says_wins(client: httpx.AsyncClient, table_recording: bytes) -> None:
    said = {"title": "Hills", "kind": "tempo", "distance_m": 5000}
    answer = await client.post(
        RUNS, params=said, data={"note": "a field before"}, files={"file": ("a", table_recording)}
    )
    run = answer.json()["run"]
    assert {name: run[name] for name in said} == said


async def test_an_announced_size_is_refused_at_once(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    answer = await client.post(RUNS, content=bytes(LIMIT_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:hiplevel:problem:upload-too-large"
    assert_nothing_is_stored(app)


@pytest.mark.parametrize("is_form", [True, False])
async def test_an_unannounced_size_is_refused_while_it_arrives(
    app: FastAPI, client: httpx.AsyncClient, *, is_form: bool
) -> None:
    n_sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal n_sent
        if is_form:
            yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while n_sent < 100 * LIMIT_BYTES:
            n_sent += 10_000
            yield bytes(10_000)

    headers = {"content-type": "multipart/form-data; boundary=x"} if is_form else {}
    answer = await client.post(RUNS, content=endless(), headers=headers)
    assert answer.status_code == 413
    assert_nothing_is_stored(app)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "upload-refused"),
        (b"not a recording at all", "recording-unreadable"),
        (b"PAR1" + bytes(500) + b"PAR1", "recording-unreadable"),
    ],
)
async def test_a_file_that_is_no_recording_leaves_nothing(
    app: FastAPI, client: httpx.AsyncClient, content: bytes, kind: str
) -> None:
    answer = await client.post(RUNS, params={"name": "notes.txt"}, content=content)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:hiplevel:problem:{kind}"
    if kind == "recording-unreadable":
        assert "notes.txt" in answer.json()["detail"]
    assert_nothing_is_stored(app)


async def test_a_cut_off_recording_leaves_nothing(
    app: FastAPI, client: httpx.AsyncClient, table_recording: bytes
) -> None:
    answer = await client.post(RUNS, content=table_recording[: len(table_recording) // 2])
    assert answer.status_code == 422
    assert_nothing_is_stored(app)


@pytest.mark.parametrize(
    "body", [b"--x\r\nbroken", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--']
)
async def test_a_form_without_a_file_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = await client.post(RUNS, content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:hiplevel:problem:upload-refused"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.parquet", "/etc/passwd", "a\x00b\n.parquet", "." * 400]
)
async def test_a_file_name_never_becomes_a_path(
    app: FastAPI, client: httpx.AsyncClient, table_recording: bytes, name: str
) -> None:
    answer = await client.post(RUNS, params={"name": name[:255]}, content=table_recording)
    assert answer.status_code == 201
    shown = answer.json()["run"]["source_name"]
    assert not set(shown) & set("/\\\x00\n")
    kept = [path.name for path in (app.state.library.settings.home / "recordings").iterdir()]
    assert kept == [answer.json()["run"]["content_hash"] + ".parquet"]
