"""Fetch public source data from its archive: ``python -m bench.public_data NAME FOLDER``.

The archive is asked for its list of files with their MD5 checksums, and every file that arrives is
verified with them.  A file is there whole or not at all; a second run fetches what is missing.
Needs the extra ``data`` of pyproject.toml.
"""

import argparse
import http.client
import json
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.progress import Progress

# https://docs.figshare.com: public files of an article, with computed_md5 and download_url.
FIGSHARE_API = "https://api.figshare.com/v2"
PAGE_SIZE = 100
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """A data set in the archive."""

    article: int
    licence: str
    citation: str


SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "fukuchi-2017": Source(
            article=4543435,
            licence="CC BY",
            citation="Fukuchi, Fukuchi & Duarte 2017, https://doi.org/10.7717/peerj.3298",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as the archive describes it."""

    name: str
    url: str
    md5: str
    n_bytes: int


class FetchError(Exception):
    """Data could not be fetched; the message says what to do."""


def remote_files(article: int, api: str = FIGSHARE_API) -> list[RemoteFile]:
    """Ask the archive for the files of an article, page by page.

    Raises
    ------
    FetchError
        The archive cannot be reached, or describes its files in another way.
    """
    files: dict[int, RemoteFile] = {}
    for page in range(1, 1000):
        answer = _answer(f"{api}/articles/{article}/files?page={page}&page_size={PAGE_SIZE}")
        try:
            new = {
                entry["id"]: _file_from(entry)
                for entry in answer
                if entry["id"] not in files and not entry.get("is_link_only")
            }
        except (KeyError, TypeError) as error:
            raise FetchError(
                f"The archive describes its files in a new way ({error!r}): fetch them by hand "
                f"from https://doi.org/10.6084/m9.figshare.{article}"
            ) from error
        files |= new
        # An archive that knows no pages gives the same list again.
        if not new or len(answer) < PAGE_SIZE:
            break
    return list(files.values())


def _answer(url: str) -> list[dict[str, Any]]:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310, our own address
            answer: list[dict[str, Any]] = json.load(response)
    except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
        raise FetchError(
            f"The archive's list of files cannot be read ({error}): check the network and run the "
            "command again."
        ) from error
    return answer


def _file_from(entry: dict[str, Any]) -> RemoteFile:
    # The name comes from outside: it names a file in the folder and nothing else.
    name = PurePosixPath(str(entry["name"]).replace("\\", "/")).name
    md5 = entry["computed_md5"] or entry["supplied_md5"]
    if not name or name == ".." or not md5:
        message = f"name or checksum of {entry['name']!r}"
        raise KeyError(message)
    return RemoteFile(name, entry["download_url"], md5, int(entry["size"]))


def fetch(files: Sequence[RemoteFile], folder: Path) -> Iterator[RemoteFile]:
    """Fetch and verify files one after the other; yield each when it is there.

    Raises
    ------
    FetchError
        A file did not arrive, or not as the archive describes it.  It is not in the folder then;
        those before it are.
    """
    import pooch
    from requests.exceptions import RequestException

    pooch.get_logger().setLevel("ERROR")
    for file in files:
        try:
            pooch.retrieve(file.url, f"md5:{file.md5}", fname=file.name, path=folder)
        except ValueError as error:
            raise FetchError(
                f"{file.name} is not what the archive describes (its MD5 differs) and was not "
                "kept: run the command again."
            ) from error
        except (RequestException, OSError) as error:
            raise FetchError(
                f"{file.name} did not arrive ({error}): run the command again, it goes on from "
                "here."
            ) from error
        yield file


def fetch_source(
    source: Source, folder: Path, console: Console, api: str = FIGSHARE_API
) -> list[RemoteFile]:
    """Fetch all files of a data set, with a progress bar in bytes."""
    files = remote_files(source.article, api)
    total = sum(file.n_bytes for file in files)
    console.print(f"{source.citation} ({source.licence})", highlight=False)
    console.print(f"{len(files)} files, {total / 1e6:,.0f} MB, to {folder}", highlight=False)
    with Progress(console=console) as progress:
        task = progress.add_task("Fetching", total=total)
        for file in fetch(files, folder):
            progress.advance(task, file.n_bytes)
    return files


def main(arguments: Sequence[str] | None = None, api: str = FIGSHARE_API) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.public_data", description=__doc__)
    parser.add_argument("name", choices=sorted(SOURCES))
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        fetch_source(SOURCES[chosen.name], chosen.folder, Console(), api)
    except FetchError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        return 1
    except ModuleNotFoundError as error:
        if error.name != "pooch":
            raise
        sys.stderr.write("Fetching needs pooch: python -m pip install --editable '.[data]'\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
