"""A server on loopback that answers as travel engines do, or fails in one of the ways in which servers fail."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Answered = tuple[int, Any]
"""A status and what the body is as JSON."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    query: str
    body: Any

    @property
    def service(self) -> str:
        """The first part of its path."""
        return self.path.split("/")[1]


class Faulty:
    """Answers by ``answer``; while ``fault`` names a fault, it does what that says instead.

    ``faults`` are for the next requests, one each. Faults that never end last until :meth:`close`.
    """

    def __init__(self, answer: Callable[[Asked], Answered], port: int = 0) -> None:
        self.answer = answer
        self.fault: str | None = None
        self.faults: list[str] = []
        self.only: str | None = None
        """The service that fails; None: all."""
        self.asked: list[Asked] = []
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def count(self, service: str) -> int:
        """How often a service was asked."""
        return sum(one.service == service for one in self.asked)

    def close(self) -> None:
        """Listen no more."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Faulty:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def next_fault(self, asked: Asked) -> str | None:
        """What goes wrong this time."""
        if self.only is not None and asked.service != self.only:
            return None
        return self.faults.pop(0) if self.faults else self.fault


def _whole(handler: _Handler, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _slow(handler: _Handler, _: bytes) -> None:
    handler.server_state.released.wait()
    handler.close_connection = True


def _drip(handler: _Handler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while not handler.server_state.released.wait(0.02):
        handler.wfile.write(b" ")


def _endless(handler: _Handler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while not handler.server_state.released.is_set():
        handler.wfile.write(b" " * 65536)


def _broken(handler: _Handler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("content-length", str(len(body) + 10))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def _reset(handler: _Handler, _: bytes) -> None:
    handler.close_connection = True


def _changed(change: Callable[[bytes], bytes]) -> Callable[[_Handler, bytes], None]:
    return lambda handler, body: _whole(handler, 200, change(body))


def _cells(change: Callable[[Any], Any]) -> Callable[[_Handler, bytes], None]:
    """The tables of an answer, changed."""

    def changed(body: bytes) -> bytes:
        document = json.loads(body)
        tables = document.get("sources_to_targets", document)
        for name in ("durations", "distances"):
            if name in tables:
                tables[name] = change(tables[name])
        return json.dumps(document).encode()

    return _changed(changed)


def _elsewhere(body: bytes) -> bytes:
    document = json.loads(body)
    for place in [*document.get("sources", []), *document.get("destinations", []), *document.get("waypoints", [])]:
        place["location"] = [500.0, 91.0]
    return json.dumps(document).encode()


DOWN: Mapping[str, Callable[[_Handler, bytes], None]] = {
    "slow": _slow,
    "drip": _drip,
    "broken": _broken,
    "reset": _reset,
    "error": lambda handler, _: _whole(handler, 500, b"{}"),
    "overloaded": lambda handler, _: _whole(handler, 503, b"{}"),
    "too many": lambda handler, _: _whole(handler, 429, b"{}"),
    "forbidden": lambda handler, _: _whole(handler, 403, b"no"),
    "moved": lambda handler, _: _whole(handler, 302, b"", {"location": "http://127.0.0.1:9/"}),
    "not found": lambda handler, _: _whole(handler, 404, b"<html>nothing here</html>"),
}
"""Faults after which another attempt later may succeed."""

NONSENSE: Mapping[str, Callable[[_Handler, bytes], None]] = {
    "endless": _endless,
    "html": _changed(lambda _: b"<html>Welcome to the router</html>"),
    "empty": _changed(lambda _: b""),
    "another object": _changed(lambda _: b'{"code": "Ok", "hello": "world"}'),
    "a list": _changed(lambda _: b"[1, 2, 3]"),
    "packed": lambda handler, body: _whole(handler, 200, gzip.compress(body), {"content-encoding": "gzip"}),
    "deep": _changed(lambda _: b"[" * 100_000),
    "not a number": _cells(lambda rows: [[float("nan")] * len(row) for row in rows]),
    "infinite": _cells(lambda rows: [[float("inf")] * len(row) for row in rows]),
    "negative": _cells(lambda rows: [[-60] * len(row) for row in rows]),
    "zeros": _cells(lambda rows: [[0] * len(row) for row in rows]),
    "weeks": _cells(lambda rows: [[5e6] * len(row) for row in rows]),
    "words": _cells(lambda rows: [["far"] * len(row) for row in rows]),
    "ragged": _cells(lambda rows: [row[: len(row) - at % 2] for at, row in enumerate(rows)]),
    "too few": _cells(lambda rows: rows[1:]),
    "too many cells": _cells(lambda rows: [[*row, 1] for row in rows]),
    "no table": _cells(lambda _: None),
    "elsewhere": _changed(_elsewhere),
}
"""Answers that are none, to a question for a table."""

FAULTS = {**DOWN, **NONSENSE}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: Faulty

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._serve(json.loads(content) if content else None)

    def _serve(self, body: Any) -> None:
        state = self.server_state
        parts = urlsplit(self.path)
        asked = Asked(self.command, parts.path, parts.query, body)
        state.asked.append(asked)
        fault = state.next_fault(asked)
        status, document = state.answer(asked)
        content = json.dumps(document).encode()
        try:
            if fault is None:
                _whole(self, status, content)
            else:
                FAULTS[fault](self, content)
        except OSError:
            self.close_connection = True  # the client has gone, as it should

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def _handler(state: Faulty) -> type[_Handler]:
    return type("Handler", (_Handler,), {"server_state": state})
