"""A technician of the sample whose phone somebody real carries is left alone by the simulated force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from dispatch.domain.clock import FixedClock
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.sample.force.field import FieldForce
from dispatch.sample.force.phones import with_phones
from dispatch.sample.orders import Order
from dispatch.store.engine import Store
from dispatch.store.tables import Device, Shift
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.world import World

WALL = dt.datetime(2026, 3, 2, 18, tzinfo=dt.UTC)
"""Three in the afternoon in La Serena, by this machine; the operation's clock shows another day."""


class NobodyRings(FieldForce):
    """The simulated force on a day on which no customer wants anything."""

    def _orders(self, now: dt.datetime) -> Sequence[Order]:
        del now
        return ()


@pytest.fixture
def technician(world: World) -> str:
    return world.technician("Ana Rojas")


def carry(world: World, technician: str, **fields: Any) -> None:
    user = world.user(Role.TECHNICIAN, technician_id=technician)
    made = {"name": "Phone", "platform": "Linux", "app_version": "1", "registered_at": WALL, "seen_at": WALL}
    with world.store.unit_of_work() as uow:
        device = {"id": new_id("device"), "user_id": user, "technician_id": technician}
        uow.session.add(Device(**{**device, **made, **fields}))


def carried(store: Store, wall: dt.datetime = WALL) -> set[str]:
    with store.reading() as uow:
        return with_phones(uow.session, wall)


def test_who_has_a_phone_that_was_used_today_is_somebody_real(world: World, technician: str) -> None:
    assert not carried(world.store)
    long_ago = WALL - dt.timedelta(days=3)
    carry(world, technician, registered_at=long_ago, seen_at=WALL - dt.timedelta(hours=14))
    assert carried(world.store) == {technician}


def test_a_phone_that_was_not_used_since_yesterday_is_nobodys(world: World, technician: str) -> None:
    carry(world, technician)
    assert carried(world.store, WALL + dt.timedelta(hours=8)) == {technician}
    assert not carried(world.store, WALL + dt.timedelta(hours=10))


def test_a_phone_that_was_revoked_is_nobodys(world: World, technician: str) -> None:
    carry(world, technician, revoked_at=WALL)
    assert not carried(world.store)


def test_the_simulated_force_begins_the_shifts_of_all_others(world: World, technician: str) -> None:
    other = world.technician("Benjamín Soto")
    shifts = {who: world.shift(who, start=-1) for who in (technician, other)}
    world.user(Role.TECHNICIAN, technician_id=other)
    carry(world, technician)
    assert NobodyRings(world.store, EstimatedTravel(30, 1.3), wall=FixedClock(WALL)).tick()
    with world.store.reading() as uow:
        assert uow.get(Shift, shifts[other]).began_at is not None
        assert uow.get(Shift, shifts[technician]).began_at is None
