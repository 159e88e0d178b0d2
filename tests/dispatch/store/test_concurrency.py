"""Many threads write at once on each kind of database: nothing is lost, nobody is turned away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from dispatch.domain.events import JobChanged
from dispatch.store.engine import Store
from dispatch.store.refusals import LostUpdate
from dispatch.store.tables import AuditEntry, Counter, Job, OutboxEntry
from tests.dispatch.world import World

THREADS = 16
EACH = 8


def together(work: Callable[[int], int]) -> list[int]:
    """What each of the threads answers; they begin at the same time."""
    ready = threading.Barrier(THREADS)

    def begin(number: int) -> int:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(begin, range(THREADS)))


def test_each_write_of_many_threads_is_kept(store: Store, world: World) -> None:
    jobs = [world.job()[0] for _ in range(THREADS)]

    def work(number: int) -> int:
        for count in range(EACH):
            with store.unit_of_work() as uow:
                uow.get(Job, jobs[number]).title = f"{number}: {count}"
                uow.record(JobChanged(job=jobs[number], changed=("title",)))
        return EACH

    assert sum(together(work)) == THREADS * EACH
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(OutboxEntry)) == THREADS * EACH
        changed = select(func.count()).where(AuditEntry.table_name == "job", AuditEntry.what == "changed")
        assert uow.session.scalar(changed) == THREADS * EACH
        titles = uow.session.scalars(select(Job.title).order_by(Job.created_at, Job.number)).all()
    assert set(titles) == {f"{number}: {EACH - 1}" for number in range(THREADS)}


def test_a_row_that_is_locked_counts_every_thread(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.session.add(Counter(name="job", last=0))

    def work(_: int) -> int:
        for _ in range(EACH):
            with store.unit_of_work() as uow:
                counter = uow.session.get_one(Counter, "job", with_for_update=True)
                counter.last += 1
        return EACH

    together(work)
    with store.reading() as uow:
        assert uow.session.get_one(Counter, "job").last == THREADS * EACH


def test_of_changes_to_one_row_none_is_lost_unnoticed(store: Store, world: World) -> None:
    job, _ = world.job(description="")

    def work(number: int) -> int:
        kept = 0
        for _ in range(EACH):
            try:
                with store.unit_of_work() as uow:
                    row = uow.get(Job, job)
                    row.description += f"{number} "
            except LostUpdate:
                continue  # said so: the thread knows that its word is not there
            kept += 1
        return kept

    kept = together(work)
    with store.reading() as uow:
        row = uow.get(Job, job)
    words = row.description.split()
    assert [words.count(str(number)) for number in range(THREADS)] == kept
    assert row.version == 1 + sum(kept)


def test_readers_go_on_while_somebody_writes(store: Store, world: World) -> None:
    job, _ = world.job()
    with store.unit_of_work() as uow:
        uow.get(Job, job).title = "Not yet"
        uow.session.flush()

        def read(_: int) -> int:
            with store.reading() as other:
                return int(other.get(Job, job).title == "Something is broken")

        assert sum(together(read)) == THREADS


def test_somebody_begins_and_ends_to_listen_while_others_commit(store: Store, world: World) -> None:
    job = world.job()[0]
    heard: list[str] = []

    def later(_: object) -> None:
        heard.append("later")

    def joined(_: object) -> None:
        store.listen("before_commit", later)
        store.unlisten("before_commit", joined)

    store.listen("before_commit", joined)
    for title in ("nobody new listens yet", "who came listens"):
        with store.unit_of_work() as uow:
            uow.get(Job, job).title = title
    with store.reading() as uow:
        assert uow.get(Job, job).title == "who came listens"
    assert heard == ["later"]
