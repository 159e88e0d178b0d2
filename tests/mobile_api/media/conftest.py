"""A technician with a visit, whose phone sends pictures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment
from tests.dispatch.conftest import *  # noqa: F403  the stores and the clock
from tests.dispatch.console.conftest import Api, Client, api
from tests.dispatch.world import World
from tests.mobile_api.media.pictures import digest

__all__ = ["api"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url="sqlite://", media_folder=tmp_path / "media", media_reserve_mb=0)


@pytest.fixture
def app(sqlite_store: Store, settings: Settings) -> FastAPI:
    return create_app(sqlite_store, settings)


@dataclass
class Phone:
    """Somebody's phone, as far as pictures go."""

    client: Client
    technician: str

    @property
    def user(self) -> str:
        return self.client.user

    def announce(self, content: bytes, **said: Any) -> Any:
        sent = {"sha256": digest(content), "size": len(content), "type": "image/jpeg", "purpose": "photo", **said}
        return self.client.post("phone/media", json=sent)

    def piece(self, name: str, offset: int, content: bytes) -> Any:
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.client.patch(f"phone/media/{name}", content=content, headers=headers)

    def standing(self, name: str) -> Any:
        return self.client.get(f"phone/media/{name}")

    def send(self, content: bytes, **said: Any) -> Any:
        """All of it in one piece; the answer to the last request."""
        announced = self.announce(content, **said)
        return announced if announced.status_code != 200 else self.piece(digest(content), 0, content)


@pytest.fixture
def world(sqlite_store: Store) -> World:
    return World(sqlite_store)


@pytest.fixture
def phone(api: Api, world: World) -> Phone:
    technician = world.technician("Carla Rojas")
    return Phone(api("technician", technician_id=technician), technician)


@pytest.fixture
def another(api: Api, world: World) -> Phone:
    """The phone of somebody else."""
    technician = world.technician("Diego Soto")
    return Phone(api("technician", technician_id=technician), technician)


def given(store: Store, visit: str, *technicians: str) -> str:
    """Let the published plan give a visit to a crew; the visit."""
    with store.unit_of_work() as uow:
        times = {"arrival": uow.now, "start": uow.now, "end": uow.now + dt.timedelta(hours=1)}
        uow.session.add_all(
            Assignment(
                visit_id=visit, role=role, technician_id=technician, shift_id="shift_1", position=0, edition=1, **times
            )
            for role, technician in enumerate(technicians)
        )
    return visit
