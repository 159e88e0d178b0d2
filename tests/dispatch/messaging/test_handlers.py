"""Handlers: the effect of each event happens once, whatever fails in between."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import Event, HandlerParked
from dispatch.messaging.handlers import ATTEMPTS, Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.store.engine import Store
from dispatch.store.tables import Counter, HandlerCursor, OutboxEntry, ParkedEvent
from dispatch.store.unit_of_work import UnitOfWork
from tests.dispatch.messaging.outbox import changed, received, recorded

RECEIVED = frozenset({"JobReceived"})


def count(uow: UnitOfWork, event: Event, _: OutboxEntry) -> None:
    """An effect that shows how often it happened: a counter for each subject."""
    _, subject = event.subject
    counter = uow.session.get(Counter, subject)
    if counter is None:
        uow.session.add(Counter(name=subject, last=1))
    else:
        counter.last += 1


def counted(store: Store) -> dict[str, int]:
    with store.reading() as uow:
        return {row.name: row.last for row in uow.session.scalars(select(Counter))}


def cursor(store: Store, name: str) -> HandlerCursor:
    with store.reading() as uow:
        row = uow.session.get(HandlerCursor, name)
        assert row is not None
        return row


def parked(store: Store) -> list[tuple[str, int]]:
    with store.reading() as uow:
        return [(row.handler, row.position) for row in uow.session.scalars(select(ParkedEvent))]


class Failing:
    """Counts, then fails on some subjects until it is mended."""

    def __init__(self, *subjects: str) -> None:
        self.broken = set(subjects)

    def __call__(self, uow: UnitOfWork, event: Event, entry: OutboxEntry) -> None:
        count(uow, event, entry)
        uow.session.flush()
        if event.subject[1] in self.broken:
            raise RuntimeError("it is broken")


def test_a_handler_hears_its_kinds_once_and_in_order(store: Store) -> None:
    recorded(store, received(1), changed(2), received(3))
    heard: list[str] = []
    handlers = [Handler("list", RECEIVED, lambda _, event, __: heard.append(event.subject[1]))]
    assert run_handlers(store, handlers) == 2
    assert run_handlers(store, handlers) == 0
    assert heard == ["job_1", "job_3"]


def test_what_a_handler_records_is_handled_next(store: Store) -> None:
    def answer(uow: UnitOfWork, event: Event, _: OutboxEntry) -> None:
        uow.record(changed(int(event.subject[1].removeprefix("job_"))))

    handlers = [Handler("answer", RECEIVED, answer), Handler("count", frozenset({"JobChanged"}), count)]
    recorded(store, received(7))
    run_handlers(store, handlers)
    relay(store)
    run_handlers(store, handlers)
    assert counted(store) == {"job_7": 1}


def test_who_is_asked_to_stop_ends_after_a_batch_and_the_next_one_goes_on_there(store: Store) -> None:
    over = threading.Event()

    def count_and_stop(uow: UnitOfWork, event: Event, entry: OutboxEntry) -> None:
        over.set()
        count(uow, event, entry)

    handlers = [Handler("count", RECEIVED, count_and_stop)]
    recorded(store, *(received(number) for number in range(130)))
    first = run_handlers(store, handlers, over)
    assert 0 < first <= 100
    assert first + run_handlers(store, handlers) == 130
    assert set(counted(store).values()) == {1}
    assert len(counted(store)) == 130


def test_two_runners_at_once_take_effect_once(store: Store) -> None:
    recorded(store, *(received(number) for number in range(60)))
    handlers = [Handler("count", RECEIVED, count), Handler("nothing", None, lambda *_: None)]
    start = threading.Barrier(2)

    def run() -> int:
        start.wait()
        return run_handlers(store, handlers)

    with ThreadPoolExecutor() as threads:
        first, second = threads.submit(run), threads.submit(run)
        assert first.result() + second.result() == 120
    assert counted(store) == {f"job_{number}": 1 for number in range(60)}


def test_a_failure_undoes_its_own_effect_and_keeps_those_before(store: Store, clock: FixedClock) -> None:
    failing = Failing("job_2")
    handlers = [Handler("count", RECEIVED, failing)]
    recorded(store, received(1), received(2), received(3))
    assert run_handlers(store, handlers) == 1
    assert counted(store) == {"job_1": 1}
    assert (cursor(store, "count").position, cursor(store, "count").failures) == (1, 1)

    failing.broken.clear()
    assert run_handlers(store, handlers) == 0, "it waits for its next attempt"
    clock.advance(seconds=1)
    assert run_handlers(store, handlers) == 2
    assert counted(store) == {"job_1": 1, "job_2": 1, "job_3": 1}
    assert cursor(store, "count").failures == 0


def test_a_handler_that_fails_does_not_hold_up_others(store: Store) -> None:
    recorded(store, received(1))
    run_handlers(store, [Handler("broken", RECEIVED, Failing("job_1")), Handler("count", RECEIVED, count)])
    assert counted(store) == {"job_1": 1}


def test_after_several_attempts_the_event_is_parked_and_told_and_the_handler_goes_on(
    store: Store, clock: FixedClock
) -> None:
    failing = Failing("job_1")
    handlers = [Handler("count", RECEIVED, failing)]
    recorded(store, received(1), received(2))
    for _ in range(ATTEMPTS):
        assert parked(store) == []
        run_handlers(store, handlers)
        clock.advance(minutes=10)
    assert parked(store) == [("count", 1)]
    assert counted(store) == {"job_2": 1}
    relay(store)
    with store.reading() as uow:
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == HandlerParked.__name__)).one()
        assert told.payload["because"] == "RuntimeError", "what a person may have sent is not told"


@pytest.mark.parametrize("mended", [True, False])
def test_a_parked_event_is_tried_again_when_somebody_asks(store: Store, clock: FixedClock, mended: bool) -> None:
    failing = Failing("job_1")
    handlers = [Handler("count", RECEIVED, failing)]
    recorded(store, received(1))
    for _ in range(ATTEMPTS):
        run_handlers(store, handlers)
        clock.advance(minutes=10)
    if mended:
        failing.broken.clear()
    run_handlers(store, handlers)
    assert parked(store) == [("count", 1)], "nobody has asked yet"
    with store.unit_of_work() as uow:
        uow.session.execute(update(ParkedEvent).values(retry_at=uow.now))
    run_handlers(store, handlers)
    assert parked(store) == ([] if mended else [("count", 1)])
    assert counted(store) == ({"job_1": 1} if mended else {})
    run_handlers(store, handlers)
    assert counted(store) == ({"job_1": 1} if mended else {})


def test_an_event_of_a_kind_that_no_longer_exists_is_parked_at_once(store: Store) -> None:
    recorded(store, received(1), received(2))
    with store.unit_of_work() as uow:
        uow.session.execute(update(OutboxEntry).where(OutboxEntry.position == 1).values(kind="JobBurnt"))
    run_handlers(store, [Handler("count", None, count)])
    assert parked(store) == [("count", 1)]
    assert counted(store) == {"job_2": 1}


def test_an_event_that_lacks_a_field_of_today_is_parked_at_once(store: Store) -> None:
    recorded(store, received(1))
    with store.unit_of_work() as uow:
        uow.session.execute(update(OutboxEntry).values(payload={"job": "job_1"}))
    run_handlers(store, [Handler("count", RECEIVED, count)])
    assert parked(store) == [("count", 1)]


def test_a_handler_that_fails_on_parked_events_does_not_make_ever_more_of_them(store: Store, clock: FixedClock) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("it is broken")

    handlers = [Handler("broken", None, fail)]
    recorded(store, received(1))
    for _ in range(5 * ATTEMPTS):
        run_handlers(store, handlers)
        clock.advance(minutes=10)
        relay(store)
    with store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(OutboxEntry)) == 2


def test_a_new_handler_begins_where_the_slowest_of_the_others_is(store: Store) -> None:
    recorded(store, received(1))
    run_handlers(store, [Handler("old", RECEIVED, count)])
    recorded(store, received(2))
    heard: list[str] = []
    new = Handler("new", RECEIVED, lambda _, event, __: heard.append(event.subject[1]))
    run_handlers(store, [Handler("old", RECEIVED, count), new])
    assert heard == ["job_2"]


def test_a_cursor_moves_on_over_many_events_that_are_not_for_it(store: Store) -> None:
    with store.unit_of_work() as uow:
        for number in range(300):
            uow.record(changed(number))
    relay(store)
    run_handlers(store, [Handler("count", RECEIVED, count)])
    assert cursor(store, "count").position == 300
