"""Clocks in the store are watched: warnings, breaches and the ladder are told, each once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from dispatch.services import sla
from dispatch.store.engine import Store
from tests.dispatch.services.office import HOUR, Office, hours

LADDER = [{"after": 0, "action": "raise_priority"}, {"after": HOUR, "action": "tell_supervisor"}]


def test_watching_warns_breaches_and_climbs_the_ladder_each_at_its_time(office: Office) -> None:
    office.policy(dispatch_within=None, on_site_within=None, ladder=LADDER)
    job = office.job()
    for quarter in range(4 * 12):
        office.to(quarter / 4)
        office.watch()
        assert office.watch() == 0, "there is nothing left to do at this instant"
    assert office.told(job) == [
        ("PromiseStarted", "resolve", None),
        ("PromiseWarned", "resolve", 0.5),
        ("PromiseWarned", "resolve", 0.75),
        ("PromiseWarned", "resolve", 0.9),
        ("PromiseBreached", "resolve", None),
        ("Escalated", "resolve", "raise_priority"),
        ("Escalated", "resolve", "tell_supervisor"),
    ]


def test_the_next_watch_is_when_the_first_clock_has_something_to_say(office: Office, store: Store) -> None:
    with store.reading() as uow:
        assert sla.next_watch(uow.session) is None
    office.policy(dispatch_within=None, warn_at=[0.5])
    office.job()
    with store.reading() as uow:
        assert sla.next_watch(uow.session) == office.received + hours(2)
    office.to(2)
    office.watch()
    with store.reading() as uow:
        assert sla.next_watch(uow.session) == office.received + hours(4)
    office.to(4)
    office.watch()
    with store.reading() as uow:
        assert sla.next_watch(uow.session) == office.received + hours(4) + dt.timedelta(seconds=1)


def test_a_watcher_that_dies_before_its_commit_has_told_nothing_and_the_next_one_does(office: Office) -> None:
    office.policy(ladder=LADDER)
    job = office.job()
    before = office.told(job)
    office.to(9)

    def dies() -> None:
        with office.store.unit_of_work() as uow:
            assert sla.watch(uow) == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()
    assert office.told(job) == before
    assert office.watch() == 3
    assert office.told(job).count(("PromiseBreached", "resolve", None)) == 1


def test_at_most_so_many_clocks_are_watched_at_once_the_most_urgent_first(office: Office) -> None:
    office.policy(on_site_within=None, resolve_within=None, warn_at=[])
    waiting = []
    for quarter in range(4):
        office.to(quarter / 4)
        waiting.append(office.job())
    office.to(5)
    with office.store.unit_of_work() as uow:
        assert sla.watch(uow, limit=3) == 3
    assert [len(office.told(job)) for job in waiting] == [2, 2, 2, 1]


def test_two_watchers_at_once_never_tell_the_same_thing_twice(office: Office) -> None:
    office.policy(ladder=LADDER)
    received = [office.job() for _ in range(12)]
    office.to(9.5)
    together = threading.Barrier(3)
    failures: list[BaseException] = []

    def keep_watching() -> None:
        try:
            together.wait()
            while True:
                with office.store.unit_of_work() as uow:
                    if not sla.watch(uow, limit=5):
                        return
        except BaseException as error:
            failures.append(error)

    watchers = [threading.Thread(target=keep_watching) for _ in range(3)]
    for one in watchers:
        one.start()
    for one in watchers:
        one.join()
    assert not failures
    assert office.watch() == 0
    for job in received:
        told = office.told(job)
        assert len(told) == len(set(told)), "everything is told once"
        assert {kind for kind, *_ in told} == {"PromiseStarted", "PromiseBreached", "Escalated"}
        assert told.count(("Escalated", "resolve", "tell_supervisor")) == 1
