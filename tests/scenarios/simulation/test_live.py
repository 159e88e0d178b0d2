"""The live system's rules in the simulated day: what asks for a plan, what goes out unasked, what stays where it is."""

from dataclasses import fields, replace

import pytest

from dispatch.domain.events import (
    AbsenceRecorded,
    JeopardyChanged,
    JobReceived,
    ShiftChanged,
    VisitAdded,
    VisitExtended,
    VisitMoved,
)
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.replan import TABLE
from dispatch.planning.urgency import Urgency
from dispatch.store.tables import Priority
from optimizer.check import check
from scenarios.simulation.agents.asking import _NO_STORE, TOLD_AGAIN, LooksIntoTheStore, asked_by
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.snapshots import Snapshots, policy_row
from scenarios.situation.situation import Terms
from scenarios.situation.situation import Urgency as Promised
from tests.scenarios.situations import calm, environment, hamlet

BRIEF = Planning(iterations=30)
UNASKED = Planning(30, {"publish_without_asking": [{"reason": "JobReceived", "priority": "critical"}]})
TOLD = {JobReceived, VisitAdded, VisitMoved, VisitExtended, AbsenceRecorded, ShiftChanged, JeopardyChanged}
"""The kinds of events that the environment tells."""


class Watching(Live):
    """Notes every snapshot and what was published on it."""

    def __init__(self, planning=BRIEF, **more):
        super().__init__(planning, **more)
        self.published = []

    def begin(self, desk):
        super().begin(desk)
        take, publish = self._snapshots.take, desk.publish
        self.taken = []

        def taking(**asked):
            self.taken.append(take(**asked))
            return self.taken[-1]

        def publishing(plan):
            self.published.append((desk.now, desk.operation.edition, plan))
            publish(plan)

        self._snapshots.take, desk.publish = taking, publishing


@pytest.fixture(scope="module")
def day():
    agent = Watching()
    made = environment(hamlet(jobs_per_day=30.0), agent, 2)
    return agent, made.run()


def test_every_condition_that_looks_into_the_store_is_told_again():
    for kind in sorted(TOLD, key=lambda one: one.__name__):
        told = dict.fromkeys((one.name for one in fields(kind)), "")
        for ask in TABLE.get(kind, ()):
            try:
                ask.when(_NO_STORE, kind(**told))
            except LooksIntoTheStore:
                assert kind in TOLD_AGAIN


def test_a_critical_job_is_an_emergency_and_another_one_gathers(day):
    _, operation = day
    told = {"job": "J", "number": "J", "customer": ""}
    critical = asked_by(operation, JobReceived(priority="critical", **told))
    normal = asked_by(operation, JobReceived(priority="normal", **told))
    assert (critical.urgency, critical.debounce) == (Urgency.EMERGENCY, 0)
    assert (normal.urgency, normal.debounce) == (Urgency.LATER, 60)


def test_another_visit_of_a_critical_job_is_an_emergency(day):
    _, operation = day
    urgencies = {
        visit.job.priority: asked_by(operation, VisitAdded(visit=visit.id, job=visit.job.id)).urgency
        for visit in operation.visits.values()
    }
    assert urgencies.pop(Priority.CRITICAL) is Urgency.EMERGENCY
    assert set(urgencies.values()) == {Urgency.LATER}


def test_that_a_visit_begins_asks_for_nothing(day):
    _, operation = day
    visit = next(iter(operation.visits))
    moved = VisitMoved(visit=visit, job="J", before="", after="", action="start")
    assert asked_by(operation, moved) is None


def test_every_snapshot_holds_the_published_plan_without_a_complaint_of_the_checker(day):
    agent, _ = day
    assert len(agent.taken) > 30
    for snapshot in agent.taken:
        assert check(snapshot.problem, snapshot.published) == []


def test_nothing_is_published_unasked_before_the_dispatcher_has_had_time():
    agent = Watching(answers_after=600)
    environment(calm(hamlet()), agent).run()
    asked = {snapshot.now for snapshot in agent.taken}
    assert agent.published
    assert all(any(at - 600 >= one for one in asked) for at, _, _ in agent.published)


def test_a_critical_job_goes_out_at_once_where_the_policy_lets_it():
    urgent = replace(
        calm(hamlet()),
        urgencies=(Promised(Priority.CRITICAL, 1, on_site=Terms(7200, 250, 150), around_the_clock=True),),
    )
    told = [environment(urgent, Watching(planning, answers_after=1800)).run() for planning in (UNASKED, BRIEF)]
    waited = []
    for operation in told:
        sent = [one for one in operation.visits.values() if one.dispatched_at is not None]
        waited.append(sum(one.dispatched_at - one.opened for one in sent) / len(sent))
    assert waited[0] < waited[1] - 600


def test_an_accepted_visit_stays_with_who_accepted_it(day):
    agent, _ = day
    seen = 0
    for snapshot in agent.taken:
        crews = {stop.visit: route.technician for route in snapshot.published.routes for stop in route.stops}
        for visit in snapshot.held:
            seen += 1
            assert snapshot.problem.visits[snapshot.problem.visit_index[visit]].only == (crews[visit],)
    assert seen > 20


def test_accepted_visits_may_give_way_to_a_critical_one_only_where_a_proposal_or_an_approval_says_so():
    at_once = {"accept_ahead": 43_200}  # whoever has a visit on their phone accepts it, so that much is accepted
    crowded = calm(hamlet(technicians=2, jobs_per_day=30.0))
    made = environment(crowded, Live(Planning(30, at_once), answers_after=0))
    made.begin()
    snapshots = Snapshots(made.operation, policy_row("scenario", at_once))
    while made.now < made.start + 20 * 3600:
        made.advance(made.now + 600)
        proposed = snapshots.take(making_way=True)
        if proposed.urgent and proposed.giving_way:
            break
    assert proposed.giving_way
    assert snapshots.take().giving_way == frozenset()
    one = min(proposed.giving_way)
    assert snapshots.take(giving_way=[one]).giving_way == {one}


def test_whoever_is_ill_is_in_no_snapshot():
    situation = calm(hamlet())
    made = environment(replace(situation, spread=replace(situation.spread, illness=1.0)), Watching())
    operation = made.run()
    ill = {shift.id: shift for shift in operation.shifts.values() if shift.ill_from is not None}
    assert len(ill) == len(operation.shifts)
    for snapshot in made.agent.taken:
        for route in snapshot.published.routes:
            assert snapshot.now <= ill[route.shift].ill_from or all(stop.visit in snapshot.held for stop in route.stops)


def test_a_visit_is_on_the_phone_as_far_ahead_as_the_policy_says():
    ahead = Planning(30, {"dispatch_ahead": 1800})
    operation = environment(calm(hamlet()), Watching(ahead, answers_after=0)).run()
    reached = [one for one in operation.visits.values() if one.departed_at is not None]
    assert reached
    for visit in reached:
        assert visit.dispatched_at <= visit.departed_at
        assert visit.accepted_at is None or visit.accepted_at >= visit.dispatched_at + 60


def test_a_snapshot_tells_what_is_over_what_is_on_and_what_is_ahead():
    made = environment(calm(hamlet(jobs_per_day=30.0)), Live(BRIEF, answers_after=0))
    made.begin()
    made.advance(made.start + 12 * 3600)
    snapshot = Snapshots(made.operation, policy_row("scenario", {})).take()
    visits = {visit.id for visit in snapshot.problem.visits}
    statuses = {one.id: one.status for one in made.operation.visits.values()}
    assert visits == {one for one, status in statuses.items() if status is not VisitStatus.COMPLETED}
    working = {one for one, status in statuses.items() if status in (VisitStatus.WORKING, VisitStatus.EN_ROUTE)}
    committed = {visit for _, shift in snapshot.problem.shifts for visit in shift.committed}
    assert working <= committed
    assert working
