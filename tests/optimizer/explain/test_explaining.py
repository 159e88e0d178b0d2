"""Why, why not, and what if: each answer is what comes of really doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.check import check, checked_cost
from optimizer.domain import After, Costs, Plan, Problem, Role
from optimizer.explain import Explanation, Freeing, explain
from optimizer.explain.changes import (
    AlsoNamed,
    Change,
    EarlierShift,
    EarlierWindow,
    HigherDropCost,
    LaterBreak,
    LaterWindow,
    LessSkill,
    LongerGap,
    LongerShift,
    MoreDuty,
    MoreOnBoard,
    MoreOvertime,
    NotExcluded,
    OtherDay,
    Taught,
    Uncommitted,
    WithoutOrder,
    changed,
    merged,
)
from optimizer.explain.freeing import GivesWay
from optimizer.explain.misses import newly_broken
from optimizer.explain.placements import placements
from optimizer.rules import Level
from optimizer.scoring import score, timed
from optimizer.solve import solve
from tests.generated import generated
from tests.strategies import planned, planned_well
from tests.tiny import MINUTE, at, plan, problem, rest, route, shift, technician, visit, window

MORNING = shift(start="08:00", end="12:00")


def ways(found: Explanation) -> list[tuple[tuple[Change, ...], tuple[GivesWay, ...]]]:
    return [(one.changes, one.gives_way) for one in found.freeings]


def alone(found: Explanation) -> list[Change]:
    """What frees the visit by itself."""
    return [one.changes[0] for one in found.freeings if len(one.changes) == 1 and not one.gives_way]


# -- one thing in the way at a time; all in one place unless said --------------------------------------------------

SINGLE: dict[str, tuple[Any, Any, Sequence[Change]]] = {
    # 4 h of shift, 4 h 25 min of work
    "overtime": (
        visit(minutes=265, drop_cost=9),
        technician("Ann", MORNING),
        [MoreOvertime("Ann", "S", 25 * MINUTE), LongerShift("Ann", "S", 25 * MINUTE)],
    ),
    # it may start until 07:30, the shift begins at 08:00
    "window": (
        visit(drop_cost=9, windows=(window("07:00", "07:30"),)),
        technician("Ann", MORNING),
        [LaterWindow("V1", 30 * MINUTE), EarlierShift("Ann", "S", 30 * MINUTE)],
    ),
    # waiting until 11:30 for an hour's work, the shift ends at 12:00
    "a window that opens late": (
        visit(minutes=60, drop_cost=9, windows=(window("11:30", "15:00"),)),
        technician("Ann", MORNING),
        [EarlierWindow("V1", at("11:30"), 30 * MINUTE), MoreOvertime("Ann", "S", 30 * MINUTE)],
    ),
    "skill": (
        visit(drop_cost=9, roles=(Role({"gas": 3}),)),
        technician("Ann", skills={"gas": 1}),
        [Taught("Ann", "gas", 3, 1), LessSkill("V1", 0, "gas", 1, 3)],
    ),
    "never": (visit(drop_cost=9, never=("Ann",)), technician("Ann"), [NotExcluded("V1", "Ann")]),
    "on board": (
        visit(drop_cost=9, demand={"valve": 2.5}),
        technician("Ann", capacity={"valve": 1}),
        [MoreOnBoard("Ann", "valve", 1.5)],
    ),
    "duty": (
        visit(minutes=100, drop_cost=9),
        technician("Ann", shift(max_duty=90 * MINUTE)),
        [MoreDuty("Ann", "S", 10 * MINUTE)],
    ),
    # the break must begin by 12:00 and there is work without a pause from 08:00 to 12:20
    "break": (
        visit(minutes=260, drop_cost=9, windows=(window("08:00", "08:00"),)),
        technician("Ann", shift(breaks=(rest("11:30", "12:00", 30),))),
        [LaterBreak("Ann", "S", "lunch", 20 * MINUTE)],
    ),
}


@pytest.mark.parametrize("name", sorted(SINGLE))
def test_what_is_in_the_way_is_measured_and_made_up_for_by_just_that_much(name):
    visits, people, expected = SINGLE[name]
    given_ = problem(visits, people)

    found = explain(given_, Plan(), "V1")

    assert found.here is None
    assert not any(one.fits for one in found.elsewhere)
    assert set(expected) <= set(alone(found))
    for one in found.freeings:
        assert one.change == -9  # what leaving it out cost; nothing else costs anything
        assert check(one.problem, one.plan) == []


def test_a_visit_may_be_given_to_somebody_else_than_it_is_kept_to():
    people = [technician("Ann"), technician("Bob", shift(start="16:00", end="16:00"))]
    given_ = problem(visit(minutes=60, drop_cost=9, only=("Bob",)), people)
    assert AlsoNamed("V1", "Ann") in alone(explain(given_, Plan(), "V1"))


def test_a_visit_may_go_to_a_day_on_which_somebody_works():
    tomorrow = replace(shift(), start=at("08:00", day=1), end=at("17:00", day=1))
    asked = visit(minutes=60, drop_cost=9, windows=(window("08:00", "09:00"),))
    assert alone(explain(problem(asked, technician("Ann", tomorrow)), Plan(), "V1"))[0] == OtherDay("V1", 1)


def test_what_leaving_out_would_have_to_cost_is_told_to_the_cent():
    # half an hour there and half an hour back at 30 an hour: 30; leaving it out costs 12.50
    given_ = problem(visit(location=1, drop_cost=12.5), technician(costs=Costs(per_travel_hour=30)), [[0, 30], [30, 0]])
    found = explain(given_, Plan(), "V1")

    assert [one.cost for one in found.elsewhere] == [17.5]
    assert dict(found.elsewhere[0].by_rule) | {"travel": 30, "unassigned": -12.5} == dict(found.elsewhere[0].by_rule)
    assert ways(found) == [((HigherDropCost("V1", 30.01, 12.5),), ())]
    dearer = found.freeings[0].problem
    assert score(dearer, found.freeings[0].plan).total < score(dearer, Plan()).total
    assert score(HigherDropCost("V1", 30.0, 12.5).on(given_), Plan()).total == 30


def test_what_has_a_place_that_pays_needs_nothing_to_be_different():
    found = explain(problem(visit(drop_cost=5)), Plan(), "V1")
    assert ways(found) == [((), ())]
    assert found.freeings[0].change == -5


def test_another_visit_gives_way_to_somebody_else_or_to_nobody():
    # Ann's four hours hold one of the two, and only Ann can do V2
    visits = [visit("V1", minutes=200, drop_cost=20), visit("V2", minutes=200, drop_cost=50, roles=(Role({"gas": 1}),))]
    people = [technician("Ann", MORNING, skills={"gas": 1}), technician("Bob", MORNING)]
    given_ = problem(visits, people)

    found = explain(given_, plan(route("Ann", "V1")), "V2")

    gone = {one.gives_way[0].technicians: one.change for one in found.freeings if one.gives_way}
    assert gone == {("Bob",): -50, (): -30}


def test_what_is_committed_need_not_come_first():
    visits = [visit("A", minutes=60), visit("V1", minutes=60, drop_cost=9, windows=(window("08:00", "08:30"),))]
    given_ = problem(visits, technician("Ann", shift(committed=("A",))))
    found = explain(given_, plan(route("Ann", "A")), "V1")
    assert Uncommitted("Ann", "S", ("A",)) in alone(found)
    assert LaterWindow("V1", 30 * MINUTE) in alone(found)


def test_an_order_is_loosened_or_its_gap_made_longer():
    # A ends at 09:00; V1 may start until 09:30 and not before 10:00
    visits = [
        visit("A", minutes=60, windows=(window("08:00", "08:00"),)),
        visit("V1", drop_cost=9, after=(After("A", 0, 30 * MINUTE),), windows=(window("10:00", "11:00"),)),
    ]
    found = explain(problem(visits), plan(route("Ann", "A")), "V1")
    assert {LongerGap("V1", "A", 30 * MINUTE), WithoutOrder("V1", "A")} <= set(alone(found))


def test_a_window_that_is_missed_because_another_visit_is_waited_for_says_so():
    visits = [
        visit("A", minutes=60, windows=(window("12:00", "12:00"),)),
        visit("V1", drop_cost=9, after=(After("A"),), windows=(window("08:00", "09:00"),)),
    ]
    found = explain(problem(visits), plan(route("Ann", "A")), "V1")
    assert {(one.rule, one.about, one.short) for one in found.elsewhere[0].misses} == {("closed_window", "A", 4 * 3600)}
    assert WithoutOrder("V1", "A") in alone(found)


def test_why_not_with_somebody_is_answered_for_that_one_alone():
    people = [technician("Ann"), technician("Bob", skills={}, costs=Costs(per_shift=7)), technician("Cid")]
    given_ = problem(visit(roles=(Role({}),), drop_cost=100, never=("Cid",)), people)
    standing = plan(route("Ann", "V1"))

    bob = explain(given_, standing, "V1", technician="Bob")
    cid = explain(given_, standing, "V1", technician="Cid")

    assert bob.here is not None
    assert (bob.here.technicians, bob.here.change) == (("Ann",), -100)
    assert [(one.technicians, one.cost) for one in bob.elsewhere] == [(("Bob",), 7)]
    assert [[miss.rule for miss in one.misses] for one in cid.elsewhere] == [["never_named"]]
    assert alone(cid) == [NotExcluded("V1", "Cid")]
    assert cid.freeings[0].change == 0


@pytest.mark.parametrize("asked", [("V9", None), ("V1", "Zoe")])
def test_who_and_what_is_not_there_cannot_be_asked_about(asked):
    with pytest.raises(KeyError):
        explain(problem(visit()), Plan(), asked[0], technician=asked[1])


def test_changes_of_one_thing_are_one_change():
    twice = merged([MoreOvertime("Ann", "S", 60), LaterWindow("V1", 60), MoreOvertime("Ann", "S", 120)])
    assert set(twice) == {MoreOvertime("Ann", "S", 180), LaterWindow("V1", 60)}


# -- on days that use every field of the model ---------------------------------------------------------------------


def tight(seed: int) -> tuple[Problem, Plan, list[str]]:
    """A problem, a plan that breaks nothing but musts left undone, and what it leaves out."""
    given_ = generated(seed, visits=14, technicians=3, days=2, musts=seed % 3 == 0)
    made = solve(given_, iterations=40, seed=seed % 7).plan
    return given_, made, [one.visit for one in made.unassigned]


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_every_way_to_free_a_visit_is_true_and_needs_each_of_its_parts(seed: int) -> None:
    given_, made, left = tight(seed)
    if not left:
        return
    name = Random(seed).choice(left)
    before, cost = Counter(check(given_, made)), checked_cost(given_, made)

    for one in explain(given_, made, name).freeings:
        assert one.problem == changed(given_, one.changes)
        assert Counter(check(one.problem, one.plan)) - before == Counter()
        done = {stop.visit for each in one.plan.routes for stop in each.stops}
        assert name in done
        assert done | {gone.visit for gone in one.gives_way} >= {s.visit for r in made.routes for s in r.stops}
        after = checked_cost(one.problem, one.plan)
        assert after["total"] - cost["total"] == pytest.approx(float(one.change), abs=1e-4)
        for rule, change in one.by_rule.items():
            if rule in after:
                assert after[rule] - cost[rule] == pytest.approx(float(change), abs=1e-4)
        _needs_each(given_, made, one)


def _needs_each(given_: Problem, made: Plan, one: Freeing) -> None:
    """With all but one of the changes nothing fits with the same people."""
    for spared in one.changes if len(one.changes) > 1 else ():
        others = changed(given_, [change for change in one.changes if change != spared])
        people = one.technicians
        assert not placements(others, made, one.visit, technicians=people, fitting_only=True)


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_every_other_place_costs_and_breaks_what_it_says(seed: int) -> None:
    given_, made, _ = tight(seed)
    name = Random(seed).choice(given_.visits).id
    found = explain(given_, made, name)
    card = score(given_, timed(given_, made))

    assert (found.here is None) == (name not in card.schedule.starts)
    for one in found.elsewhere:
        assert one.fits == (not one.misses)
        assert {miss.rule for miss in one.misses} == {match.rule for match in one.breaches}
        assert all(miss.short > 0 for miss in one.misses if miss.measure in ("seconds", "level", "quantity"))
        rules = {line.rule.id for line in card.lines if line.rule.level is Level.SOFT}
        assert sum(change for rule, change in one.by_rule.items() if rule in rules) == one.cost
    assert [one.fits for one in found.elsewhere] == sorted((one.fits for one in found.elsewhere), reverse=True)


@settings(max_examples=25)
@given(st.one_of(planned(), planned_well()), st.data())
def test_any_plan_that_can_be_timed_can_be_explained(given_: tuple[Problem, Plan], data: st.DataObject) -> None:
    """Plans that break musts, do visits twice, fill roles wrongly or keep no commitment: no way makes it worse."""
    asked, made = given_
    name = data.draw(st.sampled_from(asked.visits)).id
    who = data.draw(st.sampled_from([None, *(one.id for one in asked.technicians)]))
    before = score(asked, made)

    for one in explain(asked, made, name, technician=who).freeings:
        after = score(one.problem, one.plan)
        assert after.total - before.total == one.change
        assert name in after.schedule.starts
        assert newly_broken(after, before) == ()
