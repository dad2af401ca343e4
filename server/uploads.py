"""Take an upload from the network into the data folder, piece by piece and size-limited."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from server.errors import UploadError, UploadTooLargeError
from server.store.recording_files import RecordingFiles

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

# What a form adds to its file: boundaries, headers, a few short fields.
_FORM_OVERHEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in the data folder; ``name`` is what a form calls it, None for a bare body."""

    path: Path
    name: str | None


@asynccontextmanager
async def receive_upload(
    request: Request, files: RecordingFiles, *, max_bytes: int
) -> AsyncIterator[Upload]:
    """Receive the body, or the first file of a form, and remove it at the end if nobody took it.

    Raises
    ------
    UploadTooLargeError
        More than ``max_bytes`` were announced or have arrived; the rest is not read.
    UploadError
        The body is empty or no valid form, or the connection was lost.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    is_form = kind == b"multipart/form-data"
    allowed_bytes = max_bytes + (_FORM_OVERHEAD_BYTES if is_form else 0)
    announced = request.headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdecimal()):
        raise HTTPException(400, "Content-Length must be a whole number of bytes.")
    # No length has more digits than the limit and is not above it.
    if len(announced.lstrip("0")) > 20 or int(announced) > allowed_bytes:
        raise UploadTooLargeError(max_bytes)
    path = files.new_incoming()
    try:
        with path.open("wb") as file:
            sink = (
                _FormSink(file, options.get(b"boundary", b""), max_bytes)
                if is_form
                else _BodySink(file, max_bytes)
            )
            await _pour(request, sink)
        if path.stat().st_size == 0:
            raise UploadError("The upload is empty. Choose a recording file.")
        yield Upload(path, sink.name)
    finally:
        path.unlink(missing_ok=True)


class _BodySink:
    """The whole body is the file."""

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self.name: str | None = None
        self._file = file
        self._max_bytes = max_bytes
        self._n_bytes = 0

    def write(self, chunk: bytes) -> None:
        self._n_bytes += len(chunk)
        if self._n_bytes > self._max_bytes:
            raise UploadTooLargeError(self._max_bytes)
        self._file.write(chunk)

    def end(self) -> None:
        """Nothing is left to do."""


class _FormSink:
    """The file is the first part of the form that has a file name."""

    def __init__(self, file: BinaryIO, boundary: bytes, max_bytes: int) -> None:
        if not boundary:
            raise UploadError("The form names no boundary between its parts.")
        self._body = _BodySink(file, max_bytes)
        self._is_file = False
        self._header: tuple[bytes, bytes] = (b"", b"")
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin_part,
            "on_header_begin": self._begin_header,
            "on_header_field": self._add_field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_part_data": self._add_data,
        }
        self._parser = MultipartParser(boundary, callbacks)

    @property
    def name(self) -> str | None:
        return self._body.name

    def write(self, chunk: bytes) -> None:
        self._parser.write(chunk)

    def end(self) -> None:
        self._parser.finalize()
        if self._body.name is None:
            raise UploadError("The form has no file. Choose a recording file.")

    def _begin_part(self) -> None:
        self._is_file = False

    def _begin_header(self) -> None:
        self._header = (b"", b"")

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _end_header(self) -> None:
        field, value = self._header
        if field.lower() != b"content-disposition" or self._body.name is not None:
            return
        name = parse_options_header(value)[1].get(b"filename")
        if name is not None:
            self._body.name = name.decode("utf-8", errors="replace")
            self._is_file = True

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._body.write(data[start:end])


async def _pour(request: Request, sink: _BodySink | _FormSink) -> None:
    try:
        async for chunk in request.stream():
            sink.write(chunk)
        sink.end()
    except MultipartParseError as error:
        raise UploadError("The form is not valid multipart/form-data.") from error
    except ClientDisconnect as error:
        raise UploadError("The connection was lost before the file had arrived.") from error
