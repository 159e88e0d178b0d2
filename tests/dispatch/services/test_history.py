"""What somebody is told who comes too late: exactly what was changed since they looked, and by whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from dispatch.domain.errors import IllegalTransition, Stale
from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import jobs, visits
from dispatch.services.history import changed_since, unchanged
from dispatch.services.visit_changes import Over
from dispatch.store.engine import Store
from dispatch.store.queries.rows import locked
from dispatch.store.tables import AuditEntry, Job, Visit
from tests.dispatch.world import World

ELSA, OTTO = (Actor(f"user_{name}", name, Role.DISPATCHER) for name in ("Elsa", "Otto"))


def retitled(store: Store, job: str, actor: Actor, *titles: str, description: str | None = None) -> None:
    """Give a job these titles one after the other, in one transaction that counts its version up each time."""
    with store.unit_of_work(actor) as uow:
        row = uow.get(Job, job)
        for title in titles:
            row.title = title
            uow.session.flush()
        if description is not None:
            row.description = description


@pytest.fixture
def job(store: Store, world: World) -> str:
    """A job that Elsa gave three titles within one transaction, and Otto a description after it."""
    job, _ = world.job(title="A")
    retitled(store, job, ELSA, "B", "C", "D")
    retitled(store, job, OTTO, description="Under the roof")
    return job


def test_what_was_changed_before_somebody_looked_is_not_told(store: Store, job: str) -> None:
    with store.reading() as uow:
        row = uow.get(Job, job)
        assert row.version == 5
        since = {version: changed_since(uow, row, version) for version in (1, 4, 5)}
    assert {name: (one["from"], one["to"], one["by"]) for name, one in since[1].items()} == {
        "title": ("A", "D", "Elsa"),
        "description": ("", "Under the roof", "Otto"),
    }
    assert list(since[4]) == ["description"]
    assert since[5] == {}


def test_the_audit_trail_names_the_version_that_each_transaction_made(store: Store, job: str) -> None:
    with store.reading() as uow:
        entries = select(AuditEntry.what, AuditEntry.version).where(AuditEntry.row_id == job).order_by(AuditEntry.id)
        assert [tuple(row) for row in uow.session.execute(entries)] == [("created", 1), ("changed", 4), ("changed", 5)]


def test_a_value_that_came_back_is_told(store: Store, job: str) -> None:
    retitled(store, job, ELSA, "E")
    retitled(store, job, OTTO, "D")
    with store.unit_of_work(ELSA) as uow, pytest.raises(Stale) as refused:
        unchanged(uow, Job, job, '"5"')
    title = refused.value.facts["changed"]["title"]
    assert (title["from"], title["to"], title["by"]) == ("D", "D", "Otto")


def test_a_step_that_is_not_possible_any_more_says_who_was_faster(store: Store, world: World) -> None:
    job, visit = world.job()
    with store.unit_of_work(ELSA) as uow:
        jobs.act(uow, job, JobAction.CANCEL)
    with store.unit_of_work(OTTO) as uow:
        with pytest.raises(IllegalTransition) as of_visit:
            visits.act(uow, visit, VisitAction.CANCEL)
        with pytest.raises(IllegalTransition) as of_job:
            jobs.act(uow, job, JobAction.CANCEL)
        with pytest.raises(Over) as over:
            visits.change(uow, visit, duration=60)
    for refused in (of_visit, of_job, over):
        status = refused.value.facts["changed"]["status"]
        assert (status["to"], status["by"]) == ("cancelled", "Elsa")


def test_who_names_a_version_of_a_visit_to_move_it_waits_for_its_job_first(store: Store, world: World) -> None:
    """Or whoever has the job and wants its visit, and this one, would wait for each other."""
    job, visit = world.job()

    def move() -> str:
        with store.unit_of_work(OTTO) as uow:
            visits.as_named(uow, visit, '"1"')
            return visits.act(uow, visit, VisitAction.CANCEL).status.value

    with ThreadPoolExecutor(1) as threads:
        with store.unit_of_work(ELSA) as uow:
            locked(uow, Job, job)
            moved = threads.submit(move)
            if store.on_postgresql:  # on SQLite nobody else begins to write
                while not _somebody_waits(store):
                    assert not moved.done()
                free = select(Visit.id).where(Visit.id == visit).with_for_update(nowait=True)
                assert uow.session.scalar(free) == visit
        assert moved.result() == "cancelled"


def _somebody_waits(store: Store) -> bool:
    with store.reading() as uow:
        waiting = select(func.count()).select_from(text("pg_locks")).where(text("NOT granted"))
        return bool(uow.session.scalar(waiting))
