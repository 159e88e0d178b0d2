"""Reports and pictures on each kind of database, several at once, and many together."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.event import listen

from dispatch.domain.errors import TooMany
from dispatch.domain.events import ReportMade
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.services import media, service_reports
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Purpose,
)
from tests.dispatch.world import World
from tests.mobile_api.media.pictures import digest
from tests.mobile_api.media.reports.working import Work, ask, at_work, full_of_work


def test_several_workers_at_once_make_one_edition_and_send_one_mail(store: Store, settings: Settings) -> None:
    work = at_work(store, World(store), settings)
    full_of_work(work)
    ask(work)
    work.end()
    relay(store)
    run_handlers(store, [Handler("service reports", service_reports.KINDS, service_reports.react)])
    start = threading.Barrier(3)

    def make() -> None:
        start.wait()
        service_reports.make_due(store, settings)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work.go_on() == 0
    assert [one["edition"] for one in work.events(ReportMade)] == [1]
    assert len(work.mails()) == 1


def test_what_two_devices_attach_at_once_is_attached_once(store: Store, settings: Settings) -> None:
    work = at_work(store, World(store), settings)
    start, found = threading.Barrier(2), []

    def attach() -> None:
        start.wait()
        found.append(work.do(lambda uow: media.attach(uow, work.visit, digest(b"x"), Purpose.PHOTO)).id)

    threads = [threading.Thread(target=attach) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1


def test_many_visits_are_told_of_in_a_few_statements(store: Store, settings: Settings) -> None:
    work = at_work(store, World(store), settings)
    work.upload(work.attach(), work.attach(name="Ana"))
    work.attach()
    ask(work)
    work.end()
    work.go_on()
    statements: list[str] = []
    others = [f"visit_{number}" for number in range(300)]
    with store.reading() as uow:
        listen(store.engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
        visits = [work.visit, *others]
        pictures, reports = media.of_visits(uow, visits), service_reports.of_visits(uow, visits)
    assert {visit: [one["status"] for one in told] for visit, told in pictures.items()} == {
        work.visit: ["here", "awaited"]
    }
    assert [told["sent_to"] for told in reports.values()] == ["ana@example.org"]
    assert len([one for one in statements if one.startswith("SELECT")]) == 3


def test_a_visit_has_so_many_pictures(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_OF_A_VISIT", 2)
    first = work.attach()
    work.attach()
    with pytest.raises(TooMany, match="2 pictures"):
        work.attach()
    work.do(lambda uow: media.attach(uow, work.visit, digest(first), Purpose.PHOTO))
