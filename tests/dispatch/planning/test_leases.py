"""One queue with leases for planning runs and for scenarios: the same rules, whatever is queued."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch.domain.roles import SYSTEM
from dispatch.planning.lease import LEASE, LeaseLost
from dispatch.planning.leases import ATTEMPTS, Kind, Lease, Leases
from dispatch.planning.run import RUNS, request_run
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningRun
from tests.dispatch.world import World

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture
def run(store: Store) -> str:
    World(store).planning_policy()
    with store.unit_of_work(SYSTEM) as uow:
        return request_run(uow, reason="asked").id


def leases(store: Store, name: str = "one", kind: Kind[Any] = RUNS) -> Leases[Any]:
    return Leases(store, kind, name)


def claimed(one: Leases[Any], now: dt.datetime = NOW) -> Lease | None:
    return one.claim(now, lambda _, __, lease: lease)


def row(store: Store, run_id: str) -> PlanningRun:
    with store.reading() as uow:
        return uow.get(PlanningRun, run_id)


def test_one_has_it_until_its_lease_is_over_and_then_another(store: Store, run: str) -> None:
    one, other = leases(store), leases(store, "other")
    lease = claimed(one)
    assert lease == Lease(run, 1)
    assert claimed(other) is None
    assert claimed(other, NOW + LEASE) is None
    assert one.beat(lease, NOW + LEASE, {"best": 1})
    assert claimed(other, NOW + LEASE * 1.5) is None
    assert claimed(other, NOW + LEASE * 2.5) == Lease(run, 2)
    for end in (one.given_back, lambda lost: one.failed(lost, "late"), lambda lost: one.again(lost, "late")):
        with pytest.raises(LeaseLost):
            end(lease)
    with pytest.raises(LeaseLost):
        one.beat(lease, NOW, None)
    assert row(store, run).progress == {"best": 1}


def test_what_is_given_back_costs_no_attempt_and_what_died_does(store: Store, run: str) -> None:
    one = leases(store)
    for _ in range(ATTEMPTS + 2):
        lease = claimed(one)
        assert lease == Lease(run, 1)
        one.given_back(lease)
    for attempt in range(1, ATTEMPTS + 1):
        lease = claimed(one)
        assert lease == Lease(run, attempt)
        one.again(lease, "It died.")
    assert claimed(one) is None
    ended = row(store, run)
    assert (ended.status.value, ended.failure) == ("failed", "Given up after 3 attempts. It died.")
    assert (ended.worker, ended.lease_until) == (None, None)


def test_who_dies_without_a_word_costs_an_attempt_as_well(store: Store, run: str) -> None:
    for attempt in range(ATTEMPTS):
        assert claimed(leases(store, f"worker {attempt}"), NOW + attempt * 2 * LEASE) is not None
    assert claimed(leases(store, "last"), NOW + ATTEMPTS * 2 * LEASE) is None
    assert row(store, run).failure == "Given up after 3 attempts. Its worker died."


def test_a_beat_says_whether_somebody_asked_to_stop(store: Store, run: str) -> None:
    one = leases(store)
    lease = claimed(one)
    assert lease is not None
    with store.unit_of_work(SYSTEM) as uow:
        uow.get(PlanningRun, run, lock=True).cancel_requested = True
    assert one.beat(lease, NOW, None) is False
    # Its worker dies before it could stop: the next one ends it.
    assert claimed(leases(store, "other"), NOW + 2 * LEASE) is None
    assert row(store, run).status.value == "cancelled"
