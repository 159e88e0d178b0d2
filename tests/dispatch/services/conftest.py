"""What tests of services share."""

from __future__ import annotations

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.store.engine import Store
from tests.dispatch.services.office import Office
from tests.dispatch.world import World


@pytest.fixture
def office(store: Store, world: World, clock: FixedClock) -> Office:
    return Office(store, world, clock)
