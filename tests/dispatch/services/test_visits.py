"""Visits through the service: the whole lifecycle with its side roads, on both databases."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, IllegalTransition, Invalid, NotFound
from dispatch.domain.job_lifecycle import JobStatus, followed
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import BY_DISPATCHERS, BY_TECHNICIANS, TRANSITIONS, VisitAction, VisitStatus
from dispatch.services import sla, visits
from dispatch.services.visit_changes import Over
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, AuditEntry, Job, OutboxEntry, Technician, Visit
from tests.dispatch.services.acting import PLANS, assign, bring, do, somebody
from tests.dispatch.world import World

A = VisitAction
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def read(store: Store, visit: str) -> Visit:
    with store.reading() as uow:
        return uow.get(Visit, visit)


def job_of(store: Store, job: str) -> Job:
    with store.reading() as uow:
        return uow.get(Job, job)


@pytest.mark.parametrize(("status", "action"), list(itertools.product(VisitStatus, VisitAction)))
def test_every_step_does_what_the_table_says_and_leaves_a_trace(
    sqlite_store: Store, status: VisitStatus, action: VisitAction
) -> None:
    job, visit = World(sqlite_store).job()
    bring(sqlite_store, visit, status)
    assert read(sqlite_store, visit).status is status
    before = read(sqlite_store, visit).version
    with sqlite_store.reading() as uow:
        events = uow.session.scalar(select(OutboxEntry.id).order_by(OutboxEntry.id.desc()).limit(1)) or 0

    if (status, action) not in TRANSITIONS:
        with pytest.raises(IllegalTransition):
            do(sqlite_store, visit, action)
        assert read(sqlite_store, visit).version == before
        return

    do(sqlite_store, visit, action)
    after = read(sqlite_store, visit)
    assert after.status is TRANSITIONS[status, action]
    with sqlite_store.reading() as uow:
        about = select(OutboxEntry).where(OutboxEntry.id > events, OutboxEntry.subject_id == visit)
        told = uow.session.scalars(about.order_by(OutboxEntry.id)).all()
        audit = select(AuditEntry).where(AuditEntry.row_id == visit).order_by(AuditEntry.id.desc())
        last = uow.session.scalars(audit).first()
        statuses = uow.session.scalars(select(Visit.status).where(Visit.job_id == job)).all()
        present = uow.get(Job, job).status
    assert told[0].kind == ("VisitExtended" if action is A.EXTEND else "VisitMoved")
    if action is not A.EXTEND:
        assert (told[0].payload["before"], told[0].payload["after"]) == (status.value, after.status.value)
    if action is not A.REASSIGN or status is not VisitStatus.SCHEDULED:
        assert last is not None
        assert last.what == "changed"
    # A job that waits for parts was put there by the visit and is held; any other is where its visits are.
    assert present is (JobStatus.WAITING_FOR_PARTS if action is A.NEED_PARTS else followed(JobStatus.TRIAGED, statuses))


def test_a_visit_goes_from_the_plan_to_its_end_with_every_instant(
    store: Store, world: World, clock: FixedClock
) -> None:
    territory = world.territory()
    anna = world.technician(territory=territory)
    job, visit = world.job(territory=territory)
    bring(store, visit, VisitStatus.DISPATCHED)
    assign(world, visit, anna)
    actor = somebody("technician", anna)
    steps = [A.ACCEPT, A.DEPART, A.ARRIVE, A.START, A.PAUSE, A.RESUME, A.EXTEND, A.COMPLETE]
    for action in steps:
        clock.advance(minutes=10)
        do(store, visit, action, actor, reason="done" if action is A.COMPLETE else "")
    done = read(store, visit)
    at = [done.dispatched_at, done.accepted_at, done.departed_at, done.arrived_at, done.started_at, done.finished_at]
    minutes = [round((one - NOON).total_seconds() / 60) for one in at if one is not None]
    assert minutes == [0, 10, 20, 30, 40, 80]
    assert done.paused_for == 600
    assert done.paused_at is None
    assert done.extended == 600
    assert done.outcome == "done"
    assert job_of(store, job).status is JobStatus.COMPLETED
    with store.reading() as uow:
        moved = select(OutboxEntry).where(OutboxEntry.kind == "VisitMoved", OutboxEntry.actor_id == actor.id)
        entries = uow.session.scalars(moved).all()
    assert len(entries) == len(steps) - 1  # an extension is no move
    assert {(entry.technician, entry.territory) for entry in entries} == {(anna, territory)}


def test_needing_parts_holds_the_job_until_they_arrive(store: Store, world: World) -> None:
    job, visit = world.job()
    bring(store, visit, VisitStatus.WORKING)
    do(store, visit, A.NEED_PARTS, reason="a pump")
    assert job_of(store, job).status is JobStatus.WAITING_FOR_PARTS
    assert read(store, visit).outcome == "needs parts: a pump"


def test_a_pause_that_ends_with_the_visit_counts(store: Store, world: World, clock: FixedClock) -> None:
    _, visit = world.job()
    bring(store, visit, VisitStatus.PAUSED)
    clock.advance(minutes=7)
    do(store, visit, A.COMPLETE)
    assert read(store, visit).paused_for == 420


def test_who_declines_is_remembered_and_the_visit_is_free(store: Store, world: World) -> None:
    anna, ben = world.technician(), world.technician()
    job, visit = world.job(visit={"pin": {"technician": anna, "start": "2026-11-23T15:00:00Z", "order": True}})
    bring(store, visit, VisitStatus.ACCEPTED)
    assign(world, visit, anna, ben)
    do(store, visit, A.DECLINE, somebody("technician", anna), reason="a flat tyre")
    free = read(store, visit)
    assert free.status is VisitStatus.OPEN
    assert free.never == [anna]
    assert free.pin == {"start": "2026-11-23T15:00:00Z"}
    assert free.outcome == "declined: a flat tyre"
    assert free.accepted_at is None
    assert job_of(store, job).status is JobStatus.TRIAGED
    with store.reading() as uow:
        assert uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit)).all() == []


def test_a_dispatcher_declines_for_the_one_who_called_in(store: Store, world: World) -> None:
    anna, ben = world.technician(), world.technician()
    _, visit = world.job()
    bring(store, visit, VisitStatus.DISPATCHED)
    assign(world, visit, anna, ben)
    do(store, visit, A.DECLINE, somebody("dispatcher"), technician=ben)
    assert read(store, visit).never == [ben]


def test_turning_back_leaves_the_visit_accepted(store: Store, world: World) -> None:
    _, visit = world.job()
    bring(store, visit, VisitStatus.EN_ROUTE)
    do(store, visit, A.TURN_BACK)
    back = read(store, visit)
    assert back.status is VisitStatus.ACCEPTED
    assert back.departed_at is None
    assert back.accepted_at == NOON


def test_a_job_whose_only_visit_is_cancelled_needs_another(store: Store, world: World) -> None:
    job, visit = world.job()
    do(store, visit, A.CANCEL)
    assert job_of(store, job).status is JobStatus.NEEDS_VISIT


def test_a_phone_reports_what_happened_while_it_was_out_of_reach(store: Store, world: World, clock: FixedClock) -> None:
    _, visit = world.job()
    bring(store, visit, VisitStatus.ACCEPTED)
    clock.advance(hours=1)
    do(store, visit, A.DEPART, at=NOON + dt.timedelta(minutes=20))
    do(store, visit, A.ARRIVE, at=NOON + dt.timedelta(minutes=10))  # a clock that was set back meanwhile
    seen = read(store, visit)
    assert seen.departed_at == NOON + dt.timedelta(minutes=20)
    assert seen.arrived_at == NOON + dt.timedelta(minutes=20)


@pytest.mark.parametrize(
    ("action", "details", "place"),
    [
        (A.COMPLETE, {"at": NOON + dt.timedelta(hours=1)}, "at"),
        (A.COMPLETE, {"at": dt.datetime(2026, 11, 23, 12)}, "at"),  # noqa: DTZ001  that is what is refused
        (A.EXTEND, {"seconds": 0}, "seconds"),
        (A.EXTEND, {"seconds": -60}, "seconds"),
        (A.EXTEND, {"seconds": 10**6}, "seconds"),
    ],
)
def test_details_that_make_no_sense_are_refused(
    sqlite_store: Store, action: VisitAction, details: dict[str, object], place: str
) -> None:
    _, visit = World(sqlite_store).job()
    bring(sqlite_store, visit, VisitStatus.WORKING)
    with pytest.raises(Invalid) as refused:
        do(sqlite_store, visit, action, **details)
    assert refused.value.facts["errors"][0]["place"] == place
    assert read(sqlite_store, visit).status is VisitStatus.WORKING


# -- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", VisitStatus)
def test_who_may_do_what_in_each_status(sqlite_store: Store, status: VisitStatus) -> None:
    world = World(sqlite_store)
    here, there = world.territory(), world.territory()
    anna, ben = world.technician(territory=here), world.technician(territory=here)
    _, visit = world.job(territory=here)
    bring(sqlite_store, visit, status)
    assign(world, visit, anna)
    possible = {action for (at, action) in TRANSITIONS if at is status}
    for actor, expected in (
        (somebody("technician", anna), possible & BY_TECHNICIANS),
        (somebody("technician", ben), set()),
        (somebody("dispatcher", None, here), possible & BY_DISPATCHERS),
        (somebody("dispatcher", None, there), set()),
        (somebody("planner"), set()),
        (somebody("agent"), set()),
        (somebody("manager"), possible & BY_DISPATCHERS),
    ):
        with sqlite_store.reading(actor) as uow:
            assert set(visits.allowed(uow, uow.get(Visit, visit))) == expected


def test_what_is_not_ones_own_is_not_there(store: Store, world: World) -> None:
    here, there = world.territory(), world.territory()
    anna, ben = world.technician(territory=here), world.technician(territory=here)
    _, visit = world.job(territory=here)
    bring(store, visit, VisitStatus.DISPATCHED)
    assign(world, visit, anna)
    for actor in (somebody("technician", ben), somebody("technician"), somebody("dispatcher", None, there)):
        with pytest.raises(NotFound):
            do(store, visit, A.ACCEPT, actor)
    with pytest.raises(Forbidden):
        do(store, visit, A.ACCEPT, somebody("planner"))
    with pytest.raises(Forbidden):
        do(store, visit, A.RECALL, somebody("technician", anna))
    with pytest.raises(NotFound):
        do(store, "visit_none", A.ACCEPT)
    assert read(store, visit).status is VisitStatus.DISPATCHED


@pytest.mark.parametrize("action", sorted(PLANS))
def test_what_plans_do_nobody_does_by_hand(sqlite_store: Store, action: VisitAction) -> None:
    _, visit = World(sqlite_store).job()
    bring(sqlite_store, visit, VisitStatus.SCHEDULED if action is not A.SCHEDULE else VisitStatus.OPEN)
    with sqlite_store.unit_of_work(SYSTEM) as uow, pytest.raises(Forbidden):
        visits.act(uow, visit, action)


def test_a_plan_does_nothing_but_what_plans_do(sqlite_store: Store) -> None:
    _, visit = World(sqlite_store).job()
    with sqlite_store.unit_of_work(SYSTEM) as uow, pytest.raises(Forbidden):
        visits.act(uow, visit, A.CANCEL, via_plan=True)


# -- changes and pins --------------------------------------------------------------------------------------------------


def test_what_a_visit_asks_for_can_be_changed(store: Store, world: World) -> None:
    anna = world.technician()
    _, visit = world.job()
    with store.unit_of_work(somebody("dispatcher")) as uow:
        visits.change(
            uow,
            visit,
            duration=1800,
            roles=[{"skills": {"gas": 2}}],
            windows=[("2026-11-23T15:00:00-03:00", "2026-11-23T16:00:00-03:00"), (NOON, NOON)],
            preferred=[anna, anna],
            drop_cost=50.0,
        )
        visits.change(uow, visit, duration=1800)
    seen = read(store, visit)
    assert seen.windows == [
        ["2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"],
        ["2026-11-23T18:00:00Z", "2026-11-23T19:00:00Z"],
    ]
    assert (seen.duration, seen.preferred, seen.roles) == (1800, [anna], [{"skills": {"gas": 2}}])
    with store.reading() as uow:
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "VisitChanged")).all()
    assert [set(entry.payload["changed"]) for entry in told] == [
        {"duration", "roles", "windows", "preferred", "drop_cost"}
    ]


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("duration", -1, "duration"),
        ("roles", [], "roles"),
        ("roles", [{"skills": {"gas": -1}}], "roles[0].skills.gas"),
        ("windows", [("2026-11-23T15:00:00Z", "2026-11-23T14:00:00Z")], "windows[0]"),
        ("windows", [("soon", "later")], "windows[0]"),
        ("windows", [("2026-11-23T15:00:00", "2026-11-23T16:00:00")], "windows[0]"),
        ("only", ["technician_none"], "only"),
        ("demand", {"valve": 0.0001}, "demand.valve"),
        ("drop_cost", -1, "drop_cost"),
        ("status", "completed", "status"),
    ],
)
def test_a_change_that_could_not_be_planned_is_refused(
    sqlite_store: Store, field: str, value: object, place: str
) -> None:
    _, visit = World(sqlite_store).job()
    with sqlite_store.unit_of_work() as uow, pytest.raises(Invalid) as refused:
        visits.change(uow, visit, **{field: value})
    assert refused.value.facts["errors"][0]["place"] == place


def test_history_is_not_changed_and_a_visit_under_way_only_in_its_length(store: Store, world: World) -> None:
    _, visit = world.job()
    bring(store, visit, VisitStatus.WORKING)
    with store.unit_of_work() as uow:
        visits.change(uow, visit, duration=7200)
    with store.unit_of_work() as uow, pytest.raises(Over):
        visits.change(uow, visit, windows=[])
    do(store, visit, A.COMPLETE)
    with store.unit_of_work() as uow, pytest.raises(Over):
        visits.change(uow, visit, duration=60)


def test_visits_cannot_wait_for_each_other_in_a_circle(store: Store, world: World) -> None:
    job, first = world.job()
    second = world.visit(job, site=read(store, first).site_id, after_id=first)
    with store.unit_of_work() as uow, pytest.raises(Invalid):
        visits.change(uow, first, after_id=second)
    _, elsewhere = world.job()
    with store.unit_of_work() as uow, pytest.raises(NotFound):
        visits.change(uow, first, after_id=elsewhere)


def test_a_pin_holds_technician_start_and_order(store: Store, world: World) -> None:
    anna, ben = world.technician(), world.technician()
    _, visit = world.job(visit={"never": [ben]})
    with store.unit_of_work(somebody("dispatcher")) as uow:
        visits.pin(uow, visit, {"technician": anna, "start": NOON, "order": True})
    assert read(store, visit).pin == {"technician": anna, "start": "2026-11-23T12:00:00Z", "order": True}
    with store.unit_of_work(somebody("dispatcher")) as uow:
        visits.pin(uow, visit, {})
    assert read(store, visit).pin == {}
    for wrong in ({"technician": ben}, {"technician": "technician_none"}, {"start": "soon"}, {"colour": "red"}):
        with store.unit_of_work() as uow, pytest.raises(Invalid):
            visits.pin(uow, visit, wrong)
    with store.unit_of_work(somebody("planner")) as uow, pytest.raises(Forbidden):
        visits.pin(uow, visit, {})


def test_the_clocks_hear_of_every_move_of_a_job(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []

    def hear(_: object, __: Job, before: JobStatus, after: JobStatus, **_at: object) -> None:
        heard.append((before.value, after.value))

    monkeypatch.setattr(sla, "follow_job", hear)
    _, visit = World(sqlite_store).job()
    bring(sqlite_store, visit, VisitStatus.COMPLETED)
    statuses = ["triaged", "scheduled", "dispatched", "accepted", "en_route", "on_site", "completed"]
    assert heard == list(itertools.pairwise(statuses))


def test_technicians_are_not_lost_from_the_audit_trail(store: Store, world: World) -> None:
    anna = world.technician()
    _, visit = world.job()
    bring(store, visit, VisitStatus.DISPATCHED)
    assign(world, visit, anna)
    do(store, visit, A.ACCEPT, somebody("technician", anna))
    with store.reading() as uow:
        entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.row_id == visit).order_by(AuditEntry.id)).all()
        assert uow.get(Technician, anna).id == anna
    assert entry[-1].actor_id == "user_technician"
    assert entry[-1].changes["status"] == ["dispatched", "accepted"]
