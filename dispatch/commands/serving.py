"""Serving the API: the socket, who may reach it, and stopping within seconds."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Event
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from dispatch.commands.base import CannotStart
from dispatch.settings import Settings

_GRACE = 3
"""Seconds that open connections have to end before they are cut."""
_BACKLOG = 256


def refuse_an_open_door(settings: Settings) -> str | None:
    """Raise :class:`CannotStart` for a server that other machines could reach and nobody said how they are to.

    Answers a warning where it was said that they reach it unencrypted.
    """
    if _is_loopback(settings.host):
        return None
    if settings.public_url is None:
        raise CannotStart(
            f"--host {settings.host}: other machines could reach this server, and nothing would be encrypted.\n"
            "Put a proxy that speaks TLS in front and say FIELDWRIGHT_PUBLIC_URL=https://…, or listen on 127.0.0.1."
        )
    if urlsplit(settings.public_url).scheme == "https":
        return None
    return f"Warning: {settings.public_url} is not encrypted: everybody on the way can read passwords."


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def listening(settings: Settings) -> Iterator[tuple[socket.socket, str]]:
    """A socket that is ours, and the address it answers at. Raises :class:`CannotStart` where we cannot have it."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        door = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise CannotStart(f"--host {settings.host}: no such address here: {error.strerror}") from None
    with door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CannotStart(
                f"--port {settings.port}: cannot listen on {settings.host}: {reason}\nName another one with --port; 0 "
                "takes one that is free."
            ) from None
        port = door.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        yield door, f"http://{host}:{port}"


class Server(uvicorn.Server):
    """The web server, which says when it is ready, and ends when ``ending`` is set.

    ``leaving`` is called before it waits for open connections: those that never end by themselves are to end then.
    """

    def __init__(
        self,
        app: FastAPI,
        settings: Settings,
        ending: Event,
        ready: Callable[[], None],
        leaving: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="warning" if settings.log_level == "info" else settings.log_level,
                access_log=settings.log_level == "debug",
                server_header=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._ending, self._ready, self._leaving = ending, ready, leaving

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals stay with whoever sets ``ending``: they are heard before the server begins and after its end, too."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        return self._ending.is_set() or await super().on_tick(counter)

    def serve_until_asked_to_end(self, door: socket.socket) -> None:
        """Answer until ``ending`` is set. Raises :class:`CannotStart` where the application does not come up."""
        self.run(sockets=[door])
        if not self.started:
            sys.stdout.flush()
            raise CannotStart("the server did not come up; the lines above say why")
