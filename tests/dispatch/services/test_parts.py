"""Parts through the services: used, put back, counted on the van, asked for, and waited for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.events import restored
from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.messaging import notices
from dispatch.planning.snapshot import take_snapshot
from dispatch.services import duty, follow_ups, jobs, parts, visits
from dispatch.services.parts import NoSuchStep
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Assignment,
    Job,
    Notification,
    OutboxEntry,
    PartRequest,
    PartRequestStatus,
    PlanningPolicy,
    Visit,
)
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.services.acting import bring, do, somebody
from tests.dispatch.world import World

DISPATCHER = somebody(Role.DISPATCHER)


class Van:
    """Anna at work with valves and boards on her van, and visits of her shift."""

    def __init__(self, store: Store, world: World, clock: FixedClock) -> None:
        self.store, self.world, self.clock = store, world, clock
        self.territory = world.territory()
        self.technician = world.technician("Anna", territory=self.territory, capacity={"valve": 4, "board": 1})
        self.anna = somebody(Role.TECHNICIAN, self.technician)
        self.shift = world.shift(self.technician, start=-1, began_at=clock.now())

    def visit(self, status: VisitStatus = VisitStatus.WORKING, **demand: float) -> str:
        _, visit = self.world.job(territory=self.territory, visit={"demand": demand})
        self.assign(visit, self.technician)
        bring(self.store, visit, status)
        return visit

    def assign(self, visit: str, *technicians: str) -> None:
        now = self.clock.now()
        with self.store.unit_of_work() as uow:
            for role, technician in enumerate(technicians):
                uow.session.add(
                    Assignment(
                        visit_id=visit,
                        role=role,
                        technician_id=technician,
                        shift_id=self.shift if technician == self.technician else "shift_elsewhere",
                        position=0,
                        arrival=now,
                        start=now,
                        end=now + dt.timedelta(hours=1),
                        edition=1,
                    )
                )

    def use(self, visit: str, part: str, quantity: float) -> Mapping[str, Any]:
        with self.store.unit_of_work(self.anna) as uow:
            return parts.use(uow, visits.seen(uow, visit), part, quantity, uow.now)

    def request(self, visit: str, part: str = "pump", **details: Any) -> str:
        with self.store.unit_of_work(self.anna) as uow:
            return parts.request(uow, visits.seen(uow, visit), part, 1, uow.now, **details).id

    def left(self) -> dict[str, float]:
        with self.store.reading() as uow:
            return {one["part"]: one["quantity"] for one in parts.van(uow, self.technician)}

    def act(self, request: str, step: str) -> PartRequest:
        with self.store.unit_of_work(DISPATCHER) as uow:
            return parts.act(uow, request, step)

    def job_of(self, visit: str) -> tuple[JobStatus, list[VisitStatus]]:
        with self.store.reading() as uow:
            job = uow.get(Visit, visit).job_id
            mine = select(Visit.status).where(Visit.job_id == job).order_by(Visit.sequence)
            return uow.get(Job, job).status, list(uow.session.scalars(mine))

    def told(self, kind: str) -> list[dict[str, Any]]:
        with self.store.reading() as uow:
            entries = select(OutboxEntry).where(OutboxEntry.kind == kind).order_by(OutboxEntry.id)
            return [one.payload for one in uow.session.scalars(entries)]


@pytest.fixture
def van(store: Store, world: World, clock: FixedClock) -> Van:
    return Van(store, world, clock)


# -- used --------------------------------------------------------------------------------------------------------------


def test_what_is_used_is_out_of_the_van_and_can_be_put_back(van: Van) -> None:
    visit = van.visit(valve=1)
    assert van.left() == {"valve": 4, "board": 1}
    assert van.use(visit, "valve", 2) == {"part": "valve", "used": 2, "left": 2}
    assert van.use(visit, "valve", 0.5)["left"] == 1.5
    assert van.use(visit, " board ", 1)["left"] == 0
    assert van.use(visit, "board", -1)["left"] == 1
    assert van.left() == {"valve": 1.5, "board": 1}
    with van.store.reading() as uow:
        used = parts.used(uow, [visit])[visit]
    assert [(one["part"], one["quantity"]) for one in used] == [("board", 0), ("valve", 2.5)]
    assert [one["left"] for one in van.told("PartUsed")] == [2, 1.5, 0, 1]


def test_more_than_the_van_is_known_to_carry_is_taken_down_with_a_warning(van: Van) -> None:
    visit = van.visit()
    assert van.use(visit, "board", 3) == {"part": "board", "used": 3, "left": -2, "warning": "van-negative"}
    assert van.use(visit, "gasket", 1) == {"part": "gasket", "used": 1, "left": -1, "warning": "van-negative"}
    assert van.left() == {"valve": 4, "board": -2, "gasket": -1}


@pytest.mark.parametrize(
    ("part", "quantity"),
    [("", 1), ("x" * 81, 1), ("valve", -1), ("valve", 1e10), ("valve", float("nan")), ("valve", 0.0001)],
)
def test_what_is_no_part_or_no_quantity_is_refused(van: Van, part: str, quantity: float) -> None:
    visit = van.visit()
    with pytest.raises(Invalid):
        van.use(visit, part, quantity)
    with van.store.reading() as uow:
        assert parts.used(uow, [visit]) == {}


def test_nobody_uses_parts_at_the_visit_of_somebody_else(van: Van) -> None:
    _, visit = van.world.job(territory=van.territory)
    with pytest.raises(NotFound):
        van.use(visit, "valve", 1)


def test_what_was_to_be_taken_counts_as_used_once_the_visit_is_completed_unless_somebody_said_otherwise(
    van: Van,
) -> None:
    silent, said, nothing, given_up = (van.visit(valve=1) for _ in range(4))
    van.use(said, "board", 1)
    van.use(nothing, "valve", 0)
    assert van.left() == {"valve": 4, "board": 0}
    for visit in (silent, said, nothing):
        do(van.store, visit, VisitAction.COMPLETE)
    do(van.store, given_up, VisitAction.NEED_VISIT)
    assert van.left() == {"valve": 3, "board": 0}


def test_of_a_crew_each_van_gives_what_its_owner_took(van: Van) -> None:
    other = van.world.technician("Bruno", territory=van.territory, capacity={"valve": 2})
    van.world.shift(other, start=-1, id="shift_elsewhere", began_at=van.clock.now())
    _, visit = van.world.job(territory=van.territory, visit={"demand": {"valve": 1}})
    van.assign(visit, van.technician, other)
    bring(van.store, visit, VisitStatus.WORKING)
    with van.store.unit_of_work(somebody(Role.TECHNICIAN, other)) as uow:
        parts.use(uow, visits.seen(uow, visit), "valve", 2, uow.now)
    assert van.left()["valve"] == 4
    with van.store.reading() as uow:
        assert parts.van(uow, other) == [{"part": "valve", "quantity": 0}]


def test_who_is_not_at_work_has_a_full_van(van: Van) -> None:
    van.use(van.visit(), "valve", 4)
    van.clock.advance(hours=20)
    assert van.left() == {"valve": 0, "board": 1}  # the shift was begun and not ended
    with van.store.unit_of_work() as uow:
        duty.end_shift(uow, van.shift)
    assert van.left() == {"valve": 4, "board": 1}


def test_all_names_of_parts_are_known(van: Van) -> None:
    van.world.job_type(demand={"seal": 1})
    van.world.job_type(demand={"asbestos": 1}, active=False)
    with van.store.reading() as uow:
        assert parts.known(uow) == ["board", "seal", "valve"]


# -- planning ----------------------------------------------------------------------------------------------------------


def stock(van: Van) -> tuple[dict[str, float], dict[str, Mapping[str, float]]]:
    """What the planner takes Anna to carry, and what each visit asks of that."""
    policy = van.world.planning_policy()
    with van.store.reading() as uow:
        problem = take_snapshot(uow, uow.get(PlanningPolicy, policy), EstimatedTravel(30, 1.3)).problem
    anna = next(one for one in problem.technicians if one.id == van.technician)
    return dict(anna.capacity), {visit.id: visit.demand for visit in problem.visits}


def test_a_plan_reckons_with_what_was_really_used(van: Van) -> None:
    done, given_up = van.visit(valve=1), van.visit(valve=1)
    van.use(done, "valve", 2)
    van.use(given_up, "board", 1)
    do(van.store, done, VisitAction.COMPLETE)
    do(van.store, given_up, VisitAction.NEED_VISIT)
    assert stock(van)[0] == {"valve": 2, "board": 0}


def test_a_plan_counts_what_somebody_uses_at_a_visit_once(van: Van) -> None:
    there = van.visit(valve=2)
    van.use(there, "valve", 1)
    assert stock(van)[1][there] == {"valve": 2}
    van.use(there, "valve", 2)
    assert stock(van)[1][there] == {"valve": 3}


def test_a_plan_takes_a_van_that_gave_more_than_it_had_for_empty(van: Van) -> None:
    there = van.visit()
    van.use(there, "board", 7)
    van.use(there, "gasket", 7)
    capacity, demands = stock(van)
    assert demands[there] == {"board": 1}
    assert capacity == {"valve": 4, "board": 1}


# -- needed ------------------------------------------------------------------------------------------------------------


def test_a_part_is_asked_for_ordered_and_arrives(van: Van) -> None:
    visit = van.visit()
    request = van.request(visit, urgent=True, note="the large one")
    assert van.job_of(visit)[0] is JobStatus.ON_SITE
    van.act(request, "order")
    van.act(request, "arrive")
    with van.store.reading() as uow:
        told = parts.requests(uow, [visit])[visit]
    assert [(one["part"], one["status"], one["urgent"], one["note"]) for one in told] == [
        ("pump", "arrived", True, "the large one")
    ]
    assert [one["status"] for one in van.told("PartRequested")] == ["open", "ordered", "arrived"]
    assert van.job_of(visit)[0] is JobStatus.ON_SITE  # the job did not wait for it


@pytest.mark.parametrize(
    ("steps", "refused", "allowed"),
    [
        (["order"], "order", ["arrive", "cancel", "reopen"]),
        (["arrive"], "cancel", []),
        (["cancel"], "arrive", ["reopen"]),
        ([], "reopen", ["order", "arrive", "cancel"]),
    ],
)
def test_a_step_that_is_not_possible_is_refused_with_those_that_are(
    van: Van, steps: list[str], refused: str, allowed: list[str]
) -> None:
    request = van.request(van.visit())
    for step in steps:
        van.act(request, step)
    with pytest.raises(NoSuchStep) as refusal:
        van.act(request, refused)
    assert refusal.value.facts["allowed"] == allowed


def test_who_may_not_change_jobs_does_not_say_what_becomes_of_a_request(van: Van) -> None:
    request = van.request(van.visit())
    elsewhere = van.world.territory()
    for actor, error in ((van.anna, Forbidden), (somebody(Role.DISPATCHER, None, elsewhere), NotFound)):
        with pytest.raises(error), van.store.unit_of_work(actor) as uow:
            parts.act(uow, request, "order")
    with van.store.reading(somebody(Role.DISPATCHER, None, elsewhere)) as uow:
        assert uow.session.execute(parts.found(uow)).all() == []


def test_the_list_of_what_is_needed_is_narrowed(van: Van) -> None:
    visit = van.visit()
    first, second = van.request(visit), van.request(visit, "fan")
    van.act(second, "order")
    with van.store.reading(DISPATCHER) as uow:
        job = uow.get(Visit, visit).job_id
        is_open = uow.session.execute(parts.found(uow, statuses=[PartRequestStatus.OPEN])).all()
        of_job = uow.session.execute(parts.found(uow, job_id=job)).all()
        of_none = uow.session.execute(parts.found(uow, job_id="job_x")).all()
    assert [row.id for row, _ in is_open] == [first]
    assert {row.id for row, _ in of_job} == {first, second}
    assert of_none == []


def needed(van: Van, visit: str, *wanted: str) -> list[str]:
    with van.store.unit_of_work(van.anna) as uow:
        return follow_ups.need_parts(
            uow, visit, reason="the pump is worn out", wanted=[{"part": one, "quantity": 2} for one in wanted]
        )


def test_a_job_waits_for_its_parts_and_gets_a_visit_once_all_have_arrived(van: Van) -> None:
    visit = van.visit(valve=1)
    pump, fan, belt = needed(van, visit, "pump", "fan", "belt")
    assert van.job_of(visit) == (JobStatus.WAITING_FOR_PARTS, [VisitStatus.INCOMPLETE])
    van.act(pump, "order")
    van.act(pump, "arrive")
    van.act(fan, "cancel")
    assert van.job_of(visit)[0] is JobStatus.WAITING_FOR_PARTS
    van.act(belt, "arrive")
    assert van.job_of(visit) == (JobStatus.TRIAGED, [VisitStatus.INCOMPLETE, VisitStatus.OPEN])
    with van.store.reading() as uow:
        mine = uow.session.scalars(select(Visit).order_by(Visit.sequence)).all()
        taken = parts.to_take(uow, mine)
        before = uow.get(Visit, visit)
        assert (before.outcome, mine[-1].after_id) == ("needs parts: the pump is worn out", visit)
    assert taken[visit] == [{"part": "valve", "quantity": 1}]
    assert taken[mine[-1].id] == [
        {"part": "belt", "quantity": 2},
        {"part": "pump", "quantity": 2},
        {"part": "valve", "quantity": 1},
    ]


def test_where_nothing_that_a_job_waits_for_is_wanted_any_more_people_decide(van: Van) -> None:
    visit = van.visit()
    for request in needed(van, visit, "pump", "fan"):
        van.act(request, "cancel")
    assert van.job_of(visit) == (JobStatus.WAITING_FOR_PARTS, [VisitStatus.INCOMPLETE])


def test_parts_that_arrive_after_somebody_let_the_job_go_on_add_no_second_visit(van: Van) -> None:
    visit = van.visit()
    (request,) = needed(van, visit, "pump")
    with van.store.unit_of_work(DISPATCHER) as uow:
        jobs.act(uow, uow.get(Visit, visit).job_id, JobAction.ADD_VISIT)
    van.act(request, "arrive")
    assert van.job_of(visit)[1] == [VisitStatus.INCOMPLETE, VisitStatus.OPEN]


def test_a_visit_may_need_parts_that_nobody_names(van: Van) -> None:
    visit = van.visit()
    assert needed(van, visit) == []
    assert van.job_of(visit)[0] is JobStatus.WAITING_FOR_PARTS


def test_a_part_that_makes_no_sense_leaves_the_visit_as_it_is(van: Van) -> None:
    visit = van.visit()
    with pytest.raises(Invalid):
        needed(van, visit, " ")
    with pytest.raises(Invalid):
        needed(van, visit, *["pump"] * 51)
    assert van.job_of(visit) == (JobStatus.ON_SITE, [VisitStatus.WORKING])


def test_dispatchers_hear_of_what_is_urgent_and_who_asked_that_it_is_there(van: Van) -> None:
    dispatcher = van.world.user(Role.DISPATCHER)
    van.world.user(Role.TECHNICIAN, technician_id=van.technician, language="zh")
    visit = van.visit()
    van.request(visit, "fan")
    request = van.request(visit, urgent=True, note="the large one")

    def hear() -> list[tuple[str, str]]:
        with van.store.unit_of_work() as uow:
            entries = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "PartRequested")).all()
            for entry in entries:
                notices.react(uow, restored(entry.kind, entry.payload), entry)
                entry.kind = "heard"
            rows = uow.session.scalars(select(Notification).order_by(Notification.id)).all()
            return [(row.recipient, row.body) for row in rows]

    assert {who for who, _ in hear()} == {f"user:{dispatcher}"}
    van.act(request, "arrive")
    said = [body for who, body in hear() if who == f"technician:{van.technician}"]
    assert said
    assert all("pump × 1 已到货" in body for body in said)
