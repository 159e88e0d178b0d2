"""A whole day of the sample city, without a server: what it is filled with, and how its day goes."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.visit_lifecycle import FINAL, VisitStatus
from dispatch.messaging.handlers import run_handlers
from dispatch.messaging.relay import relay
from dispatch.planning import arrivals, replan
from dispatch.planning.documents import plan_of, problem_of
from dispatch.planning.policies import standard_policy
from dispatch.planning.publication import ask_due, dispatch_due
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.snapshot import take_snapshot
from dispatch.planning.solver_process import answered
from dispatch.reactions import REACTIONS
from dispatch.sample import company, nowhere
from dispatch.sample.city import EXTRACT
from dispatch.sample.force.field import FieldForce
from dispatch.sample.force.luck import NOISE
from dispatch.sample.live import NotTheSample, begins_at, fill, is_ready, publish_first_plan
from dispatch.services import sla
from dispatch.services.attendance import attended
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import (
    Assignment,
    Customer,
    Job,
    OutboxEntry,
    ParkedEvent,
    PlanningRun,
    PlanRow,
    PlanStatus,
    RunStatus,
    Shift,
    Site,
    SlaClock,
    Technician,
    TrailPoint,
    TravelSlice,
    Visit,
)
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork
from dispatch.travel.slices import STANDARD
from optimizer.check import check
from optimizer.solve import solve


@pytest.fixture(scope="module")
def travel():
    return RoadTravel(RoadNetwork.from_extract(EXTRACT))


class BriefSolver:
    """Searches in this process, for so many iterations instead of seconds."""

    def solve(self, task, listen):
        return answered(replace(task, seconds=None, iterations=150), listen)


def contents(store):
    """What the store holds, without ids."""
    with store.reading() as uow:
        jobs = select(Job.number, Job.title, Job.priority, Job.received_at, Site.address, Customer.name, Visit.windows)
        jobs = jobs.join(Site, Site.id == Job.site_id).join(Customer, Customer.id == Job.customer_id)
        jobs = jobs.join(Visit, Visit.job_id == Job.id).order_by(Job.number, Visit.sequence)
        shifts = select(Technician.name, Technician.costs, Shift.starts_at, Shift.ends_at, Shift.breaks)
        shifts = shifts.join(Shift, Shift.technician_id == Technician.id).order_by(Technician.name, Shift.starts_at)
        clocks = select(Job.number, SlaClock.target, SlaClock.due_at).join(SlaClock, SlaClock.job_id == Job.id)
        clocks = clocks.order_by(Job.number, SlaClock.target)
        rows = [[tuple(row) for row in uow.session.execute(query)] for query in (jobs, shifts, clocks)]
    return json.dumps(rows, default=str)


def test_the_same_seed_fills_a_store_with_the_same_city(sqlite_store, tmp_path, travel):
    fill(sqlite_store, seed=3, travel=travel)
    another = Store(f"sqlite:///{tmp_path}/another.db")
    upgrade(another)
    fill(another, seed=3, travel=travel)
    assert contents(sqlite_store) == contents(another)
    another.dispose()


def test_filling_that_was_cut_off_is_finished_by_the_next_one(sqlite_store, travel):
    fill(sqlite_store, travel=travel)
    whole = contents(sqlite_store)
    fill(sqlite_store, travel=travel)
    assert contents(sqlite_store) == whole
    assert not is_ready(sqlite_store)


def test_a_store_that_holds_something_else_is_left_alone(sqlite_store):
    with sqlite_store.unit_of_work() as uow:
        uow.session.add(Customer(id="customer_1", name="A real one"))
    with pytest.raises(NotTheSample, match="holds an operation already"):
        is_ready(sqlite_store)


def test_every_promise_of_the_morning_can_still_be_kept_and_the_plan_of_it_holds(sqlite_store, travel):
    fill(sqlite_store, travel=travel)
    sqlite_store.clock = FixedClock(begins_at())
    with sqlite_store.reading() as uow:
        assert (
            uow.session.scalar(select(SlaClock.id).where(SlaClock.due_at <= uow.now, SlaClock.ended_at.is_(None)))
            is None
        )
        snapshot = take_snapshot(uow, standard_policy(uow.session), travel)
    result = solve(snapshot.problem, iterations=2000)
    assert check(snapshot.problem, result.plan) == []
    assert len(result.plan.unassigned) <= 3
    assert snapshot.notes == ()


class Day:
    """A day that is stepped through, with everything that a worker does."""

    def __init__(self, store, travel, seed):
        self.store, self.travel = store, travel
        self.clock = FixedClock(begins_at().astimezone(dt.UTC))
        store.clock = self.clock
        self.force = FieldForce(store, travel, seed, autopilot=True)
        self.runs = RunWorker(store, Settings(), travel, solver=BriefSolver())

    def first_plan(self):
        with self.store.unit_of_work() as uow:
            request_run(uow, reason="asked")
        while self.runs.work_once():
            pass
        assert self.force.tick() > 0  # the autopilot approves

    def step(self, minutes, *, plan):
        self.clock.advance(minutes=minutes)
        dispatch_due(self.store)
        ask_due(self.store)
        self.force.tick()
        arrivals.refresh(self.store, self.travel)
        relay(self.store)
        run_handlers(self.store, REACTIONS)
        with self.store.unit_of_work() as uow:
            sla.watch(uow)
        if plan:
            replan.tick(self.store, self.travel)
            while self.runs.work_once():
                pass


def test_a_day_goes_through_and_leaves_nothing_unexplained(sqlite_store, travel):
    fill(sqlite_store, travel=travel)
    day = Day(sqlite_store, travel, seed=1)
    day.first_plan()
    steps = 13 * 60 // 10  # from 07:25 to 20:25, when every shift and its overtime are over
    for number in range(steps + 3):
        day.step(10, plan=number % 9 == 0)
    with sqlite_store.reading() as uow:
        session = uow.session
        statuses = {visit.id: visit.status for visit in session.scalars(select(Visit))}
        done = sum(status is VisitStatus.COMPLETED for status in statuses.values())
        planned = set(session.scalars(select(Assignment.visit_id).where(Assignment.start < uow.now)))
        over = set(
            session.scalars(
                select(Assignment.visit_id)
                .join(Shift, Shift.id == Assignment.shift_id)
                .where(Shift.ended_at.is_not(None), Shift.ended_at < uow.now)
            )
        )
        published = session.scalars(
            select(PlanRow).where(
                PlanRow.status.in_([PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED]), PlanRow.edition > 0
            )
        ).all()
        for row in published:
            problem = problem_of(row.problem)
            assert check(problem, plan_of(row.plan, problem)) == []
        kinds = set(session.scalars(select(OutboxEntry.kind)))
        trail = session.scalars(select(TrailPoint)).all()
        at_work = attended(uow, None, begins_at())
        assert session.scalars(select(ParkedEvent)).all() == []
        assert session.scalars(select(PlanningRun).where(PlanningRun.status == RunStatus.FAILED)).all() == []
    assert done >= 80
    assert {statuses[visit] for visit in planned & over} <= FINAL
    assert len(published) >= 3
    assert {"AbsenceRecorded", "VisitExtended", "PositionReported", "PromiseBreached", "VisitAssigned"} <= kinds
    assert {"ArrivalExpected"} <= kinds
    assert all(any(period.holds(one.at) for period in at_work[one.technician_id]) for one in trail)
    driving = [one for one in trail if one.speed]
    assert len(driving) > 1000
    streets = travel.snap([(one.lat, one.lon) for one in driving])
    assert all(street is not None and street.metres < 6 * NOISE for street in streets)


def test_the_force_that_is_started_again_goes_on_where_it_stood(sqlite_store, travel):
    fill(sqlite_store, travel=travel)
    publish_first_plan_briefly(sqlite_store, travel)
    clock = FixedClock(begins_at().astimezone(dt.UTC))
    sqlite_store.clock = clock
    for _ in range(12):
        clock.advance(minutes=10)
        ask_due(sqlite_store)
        FieldForce(sqlite_store, travel, 1).tick()
    with sqlite_store.reading() as uow:
        statuses = set(uow.session.scalars(select(Visit.status)))
    assert {VisitStatus.COMPLETED, VisitStatus.ACCEPTED} <= statuses


def publish_first_plan_briefly(store, travel):
    assert publish_first_plan(store, Settings(), travel, begins_at(), seconds=0.5) == 1
    assert is_ready(store)
    with store.reading() as uow:
        agents = uow.session.scalars(select(OutboxEntry.actor_name).where(OutboxEntry.kind == "JobReceived")).all()
    assert set(agents) == {company.AGENT.name}


def test_the_sample_has_hours_of_traffic_and_somebody_whose_address_may_be_several_places(sqlite_store, travel):
    fill(sqlite_store, travel=travel)
    sqlite_store.clock = FixedClock(begins_at())
    with sqlite_store.reading() as uow:
        session = uow.session
        assert set(session.scalars(select(TravelSlice.name))) == {one["name"] for one in STANDARD}
        lost = session.scalars(select(Site).where(Site.lat.is_(None))).one()
        assert lost.address == nowhere.ADDRESS
        visit = session.scalars(select(Visit).where(Visit.site_id == lost.id)).one()
        snapshot = take_snapshot(uow, standard_policy(session), travel)
    assert visit.id not in {one.id for one in snapshot.problem.visits}
    assert visit.status is VisitStatus.OPEN
