"""What is locked or fenced is moved by no run, no emergency and no approval; by hand only anyway, or not at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.planning.at_once import best_at_once
from dispatch.planning.edit import Edit
from dispatch.planning.moving import BreaksRules
from dispatch.planning.policies import standard_policy
from dispatch.planning.publish import Locked, approve
from dispatch.planning.run import RunWorker, request_run
from dispatch.services import locks
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry, PlanRow, Visit
from optimizer.check import check
from optimizer.solve import solve
from tests.dispatch.planning.days import TRAVEL, Day, two_towns
from tests.dispatch.planning.full_day import FullDay
from tests.dispatch.planning.published import people
from tests.dispatch.planning.test_moving import move

DORA = Actor("user_d", "Dora", Role.DISPATCHER)
HOUR = dt.timedelta(hours=1)


def lock(store: Store, territory: str, hours: float = 6) -> None:
    with store.unit_of_work(DORA) as uow:
        locks.lock_territory(uow, territory, uow.now + hours * HOUR, "An inspection.")


def fence(store: Store, hours: float | None) -> None:
    with store.unit_of_work(DORA) as uow:
        locks.set_fence(uow, None if hours is None else uow.now + hours * HOUR)


def run(store: Store) -> PlanRow | None:
    with store.unit_of_work(DORA) as uow:
        asked = request_run(uow, reason="asked", overrides={"seconds": 0.3}).id
    worker = RunWorker(store, Settings(), TRAVEL)
    worker.work_once()
    worker.stop()
    with store.reading() as uow:
        return uow.session.scalar(select(PlanRow).where(PlanRow.run_id == asked))


def north_and_south(day: Day) -> tuple[set[str], set[str]]:
    return set(day.visits[:2]), set(day.visits[2:])


def moved(row: PlanRow | None, store: Store) -> set[str]:
    if row is None:
        return set()
    with store.reading() as uow:
        whole = uow.get(PlanRow, row.id)
        return {one["visit"] for one in whole.difference["visits"] if one["kind"] not in ("shifted",)}


def test_a_run_moves_nothing_in_a_locked_territory_and_everything_once_it_is_unlocked(store: Store) -> None:
    day = two_towns(store)
    north, south = north_and_south(day)
    lock(store, "territory_north")

    assert moved(run(store), store) <= south
    assert moved(day.draft(), store) == south

    with store.unit_of_work(DORA) as uow:
        locks.unlock_territory(uow, "territory_north")
    assert moved(day.draft(), store) == north | south


def test_an_approval_says_what_is_locked_and_goes_through_for_the_rest(store: Store) -> None:
    day = two_towns(store)
    north, south = north_and_south(day)
    draft = day.draft()
    lock(store, "territory_north")

    with store.unit_of_work(DORA) as uow, pytest.raises(Locked) as refused:
        approve(uow, draft.id, TRAVEL)

    assert set(refused.value.facts["visits"]) == north
    free = refused.value.facts["clusters"]
    stood = day.stands()
    with store.unit_of_work(DORA) as uow:
        approve(uow, draft.id, TRAVEL, clusters=free)
    after = day.stands()
    assert {visit for visit in stood if stood[visit][0] != after[visit][0]} == south


def test_an_emergency_moves_nothing_that_is_locked(store: Store) -> None:
    day = FullDay(store)
    home = day.world.territory("north")
    with store.unit_of_work(SYSTEM) as uow:
        for visit in day.hours:
            uow.get(Visit, visit).territory_id = home
    lock(store, home)
    visit = day.critical()[1]
    snapshot = day.snapshot(making_way=True)
    with store.reading() as uow:
        policy = standard_policy(uow.session)

    plan = best_at_once(snapshot, snapshot.published, {visit}, policy)

    assert check(snapshot.problem, plan) == []
    was, now = people(snapshot.published), people(plan)
    assert {one: now[one] for one in day.hours} == {one: was[one] for one in day.hours}
    assert not snapshot.giving_way & set(day.hours)
    day.rings()
    assert set(day.changes()).isdisjoint(day.hours)


def test_nothing_changes_before_the_fence_not_even_by_hand(store: Store) -> None:
    day = FullDay(store)
    fence(store, 2.5)
    snapshot = day.snapshot()
    assert set(day.hours) <= snapshot.held
    plan = solve(snapshot.problem, start=snapshot.published, iterations=100, seed=1).plan
    assert {one: people(plan)[one] for one in day.hours} == {one: {day.ana} for one in day.hours}

    with pytest.raises(BreaksRules) as refused:
        move(store, Edit(day.hours[2], day.bruno), anyway=True)
    assert [one["why"] for one in refused.value.facts["fence"]] == ["fenced"]

    fence(store, None)
    move(store, Edit(day.hours[2], day.bruno))
    assert day.stands()[day.hours[2]][0] == day.bruno


def test_what_is_locked_moves_by_hand_only_anyway(store: Store) -> None:
    day = two_towns(store)
    lock(store, "territory_north")
    other = next(who for who in day.people[:2] if {who} != day.stands()[day.visits[0]][0])

    with pytest.raises(BreaksRules) as refused:
        move(store, Edit(day.visits[0], other))
    assert {one["why"] for one in refused.value.facts["fence"]} == {"locked"}

    move(store, Edit(day.visits[0], other), anyway=True)
    assert day.stands()[day.visits[0]][0] == {other}


def test_a_lock_and_a_fence_end_by_themselves(store: Store) -> None:
    day = two_towns(store)
    lock(store, "territory_north", hours=1)
    fence(store, 1)
    assert day.snapshot().held
    day.clock.advance(hours=2)
    assert not day.snapshot().held
    with store.reading() as uow:
        assert (locks.locks_now(uow), locks.fence_now(uow)) == ([], None)


@pytest.mark.parametrize("hours", [-1, 24 * 40])
def test_a_lock_that_is_over_or_endless_is_refused(store: Store, hours: float) -> None:
    two_towns(store)
    with pytest.raises(Invalid):
        lock(store, "territory_north", hours)
    with pytest.raises(Invalid):
        fence(store, hours)


def test_who_locks_needs_the_right_and_the_territory_and_it_is_told(store: Store) -> None:
    two_towns(store)
    south = Actor("user_s", "Sol", Role.DISPATCHER, frozenset({"territory_south"}))
    planner = Actor("user_p", "Pia", Role.PLANNER)
    refusals: list[tuple[Actor, Any]] = [(south, NotFound), (planner, Forbidden)]
    for actor, refusal in refusals:
        with store.unit_of_work(actor) as uow, pytest.raises(refusal):
            locks.lock_territory(uow, "territory_north", uow.now + HOUR)
        with store.unit_of_work(actor) as uow, pytest.raises(Forbidden):
            locks.set_fence(uow, uow.now + HOUR)
    lock(store, "territory_north")
    with store.unit_of_work(DORA) as uow:
        locks.unlock_territory(uow, "territory_north")
        with pytest.raises(NotFound):
            locks.unlock_territory(uow, "territory_north")
    with store.reading() as uow:
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "TerritoryLocked")).all()
    assert [bool(one.payload["until"]) for one in told] == [True, False]
