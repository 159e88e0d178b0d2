"""The numbers that say whether anything was changed that a phone shows, and whether people or kinds of work were."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, update

from dispatch.store.engine import Store
from dispatch.store.queries.trail import forget_whereabouts
from dispatch.store.revision import people_revision, phone_revision, revision
from dispatch.store.tables import Assignment, Customer, ExpectedArrival, JobType, PlanHead, Technician, Visit
from tests.dispatch.console.seeded import assign
from tests.dispatch.world import World


def counts(store: Store, technician: str | None = None) -> tuple[int, int, int]:
    """Of what a technician's phone shows, of people, of what the plan shows."""
    with store.reading() as uow:
        return phone_revision(uow.session, technician), people_revision(uow.session), revision(uow.session)


def added(before: tuple[int, int, int], after: tuple[int, int, int]) -> tuple[bool, bool, bool]:
    phone, people, shown = (one != two for one, two in zip(before, after, strict=True))
    return phone, people, shown


def test_each_counts_what_is_its_own(store: Store, world: World) -> None:
    technician, customer, kind = world.technician(), world.customer(), world.job_type()
    _, visit = world.job(customer=customer, job_type=kind)
    assign(store, visit, technician, world.shift(technician))
    for table, row, column, value, counted in (
        (Customer, customer, "notes", "New", (True, False, False)),
        (Visit, visit, "outcome", "New", (True, False, True)),
        (Technician, technician, "pace", 1.5, (True, True, True)),
        (JobType, kind, "duration", 60, (True, True, False)),
    ):
        before = counts(store, technician)
        with store.unit_of_work() as uow:
            setattr(uow.get(table, row), column, value)
        assert added(before, counts(store, technician)) == counted
    before = counts(store, technician)
    with store.unit_of_work() as uow:
        uow.session.execute(update(Customer).values(notes="Another").execution_options(unaudited=True))
        uow.session.get_one(PlanHead, 1).edition += 1
    assert added(before, counts(store, technician)) == (True, False, True)


def test_what_is_about_one_technician_leaves_the_others_numbers_alone(store: Store, world: World) -> None:
    mine, others = world.technician(), world.technician()
    _, visit = world.job()
    assign(store, visit, mine, world.shift(mine))
    before, elsewhere = counts(store, mine), counts(store, others)
    with store.unit_of_work() as uow:
        uow.get(Visit, visit).outcome = "New"
    assert counts(store, mine)[0] == before[0] + 1
    assert counts(store, others)[0] == elsewhere[0]
    assert counts(store)[0] == elsewhere[0]
    before = counts(store, mine)
    with store.unit_of_work() as uow:
        uow.session.execute(delete(Assignment).where(Assignment.visit_id == visit))
    assert counts(store, mine)[0] == before[0] + 1
    assert counts(store, others)[0] == elsewhere[0]


def test_what_was_rolled_back_is_not_counted(store: Store, world: World) -> None:
    mine = world.technician()
    before = counts(store, mine)

    def fail() -> None:
        with store.unit_of_work() as uow:
            uow.get(Technician, mine).pace = 2.0
            uow.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert counts(store, mine) == before


@pytest.mark.parametrize(("column", "counted"), [("remaining", False), ("proposed_at", True)])
def test_of_an_expected_arrival_only_the_proposal_counts(
    store: Store, world: World, column: str, counted: bool
) -> None:
    technician = world.technician()
    _, visit = world.job()
    now = world.now()
    instants = dict.fromkeys(("expected_at", "seen_at", "sure_at", "computed_at"), now)
    with store.unit_of_work() as uow:
        made = {"visit_id": visit, "technician_id": technician, "remaining": 60, "metres": 1, "source": "road"}
        uow.session.add(ExpectedArrival(**made, **instants))
    before = counts(store, technician)
    with store.unit_of_work() as uow:
        row = uow.session.get_one(ExpectedArrival, (visit, technician))
        setattr(row, column, now + dt.timedelta(minutes=1) if column == "proposed_at" else 30)
    assert added(before, counts(store, technician)) == (counted, False, False)
    before = counts(store, technician)
    with store.unit_of_work() as uow:
        forget_whereabouts(uow.session, technician)
    assert added(before, counts(store, technician)) == (counted, False, False)
