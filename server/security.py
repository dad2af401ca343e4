"""What protects the server from other websites: who may call it, and what a page may do."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.headers import SECURITY_HEADERS
from server.problems import http_problem, problem_response

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Refuses requests for other hosts and changes asked for by other websites.

    A website can make its visitor's browser call any address, 127.0.0.1 included, and can point a
    name of its own there (DNS rebinding).  The Host header names what the browser thought it was
    calling; Origin and Sec-Fetch-Site say who asked.  Programs send neither of the last two.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refused request, pass on any other, add the headers to every answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send_with_headers)
            return
        status, detail = refusal
        response = problem_response(http_problem(status, scope["path"], detail))
        await response(scope, receive, send_with_headers)


def _refusal(scope: Scope) -> tuple[int, str] | None:
    headers = Headers(scope=scope)
    host = headers.get("host", "").lower()  # names in addresses have no case (RFC 3986, 3.2.2)
    if host not in _own_hosts(scope):
        return (
            400,
            "Open the server as http://127.0.0.1 or http://localhost with its port.",
        )
    if scope["method"] in _SAFE_METHODS:
        return None
    site = headers.get("sec-fetch-site", "none")
    origin = headers.get("origin")
    is_own_origin = origin is None or urlsplit(origin.lower())[:2] == (scope["scheme"], host)
    if site not in ("same-origin", "none") or not is_own_origin:
        return 403, "Another website asked for this change, so it was refused."
    return None


def _own_hosts(scope: Scope) -> tuple[str, ...]:
    server = scope.get("server")
    port = None if server is None else server[1]
    named = tuple(f"{name}:{port}" for name in _LOOPBACK_NAMES)
    # Browsers leave out the scheme's own port.
    return named + _LOOPBACK_NAMES if port in (80, 443) else named
