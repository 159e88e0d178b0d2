"""Who could come sooner if a visit gave way, told before there is a job; and the crew that would come, all of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from dispatch.domain.events import JobReceived
from dispatch.domain.roles import Role
from dispatch.planning.at_hand import AtHand, at_hand
from dispatch.planning.giving_way import MadeWay, made_ways
from dispatch.planning.imagined import Asked
from dispatch.planning.replan import tick
from dispatch.services.visit_changes import pin
from dispatch.store.engine import Store
from dispatch.store.tables import Job, OutboxEntry, Priority, Visit
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.planning.full_day import DISPATCHER, FullDay
from tests.dispatch.services.acting import somebody
from tests.dispatch.world import HERE


def asked(day: FullDay, priority: Priority = Priority.CRITICAL, **fields: Any) -> Asked:
    kind = day.world.job_type(skills={"gas": 2}, **fields)
    return Asked(job_type_id=kind, priority=priority, site_id=day.world.site())


def ways(day: FullDay, wanted: Asked) -> tuple[MadeWay, ...]:
    with day.store.reading(somebody(Role.DISPATCHER)) as uow:
        return made_ways(uow, TRAVEL, wanted)


def look(day: FullDay, wanted: Asked) -> AtHand:
    with day.store.reading(somebody(Role.DISPATCHER)) as uow:
        return at_hand(uow, TRAVEL, wanted)


def test_the_visit_that_gives_way_is_named_with_who_takes_it_and_what_it_costs_and_that_is_what_is_proposed(
    store: Store,
) -> None:
    day = FullDay(store)
    wanted = asked(day)
    (late,) = look(day, wanted).candidates
    assert (late.technician, late.on_site_kept) == (day.ana, False)

    (way,) = ways(day, wanted)

    one, other = way.candidate, way.gives_way
    assert (one.technician, one.late_by, one.on_site_kept) == (day.ana, 0, True)
    assert one.arrival <= day.world.now() + dt.timedelta(minutes=90)
    assert one.cost < late.cost
    assert (other.technician, other.name, other.to, other.to_name) == (day.ana, "Ana", day.bruno, "Bruno")
    assert (other.later, other.to_start, other.accepted, other.breaks_promise) == (0, other.start, False, False)

    critical = day.rings()  # the same comes in, and is answered with as much
    changes = day.changes()
    assert changes.pop(critical)[:2] == ("assigned", day.ana)
    assert [change[:2] for change in changes.values()] == [("reassigned", day.bruno)]


def test_an_accepted_visit_may_give_way_and_says_so_and_a_pinned_one_never_does(store: Store) -> None:
    day = FullDay(store)
    for visit in day.hours:
        day.act(visit, "accept")
    wanted = asked(day)

    assert {one.gives_way.accepted for one in ways(day, wanted)} == {True}

    for visit in day.hours:
        day.pin(visit)
    assert ways(day, wanted) == ()


def test_nothing_gives_way_where_somebody_is_in_time_or_nothing_is_critical(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    assert ways(day, asked(day, Priority.HIGH)) == ()
    carla = day.world.technician("Carla", skills={"gas": 2})
    day.world.shift(carla, hours=9)
    assert ways(day, asked(day)) == ()


def test_asking_what_gives_way_writes_nothing(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    wanted = asked(day)

    def rows() -> list[int | None]:
        with sqlite_store.reading() as uow:
            return [uow.session.scalar(select(func.count()).select_from(table)) for table in (Job, Visit, OutboxEntry)]

    before = rows()
    assert ways(day, wanted)
    assert rows() == before


def test_who_was_chosen_though_a_visit_has_to_give_way_is_proposed_with_just_that(store: Store) -> None:
    day = FullDay(store)
    (way,) = ways(day, asked(day))
    job, critical = day.critical()
    with store.unit_of_work(DISPATCHER) as uow:
        pin(uow, critical, {"technician": day.ana, "start": way.candidate.start})
    day.happens(JobReceived(job=job, number="T-9", priority="critical", customer="c"))

    tick(store, TRAVEL)

    kind, who, hour = day.changes()[critical]
    assert (kind, who) == ("assigned", day.ana)
    assert hour is not None
    assert hour <= 10.5


def test_of_a_crew_everybody_who_would_come_is_told_with_their_own_way(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    kind = day.world.job_type("Two of us", roles=[{"skills": {"gas": 2}}, {"skills": {}}])
    far = day.world.site(at=(HERE[0] + 0.1, HERE[1]))

    found = look(day, Asked(job_type_id=kind, priority=Priority.CRITICAL, site_id=far))

    first = found.candidates[0]
    assert [(one.name, one.role) for one in first.crew] == [("Ana", 0), ("Bruno", 1)]
    assert first.arrival == max(one.arrival for one in first.crew)
    assert all(one.travel_seconds > 0 for one in first.crew)
    assert found.unable == 0
    assert ways(day, Asked(job_type_id=kind, priority=Priority.CRITICAL, site_id=far)) == ()
