"""A server for one command: the one that is there, or one of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from server.app import create_app
from server.cli.api_client import ApiClient
from server.errors import NoServerError
from server.library import Library
from server.serving import Server, address_of, listen, n_workers_here
from server.settings import DEFAULT_PORT, Settings


@contextmanager
def server_at(url: str) -> Iterator[str]:
    """Yield the address of a server; where none answers, start one there for as long.

    Raises
    ------
    SettingsError
        The address is no web address, or not one of this computer's own.
    OtherServerError
        Another program answers there.
    """
    client = ApiClient(url)
    try:
        client.check()
    except NoServerError:
        with _own_server(url) as address:
            yield address
    else:
        yield client.url


@contextmanager
def _own_server(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    listener = listen(parts.hostname or "", parts.port or DEFAULT_PORT)
    library = Library(Settings.from_environment(), n_workers=n_workers_here())
    server = Server(create_app(library))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
