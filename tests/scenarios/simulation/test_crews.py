"""Work for two: planned whole, begun and ended together, whoever decides, and told again exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.domain.visit_lifecycle import COMMITTED, VisitAction, VisitStatus
from optimizer.check import check
from optimizer.domain import Plan, Route, Stop
from scenarios.measuring.kpis import Measured, measure
from scenarios.simulation.agents.greedy import FirstCome, Nearest
from scenarios.simulation.agents.hindsight import Hindsight
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planned, Planning
from scenarios.simulation.agents.recorded import AsRecorded
from scenarios.simulation.environment import Environment
from scenarios.simulation.foreseen import foreseen
from scenarios.simulation.meeting import PATIENCE
from scenarios.simulation.recording import Recording, record_of
from scenarios.simulation.retelling import retold
from scenarios.simulation.snapshots import Snapshots, policy_row
from scenarios.simulation.streams import Streams
from scenarios.situation.digest import digest_of
from scenarios.situation.generated import CREW_KINDS
from tests.scenarios.simulation.test_retelling import DONE, shifts, steps
from tests.scenarios.situations import MONDAY, calm, environment, hamlet

CREWED = hamlet(technicians=6, jobs_per_day=20.0, crews=0.3)
FOR_TWO = {one.name for one in CREW_KINDS}
AGENTS = {
    "first_come": FirstCome,
    "nearest": Nearest,
    "morning": lambda: Planned(Planning(30)),
    "rolling": lambda: Planned(Planning(30), every=3600),
    "live": lambda: Live(Planning(30)),
}


def crews(operation):
    """The parts of every visit for two."""
    found = {}
    for visit in operation.visits.values():
        if visit.job.kind in FOR_TWO:
            found.setdefault(visit.whole, []).append(visit)
    return found


def test_without_crews_a_town_is_what_it_was():
    assert digest_of(hamlet(crews=0.0)) == digest_of(hamlet())
    shares = {one.name: one.share for one in CREWED.kinds}
    assert sum(shares[name] for name in FOR_TWO) / sum(shares.values()) == pytest.approx(0.3)


@pytest.mark.parametrize("agent", sorted(AGENTS))
def test_two_meet_work_together_and_end_together(agent):
    made = environment(CREWED, AGENTS[agent](), 3)
    operation = made.run()
    assert operation.broken() == []
    over = [parts for parts in crews(operation).values() if any(one.status is VisitStatus.COMPLETED for one in parts)]
    done = [parts for parts in over if all(one.status is VisitStatus.COMPLETED for one in parts)]
    # Somebody is done without only once another is under way.
    for one, other in (parts for parts in over if parts not in done):
        lost, kept = (one, other) if one.status is VisitStatus.CANCELLED else (other, one)
        assert (lost.status, kept.status) == (VisitStatus.CANCELLED, VisitStatus.COMPLETED)
        assert kept.departed_at <= lost.finished_at <= kept.started_at
    assert len(done) >= 5
    waited = 0
    for parts in done:
        assert len(parts) == 2
        one, other = parts
        assert one.placed.technician != other.placed.technician
        assert one.started_at == other.started_at >= max(one.arrived_at, other.arrived_at)
        assert one.finished_at == other.finished_at
        for part in parts:
            assert operation.able(operation.situation.person(part.placed.technician), part.job)
            assert operation.shifts[part.placed.shift].done.count(part.id) == 1
        waited += one.arrived_at != other.arrived_at
    assert waited > 0


def test_both_are_paid_for_their_work_and_not_for_waiting():
    operation = environment(CREWED, Nearest()).run()
    for shift in operation.shifts.values():
        worked = [operation.visits[name] for name in shift.done]
        assert shift.worked == sum(one.finished_at - one.started_at for one in worked if one.started_at is not None)


def test_the_slower_one_says_how_long_it_takes():
    slow = replace(
        calm(CREWED), people=tuple(replace(one, pace=1.5 if one.id == "T01" else 1.0) for one in CREWED.people)
    )
    operation = environment(slow, Nearest(), 2).run()
    seen = set()
    for parts in crews(operation).values():
        if parts[0].status is VisitStatus.COMPLETED:
            pace = 1.5 if any(one.placed.technician == "T01" for one in parts) else 1.0
            assert parts[0].finished_at - parts[0].started_at == round(pace * parts[0].job.duration)
            seen.add(pace)
    assert seen == {1.0, 1.5}


class Looking(Live):
    """Notes every snapshot."""

    def begin(self, desk):
        super().begin(desk)
        take, self.taken = self._snapshots.take, []

        def taking(**asked):
            self.taken.append(take(**asked))
            return self.taken[-1]

        self._snapshots.take = taking


def test_a_snapshot_has_one_visit_with_a_role_for_each_of_a_crew():
    agent = Looking(Planning(30))
    operation = environment(CREWED, agent, 2).run()
    wholes, together = crews(operation), set()
    for snapshot in agent.taken:
        assert check(snapshot.problem, snapshot.published) == []
        for visit in snapshot.problem.visits:
            parts = wholes.get(visit.id, [None])
            alone = any(one is not None and one.status is VisitStatus.CANCELLED for one in parts)
            assert len(visit.roles) == len(parts) or (alone and len(visit.roles) == 1)
        for route in snapshot.published.routes:
            together |= {stop.visit for stop in route.stops if stop.role == 1}
    assert together
    assert together <= wholes.keys()


def test_while_one_waits_for_the_other_the_visit_is_on_its_way():
    stood = set()

    class Stops(Nearest):
        def hear(self, desk, event):
            super().hear(desk, event)
            snapshot = Snapshots(desk.operation, policy_row("test", {})).take()
            for parts in desk.operation.crews.open_visits():
                if len(parts) > 1 and any(one.status in COMMITTED for one in parts):
                    committed = {name for _, shift in snapshot.problem.shifts for name in shift.committed}
                    assert parts[0].whole in committed
                    stood.add(tuple(sorted(one.status.value for one in parts)))

    environment(CREWED, Stops()).run()
    assert {("en_route", "on_site")} & stood


# Who does not come ---------------------------------------------------------------------------------------------------


class Decides:
    """Nothing by itself: the test does."""

    def __init__(self):
        self.heard = []

    def begin(self, desk):
        pass

    def hear(self, desk, event):
        self.heard.append(event)

    def free(self, desk, shift):
        pass


@pytest.fixture
def morning():
    """Nine o'clock with a visit for two, those who could do it, and nothing decided."""
    situation = calm(hamlet(technicians=6, jobs_per_day=40.0, crews=0.5))
    made = environment(replace(situation, people=tuple(replace(one, rests=()) for one in situation.people)), Decides())
    made.begin()
    made.advance(made.start + 9 * 3600 + 1800)
    parts = next(parts for parts in made.operation.waiting() if len(parts) == 2)
    able = [
        [shift for shift in made.operation.running.values() if made.operation.able(shift.person, part.job)]
        for part in parts
    ]
    first, second = next((one, two) for one in able[0] for two in able[1] if one is not two)
    return made, parts, first, second


def planned(made, parts, *people, later=0):
    """A plan for the parts; who comes ``later`` is to be there so many seconds after the first."""
    routes = {}
    for role, (shift, wait) in enumerate(zip(people, (0, later), strict=False)):
        if shift is not None:
            at = made.now + made.operation.drive(shift.at, parts[0].job.site) + wait
            stop = Stop(parts[0].whole, role, at, at, at + 3600)
            routes[shift.id] = Route(shift.person.id, shift.id, (stop,))
    made.publish(Plan(tuple(routes.values())))


def test_half_a_crew_is_not_sent(morning):
    made, parts, first, second = morning
    for people in ((first, None), (None, second), (first, first)):
        planned(made, parts, *people)
        assert [one.status for one in parts] == [VisitStatus.OPEN] * 2
        assert made.operation.broken() == []
    planned(made, parts, first, second)
    assert [one.status for one in parts] == [VisitStatus.SCHEDULED] * 2
    planned(made, parts, first, None)
    assert [one.status for one in parts] == [VisitStatus.OPEN] * 2
    assert all(not made.operation.route(shift) for shift in made.operation.shifts)


def test_whoever_falls_ill_before_anybody_sets_out_takes_the_crew_apart(morning):
    made, parts, first, second = morning
    planned(made, parts, first, second)
    made.operation.give_back(second)
    assert [one.status for one in parts] == [VisitStatus.OPEN] * 2
    assert made.operation.broken() == []


def test_once_somebody_is_on_the_way_it_is_done_without_who_does_not_come(morning):
    made, parts, first, second = morning
    planned(made, parts, first, second, later=3000)
    made.advance(made.now + 2400)
    assert parts[0].status is VisitStatus.ON_SITE
    assert parts[1].status is VisitStatus.SCHEDULED
    planned(made, parts, first, None)  # a plan that gives the second something else to do
    assert parts[1].status is VisitStatus.CANCELLED
    made.advance(made.now + 60)
    assert parts[0].status is VisitStatus.WORKING
    made.advance(made.now + 4 * 3600)
    assert parts[0].status is VisitStatus.COMPLETED
    assert made.operation.broken() == []
    measured = Measured(made.operation, made.start, made.until)
    story = next(one for one in measured.every_story if one.job.id == parts[0].job.id)
    assert story.resolved == parts[0].finished_at
    assert story.called_off is None


def test_nobody_waits_for_ever(morning):
    made, parts, first, second = morning
    planned(made, parts, first, second, later=6 * 3600)
    made.advance(made.now + 2400)
    arrived, start = parts[0].arrived_at, parts[0].placed.start
    assert arrived is not None
    made.advance(made.now + 2 * 3600)
    assert parts[0].started_at == max(arrived, start) + PATIENCE
    assert parts[1].status is VisitStatus.CANCELLED


def test_two_crews_that_wait_for_one_another_do_not_wait_for_ever(morning):
    """No optimizer plans it so; a plan by hand could."""
    made, parts, first, second = morning
    other = next(some for some in made.operation.waiting() if len(some) == 2 and some[0] is not parts[0])
    begins, drive = made.now, made.operation.drive
    routes = []
    for shift, order in ((first, ((parts, 0), (other, 1))), (second, ((other, 0), (parts, 1)))):
        stops = []
        for some, role in order:
            at = begins + drive(shift.at, some[0].job.site)
            stops.append(Stop(some[0].whole, role, at, at, at + 3600))
        routes.append(Route(shift.person.id, shift.id, tuple(stops)))
    made.publish(Plan(tuple(routes)))
    made.advance(made.now + 6 * 3600)
    assert all(one.status is VisitStatus.COMPLETED for one in (parts[0], other[0]))
    assert made.operation.broken() == []


def test_a_crew_that_found_nobody_at_home_comes_again_as_one():
    nobody = replace(calm(CREWED), spread=replace(calm(CREWED).spread, no_show=1.0))
    operation = environment(nobody, Nearest()).run()
    again = [parts for whole, parts in crews(operation).items() if whole.endswith("/2")]
    assert again
    for parts in again:
        assert len(parts) == 2
        assert parts[0].opened == parts[1].opened == operation.visits[f"{parts[0].job.id}/1"].finished_at + 3600
        assert parts[0].job.skills != parts[1].job.skills


# Recorded ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["live", "nearest", "rolling"])
def test_a_day_with_crews_is_retold_and_happens_again_exactly(agent):
    recording = Recording(AGENTS[agent]())
    made = environment(CREWED, recording, 2)
    made.run()
    situation = replace(CREWED, record=record_of(made, recording))
    told = retold(situation)
    assert steps(told) == steps(made.operation)
    assert shifts(told) == shifts(made.operation)
    again = Environment(situation, AsRecorded(situation.record), Streams(7), made.first, made.days).run()
    assert steps(again, DONE) == steps(made.operation, DONE)
    assert shifts(again) == shifts(made.operation)
    assert again.broken() == []
    figures = [measure(Measured(one, made.start, made.until)) for one in (made.operation, told, again)]
    assert figures[0] == figures[1] == figures[2]


@given(seed=st.integers(0, 10_000), technicians=st.integers(2, 7), jobs=st.integers(5, 50), share=st.floats(0.1, 0.5))
@settings(max_examples=15, deadline=None)
def test_whatever_the_day_was_like_it_happens_again(seed, technicians, jobs, share):
    recording = Recording(Nearest())
    town = hamlet(technicians=technicians, jobs_per_day=float(jobs), crews=round(share, 2))
    made = environment(town, recording, 1, seed=seed)
    made.run()
    assert made.operation.broken() == []
    situation = replace(town, record=record_of(made, recording))
    again = Environment(situation, AsRecorded(situation.record), Streams(1), made.first, made.days).run()
    assert steps(retold(situation)) == steps(made.operation)
    assert steps(again, DONE) == steps(made.operation, DONE)
    assert shifts(retold(situation)) == shifts(again) == shifts(made.operation)


def test_under_another_policy_the_crews_of_recorded_days_meet_as_well():
    recording = Recording(Nearest())
    made = environment(CREWED, recording, 1, seed=2)
    made.run()
    situation = replace(CREWED, record=record_of(made, recording))
    for agent in (Live(Planning(20)), FirstCome()):
        operation = Environment(situation, agent, Streams(3), MONDAY, 1).run()
        assert operation.broken() == []
        both = [parts for parts in crews(operation).values() if parts[0].started_at is not None]
        assert any(all(one.started_at is not None for one in parts) for parts in both)
        for parts in both:
            there = [one for one in parts if one.status is not VisitStatus.CANCELLED]
            assert len({one.started_at for one in there}) == 1
            # Who goes home ill is done without, but only once another is on the way (`Operation._go_whole`).
            set_out = min(one.departed_at for one in there)
            assert all(one.finished_at >= set_out for one in parts if one not in there)


def test_in_hindsight_a_crew_is_one_visit_with_two_roles():
    recording = Recording(Nearest())
    made = environment(CREWED, recording, 1, seed=2)
    made.run()
    situation = replace(CREWED, record=record_of(made, recording))
    known = foreseen(situation, Streams(5))
    operation = Environment(known, Hindsight(Planning(200), 1), Streams(5), MONDAY, 1).run()
    assert operation.broken() == []
    assert operation.edition == 1
    done = [parts for parts in crews(operation).values() if parts[0].status is VisitStatus.COMPLETED]
    assert done
    for parts in done:
        assert len({one.job.site for one in parts}) == 1
        assert parts[0].finished_at - parts[0].started_at == parts[0].job.duration


def test_a_live_days_crew_comes_and_works_together(taken_day):
    wholes = {}
    for job in taken_day.record.jobs:
        for one in job.visits:
            wholes.setdefault((job.id, one.sequence), []).append(one)
    assert [parts for parts in wholes.values() if len(parts) > 1]
    streams = Streams(2)
    made = Environment(taken_day, AsRecorded(taken_day.record), streams, taken_day.record.first, 1)
    operation = made.run()
    assert operation.broken() == []
    together = {
        name: [one for one in parts if one.status is not VisitStatus.CANCELLED]
        for name in {visit.whole for visit in operation.visits.values() if visit.part}
        for parts in [operation.crews.parts(name)]
    }
    assert together
    assert all(len({one.started_at for one in parts}) == 1 for parts in together.values())
    assert VisitAction.START in {step.action for parts in together.values() for one in parts for step in one.steps}
