"""A small operation to look at in a browser: a server on loopback, a region, people, visits and a published plan."""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dispatch import regions
from dispatch.access.passwords import hashed
from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Role
from dispatch.sample.city import EXTRACT
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.console.live import served
from tests.dispatch.databases import copied_file
from tests.dispatch.planning.days import Day, badly_planned

EMAIL, PASSWORD = "dispatcher@example.org", "a password for tests"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Operation:
    """Where the server is, what it serves, and who may sign in."""

    url: str
    store: Store
    day: Day


@cache
def password_hash() -> str:
    """What is stored of the password of tests."""
    return hashed(PASSWORD)


@cache
def roads() -> RoadNetwork:
    """The roads of the sample's extract; they do not change."""
    return RoadNetwork.from_extract(EXTRACT)


def region_home(shared: Path) -> Path:
    """A data folder with the region of the sample's extract, built once for all processes that share a folder."""
    home = shared / "map-data"
    with (shared / "map-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not regions.listed(home):
            regions.build(EXTRACT, home, "coquimbo", wanted=("map", "places"))
    return home


@contextmanager
def operation(migrated: Path, folder: Path, home: Path | None) -> Iterator[Operation]:
    """A server with three people and a dozen visits; without ``home``, it has no region."""
    store = Store(copied_file(migrated, folder), FixedClock(NOON))
    try:
        day = badly_planned(store, 5, people=3, visits=12)
        day.world.user(Role.DISPATCHER, email=EMAIL, password_hash=password_hash(), name="Daniela Rivas")
        settings = Settings(database_url=str(store.url), data_folder=home or folder / "nothing")
        travel = RoadTravel(roads()) if home is not None else None
        with served(create_app(store, settings, travel=travel)) as url:
            yield Operation(url, store, day)
    finally:
        store.dispose()
