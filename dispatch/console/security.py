"""The frame around every request: which hosts we answer for, who may send changes, how much, and what browsers may do.

**Hosts.** A page on another site can point its own name at 127.0.0.1 and talk to a server on loopback as if it were its
own (DNS rebinding). So only requests for loopback names, ``settings.host`` and the host of ``public_url`` are answered.

**Requests across sites.** A browser attaches the session's cookie to requests that another site's page makes. The
cookie is ``SameSite=Lax``, and besides, a changing request is refused when the browser says that it comes from
elsewhere: by ``Sec-Fetch-Site``, or, where that is missing, by an ``Origin`` that is not the host that is asked.
Every browser in use sends one of them with such a request, and a page can forge neither; what sends neither is no
browser, and carries nobody's cookies but its own. (The method of Go's ``net/http.CrossOriginProtection``.)

**Size.** A body ends at ``settings.upload_mb`` for uploads, and at two megabytes for everything else.

**Mistakes.** What no route expected is answered here, with a reference and nothing else, and marked like every answer.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from secrets import token_hex
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.console.problems import problem, unexpected
from dispatch.console.proofs import NONCE
from dispatch.settings import Settings

_MEGABYTE = 1_000_000
_LARGEST_DOCUMENT = 2 * _MEGABYTE
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class _TooLargeError(Exception):
    pass


class Frame:
    """ASGI middleware, outermost: refuses what no route should see, and marks every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = answered_hosts(settings)
        self.largest_upload = int(settings.upload_mb * _MEGABYTE)
        self.strict_transport = (settings.public_url or "").startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                self._mark(headers, scope["path"], request_id)
                if (nonce := scope["state"].get(NONCE)) is not None:
                    headers["DPoP-Nonce"] = nonce
            await send(message)

        refused = self._refusal(scope, headers)
        if refused is not None:
            await refused(scope, receive, send_marked)
            return
        await self._answer(scope, headers, receive, send_marked)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        path = scope["path"]
        host = _name(headers.get("host", ""))
        if host not in self.hosts:
            detail = f"This server does not answer for {host[:200]!r}; FIELDWRIGHT_PUBLIC_URL says what it does."
            return problem(400, "wrong-host", "Wrong host", detail, instance=path)
        if scope["method"] in _CHANGING and comes_from_elsewhere(headers):
            detail = "A page of another site sent this change, its browser says. Send it from this server's own pages."
            return problem(403, "cross-site", "Changes from another site are refused", detail, instance=path)
        return None

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        upload = headers.get("content-type", "").startswith("multipart/form-data")
        largest = self.largest_upload if upload else _LARGEST_DOCUMENT
        detail = f"The body is larger than {largest} bytes. Send less, or in parts."
        too_large = problem(413, "too-large", "Too large", detail, instance=scope["path"])
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or int(declared) > largest:
            await too_large(scope, receive, send)
            return
        received, begun = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise _TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            if received > largest and not begun:
                raise _TooLargeError  # whatever a route has made of it
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except Exception as error:
            if begun:
                raise
            answer = too_large if isinstance(error, _TooLargeError) else unexpected(error, scope["path"])
            await answer(scope, receive, send)

    def _mark(self, headers: MutableHeaders, path: str, request_id: str) -> None:
        marks = {**_HEADERS, "X-Request-Id": request_id}
        if path.startswith("/api/"):
            marks["Cache-Control"] = headers.get("cache-control", "no-cache, private")
        if self.strict_transport:
            marks["Strict-Transport-Security"] = "max-age=31536000"
        for name, value in marks.items():
            headers.setdefault(name, value)


def answered_hosts(settings: Settings) -> frozenset[str]:
    """The host names that this server answers for."""
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return _LOOPBACK | ({public} if public else set()) | ({settings.host} if _is_a_host(settings.host) else set())


def comes_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that a page of another site sent this; a token is sent by nobody unknowingly."""
    if headers.get("authorization", "").lower().startswith(("bearer ", "dpop ")):
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


def client_address(request: Request) -> str:
    """Where a request comes from, as the server sees it (behind a proxy: as uvicorn takes it from trusted headers)."""
    return request.client.host if request.client else ""


def _name(host: str) -> str:
    """The name in a Host header, without its port and the brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_a_host(name: str) -> bool:
    """Whether a server that binds to this is reached under it; 0.0.0.0 and :: mean every interface."""
    try:
        return not ip_address(name).is_unspecified
    except ValueError:
        return True
