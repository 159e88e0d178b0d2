"""Which events ask for a new plan, how they are gathered, and how an emergency is answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock, SystemClock
from dispatch.domain.events import (
    AbsenceRecorded,
    Escalated,
    Event,
    JobChanged,
    JobMoved,
    JobReceived,
    PlanPublished,
    PositionReported,
    ShiftChanged,
    VisitAdded,
    VisitAssigned,
    VisitExtended,
    VisitMoved,
)
from dispatch.domain.visit_lifecycle import BY_PLANS
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.planning import emergency, replan
from dispatch.planning.lease import LEASE
from dispatch.planning.replan import asked_by, tick
from dispatch.planning.run import RunWorker
from dispatch.planning.urgency import Urgency
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import PlanningRun, PlanRow, PlanStatus, ReplanRequest, RunStatus
from tests.dispatch.planning.days import TRAVEL, badly_planned
from tests.dispatch.world import World

HANDLERS = (Handler("replanning", replan.KINDS, replan.react),)


def moved(action: str, visit: str = "visit_1", **fields: Any) -> VisitMoved:
    return VisitMoved(visit=visit, job="job_1", before="dispatched", after="open", action=action, **fields)


def happens(store: Store, *events: Event) -> None:
    with store.unit_of_work() as uow:
        for event in events:
            uow.record(event)
    relay(store)
    run_handlers(store, HANDLERS)


def requests(store: Store) -> list[ReplanRequest]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(ReplanRequest).order_by(ReplanRequest.id)))


def runs(store: Store) -> list[PlanningRun]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(PlanningRun).order_by(PlanningRun.id)))


ASKS = [
    (JobReceived(job="j", number="J-1", priority="critical", customer="c"), Urgency.EMERGENCY),
    (JobReceived(job="j", number="J-1", priority="normal", customer="c"), Urgency.LATER),
    (Escalated(job="j", target="resolve", step=1, action="replan"), Urgency.EMERGENCY),
    (Escalated(job="j", target="resolve", step=1, action="tell_supervisor"), None),
    (moved("cancel"), Urgency.LATER),
    (moved("decline"), Urgency.SOON),
    (moved("no_show"), Urgency.SOON),
    (moved("accept"), None),
    (VisitExtended(visit="v", job="j", seconds=1200), Urgency.SOON),
    (AbsenceRecorded(absence="a", person="p", start="", end=""), Urgency.SOON),
    (ShiftChanged(shift="s", person="p"), Urgency.LATER),
    (ShiftChanged(shift="s", person="p", duty="began"), None),
    (ShiftChanged(shift="s", person="p", duty="break"), None),
    (ShiftChanged(shift="s", person="p", duty="ended"), None),
    (PositionReported(person="p", delay=900), Urgency.SOON),
    (PositionReported(person="p", delay=60), None),
    (PlanPublished(plan="p", edition=2, touched=3), None),
    (VisitAssigned(visit="v", job="j"), None),
    *((moved(action.value), None) for action in BY_PLANS),
]


@pytest.mark.parametrize(("event", "urgency"), ASKS, ids=lambda one: getattr(one, "kind", str(one)))
def test_the_table_says_what_asks_for_a_plan(sqlite_store: Store, event: Event, urgency: Urgency | None) -> None:
    with sqlite_store.reading() as uow:
        ask = asked_by(uow, event)
    assert (ask.urgency if ask else None) == urgency


def test_what_becomes_of_a_critical_job_is_an_emergency_and_of_another_one_is_not(sqlite_store: Store) -> None:
    world, found = World(sqlite_store), {}
    for priority in ("critical", "normal"):
        job, visit = world.job(priority=priority)
        asks = {
            "another visit": VisitAdded(visit=visit, job=job),
            "goes on": JobMoved(job=job, before="waiting_for_customer", after="triaged", action="customer_answered"),
            "stops": JobMoved(job=job, before="triaged", after="waiting_for_customer", action="await_customer"),
            "follows": JobMoved(job=job, before="waiting_for_customer", after="scheduled", action="follow"),
            "is now": JobChanged(job=job, changed=("priority",)),
            "another title": JobChanged(job=job, changed=("title",)),
        }
        with sqlite_store.reading() as uow:
            found[priority] = {name: getattr(asked_by(uow, event), "urgency", None) for name, event in asks.items()}
    now, soon, later = Urgency.EMERGENCY, Urgency.SOON, Urgency.LATER
    other = {"stops": later, "follows": None, "another title": None}
    assert found["critical"] == {"another visit": now, "goes on": now, "is now": now, **other}
    assert found["normal"] == {"another visit": later, "goes on": later, "is now": soon, **other}


def test_a_second_visit_of_a_critical_job_gets_a_place_at_once(store: Store) -> None:
    day = badly_planned(store, 2, visits=4)
    job, visit = day.world.job(priority="critical", visit={"drop_cost": 5000.0})
    happens(store, VisitAdded(visit=visit, job=job))
    tick(store, TRAVEL)
    [run] = [one for one in runs(store) if one.reason == "VisitAdded"]
    assert run.status is RunStatus.DONE
    with store.reading() as uow:
        draft = uow.get(PlanRow, run.draft_id)
        assert visit in {stop["visit"] for route in draft.plan["routes"] for stop in route["stops"]}


def test_a_visit_that_ends_early_asks_for_a_plan_and_one_that_ends_in_time_does_not(sqlite_store: Store) -> None:
    day = badly_planned(sqlite_store, 1, visits=3)
    visit, (_, start) = min(day.stands().items())
    with sqlite_store.reading() as uow:
        early = moved("complete", visit, at=start.isoformat())
        in_time = moved("complete", visit, at=(start + dt.timedelta(hours=2)).isoformat())
        assert asked_by(uow, in_time) is None
        found = asked_by(uow, early)
    # The shortest visits take 15 minutes; only the longer ones leave a gap of 20.
    with sqlite_store.reading() as uow:
        planned = uow.session.scalar(select(replan.Assignment.end).where(replan.Assignment.visit_id == visit))
    assert planned is not None
    assert (found is not None) == (planned - start >= replan.EARLY)


def test_events_are_gathered_and_nothing_asks_twice_for_the_same(store: Store) -> None:
    world = World(store)
    world.planning_policy()
    happens(store, moved("decline"), moved("decline"), VisitExtended(visit="visit_2", job="j", seconds=600))

    assert [(one.kind, one.subject) for one in requests(store)] == [
        ("VisitMoved", "visit_1"),
        ("VisitExtended", "visit_2"),
    ]
    assert tick(store) == 0, "nothing is due yet"
    store.clock.advance(seconds=10)  # type: ignore[attr-defined]  # a decline waits ten seconds, an overrun twenty
    assert tick(store) == 2
    assert tick(store) == 0
    [run] = runs(store)
    assert (run.status, run.reason, run.because) == (RunStatus.QUEUED, "VisitMoved", "VisitMoved, VisitExtended")
    assert {one.run_id for one in requests(store)} == {run.id}


def test_what_happens_before_a_run_has_begun_joins_it_and_what_happens_later_waits_for_its_end(store: Store) -> None:
    World(store).planning_policy()
    happens(store, moved("decline", "visit_1"))
    store.clock.advance(seconds=10)  # type: ignore[attr-defined]
    tick(store)
    happens(store, moved("decline", "visit_2"))
    store.clock.advance(seconds=10)  # type: ignore[attr-defined]
    assert tick(store) == 1
    [run] = runs(store)
    with store.unit_of_work() as uow:
        uow.get(PlanningRun, run.id).status = RunStatus.RUNNING
    happens(store, moved("decline", "visit_3"))
    store.clock.advance(seconds=10)  # type: ignore[attr-defined]

    assert tick(store) == 0
    with store.unit_of_work() as uow:
        uow.get(PlanningRun, run.id).status = RunStatus.DONE
    assert tick(store) == 1
    assert len(runs(store)) == 2


ALLOWED = [{"reason": "JobReceived", "touches_at_most": 0, "priority": "critical"}]


def test_a_critical_job_is_put_into_the_plan_at_once_and_published_where_the_policy_allows_it(store: Store) -> None:
    day = badly_planned(store, 2, publish_without_asking=ALLOWED, tolerance=7200)
    before = day.stands()
    job, visit = day.world.job(priority="critical")
    happens(store, JobReceived(job=job, number="T-9", priority="critical", customer="c"))

    assert tick(store, TRAVEL) == 1

    published = day.published()
    assert (published.edition, published.reason, published.published_by) == (2, "JobReceived", "system")
    after = day.stands()
    assert visit in after
    assert {name: after[name][0] for name in before} == {name: crew for name, (crew, _) in before.items()}
    assert runs(store)[0].status is RunStatus.DONE


def test_an_emergency_whose_leader_died_behind_its_draft_is_published_by_the_next_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    day = badly_planned(store, 2, publish_without_asking=ALLOWED, tolerance=7200)
    job, visit = day.world.job(priority="critical")
    happens(store, JobReceived(job=job, number="T-9", priority="critical", customer="c"))
    with monkeypatch.context() as patch:
        patch.setattr(emergency, "published_without_asking", die)
        with pytest.raises(SystemExit):
            tick(store, TRAVEL)
    assert day.published().edition == 1
    later = FixedClock(SystemClock().now() + LEASE * 2)
    worker = RunWorker(store, Settings(), TRAVEL, wall=later)

    assert tick(store, TRAVEL) == 0, "it is answered, but for its publication"
    assert worker.work_once()

    assert day.published().edition == 2
    assert visit in day.stands()
    assert [run.status for run in runs(store)] == [RunStatus.DONE]


def test_without_leave_a_critical_job_waits_as_a_draft(store: Store) -> None:
    day = badly_planned(store, 2)
    job, visit = day.world.job(priority="critical")
    happens(store, JobReceived(job=job, number="T-9", priority="critical", customer="c"))

    tick(store, TRAVEL)

    assert day.published().edition == 1
    with store.reading() as uow:
        [draft] = uow.session.scalars(select(PlanRow).where(PlanRow.status == PlanStatus.DRAFT)).all()
        assert draft.run_id == runs(store)[0].id
    assert visit not in day.stands()


def test_an_emergency_that_finds_no_place_asks_for_a_run(store: Store) -> None:
    day = badly_planned(store, 2)
    job, _ = day.world.job(priority="critical", job_type=day.world.job_type(skills={"nuclear": 9}))
    happens(store, JobReceived(job=job, number="T-9", priority="critical", customer="c"))

    tick(store, TRAVEL)

    assert [run.status for run in runs(store)] == [RunStatus.DONE, RunStatus.QUEUED]
    assert runs(store)[1].because == "JobReceived"


def test_publishing_does_not_ask_for_another_plan(store: Store) -> None:
    day = badly_planned(store, 3)
    relay(store)
    run_handlers(store, HANDLERS)

    assert [one.kind for one in requests(store)] == []
    assert day.published().edition == 1
