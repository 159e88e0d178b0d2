"""The relay: positions appear in an order in which nobody misses an event."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from dispatch.messaging.relay import latest_position, relay
from dispatch.messaging.wake import Wake
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry
from tests.dispatch.messaging.outbox import received, recorded


def _numbered(store: Store) -> list[tuple[int | None, str]]:
    with store.reading() as uow:
        rows = uow.session.execute(select(OutboxEntry.position, OutboxEntry.subject_id).order_by(OutboxEntry.position))
        return [(position, subject) for position, subject in rows]


def test_nothing_to_number_is_no_event(store: Store) -> None:
    assert relay(store) == 0


def test_events_are_numbered_from_one_in_the_order_of_their_transactions(store: Store) -> None:
    assert recorded(store, received(1), received(2)) == 2
    assert recorded(store, received(3)) == 3
    assert _numbered(store) == [(1, "job_1"), (2, "job_2"), (3, "job_3")]


def test_an_event_that_commits_late_comes_after_those_that_were_read_meanwhile(store: Store) -> None:
    if not store.on_postgresql:
        # SQLite has one writer: who writes second gets the higher id, so ids are in order of commit.
        recorded(store, received(1), received(2))
        assert _numbered(store) == [(1, "job_1"), (2, "job_2")]
        return
    with store.unit_of_work() as slow:
        slow.record(received(1))
        slow.session.flush()  # it has the lower id now, and nobody can see it
        assert recorded(store, received(2)) == 1
        with store.reading() as reader:
            assert latest_position(reader.session) == 1
    assert relay(store) == 2
    assert _numbered(store) == [(1, "job_2"), (2, "job_1")]


def test_whoever_sees_a_position_sees_all_before_it_while_many_write_and_two_relays_run(store: Store) -> None:
    writers, each = 4, 25
    over = threading.Event()
    seen: list[str] = []

    def write(writer: int) -> None:
        for number in range(each):
            with store.unit_of_work() as uow:
                uow.record(received(writer * each + number))
                uow.session.flush()

    def relay_on() -> None:
        while not over.is_set():
            relay(store)
        relay(store)

    def follow() -> None:
        position = 0
        while len(seen) < writers * each:
            with store.reading() as uow:
                after = select(OutboxEntry).where(OutboxEntry.position > position).order_by(OutboxEntry.position)
                for entry in uow.session.scalars(after):
                    assert entry.position == position + 1
                    position += 1
                    seen.append(entry.subject_id)

    with ThreadPoolExecutor() as threads:
        relays = [threads.submit(relay_on) for _ in range(2)]
        follower = threads.submit(follow)
        for writer in [threads.submit(write, one) for one in range(writers)]:
            writer.result()
        over.set()
        for one in relays:
            one.result()
        follower.result(timeout=30)
    assert sorted(seen) == sorted(f"job_{number}" for number in range(writers * each))


def test_a_commit_with_an_event_wakes_who_waits_in_this_process_and_in_another(store: Store) -> None:
    elsewhere = Store(store.url.render_as_string(hide_password=False), store.clock)
    here, there = Wake(store), Wake(elsewhere)
    try:
        before_here, before_there = here.count, there.count
        there.wait(0)  # it listens from now on
        recorded(store, received(1))
        assert here.wait(30, since=before_here)
        assert there.wait(30, since=before_there)
    finally:
        here.close()
        there.close()
        elsewhere.dispose()


def test_who_waits_is_let_go_when_the_wake_is_closed(store: Store) -> None:
    wake = Wake(store)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(wake.wait, 600)
        wake.wait(0)
        wake.close()
        assert waiting.result(timeout=30)
