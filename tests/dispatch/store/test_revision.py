"""The number that says whether anything that the published plan shows was changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update

from dispatch.store.engine import Store
from dispatch.store.revision import revision
from dispatch.store.tables import Assignment, Customer, Job, Shift, SlaClock, Visit
from tests.dispatch.console.seeded import assign
from tests.dispatch.world import World


def now(store: Store) -> int:
    with store.reading() as uow:
        return revision(uow.session)


def test_it_counts_each_transaction_once_however_much_it_changes(store: Store, world: World) -> None:
    job, visit = world.job()
    before = now(store)
    with store.unit_of_work() as uow:
        uow.get(Job, job).title = "Another"
        uow.session.flush()
        uow.get(Visit, visit).late_by = 60
    assert now(store) == before + 1


def test_it_does_not_count_what_is_not_shown_or_was_rolled_back(store: Store, world: World) -> None:
    job, _ = world.job()
    customer = world.customer("Ana")
    before = now(store)
    with store.unit_of_work() as uow:
        uow.get(Customer, customer).name = "Ana María"

    def fail() -> None:
        with store.unit_of_work() as uow:
            uow.get(Job, job).title = "Another"
            uow.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert now(store) == before


def test_it_counts_rows_that_come_and_go_and_statements_that_change_many(store: Store, world: World) -> None:
    shift = world.shift(technician := world.technician())
    _, visit = world.job()
    counts = [now(store)]
    assign(store, visit, technician, shift)
    counts.append(now(store))
    with store.unit_of_work() as uow:
        uow.session.execute(delete(Assignment).where(Assignment.visit_id == visit))
    counts.append(now(store))
    with store.unit_of_work() as uow:
        uow.session.execute(update(SlaClock).values(warned=1))
    counts.append(now(store))
    with store.unit_of_work() as uow:
        uow.session.delete(uow.get(Shift, shift))
    counts.append(now(store))
    assert counts == [counts[0] + more for more in range(5)]


def test_what_is_read_before_a_commit_goes_with_the_number_before_it(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.reading() as early:
        before = revision(early.session)
        with store.unit_of_work() as uow:
            uow.get(Job, job).title = "Another"
        assert early.get(Job, job).title == "Something is broken"
        assert revision(early.session) == before
    assert now(store) == before + 1


def test_many_at_once_are_counted_one_by_one(store: Store, world: World) -> None:
    jobs = [world.job()[0] for _ in range(24)]
    before = now(store)

    def change(job: str) -> None:
        with store.unit_of_work() as uow:
            uow.get(Job, job).title = "Another"

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, jobs))
    assert now(store) == before + len(jobs)
