"""Figures of a day that is small enough to count on one's fingers."""

import math
from dataclasses import replace

import pytest

from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.store.tables import Priority
from optimizer.domain import Costs, Promise
from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS, Measured, measure
from scenarios.simulation.demand import Job
from scenarios.simulation.operation import ShiftNow
from tests.scenarios.situations import MONDAY, environment, hamlet

HOUR = 3600


class Nobody:
    def begin(self, desk):
        pass

    def hear(self, desk, event):
        pass

    def free(self, desk, shift):
        pass


@pytest.fixture
def counted():
    """Two jobs on one shift of eight hours, an hour of overtime, and a third job that nobody comes to.

    The first, critical: received 8:00, reached 9:00 (by 9:30), done 10:00, which is an hour after it was due.
    The second: received 8:00, reached 11:00, done 12:00 in time. The third: due at 13:00.
    """
    made = environment(hamlet(), Nobody())
    operation, start = made.operation, made.start
    person = replace(
        operation.situation.people[0],
        costs=Costs(per_shift=40, per_travel_hour=20, per_km=0.5, per_overtime_hour=30),
    )
    shift = ShiftNow("S", person, MONDAY, start + 8 * HOUR, start + 16 * HOUR, HOUR, (), person.home)
    operation.shifts["S"] = operation.running["S"] = shift
    shift.began_at, shift.ended_at = shift.start, start + 17 * HOUR
    shift.driven, shift.worked, shift.metres = 1 * HOUR, 3 * HOUR, 20_000

    def job(name, priority, on_site, resolve):
        promises = (
            None if on_site is None else Promise(start + round(on_site * HOUR), 100, 10),
            Promise(start + resolve * HOUR, 50, 20),
        )
        return Job(name, start + 8 * HOUR, 4, "north", "any", (("gas", 1),), priority, HOUR, *promises)

    for name, priority, on_site, resolve, reached, done in (
        ("A", Priority.CRITICAL, 9.5, 9, 9, 10),
        ("B", Priority.NORMAL, None, 13, 11, 12),
    ):
        operation.now = start + 8 * HOUR
        visit = operation.received(job(name, priority, on_site, resolve))
        operation.give(visit, shift, start + reached * HOUR)
        operation.take(visit, shift)
        visit.step(VisitAction.ARRIVE, start + reached * HOUR)
        visit.arrived_at = start + reached * HOUR
        visit.step(VisitAction.START, start + reached * HOUR)
        operation.now = start + done * HOUR
        operation.ended(visit, shift, VisitAction.COMPLETE)
    operation.received(job("C", Priority.NORMAL, None, 13))
    return measure(Measured(operation, start, made.until))


def test_promises_are_counted_once_they_are_decided(counted):
    # Kept: A on site, B resolved. Missed: A resolved, C resolved.
    assert counted["sla"] == pytest.approx(2 / 4)
    assert counted["sla_critical"] == pytest.approx(1 / 2)
    assert counted["sla_normal"] == pytest.approx(1 / 2)
    assert counted["sla_high"] is None


def test_times_are_counted_from_intake(counted):
    assert counted["response_hours"] == pytest.approx((1 + 3) / 2)
    assert counted["response_hours_p90"] == pytest.approx(3)
    assert counted["critical_minutes"] == pytest.approx(60)
    assert counted["resolution_hours"] == pytest.approx((2 + 4) / 2)


def test_work_is_counted_by_shift(counted):
    assert counted["travel_share"] == pytest.approx(1 / 4)
    assert counted["utilisation"] == pytest.approx(4 / 8)
    assert counted["overtime_hours"] == pytest.approx(1)
    assert counted["jobs_per_day"] == pytest.approx(2)
    assert counted["backlog"] == pytest.approx(1)
    assert counted["first_time_fix"] == 1
    assert counted["fairness"] == pytest.approx(1)


def test_costs_are_those_of_work_and_of_missed_promises(counted):
    # A shift 40, an hour's drive 20, 20 km 10, an hour of overtime 30.
    assert counted["cost_per_day"] == pytest.approx(100)
    # A is an hour late (50 + 20); C is eleven hours late by midnight (50 + 11 x 20).
    assert counted["lateness_cost_per_day"] == pytest.approx(70 + 270)
    assert counted["co2_kg_per_day"] == pytest.approx(4)


def test_every_figure_is_measured(counted):
    assert list(counted) == list(KPIS)


def test_what_came_in_before_the_warm_up_was_over_is_not_counted():
    made = environment(hamlet(), Nobody(), 2)
    operation = made.run()
    second_day = Measured(operation, made.start + 24 * HOUR, made.until)
    assert 0 < len(second_day.stories) < len(Measured(operation, made.start, made.until).stories)
    assert all(story.job.received >= made.start + 24 * HOUR for story in second_day.stories)
    assert second_day.days == 1


def test_an_interval_reaches_no_further_than_its_figure_can():
    wide = Interval(0.9, 1.5, 3)  # -0.6 to 2.4
    assert KPIS["sla"].reach(wide) == (0.0, 1.0)
    assert KPIS["utilisation"].reach(wide) == (0.0, 2.4)  # overtime makes more than all of the shifts
    assert KPIS["backlog"].reach(Interval(7.0, math.inf, 1)) == (7.0, 7.0)
