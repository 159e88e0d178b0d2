"""The API as its clients see it: signed in as somebody of a role."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dispatch.access.tokens import new_token
from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock, SystemClock
from dispatch.domain.roles import Role
from dispatch.settings import Settings
from dispatch.store.engine import Store
from tests.dispatch.world import World

BASE = "http://localhost/api/v1/"


class Client(TestClient):
    """Takes paths with and without ``/api/v1``, so that a ``next`` link can be followed as it stands."""

    user: str = ""

    def request(self, method: str, url: Any, **options: Any) -> Any:
        return super().request(method, str(url).removeprefix("/api/v1"), **options)


Api = Callable[..., Client]


@pytest.fixture
def settings() -> Settings:
    return Settings(database_url="sqlite://")


@pytest.fixture
def app(sqlite_store: Store, settings: Settings) -> FastAPI:
    return create_app(sqlite_store, settings)


@pytest.fixture
def api(app: FastAPI, sqlite_store: Store) -> Iterator[Api]:
    """``api("dispatcher")``: a client whose paths lie under ``/api/v1``, signed in as somebody new of that role.

    ``**fields`` are columns of the user, such as ``territories=[…]`` or ``technician_id=…``; ``api(None)`` is nobody.
    ``client.user`` is the user's id.
    """
    numbers = itertools.count(1)
    with ExitStack() as stack:

        def client(role: str | None = "dispatcher", **fields: Any) -> Client:
            made = stack.enter_context(Client(app, base_url=BASE))
            if role is not None:
                made.user = World(sqlite_store).user(
                    Role(role), **{"email": f"{role}-{next(numbers)}@api.example.org", **fields}
                )
                made.headers["Authorization"] = f"Bearer {token_for(sqlite_store, made.user)}"
            return made

        yield client


def token_for(store: Store, user: str) -> str:
    """A token that opens the API as this user."""
    with store.unit_of_work() as uow:
        return new_token(uow, user, "tests", SystemClock().now(), dt.timedelta(hours=1))[1]


@pytest.fixture
def wall() -> FixedClock:
    """The time of this machine, as a test wants it."""
    return FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
