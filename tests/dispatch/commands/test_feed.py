"""The live feed: what it says of events, in which words, and what it keeps to itself."""

import io
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from sqlalchemy import select

from dispatch.commands.feed import Feed
from dispatch.commands.feed_lines import Lines
from dispatch.commands.feed_words import WORDS, language_of
from dispatch.domain.events import (
    DraftProposed,
    JeopardyChanged,
    JobReceived,
    PlanPublished,
    PositionReported,
    PromiseWarned,
    ShiftChanged,
    VisitMoved,
)
from dispatch.messaging.relay import relay
from dispatch.store.tables import OutboxEntry, PlanRow, Priority, Visit
from tests.dispatch.world import World

CHILE = ZoneInfo("America/Santiago")


@pytest.fixture
def world(sqlite_store):
    return World(sqlite_store)


def told(store, *events, language="en", lines=None):
    """What is said of events that are recorded now."""
    lines = lines or Lines(language, CHILE)
    with store.unit_of_work() as uow:
        before = {entry.id for entry in uow.session.scalars(select(OutboxEntry))}
        for event in events:
            uow.record(event)
    with store.reading() as uow:
        entries = list(uow.session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)))
        return [
            f"{line.at.astimezone(CHILE):%H:%M} {line.text}"
            for line in lines.of(uow.session, [one for one in entries if one.id not in before])
        ]


def moved(action, visit, job, technician, **fields):
    return VisitMoved(visit=visit, job=job, before="a", after="b", action=action, technician=technician, **fields)


def test_another_visit_of_a_job_is_told_apart_from_the_first(sqlite_store, world):
    ana = world.technician("Ana")
    job, first = world.job(number="T-1", visit={"sequence": 1})
    with sqlite_store.reading() as uow:
        site = uow.get(Visit, first).site_id
    second = world.visit(job, site=site, sequence=2)
    events = [moved("decline", first, job, ana, reason="no ladder"), moved("accept", second, job, ana)]
    assert told(sqlite_store, *events) == ["09:00 Ana declined T-1: no ladder", "09:00 Ana accepted T-1/2"]


def test_what_happens_alike_at_once_is_one_line(sqlite_store, world):
    ana, ben = world.technician("Ana"), world.technician("Ben")
    (a, at_a), (b, at_b) = world.job(number="T-1"), world.job(number="T-2")
    events = [
        moved("accept", at_a, a, ana),
        ShiftChanged(shift="s1", person=ana, duty="began"),
        moved("accept", at_b, b, ana),
        ShiftChanged(shift="s2", person=ben, duty="began"),
        moved("decline", at_b, b, ben, reason="no ladder"),
    ]
    assert told(sqlite_store, *events) == [
        "09:00 Ana accepted T-1, T-2",
        "09:00 on duty: Ana, Ben",
        "09:00 Ben declined T-2: no ladder",
    ]


def test_a_critical_job_says_what_is_asked_and_others_how_urgent_they_are(sqlite_store, world):
    senior = world.technician("Sara")
    site = world.site(address="Los Lirios 6")
    fields = {"site": site, "title": "Gas leak alarm", "priority": Priority.CRITICAL}
    urgent, _ = world.job(number="T-1", **fields, visit={"only": [senior]})
    usual, _ = world.job(number="T-2", **{**fields, "priority": Priority.LOW})
    events = [JobReceived(job=one, number="", priority="", customer="") for one in (urgent, usual)]
    assert told(sqlite_store, *events) == [
        "09:00 new critical job T-1: gas leak alarm, Los Lirios 6, senior needed",
        "09:00 new job T-2 (low): gas leak alarm, Los Lirios 6",
    ]


def test_who_will_be_late_is_said_once_and_again_only_when_it_gets_much_worse(sqlite_store, world):
    ana = world.technician("Ana")
    job, visit = world.job(number="T-1")
    lines = Lines("en", CHILE)
    said = [
        told(
            sqlite_store,
            JeopardyChanged(visit=visit, job=job, promise="resolve", late=late, expected="", technician=ana),
            lines=lines,
        )
        for late in (100, 600, 700, 1300, 0, 0)
    ]
    assert said == [
        [],
        ["09:00 Ana will be 10 min late for T-1"],
        [],
        ["09:00 Ana will be 22 min late for T-1"],
        ["09:00 Ana will be in time for T-1 after all"],
        [],
    ]


def test_what_nobody_cares_about_is_not_said(sqlite_store, world):
    ana = world.technician("Ana")
    job, visit = world.job(number="T-1")
    quiet = [
        PositionReported(person=ana, delay=60),
        ShiftChanged(shift="s", person=ana),
        moved("dispatch", visit, job, ana),
    ]
    assert told(sqlite_store, *quiet) == []
    assert PromiseWarned.__name__ not in Lines("en", CHILE).kinds


def test_it_speaks_chinese_too(sqlite_store):
    published = PlanPublished(plan="p", edition=3, touched=0, automatic=True)
    assert told(sqlite_store, published, language="zh") == ["09:00 计划3由策略自动发布,不影响其他上门"]
    assert {len(words) for words in WORDS.values()} == {2}
    assert [language_of({"LANG": one}) for one in ("zh_CN.UTF-8", "es_CL.UTF-8", "")] == ["zh", "en", "en"]


def test_a_feed_tells_what_happens_from_its_start_until_its_end(sqlite_store, world):
    ana = world.technician("Ana")
    job, visit = world.job(number="T-1")
    with sqlite_store.unit_of_work() as uow:
        uow.record(moved("accept", visit, job, ana))
    relay(sqlite_store)
    written = io.StringIO()
    feed = Feed(sqlite_store, CHILE, "en", Console(file=written, width=200))
    seen = feed.begin()
    sqlite_store.clock.advance(minutes=5)
    with sqlite_store.unit_of_work() as uow:
        uow.record(moved("depart", visit, job, ana))
        uow.record(moved("arrive", visit, job, ana))
    assert feed.tell_after(seen) == seen  # not in order yet
    relay(sqlite_store)
    assert feed.tell_after(seen) == seen + 2
    assert written.getvalue().startswith("09:05  Ana is on the way to T-1, Calle")
    assert len(written.getvalue().splitlines()) == 1
    feed.start()
    feed.stop()


def test_a_proposal_names_the_critical_job_first(sqlite_store, world):
    numbers = {f"T-{n}": Priority.NORMAL for n in range(1, 5)} | {"T-9": Priority.CRITICAL}
    visits = {number: world.job(number=number, priority=priority)[1] for number, priority in numbers.items()}
    after = {"technicians": ["technician_x"], "start": "2026-11-23T13:00:00+00:00"}
    with sqlite_store.unit_of_work() as uow:
        uow.session.add(
            PlanRow(
                id="plan_1",
                horizon_start=uow.now,
                horizon_end=uow.now,
                problem={},
                plan={},
                created_by="somebody",
                gain=120.0,
                snapshot={"names": {visit: number for number, visit in visits.items()} | {"technician_x": "Ana"}},
                difference={"visits": [{"visit": one, "kind": "assigned", "after": after} for one in visits.values()]},
            )
        )
    (line,) = told(sqlite_store, DraftProposed(plan="plan_1", run="run_1", gain=120.0, touched=0))
    assert "proposal: T-9 with Ana at 10:00, T-1 with Ana at 10:00, T-2 with Ana at 10:00, 2 more" in line
