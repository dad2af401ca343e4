"""Fetching from an archive that runs on the loopback address."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from bench.public_data import PAGE_SIZE, SOURCES, FetchError, main, remote_files

CONTENT = {f"run{k}.c3d": f"data of {k}".encode() * 1000 for k in range(3)}
ARTICLE = SOURCES["fukuchi-2017"].article


class Archive:
    """A stand-in for the archive: the same list of files, the same addresses."""

    def __init__(self) -> None:
        self.entries: list[dict[str, object]] = []
        self.knows_pages = True
        self.requests: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        for number, (name, content) in enumerate(CONTENT.items()):
            self.add(number, name, hashlib.md5(content, usedforsecurity=False).hexdigest())

    def add(self, number: int, name: str, md5: str) -> None:
        self.entries.append(
            {
                "id": number,
                "name": name,
                "size": len(CONTENT.get(name, b"")),
                "is_link_only": False,
                "download_url": f"{self.address}/data/{number}/{name}",
                "supplied_md5": md5,
                "computed_md5": md5,
            }
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        archive = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                archive.requests.append(self.path)
                url = urlparse(self.path)
                name = url.path.rpartition("/")[2]
                if url.path == f"/v2/articles/{ARTICLE}/files":
                    start = (int(parse_qs(url.query)["page"][0]) - 1) * PAGE_SIZE
                    part = slice(start, start + PAGE_SIZE) if archive.knows_pages else slice(None)
                    body = json.dumps(archive.entries[part]).encode()
                elif name in CONTENT:
                    body = CONTENT[name]
                else:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def archive() -> Iterator[Archive]:
    archive = Archive()
    thread = threading.Thread(target=archive.server.serve_forever)
    thread.start()
    yield archive
    archive.server.shutdown()
    thread.join()
    archive.server.server_close()


def fetched(archive: Archive, folder: Path) -> int:
    return main(["fukuchi-2017", str(folder)], api=f"{archive.address}/v2")


def test_every_file_arrives_whole(archive: Archive, tmp_path: Path) -> None:
    assert fetched(archive, tmp_path / "new") == 0

    assert {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()} == CONTENT


def test_a_second_run_fetches_what_is_missing_only(archive: Archive, tmp_path: Path) -> None:
    fetched(archive, tmp_path)
    (tmp_path / "run1.c3d").unlink()
    archive.requests.clear()

    assert fetched(archive, tmp_path) == 0

    assert [r for r in archive.requests if "/data/" in r] == ["/data/1/run1.c3d"]


def test_a_wrong_checksum_is_one_line_and_leaves_no_file(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.entries[1]["computed_md5"] = "0" * 32

    assert fetched(archive, tmp_path) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("run1.c3d is not what the archive describes")
    assert [p.name for p in tmp_path.iterdir()] == ["run0.c3d"]


def test_a_file_that_does_not_arrive_is_one_line(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.add(3, "gone.c3d", "0" * 32)

    assert fetched(archive, tmp_path) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gone.c3d did not arrive")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(CONTENT)


def test_an_archive_that_cannot_be_reached_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fukuchi-2017", str(tmp_path)], api="http://127.0.0.1:9/v2") == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert "cannot be read" in line
    assert list(tmp_path.iterdir()) == []


def test_a_name_from_outside_stays_in_the_folder(archive: Archive) -> None:
    archive.entries[0]["name"] = "../../run0.c3d"

    first, *_ = remote_files(ARTICLE, f"{archive.address}/v2")

    assert first.name == "run0.c3d"


@pytest.mark.parametrize("knows_pages", [True, False])
def test_a_long_list_is_read_to_its_end(archive: Archive, knows_pages: bool) -> None:  # noqa: FBT001
    archive.knows_pages = knows_pages
    for number in range(10, 10 + PAGE_SIZE):
        archive.add(number, f"more{number}.txt", "0" * 32)

    files = remote_files(ARTICLE, f"{archive.address}/v2")

    assert len(files) == len(CONTENT) + PAGE_SIZE


@pytest.mark.parametrize("change", [{"computed_md5": "", "supplied_md5": ""}, {"name": ".."}])
def test_an_unusable_description_is_refused(archive: Archive, change: dict[str, str]) -> None:
    archive.entries[0].update(change)

    with pytest.raises(FetchError, match="by hand"):
        remote_files(ARTICLE, f"{archive.address}/v2")
