"""A real server on loopback, and a client that follows its stream of events."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from tests.dispatch.messaging.outbox import eventually


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server for the application; it is stopped at the end, as a signal would."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=10))
    thread = threading.Thread(target=server.run, args=[[listening]])
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()
        assert not thread.is_alive(), "the server ends although somebody listens"


@dataclass
class Message:
    """What came: its kind (``message`` for events), its position where it has one, and its document."""

    event: str = "message"
    id: int | None = None
    data: Any = None


@dataclass
class Follower:
    """Collects what comes, in a thread of its own, until the stream ends."""

    messages: list[Message] = field(default_factory=list)
    last_id: int | None = None
    listens: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def positions(self) -> list[int]:
        return [one.id for one in self.messages if one.event == "message" and one.id is not None]


@contextmanager
def following(server: str, token: str, query: str = "", last_event_id: int | None = None) -> Iterator[Follower]:
    """Follow the stream of events; entered once it listens."""
    follower = Follower()
    headers = {"Authorization": f"Bearer {token}"}
    if last_event_id is not None:
        headers["Last-Event-ID"] = str(last_event_id)
    with (
        httpx2.Client(timeout=60, trust_env=False) as client,
        client.stream("GET", f"{server}/api/v1/events{query}", headers=headers) as response,
    ):
        assert response.status_code == 200, response.read()
        thread = threading.Thread(target=_collect, args=[response, follower])
        thread.start()
        assert follower.listens.wait(30)
        yield follower
        for network in (response.extensions.get("network_stream"),):
            if network is not None and not follower.ended.is_set():
                network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        thread.join(timeout=30)


def _collect(response: httpx2.Response, follower: Follower) -> None:
    message = Message()
    try:
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            match name:
                case "" if not line:
                    if message.data is not None:
                        follower.messages.append(message)
                    message = Message()
                case "id":
                    message.id = follower.last_id = int(value)
                case "event":
                    message.event = value
                case "data":
                    message.data = json.loads(value)
                case "" if value == "listening":
                    follower.listens.set()
    except httpx2.HTTPError:
        pass  # the test has closed the connection
    finally:
        follower.ended.set()
