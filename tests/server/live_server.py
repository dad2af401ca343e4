"""A real server in a thread, and a reader of its event stream."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from server.app import create_app
from server.library import Library
from server.sensors.hub import OpenRadio, system_radio
from server.serving import Server, address_of, listen


@contextmanager
def running(library: Library, open_radio: OpenRadio = system_radio) -> Iterator[str]:
    """Serve the library; yield the address; end as Ctrl-C would."""
    listener = listen("127.0.0.1", 0)
    server = Server(create_app(library, open_radio))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        assert not thread.is_alive(), "the server did not end"


@dataclass
class Event:
    name: str
    data: Any
    id: str | None


def events(response: httpx.Response) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line.startswith(":"):
            continue
        if line:
            key, _, value = line.partition(": ")
            fields[key] = value
        elif fields:
            yield Event(fields["event"], json.loads(fields["data"]), fields.get("id"))
            fields = {}
