"""A critical job on a full day: on time where that is possible, the least late where it is not, and who is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from dispatch.domain.events import Escalated, JeopardyChanged, JobReceived
from dispatch.domain.roles import SYSTEM
from dispatch.planning.making_way import asking, justified_in
from dispatch.planning.policies import standard_policy
from dispatch.planning.publication import locked_head
from dispatch.planning.publish import approve_in, publish
from dispatch.planning.replan import asked_by, tick
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.snapshot import take_snapshot
from dispatch.planning.solver_process import Answer, Listener, Task, answered
from dispatch.planning.urgency import Urgency
from dispatch.services import sla, visits
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Absence, Assignment, Job, Visit
from optimizer.domain import Plan, Route, Stop
from optimizer.solve import solve
from tests.dispatch.planning.days import TRAVEL, badly_planned
from tests.dispatch.planning.full_day import DISPATCHER, FullDay
from tests.dispatch.planning.published import window

LATE_OR_NOT = [{"reason": "JobReceived", "touches_at_most": 9, "priority": "critical"}]


def test_a_critical_job_is_on_time_at_once_where_somebody_else_can_take_what_stands_in_its_way(store: Store) -> None:
    day = FullDay(store)
    critical = day.rings()

    changes = day.changes()
    kind, who, hour = changes.pop(critical)
    assert (kind, who) == ("assigned", day.ana)
    assert hour is not None
    assert hour <= 10.5
    # One appointment goes to Bruno, at the hour that it has; nobody else notices anything.
    [(moved, change)] = changes.items()
    assert change == ("reassigned", day.bruno, float(9 + day.hours.index(moved)))
    assert day.waiting() == [], "nobody need look for a better place"


def test_a_critical_job_that_cannot_be_on_time_is_the_least_late_and_a_run_looks_further(store: Store) -> None:
    day = FullDay(store)
    for visit in day.hours:
        day.pin(visit)
    critical = day.rings()

    assert day.changes() == {critical: ("assigned", day.ana, 12.0)}
    draft = day.draft()
    assert draft is not None
    assert "A run looks for something better." in draft.difference["sentences"]
    assert day.waiting() == ["JobReceived"]


def test_an_accepted_visit_gives_way_only_by_name_and_only_when_somebody_approves(store: Store) -> None:
    day = FullDay(store, publish_without_asking=LATE_OR_NOT)
    for visit in day.hours:
        day.act(visit, "accept")
    before = day.stands()
    critical = day.rings()

    # What moves nobody goes out by itself, late as it is; what is on time waits, and says what was accepted.
    stands = day.stands()
    assert stands.pop(critical) == (day.ana, 12.0)
    assert stands == before
    draft = day.draft()
    assert draft is not None
    changes = day.changes()
    assert changes.pop(critical)[2] in (9.0, 10.0)
    [moved] = changes
    assert any(sentence.startswith("Ana accepted T-") for sentence in draft.difference["sentences"])

    approve_in(store, DISPATCHER, draft.id, TRAVEL)

    after = day.stands()
    assert after[critical][1] <= 10.5
    assert after[moved] == (day.bruno, before[moved][1])
    assert {visit: after[visit] for visit in day.hours if visit != moved} == {
        visit: before[visit] for visit in day.hours if visit != moved
    }


def test_what_was_accepted_since_the_draft_gives_way_to_what_is_critical(store: Store) -> None:
    day = FullDay(store)
    critical = day.rings()
    for visit in day.hours:
        day.act(visit, "accept")
    draft = day.draft()
    assert draft is not None

    approve_in(store, DISPATCHER, draft.id, TRAVEL)

    assert day.stands()[critical][1] <= 10.5


def test_others_make_way_for_what_has_only_to_be_done_in_time(store: Store) -> None:
    day = FullDay(store, {"resolve_within": 9000}, publish_without_asking=LATE_OR_NOT)

    critical = day.rings()

    # Behind the three appointments it would be done at one; it was promised for half past eleven.
    draft = day.draft()
    assert draft is not None
    assert day.changes()[critical][2] <= 10.5
    approve_in(store, DISPATCHER, draft.id, TRAVEL)
    assert day.stands()[critical][1] <= 10.5


def test_an_accepted_visit_stays_where_it_is_while_nothing_is_urgent(store: Store) -> None:
    day = FullDay(store)
    day.act(day.hours[1], "accept")

    snapshot = day.snapshot(making_way=True)

    assert snapshot.giving_way == snapshot.urgent == frozenset()
    assert snapshot.held == {day.hours[1]}


def test_a_pinned_visit_never_gives_way(store: Store) -> None:
    day = FullDay(store)
    day.pin(day.hours[0])
    day.act(day.hours[0], "accept")
    day.act(day.hours[1], "accept")
    _, critical = day.critical()

    snapshot = day.snapshot(making_way=True)

    assert snapshot.urgent == {critical}
    assert snapshot.giving_way == {day.hours[1]}
    assert snapshot.held == {day.hours[0]}
    assert day.snapshot().held == {day.hours[0], day.hours[1]}


def test_a_critical_visit_that_was_accepted_and_will_be_late_goes_to_whoever_is_there_sooner(store: Store) -> None:
    day = FullDay(store)
    job, critical = day.critical()
    day.publish({day.ana: [*day.hours, critical]})
    day.act(critical, "accept")
    for visit in day.hours:
        day.pin(visit)
    carla = day.world.technician("Carla", skills={"gas": 2})
    day.shifts[carla] = day.world.shift(carla, hours=9)
    day.happens(Escalated(job=job, target="on_site", step=1, action="replan"))

    tick(store, TRAVEL)

    assert day.changes() == {critical: ("reassigned", carla, 9.0)}
    draft = day.draft()
    assert draft is not None
    assert f"Ana accepted {draft.snapshot['names'][critical]} and would be late." in draft.difference["sentences"]
    assert day.stands()[critical] == (day.ana, 12.0), "nobody has been asked yet"
    approve_in(store, DISPATCHER, draft.id, TRAVEL)
    assert day.stands()[critical] == (carla, 9.0)


def test_a_run_that_another_plan_has_overtaken_is_made_again_while_something_is_urgent(sqlite_store: Store) -> None:
    day = FullDay(sqlite_store)
    day.critical()

    class Overtaken:
        """Another plan is published while this one is looked for."""

        def solve(self, task: Task, listen: Listener) -> Answer:
            day.publish({day.ana: day.hours[:2], day.bruno: day.hours[2:]})
            return answered(replace(task, seconds=None, iterations=50), listen)

    with sqlite_store.unit_of_work() as uow:
        request_run(uow, reason="JobReceived")
    worker = RunWorker(sqlite_store, Settings(), TRAVEL, solver=Overtaken())

    assert worker.work_once()

    assert day.waiting() == ["JobReceived"]


def test_the_seniors_a_critical_job_is_asked_of_are_not_waited_for_when_none_is_at_work_in_time(store: Store) -> None:
    day = FullDay(store)
    territory = day.world.territory()
    senior = day.world.technician("Sara", territory=territory, senior=True, skills={"gas": 2})
    day.world.shift(senior, start=0, hours=9)
    job, critical = day.critical(territory=territory)
    with store.unit_of_work(SYSTEM) as uow:
        uow.get(Visit, critical).only = [senior]
    problem = day.snapshot().problem
    assert problem.visits[problem.visit_index[critical]].only == (senior,)

    with store.unit_of_work(SYSTEM) as uow:
        start, end = uow.now, uow.now + dt.timedelta(hours=24)
        uow.session.add(Absence(id="absence_1", technician_id=senior, starts_at=start, ends_at=end, reason="ill"))
    day.happens(JobReceived(job=job, number="T-9", priority="critical", customer="c"))
    tick(store, TRAVEL)

    assert day.changes()[critical][:2] == ("assigned", day.ana)
    assert any("anybody may go" in note for note in day.snapshot().notes)


def test_whom_a_customer_asked_for_is_waited_for_though_it_is_critical(store: Store) -> None:
    day = FullDay(store)
    somebody = day.world.technician("Sam", skills={"gas": 2})
    _, critical = day.critical()
    with store.unit_of_work(SYSTEM) as uow:
        uow.get(Visit, critical).only = [somebody]

    problem = day.snapshot().problem

    assert problem.visits[problem.visit_index[critical]].only == (somebody,)


@pytest.mark.parametrize("seed", range(4))
def test_a_run_moves_nothing_that_was_accepted_for_what_is_not_urgent(sqlite_store: Store, seed: int) -> None:
    day = badly_planned(sqlite_store, seed)
    with sqlite_store.unit_of_work(DISPATCHER) as uow:
        for visit in day.visits[::2]:
            visits.act(uow, visit, "accept")  # type: ignore[arg-type]
    day.world.sla_policy(priority="critical", on_site_within=3600)
    job, _ = day.world.job(priority="critical", job_type=day.world.job_type(skills={"nuclear": 9}))
    with sqlite_store.unit_of_work(SYSTEM) as uow:
        sla.start_clocks(uow, uow.get(Job, job))
    with sqlite_store.reading() as uow:
        policy = standard_policy(uow.session)
        snapshot = take_snapshot(uow, policy, TRAVEL, making_way=True)
    assert snapshot.giving_way, "nobody can do what is critical, and it is looked for a place for it"
    given = snapshot.problem, snapshot.published

    found = solve(snapshot.problem, start=snapshot.published, iterations=400, seed=1).plan

    assert asking(*given, justified_in(snapshot, found, policy), snapshot.giving_way, policy.tolerance) == set()


def test_a_crew_stays_whole_when_only_one_of_them_gets_something_new(store: Store) -> None:
    day = FullDay(store)
    roles = [{"skills": {}}, {"skills": {}}]
    _, both = day.world.job(visit={"windows": window(day.world.now() + dt.timedelta(hours=4), 0.25)})
    with store.unit_of_work(SYSTEM) as uow:
        uow.get(Visit, both).roles = roles
    with store.unit_of_work(SYSTEM) as uow:
        locked_head(uow.session)
        policy = standard_policy(uow.session)
        snapshot = take_snapshot(uow, policy, TRAVEL)
        alone = Route(day.ana, day.shifts[day.ana], (*map(Stop, day.hours), Stop(both, 0)))
        other = Route(day.bruno, day.shifts[day.bruno], (Stop(both, 1),))
        found = solve(snapshot.problem, start=Plan((alone, other)), iterations=0).plan
        publish(uow, snapshot, found, policy)
    critical = day.rings()
    for visit in day.hours:
        day.pin(visit)
    draft = day.draft()
    assert draft is not None

    approve_in(store, DISPATCHER, draft.id, TRAVEL)

    with store.reading() as uow:
        crew = uow.session.scalars(select(Assignment.technician_id).where(Assignment.visit_id == both)).all()
    assert sorted(crew) == sorted([day.ana, day.bruno])
    assert critical in day.stands()


@pytest.mark.parametrize(("late", "status", "wanted"), [(600, "dispatched", Urgency.SOON), (0, "dispatched", None)])
def test_a_critical_visit_that_becomes_late_asks_for_a_plan(
    sqlite_store: Store, late: int, status: str, wanted: Urgency | None
) -> None:
    day = FullDay(sqlite_store)
    job, critical = day.critical()
    with sqlite_store.unit_of_work() as uow:
        uow.get(Visit, critical).status = status  # type: ignore[assignment]
        told = JeopardyChanged(visit=critical, job=job, promise="on_site", late=late, expected="")
        ask = asked_by(uow, told)
    assert (ask.urgency if ask else None) == wanted
