"""The few calls of the API that commands make."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from server.errors import (
    ApiError,
    NoServerError,
    OtherServerError,
    SettingsError,
)
from server.settings import require_loopback

_TIMEOUT_S = 5.0
# Analysing a long recording takes its time, and a stream is silent in a pause.
_PATIENCE_S = 600.0


class ApiClient:
    """Calls a hiplevel server on this computer.

    Raises
    ------
    SettingsError
        The address is no web address, or not one of this computer's own.
    """

    def __init__(self, url: str) -> None:
        host = _host_of(url)
        try:
            require_loopback(host)
        except SettingsError as error:
            raise SettingsError(
                "A recording is handed to a server on this computer only, "
                f"and {host} is not one of its addresses. Use 127.0.0.1, ::1 or localhost."
            ) from error
        self.url = url.rstrip("/")
        # The server is on this machine; a proxy would not find it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def check(self) -> None:
        """Make sure that it is a hiplevel server that answers.

        Raises
        ------
        NoServerError
            Nobody answers.
        OtherServerError
            Another program does.
        """
        try:
            health = self.call("GET", "/health")
        except (ApiError, ValueError, OSError, http.client.HTTPException) as error:
            raise OtherServerError(self.url) from error
        if not isinstance(health, dict) or "n_runs" not in health:
            raise OtherServerError(self.url)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the API and return what it answers.

        Raises
        ------
        ApiError, NoServerError
            The server refuses, or there is none.
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        with self._open(method, path, data, headers, _TIMEOUT_S) as response:
            return json.load(response)

    def upload(self, path: Path) -> Any:
        """Import a recording and return what the API answers."""
        headers = {
            "content-type": "application/vnd.apache.parquet",
            "content-length": str(path.stat().st_size),
        }
        with path.open("rb") as file:
            address = f"/runs?name={quote(path.name)}"
            try:
                with self._open("POST", address, file, headers, _PATIENCE_S) as response:
                    return json.load(response)
            except (OSError, http.client.HTTPException) as error:
                raise ApiError(
                    f"The server at {self.url} ended the connection before the recording was "
                    "there. Look at what it printed, and try again."
                ) from error

    def watch(self, session_id: str) -> Iterator[tuple[str, Any]]:
        """Yield name and data of the live session's events, from its first on."""
        path = f"/live/events?session={quote(session_id)}"
        with self._open("GET", path, None, {}, _PATIENCE_S) as response:
            name = ""
            # A server that ends takes the stream with it; the caller misses its last event.
            with suppress(OSError, http.client.HTTPException):
                for raw in response:
                    key, _, value = raw.decode("utf-8").rstrip("\r\n").partition(": ")
                    if key == "event":
                        name = value
                    elif key == "data":
                        yield name, json.loads(value)

    def stop_live(self) -> None:
        """End the live session, if it is still running and the server is still there."""
        with suppress(ApiError, NoServerError):
            self.call("DELETE", "/live")

    def _open(
        self, method: str, path: str, data: Any, headers: dict[str, str], timeout_s: float
    ) -> IO[bytes]:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self.url}/api/v1{path}", data=data, headers=headers, method=method
        )
        try:
            response: IO[bytes] = self._opener.open(request, timeout=timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(_detail(error)) from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionResetError | BrokenPipeError | TimeoutError):
                raise  # somebody is there
            raise NoServerError(self.url) from error
        return response


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and parts.port != 0
        host = parts.hostname if is_address else None
    except ValueError:  # the port is no number
        host = None
    if not host:
        raise SettingsError(f"{url} is no web address. Write it like http://127.0.0.1:8000")
    return host


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {error.code}; is it hiplevel?"
