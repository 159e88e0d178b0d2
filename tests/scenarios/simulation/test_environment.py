"""A day in a hamlet, step by step."""

from dataclasses import replace
from itertools import pairwise

import pytest

from dispatch.domain.events import AbsenceRecorded, VisitExtended
from dispatch.domain.visit_lifecycle import VisitStatus
from scenarios.replication import agent_of
from scenarios.simulation.agents.greedy import FirstCome, Nearest
from scenarios.situation.situation import Spread
from tests.scenarios.situations import calm, dispatching, environment, hamlet

AGENTS = ("first_come", "nearest", "morning", "rolling", "live")


def history(operation):
    """All that happened to the visits and the shifts, in instants."""
    visits = [
        (one.id, one.status, one.placed, one.departed_at, one.arrived_at, one.started_at, one.finished_at)
        for one in operation.visits.values()
    ]
    shifts = [
        (one.id, one.began_at, one.ended_at, one.driven, one.worked, one.done) for one in operation.shifts.values()
    ]
    return visits, shifts


@pytest.mark.parametrize("agent", AGENTS)
def test_a_seed_gives_one_history(agent):
    once, again = (environment(hamlet(), agent_of(dispatching(agent)), 2).run() for _ in range(2))
    assert history(once) == history(again)
    assert once.broken() == []
    assert any(visit.status is VisitStatus.COMPLETED for visit in once.visits.values())


def test_every_agent_meets_the_same_customers():
    jobs = [
        {visit.job for visit in environment(hamlet(), agent_of(dispatching(agent)), 2).run().visits.values()}
        for agent in AGENTS
    ]
    assert len(jobs[0]) > 20
    assert all(one == jobs[0] for one in jobs)


def test_another_replication_is_another_day():
    first, second = (environment(hamlet(), FirstCome(), number=number).run() for number in (0, 1))
    assert history(first) != history(second)


def test_where_everything_goes_as_planned_it_takes_what_was_planned():
    operation = environment(calm(hamlet()), Nearest()).run()
    seen = 0
    for shift in operation.shifts.values():
        at = shift.person.home
        for visit in map(operation.visits.get, shift.done):
            assert visit.arrived_at - visit.departed_at == operation.drive(at, visit.job.site)
            assert visit.finished_at - visit.started_at == operation.service(shift.person, visit.job)
            at, seen = visit.job.site, seen + 1
    assert seen > 10


def test_everybody_takes_their_break_and_is_home_again():
    operation = environment(calm(hamlet()), FirstCome()).run()
    for shift in operation.shifts.values():
        assert all(rest.taken_at is not None and rest.earliest <= rest.taken_at for rest in shift.rests)
        assert shift.ended_at is not None
        assert shift.at == shift.person.home
        assert shift.ended_at <= shift.last


def test_whoever_falls_ill_goes_home_and_others_get_the_visits():
    heard = []

    class Hears(FirstCome):
        def hear(self, desk, event):
            heard.append(event)
            super().hear(desk, event)

    everybody_ill = replace(calm(hamlet()), spread=replace(calm(hamlet()).spread, illness=1.0))
    made = environment(everybody_ill, Hears())
    operation = made.run()
    assert sum(isinstance(event, AbsenceRecorded) for event in heard) == len(operation.shifts)
    assert all(shift.ended_at < shift.end for shift in operation.shifts.values())
    assert operation.broken() == []
    assert all(not operation.route(shift) for shift in operation.shifts)


def test_what_takes_long_is_told_before_it_is_over():
    told = {}

    class Hears(FirstCome):
        def hear(self, desk, event):
            if isinstance(event, VisitExtended):
                told[event.visit] = desk.now
            super().hear(desk, event)

    wild = replace(hamlet(), spread=Spread(work=0.5))
    operation = environment(wild, Hears()).run()
    assert told
    for name, at in told.items():
        visit = operation.visits[name]
        assert visit.started_at < at
        assert visit.finished_at is None or at < visit.finished_at
        assert visit.extended % 300 == 0


def test_a_visit_that_came_to_nothing_is_made_again():
    nobody_home = replace(calm(hamlet()), spread=replace(calm(hamlet()).spread, no_show=1.0))
    operation = environment(nobody_home, FirstCome()).run()
    first = [one for one in operation.visits.values() if one.sequence == 1 and one.status is VisitStatus.NO_SHOW]
    assert first
    for visit in first:
        again = operation.visits.get(f"{visit.job.id}/2")
        assert again is None or again.opened == visit.finished_at + 3600
    assert any(one.sequence == 2 for one in operation.visits.values())


def test_the_nearest_technician_drives_less_for_each_visit_than_whoever_comes_first():
    town = hamlet(technicians=8, jobs_per_day=30.0, sites=200)
    driven = {}
    for agent in (Nearest, FirstCome):
        weeks = [environment(town, agent(by_priority=False), 4, number=number).run() for number in range(3)]
        shifts = [shift for operation in weeks for shift in operation.shifts.values()]
        driven[agent] = sum(one.driven for one in shifts) / sum(len(one.done) for one in shifts)
    assert driven[Nearest] < 0.95 * driven[FirstCome]


def test_whoever_becomes_free_is_sent_to_the_nearest_of_the_jobs_that_wait():
    alone = hamlet(technicians=1, jobs_per_day=25.0)
    person = replace(alone.people[0], skills=dict.fromkeys(alone.skills, 9), rests=())
    operation = environment(calm(replace(alone, people=(person,))), Nearest(by_priority=False)).run()
    (shift,) = operation.shifts.values()
    done, seen = [operation.visits[name] for name in shift.done], 0
    for before, after in pairwise(done[:-2]):  # the last ones are also chosen for being home in time
        waiting = [
            operation.drive(before.job.site, one.job.site)
            for one in operation.visits.values()
            if one.opened <= before.finished_at and (one.departed_at or shift.last) >= before.finished_at
        ]
        if len(waiting) > 1:
            seen += 1
            assert operation.drive(before.job.site, after.job.site) == min(waiting)
    assert seen > 3


def test_nobody_is_sent_without_the_skill():
    for agent in AGENTS:
        operation = environment(hamlet(), agent_of(dispatching(agent)), 2).run()
        for visit in operation.visits.values():
            if visit.arrived_at is not None:
                assert operation.able(operation.situation.person(visit.placed.technician), visit.job)
