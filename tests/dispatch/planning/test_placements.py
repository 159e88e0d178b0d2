"""Placements are priced to the last fraction, and move nobody else's visits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.planning.placements import best_by_window, emergency, placed, placements
from dispatch.planning.snapshot import snapshot_of
from dispatch.travel.provider import EstimatedTravel
from optimizer.check import check
from optimizer.domain import Problem, TimeWindow
from optimizer.scoring import score
from optimizer.solve import Result, solve
from tests.dispatch.planning.lives import Life
from tests.dispatch.planning.published import people

TRAVEL = EstimatedTravel(30, 1.3)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(st.data())
def test_a_placement_costs_what_it_changes_and_moves_nobody_else(data: st.DataObject) -> None:
    taken = snapshot_of(Life(data).facts(), TRAVEL)
    plan = solve(taken.problem, iterations=20).plan
    before = score(taken.problem, plan)
    visit = data.draw(st.sampled_from(taken.problem.visits)).id

    for one in placements(taken.problem, plan, visit)[:10]:
        after = placed(taken.problem, plan, one)
        card = score(taken.problem, after)
        if not card.schedule.settled:  # who waits for each other in a circle has no times, and so no price
            assert not one.fits
            continue
        assert card.total - before.total == one.cost
        assert card.schedule.starts[visit] == one.start
        if one.fits and before.hard == 0:
            assert check(taken.problem, after) == []
        if before.hard == 0:
            assert one.fits == (card.hard == 0)
        others = people(after) | {visit: set()}
        assert others == people(plan) | {visit: set()}


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(st.data())
def test_what_fits_is_found_with_and_without_looking_at_what_does_not(data: st.DataObject) -> None:
    taken = snapshot_of(Life(data).facts(), TRAVEL)
    plan = solve(taken.problem, iterations=20).plan
    for visit in taken.problem.visits:
        if len(visit.roles) == 1:
            everything = placements(taken.problem, plan, visit.id)
            fitting = placements(taken.problem, plan, visit.id, fitting_only=True)
            assert [one.places for one in everything if one.fits] == [one.places for one in fitting]


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.data())
def test_the_best_place_in_each_window_is_the_best_of_all_that_fit_into_it(data: st.DataObject) -> None:
    life = Life(data)
    taken = snapshot_of(life.facts(), TRAVEL)
    problem, plan = taken.problem, solve(taken.problem, iterations=20).plan
    visit = data.draw(st.sampled_from(problem.visits))
    first = min((shift.start for _, shift in problem.shifts), default=0)
    windows = [TimeWindow(first + hours * 3600, first + (hours + 2) * 3600) for hours in range(0, 12, 2)]

    best = best_by_window(problem, plan, visit.id, windows)

    for window, found in zip(windows, best, strict=True):
        asked = replace(visit, windows=(window,))
        visits = tuple(asked if one is visit else one for one in problem.visits)
        # Of crews only so many are tried, others where those who cannot do it are looked at too.
        crew = len(visit.roles) > 1
        all_of_them = placements(replace(problem, visits=visits), plan, visit.id, fitting_only=crew)
        assert found == next((one for one in all_of_them if one.fits), None)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(st.data())
def test_an_emergency_gets_a_plan_that_holds_at_once(data: st.DataObject) -> None:
    life = Life(data)
    first = snapshot_of(life.facts(), TRAVEL)
    life.publish(first, solve(first.problem, iterations=20).plan)
    life.do_receive()
    taken = snapshot_of(life.facts(), TRAVEL)

    plan = emergency(taken, max(life.visits))

    assert check(taken.problem, plan) == []
    new = {max(life.visits): set()}
    assert people(plan) | new == people(taken.published) | new


def test_every_place_in_a_real_day_says_why_it_does_not_fit(day: Problem, planned: Result) -> None:
    visit = planned.plan.routes[0].stops[2].visit
    found = placements(day, planned.plan, visit)

    asked = day.visits[day.visit_index[visit]]
    lacking = {
        who.id for who in day.technicians if any(who.skills.get(s, 0) < n for s, n in asked.roles[0].skills.items())
    }
    assert len({one.technicians for one in found}) == len(day.technicians)
    assert all(any("lacks" in why for why in one.broken) for one in found if one.technicians[0] in lacking)
    assert [one.fits for one in found] == sorted((one.fits for one in found), reverse=True)


def test_an_unknown_visit_has_no_placements(day: Problem, planned: Result) -> None:
    with pytest.raises(KeyError):
        placements(day, planned.plan, "nobody knows it")
