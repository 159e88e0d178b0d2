"""Differences, clusters and change budgets, on four visits by hand and on generated problems."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.planning.budget import choose, curve, with_dear_changes, within, worthwhile
from dispatch.planning.clusters import Cluster, applied, clusters
from dispatch.planning.difference import Kind, compare
from dispatch.planning.documents import kept_problem, problem_of
from optimizer.check import check
from optimizer.domain import Plan, Problem, Promise, Route
from optimizer.scoring import score, timed
from optimizer.solve import solve
from tests.generated import generated
from tests.tiny import MINUTE, Costs, at, plan, problem, route, technician, visit

# Two pairs of technicians, each pair with a visit next to each of its two bases; the pairs are a day's travel apart.
# Place 0 is Ann's base, 1 Bob's, 2 Cid's, 3 Dot's. Between Ann and Bob it is 30 minutes, between Cid and Dot 20.
FAR = 600
MINUTES = [[0, 30, FAR, FAR], [30, 0, FAR, FAR], [FAR, FAR, 0, 20], [FAR, FAR, 20, 0]]
NAMES = ("Ann", "Bob", "Cid", "Dot")


def two_pairs() -> tuple[Problem, Plan, Plan]:
    """Before, everybody has the visit at the other's base; after, the one at their own."""
    people = [
        replace(
            technician(name, costs=Costs(per_travel_hour=60)),
            shifts=tuple(replace(one, start_location=place, end_location=place) for one in technician(name).shifts),
        )
        for place, name in enumerate(NAMES)
    ]
    visits = [visit(f"V{place}", place, 60, drop_cost=1000) for place in range(4)]
    visits[0] = replace(visits[0], arrive_by=Promise(at("08:20"), breach_cost=50))
    made = problem(visits, people, MINUTES)
    before = plan(*(route(name, f"V{place}") for name, place in zip(NAMES, (1, 0, 3, 2), strict=True)))
    after = plan(*(route(name, f"V{place}") for place, name in enumerate(NAMES)))
    return made, timed(made, before), timed(made, after)


def test_a_difference_says_who_when_and_what_it_buys() -> None:
    made, before, after = two_pairs()

    found = compare(made, before, after)

    # There and back, Ann and Bob drive 60 minutes each, Cid and Dot 40: 200 minutes at 1 a minute. V0 began at 08:30,
    # ten minutes late, for 50.
    assert found.gain == pytest.approx(250)
    assert found.terms["travel"] == (200, 0)
    assert found.terms["lateness"] == (50, 0)
    assert [(change.visit, change.kind) for change in found.visits] == [(f"V{n}", Kind.REASSIGNED) for n in range(4)]
    assert (found.touched, found.new, found.broken) == (4, 0, (0, 0))
    assert [(one.visit, one.late_before, one.late_after) for one in found.promises] == [("V0", 600, 0)]
    assert found.technicians["Ann"][0].travel == 60 * MINUTE
    assert found.technicians["Ann"][1].travel == 0
    assert "V0 goes from Bob (08:30) to Ann (08:00)." in found.sentences
    assert "The promise to be at V0 in time is kept; it would have been missed by 10 min." in found.sentences
    assert found.sentences[-1] == "It costs 250.00 less: travel -200.00, lateness -50.00."


def test_a_new_visit_and_its_neighbours_are_told_apart_from_those_that_move() -> None:
    made = problem(
        [visit("V1", 0, 60), visit("V2", 0, 5, arrive_by=Promise(at("09:20"))), visit("V3", 0, 60)],
    )
    before = timed(made, plan(route("Ann", "V1", "V3")))
    after = timed(made, plan(route("Ann", "V1", "V2", "V3")))

    found = compare(made, before, after, names={"Ann": "Ana"})

    assert [(change.visit, change.kind) for change in found.visits] == [("V2", Kind.ASSIGNED), ("V3", Kind.SHIFTED)]
    assert (found.touched, found.new) == (0, 1)
    assert found.sentences[:2] == (
        "Ana can be at V2 at 09:00, 20 min before the promise.",
        "One other visit moves by 5 min at most.",
    )


def test_what_two_people_lose_or_do_at_another_time_is_said_of_two() -> None:
    both, single = visit("V1", 0, 60, roles=2), visit("V2", 0, 60)
    crew = problem([both, single, visit("V3", 0, 30)], [technician("Ann"), technician("Bob")])
    before = timed(crew, plan(route("Ann", "V1", "V2"), route("Bob", ("V1", 1))))
    later = timed(crew, plan(route("Ann", "V2", "V1"), route("Bob", ("V1", 1))))
    nothing = timed(crew, plan())

    lost = compare(crew, before, nothing)

    assert "Ann and Bob lose V1, which nobody does now." in lost.sentences
    assert "Ann loses V2, which nobody does now." in lost.sentences
    moved = compare(crew, before, later).sentences
    assert "Ann and Bob do V1 at 09:00 instead of 08:00." in moved
    assert "Ann does V2 at 08:00 instead of 09:00." in moved


def test_pairs_that_have_nothing_to_do_with_each_other_are_two_clusters() -> None:
    made, before, after = two_pairs()

    found = clusters(made, before, after)

    # Ann and Bob save 120 minutes and the 50 of the promise; Cid and Dot save 80 minutes.
    assert [(one.id, one.gain, one.touched, one.visits) for one in found] == [
        ("c1", 170, 2, ("V0", "V1")),
        ("c2", 80, 2, ("V2", "V3")),
    ]
    mixed = applied(made, before, after, found[1:])
    assert check(made, mixed) == []
    assert {(one.technician, one.stops[0].visit) for one in mixed.routes} == {
        ("Ann", "V1"),
        ("Bob", "V0"),
        ("Cid", "V2"),
        ("Dot", "V3"),
    }


def test_a_budget_takes_what_gains_most_within_it() -> None:
    made, before, after = two_pairs()
    found = clusters(made, before, after)

    assert choose(found, 1) == ()
    assert choose(found, 3) == found[:1]
    assert choose(found, 4) == found
    assert choose(found, 10**12) == found  # which costs no more than the budget that pays for all
    assert [(one.touched, one.gain) for one in curve(found)] == [(0, 0), (2, 170), (4, 250)]


@pytest.mark.parametrize(
    ("gain", "mended", "touched", "new", "pays"),
    [
        (20, 0, 2, 0, True),
        (19, 0, 2, 0, False),
        (9, 0, 0, 0, False),
        (10, 0, 0, 0, True),
        (1, 0, 5, 1, True),
        (0, 0, 0, 1, False),
        (-50, 1, 5, 0, True),
        (50, -1, 0, 1, False),
    ],
)
def test_a_change_pays_by_what_it_saves_for_each_visit_that_it_touches(
    gain: int, mended: int, touched: int, new: int, pays: bool
) -> None:
    one = Cluster("c1", (), (), Fraction(gain), mended, touched, new)
    assert one.pays(10) is pays


def test_what_does_not_pay_is_left_as_it_was() -> None:
    made, before, after = two_pairs()
    # Ann and Bob gain 170 by touching two visits, Cid and Dot 80.
    assert worthwhile(made, before, after, 40) is after
    some = worthwhile(made, before, after, 41)
    assert [(one.touched, one.gain) for one in clusters(made, before, some)] == [(2, 170)]
    assert clusters(made, before, worthwhile(made, before, after, 86)) == ()


def test_a_re_solve_is_asked_for_only_while_the_budget_leaves_much_on_the_table() -> None:
    made, before, after = two_pairs()
    asked: list[Problem] = []

    def resolve(dear: Problem, start: Plan) -> Plan:
        asked.append(dear)
        return start

    # All of it gains 250, and at least three quarters of that, 187.50, is enough. Four touches gain it all.
    assert within(made, before, after, 4, resolve).routes == after.routes
    assert not asked
    # Two touches gain 170.
    best = within(made, before, after, 2, resolve)
    assert len(asked) == 3
    assert compare(made, before, best).gain == pytest.approx(170)
    # Each visit may be given away for 250 / 4 more at first, and for four times as much each time after.
    assert [dear.visits[0].reassign_cost for dear in asked] == [62.5, 250, 1000]


def test_changes_are_made_dear_for_what_has_a_place_only() -> None:
    made = problem([visit("V1", 0, 60), visit("V2", 0, 60)])
    before = timed(made, plan(route("Ann", "V1")))

    dear = with_dear_changes(made, before, 10, tolerance=900)

    first, second = dear.visits
    assert first.previous is not None
    assert (first.previous.technician, first.previous.start) == ("Ann", at("08:00"))
    assert (first.reassign_cost, first.cost_per_hour_later) == (10, 40)
    assert second == made.visits[1]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 1), st.integers(-5, 9)), max_size=7), st.integers(0, 12))
def test_a_choice_is_the_best_of_all_subsets(some: list[tuple[int, int, int]], budget: int) -> None:
    found = [
        Cluster(f"c{n}", (), (), Fraction(gain), mended, touched, 0) for n, (touched, mended, gain) in enumerate(some)
    ]
    subsets = chain.from_iterable(combinations(found, size) for size in range(len(found) + 1))
    best = max(_worth(subset) for subset in subsets if sum(one.touched for one in subset) <= budget)

    chosen = choose(found, budget)

    assert sum(one.touched for one in chosen) <= budget
    assert _worth(chosen) == best


def _worth(some: tuple[Cluster, ...]) -> tuple[int, Fraction]:
    return sum(one.mended for one in some), sum((one.gain for one in some), Fraction(0))


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(0, 1_000))
@settings(max_examples=40)
def test_every_subset_of_clusters_is_a_valid_plan_and_gains_add_up(seed: int, people: int, other: int) -> None:
    made = generated(seed, visits=4 * people, technicians=people)
    before, after = two_plans(made, other)
    assert check(made, before) == []
    assert check(made, after) == []

    found = clusters(made, before, after)

    worth = score(made, before).total
    assert sum((one.gain for one in found), Fraction(0)) == worth - score(made, after).total
    assert all(one.mended == 0 for one in found)
    for chosen in some_subsets(found, other):
        mixed = applied(made, before, after, chosen)
        assert check(made, mixed) == []
        assert worth - score(made, mixed).total == sum((one.gain for one in chosen), Fraction(0))
    assert decisions(applied(made, before, after, found)) == decisions(after)


def two_plans(made: Problem, seed: int) -> tuple[Plan, Plan]:
    """Two plans that keep all musts and differ here and there: a few changes, searched for from two sides."""
    before = solve(made, iterations=10, seed=seed).plan
    dear = replace(made, visits=tuple(replace(one, cost_per_hour_later=0, reassign_cost=5) for one in made.visits))
    after = solve(with_dear_changes(dear, before, 20.0), start=before, iterations=60, seed=seed + 1).plan
    return replace(before, cost={}), timed(made, replace(after, cost={}))


def some_subsets(found: tuple[Cluster, ...], seed: int) -> list[tuple[Cluster, ...]]:
    """All of them while there are few, some of many."""
    if len(found) <= 4:
        return list(chain.from_iterable(combinations(found, size) for size in range(len(found) + 1)))
    draw = Random(seed)
    return [tuple(one for one in found if draw.random() < 0.5) for _ in range(12)]


def decisions(one: Plan) -> set[object]:
    def decided(path: Route) -> object:
        breaks = frozenset((rest.break_id, rest.gap) for rest in path.breaks)
        return path.technician, path.shift, tuple((stop.visit, stop.role) for stop in path.stops), breaks

    return {decided(path) for path in one.routes}


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_a_problem_comes_back_from_the_store_as_it_went(seed: int) -> None:
    made = generated(seed, visits=8, technicians=3)
    assert problem_of(kept_problem(made)) == made
