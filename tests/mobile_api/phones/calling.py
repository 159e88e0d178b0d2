"""Asking an application without a server, and without a thread.

Nothing happens at the same time here, so nothing needs a thread to wait in: what FastAPI would send to one is done at
once. That is most of what a request costs in a test client.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
import pytest
from starlette.types import ASGIApp


class Caller:
    """Asks an application (ASGI 3.0), one request after the other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Close the event loop."""
        self._loop.close()

    def ask(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by their names in lower case, and content."""
        content = b"" if body is None else json.dumps(body).encode()
        told = {"host": "localhost", "content-type": "application/json", "content-length": str(len(content)), **headers}
        parts = urlsplit(url)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in told.items()],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        messages: list[Mapping[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            messages.append(message)

        self._loop.run_until_complete(self._app(scope, receive, send))  # type: ignore[arg-type]
        status = messages[0]["status"]
        heard = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
        return status, heard, b"".join(message.get("body", b"") for message in messages[1:])


@contextmanager
def without_threads() -> Iterator[None]:
    """What would be done in a thread is done at once."""

    async def at_once(function: Callable[..., Any], *given: Any, **_: Any) -> Any:
        return function(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anyio.to_thread, "run_sync", at_once)
        yield
