"""The problem made from the store, and the published plan carried over to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.store.engine import Store
from dispatch.store.tables import Absence, Assignment, HeldSkill, Hold, PlanningPolicy, Position, Shift, Visit
from dispatch.travel.provider import EstimatedTravel
from optimizer.check import check
from optimizer.domain import TimeWindow
from optimizer.domain import Visit as ProblemVisit
from tests.dispatch.planning.published import people, publish, solved, starts, window
from tests.dispatch.world import HERE, World

TRAVEL = EstimatedTravel(30, 1.3)
FAR_AWAY = (HERE[0] + 0.1, HERE[1])
WAY = 1735
"""Seconds to FAR_AWAY: 6,371,009 m × 0.1° in radians × 1.3, at 30 km/h."""


def snapshot(store: Store) -> Snapshot:
    with store.reading() as uow:
        policy = uow.session.scalars(select(PlanningPolicy)).one()
        taken = take_snapshot(uow, policy, TRAVEL)
    assert check(taken.problem, taken.published) == []
    return taken


def change(store: Store, table: Any, row_id: str, **fields: Any) -> None:
    with store.unit_of_work() as uow:
        for name, value in fields.items():
            setattr(uow.get(table, row_id), name, value)


def add(store: Store, row: Any) -> None:
    with store.unit_of_work() as uow:
        uow.session.add(row)


def seen(taken: Snapshot, visit: str) -> ProblemVisit:
    return taken.problem.visits[taken.problem.visit_index[visit]]


@pytest.fixture
def ana(world: World) -> str:
    """A technician with a shift of eight hours that begins now."""
    world.planning_policy()
    technician = world.technician("Ana", id="ana", skills={"gas": 1}, capacity={"valve": 2})
    world.shift(technician, id="shift_ana")
    return technician


@pytest.fixture
def published(store: Store, world: World, ana: str) -> tuple[str, str]:
    """Two visits of an hour, first far away, then where Ana started, published to Ana."""
    assert ana
    far = world.job(at=FAR_AWAY, visit={"windows": window(world.now(), 1)})[1]
    # Not before 14:00 UTC: an hour's work far away from 12:29 to 13:29, back at 13:58.
    near = world.job(visit={"windows": window(world.now() + dt.timedelta(hours=2), 4)})[1]
    first = snapshot(store)
    publish(store, first, solved(first))
    return far, near


def test_an_open_visit_becomes_a_problem_that_can_be_published(store: Store, world: World, ana: str) -> None:
    _, visit = world.job(job_type=world.job_type(skills={"gas": 1}), at=FAR_AWAY)

    first = snapshot(store)
    plan = solved(first)
    publish(store, first, plan)
    second = snapshot(store)

    assert people(plan) == {visit: {ana}}
    assert starts(second.published) == starts(plan) == {visit: first.now + WAY}
    assert (second.edition, second.held) == (1, frozenset())
    previous = seen(second, visit).previous
    assert previous is not None
    assert (previous.technician, previous.start) == (ana, first.now + WAY)


def test_what_starts_before_the_fence_is_committed(store: Store, clock: FixedClock, published: tuple[str, str]) -> None:
    clock.advance(minutes=20)  # Ana has not set out; she would still be there within 29 minutes, not 15
    assert snapshot(store).held == set()
    change(store, Visit, published[0], status=VisitStatus.EN_ROUTE, departed_at=clock.now())
    clock.advance(minutes=20)
    taken = snapshot(store)
    assert taken.problem.shifts[0][1].committed == (published[0],)
    # She left at 12:20 and is expected when she would be, not a whole way from now.
    assert starts(taken.published)[published[0]] == taken.now - 20 * 60 + WAY


def test_a_position_on_the_way_says_when_somebody_arrives(
    store: Store, clock: FixedClock, ana: str, published: tuple[str, str]
) -> None:
    change(store, Visit, published[0], status=VisitStatus.EN_ROUTE, departed_at=clock.now())
    clock.advance(minutes=5)
    half_way = ((HERE[0] + FAR_AWAY[0]) / 2, HERE[1])
    add(store, Position(technician_id=ana, at=clock.now(), lat=half_way[0], lon=half_way[1], delay=600))
    clock.advance(minutes=2)
    taken = snapshot(store)
    # Half the way from where they were two minutes ago, and ten minutes of traffic.
    assert starts(taken.published)[published[0]] == pytest.approx(taken.now - 120 + WAY / 2 + 600, abs=1)


def test_who_works_is_free_when_what_is_left_is_done(
    store: Store, clock: FixedClock, published: tuple[str, str]
) -> None:
    far, near = published
    change(store, Visit, far, status=VisitStatus.WORKING, arrived_at=clock.now(), started_at=clock.now(), extended=3600)
    clock.advance(minutes=40)
    taken = snapshot(store)
    assert seen(taken, far).duration == 80 * 60  # an hour, one more, 40 minutes of it done
    assert starts(taken.published)[near] == taken.now + 80 * 60 + WAY
    clock.advance(minutes=85)
    assert seen(snapshot(store), far).duration == 300  # overrun: some minutes more


def test_a_pause_is_no_work(store: Store, clock: FixedClock, published: tuple[str, str]) -> None:
    far, _ = published
    began = clock.now()
    clock.advance(minutes=50)
    paused = began + dt.timedelta(minutes=30)
    change(store, Visit, far, status=VisitStatus.PAUSED, started_at=began, paused_at=paused, paused_for=600)
    assert seen(snapshot(store), far).duration == 40 * 60  # 30 minutes until the pause, 10 of them paused before


def test_done_work_is_history_and_the_route_goes_on_from_there(
    store: Store, clock: FixedClock, published: tuple[str, str]
) -> None:
    far, near = published
    arrived = clock.now()
    clock.advance(hours=2, minutes=30)
    change(
        store,
        Visit,
        far,
        status=VisitStatus.COMPLETED,
        arrived_at=arrived,
        finished_at=clock.now(),
        demand={"valve": 1.5},
    )
    taken = snapshot(store)
    assert [visit.id for visit in taken.problem.visits] == [near]
    assert starts(taken.published) == {near: taken.now + WAY}
    assert taken.problem.technicians[0].capacity == {"valve": 0.5}


def test_an_accepted_visit_keeps_its_technician_and_its_time(
    store: Store, world: World, ana: str, published: tuple[str, str]
) -> None:
    _, near = published
    change(store, Visit, near, status=VisitStatus.ACCEPTED)
    world.shift(world.technician("Ben"))
    taken = snapshot(store)
    start = starts(taken.published)[near]
    assert start is not None
    assert seen(taken, near).only == (ana,)
    assert seen(taken, near).windows == (TimeWindow(start, start + 900),)  # 15 minutes either way, not before 14:00
    assert near in taken.held


def test_an_accepted_visit_that_is_late_already_is_held_to_where_it_will_end_up(
    store: Store, clock: FixedClock, published: tuple[str, str]
) -> None:
    far, near = published
    change(store, Visit, near, status=VisitStatus.ACCEPTED)
    change(store, Visit, far, status=VisitStatus.WORKING, started_at=clock.now(), extended=2 * 3600)
    taken = snapshot(store)
    expected = taken.now + 3 * 3600 + WAY
    assert starts(taken.published)[near] == expected
    assert seen(taken, near).windows[-1].latest == expected + 900


def test_an_absence_takes_visits_that_nobody_accepted_and_says_why(
    store: Store, world: World, ana: str, published: tuple[str, str]
) -> None:
    begins = world.now() - dt.timedelta(minutes=1)
    add(store, Absence(id="a", technician_id=ana, starts_at=begins, ends_at=begins + dt.timedelta(days=1), reason=""))
    taken = snapshot(store)
    assert taken.published.routes == ()
    assert {one.visit for one in taken.published.unassigned} == set(published)
    assert all("absent" in one.reasons[0] for one in taken.published.unassigned)


def test_an_absence_in_the_middle_of_a_shift_is_a_break_at_its_time(store: Store, world: World, ana: str) -> None:
    leaves = world.now() + dt.timedelta(hours=3)
    add(store, Absence(id="a", technician_id=ana, starts_at=leaves, ends_at=leaves + dt.timedelta(hours=1), reason=""))
    (rest,) = snapshot(store).problem.shifts[0][1].breaks
    assert (rest.earliest, rest.latest, rest.duration) == (leaves.timestamp(), leaves.timestamp(), 3600)


def test_a_break_that_was_taken_is_history_and_one_being_taken_has_to_end(
    store: Store, clock: FixedClock, ana: str
) -> None:
    rests = [
        {
            "id": name,
            "earliest": (clock.now() + dt.timedelta(hours=hours)).isoformat(),
            "latest": (clock.now() + dt.timedelta(hours=hours + 1)).isoformat(),
            "duration": 1800,
            "taken_at": clock.now().isoformat() if hours == 0 else None,
        }
        for name, hours in (("coffee", 0), ("lunch", 3))
    ]
    change(store, Shift, "shift_ana", breaks=rests)
    clock.advance(minutes=10)
    taken = snapshot(store)
    shift = taken.problem.shifts[0][1]
    assert taken.problem.technicians[0].id == ana
    assert [rest.id for rest in shift.breaks] == ["lunch"]
    assert shift.start == taken.now + 20 * 60


def test_a_missed_appointment_becomes_a_promise_and_a_note(
    store: Store, clock: FixedClock, published: tuple[str, str]
) -> None:
    _, near = published
    clock.advance(hours=6, minutes=1)
    change(store, Visit, near, appointment=True)
    taken = snapshot(store)
    assert seen(taken, near).windows == ()
    promise = seen(taken, near).arrive_by
    assert promise is not None
    assert promise.at == taken.now - 60
    assert any("appointment has passed" in note for note in taken.notes)


def test_what_was_missed_long_ago_is_still_planned(
    store: Store, clock: FixedClock, world: World, ana: str, published: tuple[str, str]
) -> None:
    _, near = published
    world.shift(ana, start=26)
    row = seen(snapshot(store), near)
    clock.advance(hours=26)
    change(store, Visit, near, appointment=True)
    taken = snapshot(store)
    late = taken.now - seen(taken, near).arrive_by.at
    assert late > 12 * 3600
    # A missed appointment costs 60, and 40 for each hour: leaving it out costs that besides what it cost before.
    assert seen(taken, near).drop_cost == pytest.approx(row.drop_cost + 60 + 40 * late / 3600)
    assert near in people(solved(taken))


def test_a_certificate_counts_for_as_long_as_it_holds(store: Store, world: World, ana: str) -> None:
    world.shift(ana, start=24)
    _, visit = world.job(job_type=world.job_type(skills={"gas": 1}))
    with store.unit_of_work() as uow:
        uow.session.scalars(select(HeldSkill)).one().valid_until = dt.date(2026, 11, 23)
    assert seen(snapshot(store), visit).never == (ana,)  # it could be done tomorrow, when she may not

    change(store, Visit, visit, windows=window(world.now(), 3))
    assert people(solved(snapshot(store))) == {visit: {ana}}

    with store.unit_of_work() as uow:
        uow.session.scalars(select(HeldSkill)).one().valid_until = dt.date(2026, 11, 22)
    assert snapshot(store).problem.technicians[0].skills == {}


def test_a_pin_to_somebody_else_takes_the_visit_off_the_route(
    store: Store, world: World, published: tuple[str, str]
) -> None:
    ben = world.technician("Ben")
    world.shift(ben)
    change(store, Visit, published[0], pin={"technician": ben})
    taken = snapshot(store)
    assert seen(taken, published[0]).only == (ben,)
    assert published[0] not in people(taken.published)
    assert people(solved(taken))[published[0]] == {ben}


def test_a_pinned_order_keeps_what_comes_before(store: Store, published: tuple[str, str]) -> None:
    change(store, Visit, published[1], pin={"order": True})
    taken = snapshot(store)
    assert taken.problem.shifts[0][1].committed == published
    assert taken.held == set(published)


def test_a_held_slot_binds_a_visit_until_it_expires(store: Store, clock: FixedClock, world: World, ana: str) -> None:
    _, visit = world.job()
    opens = clock.now() + dt.timedelta(hours=2)
    hold = Hold(
        id="hold",
        visit_id=visit,
        technician_id=ana,
        earliest=opens,
        latest=opens + dt.timedelta(hours=1),
        cost=0,
        edition=0,
        expires_at=clock.now() + dt.timedelta(minutes=15),
        created_at=clock.now(),
        created_by="x",
    )
    add(store, hold)
    (window_,) = seen(snapshot(store), visit).windows
    assert window_.earliest == opens.timestamp()
    clock.advance(minutes=15)
    assert seen(snapshot(store), visit).windows == ()


def test_a_visit_after_one_that_is_done_waits_out_the_gap(
    store: Store, clock: FixedClock, world: World, published: tuple[str, str]
) -> None:
    far, _ = published
    _, later = world.job(visit={"after_id": far, "after_min_gap": 3600, "after_max_gap": 7200})
    assert [link.visit for link in seen(snapshot(store), later).after] == [far]
    change(store, Visit, far, status=VisitStatus.COMPLETED, arrived_at=clock.now(), finished_at=clock.now())
    taken = snapshot(store)
    assert seen(taken, later).after == ()
    assert seen(taken, later).windows == (TimeWindow(taken.now + 3600, taken.now + 7200),)


def test_an_accepted_visit_may_stand_before_the_one_that_it_comes_after(
    store: Store, published: tuple[str, str]
) -> None:
    """As happens where the other was declined while it was kept, and has found its place behind it since."""
    far, near = published
    change(store, Visit, far, after_id=near, status=VisitStatus.ACCEPTED)
    change(store, Visit, near, status=VisitStatus.ACCEPTED)
    taken = snapshot(store)
    assert taken.held == {far, near}
    assert [stop.visit for route in taken.published.routes for stop in route.stops] == [far, near]
    assert any("before the visit that it should come after" in note for note in taken.notes)


def test_a_circle_of_accepted_visits_on_two_routes_is_opened(store: Store, world: World, ana: str) -> None:
    ben = world.technician("Ben", id="ben", skills={"gas": 1})
    world.shift(ben, id="shift_ben")
    visits = [world.job()[1] for _ in range(4)]
    for number, visit in enumerate(visits):
        who = (ana, ben)[number // 2]
        at = world.now() + dt.timedelta(hours=1 + 2 * (number % 2))
        end = at + dt.timedelta(hours=1)
        stop = {"technician_id": who, "shift_id": f"shift_{who}", "position": number % 2, "edition": 1}
        add(store, Assignment(visit_id=visit, role=0, arrival=at, start=at, end=end, **stop))
    # What is first on each route comes after what is last on the other.
    for number, visit in enumerate(visits):
        after = visits[3 - number] if number % 2 == 0 else None
        change(store, Visit, visit, status=VisitStatus.ACCEPTED, after_id=after)
    taken = snapshot(store)
    assert taken.held == set(visits)
    assert any("its order after another visit cannot be kept" in note for note in taken.notes)


def test_a_shift_that_is_gone_does_not_strand_who_is_working(
    store: Store, clock: FixedClock, ana: str, published: tuple[str, str]
) -> None:
    change(store, Visit, published[0], status=VisitStatus.WORKING, arrived_at=clock.now(), started_at=clock.now())
    with store.unit_of_work() as uow:
        uow.session.delete(uow.get(Shift, "shift_ana"))
    taken = snapshot(store)
    assert people(taken.published) == {published[0]: {ana}}
    assert any("overtime" in note for note in taken.notes)


def test_the_document_of_a_snapshot_says_what_it_was_made_from(store: Store, published: tuple[str, str]) -> None:
    document = snapshot(store).as_document()
    assert document["edition"] == 1
    assert document["taken_at"] == "2026-11-23T12:00:00Z"
    # Today and tomorrow, by the clocks of no territory: midnight UTC.
    assert document["horizon"] == ["2026-11-23T12:00:00Z", "2026-11-25T00:00:00Z"]
    assert document["held"] == []
    with store.reading() as uow:
        assert {stop.visit_id for stop in uow.session.scalars(select(Assignment))} == set(published)
