"""Listen on this computer and answer with the application."""

import errno
import os
import signal
import socket
import webbrowser
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from server.app import create_app
from server.errors import NoAddressError, PortBusyError
from server.library import Library
from server.sensors.hub import OpenRadio, system_radio
from server.settings import require_loopback

# Requests still running when the server is asked to end get this long.
_GRACE_S = 5


class Server(uvicorn.Server):
    """Ends live streams before it waits for the open connections, or it would wait forever."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_level="warning", server_header=False, timeout_graceful_shutdown=_GRACE_S
            )
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the viewers go, then end as usual."""
        self._app.state.live.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """Take the port, so that it is known to be free before anything else is started.

    Raises
    ------
    UnsafeBindError
        Other machines could reach the host.
    NoAddressError
        This computer does not have it.
    PortBusyError
        Another program listens there.
    """
    host = require_loopback(host)
    address = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:  # no IPv6 here
        raise NoAddressError(host) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortBusyError(host, port) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise NoAddressError(host) from error
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the web address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def n_workers_here() -> int:
    """Return how many processes may analyse while the server keeps answering."""
    return max(1, min(4, (os.cpu_count() or 1) - 1))


def run_server(
    library: Library,
    listener: socket.socket,
    *,
    open_browser: bool,
    open_radio: OpenRadio = system_radio,
) -> None:
    """Serve the library until Ctrl-C or a request to terminate, then close it."""
    # Both end in the same way, so that whoever called can clean up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    address = address_of(listener)
    print(f"The dashboard is at {address} (Ctrl-C ends it).", flush=True)  # noqa: T201 - a command
    if open_browser:
        webbrowser.open(address)
    try:
        with listener, suppress(KeyboardInterrupt):
            Server(create_app(library, open_radio)).run(sockets=[listener])
    finally:
        library.close()  # also where the end was asked for before the application had started
