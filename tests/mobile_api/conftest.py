"""What tests of the phone's API stand on: the stores, the clock and the world of the dispatch side, and phones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.store.engine import Store
from tests.dispatch.conftest import *  # noqa: F403  the stores, the clock and the world
from tests.dispatch.conftest import _no_region_of_this_machine  # noqa: F401  nor media into the folder we are in
from tests.mobile_api.carrying import Depot, Phone


@pytest.fixture
def wall() -> FixedClock:
    """The time of this machine, by which tokens end. It begins at the same instant as the operation's clock."""
    return FixedClock(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))


@pytest.fixture
def depot(sqlite_store: Store, wall: FixedClock) -> Iterator[Depot]:
    """Hands out phones; on SQLite, for tests that the kind of database does not matter to."""
    depot = Depot(sqlite_store, wall)
    yield depot
    depot.close()


@pytest.fixture
def depot_anywhere(store: Store, wall: FixedClock) -> Iterator[Depot]:
    """Hands out phones; on each kind of database in turn."""
    depot = Depot(store, wall)
    yield depot
    depot.close()


@pytest.fixture
def phone(depot: Depot) -> Phone:
    """A signed-in phone with a key, of a technician with a shift and two dispatched visits."""
    return depot.phone()


@pytest.fixture
def bare_phone(depot: Depot) -> Phone:
    """The same without a key: its token is all it has."""
    return depot.phone(keyed=False)
