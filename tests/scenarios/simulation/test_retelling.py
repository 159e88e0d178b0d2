"""A recorded day is told again exactly: a simulated one, and one of a live store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import COMMITTED, VisitAction, VisitStatus
from dispatch.planning.replay.replay import replay
from dispatch.store.tables import Job, OutboxEntry, Shift, SlaClock, Technician, Visit
from scenarios.measuring.kpis import Measured, measure
from scenarios.simulation.agents.greedy import Nearest
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planned, Planning
from scenarios.simulation.agents.recorded import AsRecorded
from scenarios.simulation.environment import Environment
from scenarios.simulation.recording import Recording, record_of
from scenarios.simulation.retelling import retold
from scenarios.simulation.streams import Streams
from scenarios.situation.taking import take
from tests.scenarios.recorded import DAY, copy_of
from tests.scenarios.situations import environment, hamlet

AGENTS = {
    "live": lambda: Live(Planning(10)),
    "rolling": lambda: Planned(Planning(10), every=3600),
    "nearest": Nearest,
}
DONE = {
    VisitAction.DEPART,
    VisitAction.ARRIVE,
    VisitAction.START,
    VisitAction.COMPLETE,
    VisitAction.NO_SHOW,
    VisitAction.NEED_VISIT,
    VisitAction.DECLINE,
}


def steps(operation, only=None):
    """Visit → its steps in their order, when and whose."""
    return {
        visit.id: [
            (one.at, one.action, one.technician)
            for one in sorted(visit.steps, key=lambda one: one.at)
            if only is None or one.action in only
        ]
        for visit in operation.visits.values()
    }


def shifts(operation):
    return {
        shift.id: (shift.began_at, shift.ended_at, shift.driven, shift.worked, shift.metres, tuple(shift.done))
        for shift in operation.shifts.values()
    }


@pytest.fixture(scope="module", params=sorted(AGENTS))
def simulated(request):
    """Two days, and their record."""
    recording = Recording(AGENTS[request.param]())
    situation = hamlet(jobs_per_day=22.0)
    made = environment(situation, recording, 2)
    made.run()
    return made, replace(situation, record=record_of(made, recording))


def test_a_simulated_day_is_retold_exactly(simulated):
    made, situation = simulated
    again = retold(situation)
    assert steps(again) == steps(made.operation)
    assert shifts(again) == shifts(made.operation)
    before, after = (measure(Measured(one, made.start, made.until)) for one in (made.operation, again))
    assert after == before


def test_with_its_plans_and_its_chance_it_happens_again_exactly(simulated):
    """The same by another way: simulated people do what was published, and everything goes as it was recorded to."""
    made, situation = simulated
    again = Environment(situation, AsRecorded(situation.record), Streams(7), made.first, made.days).run()
    assert steps(again, DONE) == steps(made.operation, DONE)
    assert shifts(again) == shifts(made.operation)
    assert again.broken() == []
    before, after = (measure(Measured(one, made.start, made.until)) for one in (made.operation, again))
    assert after == before


@given(seed=st.integers(0, 10_000), technicians=st.integers(1, 6), jobs=st.integers(5, 60), by_priority=st.booleans())
@settings(max_examples=25)
def test_whatever_the_day_was_like_it_happens_again(seed, technicians, jobs, by_priority):
    recording = Recording(Nearest(by_priority=by_priority))
    made = environment(hamlet(technicians=technicians, jobs_per_day=float(jobs)), recording, 1, seed=seed)
    made.run()
    situation = replace(made.situation, record=record_of(made, recording))
    again = Environment(situation, AsRecorded(situation.record), Streams(1), made.first, made.days).run()
    assert steps(retold(situation)) == steps(made.operation)
    assert steps(again, DONE) == steps(made.operation, DONE)
    assert shifts(retold(situation)) == shifts(again) == shifts(made.operation)


# A day of a live store ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told_again(taken_day):
    return retold(taken_day)


@pytest.fixture(scope="module")
def names(sample_day):
    """What the store's visits and technicians are called in the record."""
    with sample_day.store.reading() as uow:
        who = uow.session.scalars(select(Technician.id).order_by(Technician.name))
        people = {one: f"T{number:02d}" for number, one in enumerate(who, 1)}
        rows = uow.session.execute(select(Visit.id, Job.number, Visit.sequence).join(Job, Job.id == Visit.job_id))
        return people, {row.id: f"{row.number}/{row.sequence}" for row in rows}


def test_every_event_of_the_day_happens_again_at_its_instant(sample_day, told_again, names):
    people, visits = names
    moved = [visit for visit in told_again.visits.values() if visit.part == 0]
    with sample_day.store.reading() as uow:
        entries = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "VisitMoved")).all()
        told = [
            (
                visits[one.payload["visit"]],
                int(dt.datetime.fromisoformat(one.payload["at"]).timestamp()),
                VisitAction(one.payload["action"]),
                people.get(one.technician or ""),
            )
            for one in entries
        ]
    again = {(visit.id, one.at, one.action): one.technician for visit in moved for one in visit.steps}
    assert len(told) > 300
    assert {one[:3] for one in told} == set(again)
    assert sum(len(visit.steps) for visit in moved) == len(told)
    assert [one for one in told if one[3] is not None and again[one[:3]] != one[3]] == []


def test_visits_and_shifts_end_as_they_did(sample_day, told_again, names):
    _, visits = names
    with sample_day.store.reading() as uow:
        for row in uow.session.scalars(select(Visit).where(Visit.id.in_(visits))):
            visit = told_again.visits.get(visits[row.id])
            if visit is None:
                assert row.status.value == "open"  # nobody knows where it is
                continue
            assert visit.status is row.status
            for name in ("departed_at", "arrived_at", "started_at", "finished_at"):
                at = getattr(row, name)
                assert getattr(visit, name) == (None if at is None else int(at.timestamp())), (visit.id, name)
            assert visit.extended == row.extended
        began = {
            int(row.began_at.timestamp()) for row in uow.session.scalars(select(Shift)) if row.began_at is not None
        }
        rests = [one for row in uow.session.scalars(select(Shift)) for one in row.breaks if one["taken_at"]]
    assert {one.began_at for one in told_again.shifts.values() if one.began_at is not None} == began
    assert sum(one.taken_at is not None for shift in told_again.shifts.values() for one in shift.rests) == len(rests)


def test_its_figures_are_those_that_the_live_system_tells(sample_day, taken_day, told_again):
    record, situation = taken_day.record, taken_day
    measured = Measured(told_again, record.start, record.end)
    with sample_day.store.reading() as uow:
        done = replay(uow, DAY).done
        clocks = uow.session.execute(
            select(SlaClock, Job)
            .join(Job, Job.id == SlaClock.job_id)
            .where(SlaClock.target.in_([Target.ON_SITE, Target.RESOLVE]))
        ).all()
    home = sum(
        situation.seconds[last, shift.person.home]
        for shift in told_again.shifts.values()
        if shift.ended_at is not None
        for last in [told_again.visits[shift.done[-1]].job.site if shift.done else shift.person.home]
    )
    driving = sum(shift.driven for shift in told_again.shifts.values())
    assert driving - home == pytest.approx(done.travel_seconds, abs=len(told_again.visits))
    worked = sum(shift.worked for shift in told_again.shifts.values())
    assert worked == pytest.approx(done.service_seconds, abs=len(told_again.visits))
    since, until = (dt.datetime.fromtimestamp(at, dt.UTC) for at in (record.start, record.end))
    known = {job.id for job in record.jobs}
    decided = [
        clock.breached_at is None or clock.breached_at >= until
        for clock, job in clocks
        if job.number in known
        and since <= job.received_at < until
        and (clock.ended_at is not None or clock.due_at < until)
    ]
    kept = list(measured.kept())
    assert len(kept) == len(decided) > 0
    assert sum(kept) == sum(decided)


def test_where_the_events_are_forgotten_the_visits_tell_what_they_still_know(sample_day, told_again, tmp_path):
    store = copy_of(
        sample_day,
        tmp_path / "forgotten.db",
        "DELETE FROM outbox WHERE at < (SELECT max(at) FROM outbox)",
        "UPDATE outbox SET position = 1000 + id",  # many have been before it
    )
    with store.reading() as uow:
        again = retold(take(uow, sample_day.travel, DAY, 1))
    store.dispose()
    for name, visit in told_again.visits.items():
        assert again.visits[name].arrived_at == visit.arrived_at
        assert again.visits[name].finished_at == visit.finished_at
        if visit.status in COMMITTED | {VisitStatus.COMPLETED, VisitStatus.NO_SHOW}:
            assert again.visits[name].status is visit.status
