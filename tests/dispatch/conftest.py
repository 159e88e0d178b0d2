"""What several tests of the dispatch side look at: a store on each database, and the sample city with a planned day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.report.geometry import Geometry, road_geometry
from dispatch.sample.city import EXTRACT, sample_day
from dispatch.store.engine import Store
from dispatch.travel.roads import RoadNetwork
from optimizer.domain import Problem
from optimizer.solve import Result, solve
from tests.dispatch.databases import Postgres, copied_file, migrated_file
from tests.dispatch.world import World

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session", autouse=True)
def _no_region_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever regions somebody has built for themselves, tests begin without any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDWRIGHT_DATA_FOLDER", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows."""
    return migrated_file(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def clock() -> FixedClock:
    """Stands at noon UTC (nine in the morning in Chile) of a Monday."""
    return FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with all tables and no rows, on each kind of database in turn."""
    if request.param == "postgresql":
        database: Postgres = request.getfixturevalue("postgres_database")
        return database.emptied()
    return copied_file(request.getfixturevalue("migrated"), tmp_path)


@pytest.fixture
def store(database_url: str, clock: FixedClock) -> Iterator[Store]:
    """A store on each kind of database in turn: all tables, no rows, and a clock that stands still."""
    store = Store(database_url, clock)
    yield store
    store.dispose()


@pytest.fixture
def sqlite_store(migrated: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    """A store on SQLite, for tests that the kind of database does not matter to."""
    store = Store(copied_file(migrated, tmp_path), clock)
    yield store
    store.dispose()


@pytest.fixture(params=DATABASES)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, on each kind of database in turn."""
    if request.param == "postgresql":
        with request.getfixturevalue("postgres_database").bare() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'bare.db'}"


@pytest.fixture
def world(store: Store) -> World:
    """Puts rows into ``store`` with few words."""
    return World(store)


@pytest.fixture(scope="session")
def city() -> RoadNetwork:
    return RoadNetwork.from_extract(EXTRACT)


@pytest.fixture(scope="session")
def day(city: RoadNetwork) -> Problem:
    return sample_day(seed=3, network=city)


@pytest.fixture(scope="session")
def planned(day: Problem) -> Result:
    """A plan as a short search leaves it: good enough to read, with visits late and left out."""
    return solve(day, iterations=300, seed=1)


@pytest.fixture(scope="session")
def drawn(day: Problem, planned: Result, city: RoadNetwork) -> Geometry:
    return road_geometry(day, planned.plan, city)
