"""Sets of musts that cannot hold together: proved, as small as can be, and found where there are any."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.distance import leg
from optimizer.domain import After, Geodesic, Location, Plan, Problem, Role
from optimizer.explain import Must, contradictions
from optimizer.explain.contradictions import holds
from optimizer.explain.musts import MustKind, insisting, musts, required
from optimizer.explain.overload import shortest_ways
from optimizer.explain.possible import Answer, possible
from optimizer.scoring import lower, score
from tests.exhaustive import best
from tests.strategies import problems
from tests.tiny import plan, problem, rest, route, shift, technician, visit, window

DONE, ONLY, NEVER = MustKind.DONE, MustKind.ONLY, MustKind.NEVER
WINDOWS, AFTER, COMMITTED = MustKind.WINDOWS, MustKind.AFTER, MustKind.COMMITTED
TEN = (window("10:00", "10:00"),)
BOTH = [technician("Ann"), technician("Bob")]


def done(name: str, minutes: float = 60, **more: object):
    return visit(name, minutes=minutes, **{"drop_cost": None} | more)


CASES = {
    "nobody has the skill": (problem(done("A", roles=(Role({"gas": 3}),))), {Must(DONE, "A")}),
    "kept to two who must never": (
        problem(done("A", only=("Ann",), never=("Ann",)), BOTH),
        {Must(DONE, "A"), Must(ONLY, "A"), Must(NEVER, "A", "Ann")},
    ),
    "two at ten for one": (
        problem([done("A", windows=TEN, only=("Ann",)), done("B", windows=TEN, never=("Bob",)), done("C")], BOTH),
        {Must(kind, name) for kind in (DONE, WINDOWS) for name in "AB"} | {Must(ONLY, "A"), Must(NEVER, "B", "Bob")},
    ),
    "five at ten for four": (
        problem([done(f"V{n}", windows=TEN) for n in range(5)], [technician(f"T{n}") for n in range(4)]),
        {Must(kind, f"V{n}") for n in range(5) for kind in (DONE, WINDOWS)},
    ),
    "before what opens later": (
        problem([done("A", after=(After("B"),), windows=(window("08:00", "09:00"),)), visit("B", windows=TEN)]),
        {Must(DONE, "A"), Must(WINDOWS, "A"), Must(AFTER, "A", before="B"), Must(WINDOWS, "B")},
    ),
    "after itself in a circle": (
        problem([done("A", after=(After("B"),)), visit("B", after=(After("A"),))]),
        {Must(DONE, "A"), Must(AFTER, "A", before="B"), Must(AFTER, "B", before="A")},
    ),
    "committed in an order that a window forbids": (
        problem(
            [visit("A", windows=(window("08:00", "08:10"),)), visit("B", minutes=60)],
            technician("Ann", shift(committed=("B", "A"))),
        ),
        {Must(COMMITTED, "A", "Ann", "S"), Must(COMMITTED, "B", "Ann", "S"), Must(WINDOWS, "A")},
    ),
    "committed to somebody who must never": (
        problem(visit("A", never=("Ann",)), [technician("Ann", shift(committed=("A",))), technician("Bob")]),
        {Must(COMMITTED, "A", "Ann", "S"), Must(NEVER, "A", "Ann")},
    ),
    "a crew of two where one is excluded": (
        problem(done("A", roles=2, never=("Bob",)), BOTH),
        {Must(DONE, "A"), Must(NEVER, "A", "Bob")},
    ),
    "more than a day's work": (
        problem([done("A", 300, only=("Ann",)), done("B", 300, only=("Ann",))], BOTH),
        {Must(DONE, "A"), Must(ONLY, "A"), Must(DONE, "B"), Must(ONLY, "B")},
    ),
    "no time for the break": (
        problem(
            done("A", 300, windows=(window("09:00", "09:00"),)),
            technician("Ann", shift(start="08:30", breaks=(rest("11:00", "12:00", 30),))),
        ),
        {Must(DONE, "A"), Must(WINDOWS, "A")},
    ),
    "longer than anybody may be on duty": (
        problem(
            [done("A", windows=(window("08:00", "08:00"),)), done("B", windows=(window("13:00", "13:00"),))],
            technician("Ann", shift(max_duty=5 * 3600)),
        ),
        {Must(kind, name) for kind in (DONE, WINDOWS) for name in "AB"},
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_cannot_hold_together_is_found_and_no_more_than_that(name):
    given_, expected = CASES[name]

    found = contradictions(given_)

    assert [set(one.musts) for one in found.found] == [expected]
    one = found.found[0]
    assert one.proved
    assert one.minimal
    for must, without in one.spared.items():
        assert holds(given_, [other for other in one.musts if other != must], without)
    assert found.plan is not None
    assert holds(given_, [must for must in musts(given_) if must not in one.musts], found.plan)


def test_where_everything_can_hold_there_is_nothing_to_find():
    given_ = problem([done("A", windows=TEN), done("B", windows=TEN), visit("C")], BOTH)
    found = contradictions(given_)
    assert found.found == ()
    assert found.plan is not None
    assert score(given_, found.plan).hard == 0


def test_two_contradictions_that_have_nothing_in_common_are_both_found():
    visits = [done("A", roles=(Role({"gas": 1}),)), done("B", only=("Ann",), never=("Ann",)), done("C")]
    found = contradictions(problem(visits, BOTH))
    assert [set(one.musts) for one in found.found] == [
        {Must(DONE, "A")},
        {Must(DONE, "B"), Must(ONLY, "B"), Must(NEVER, "B", "Ann")},
    ]
    assert found.settled


def test_what_would_take_too_long_to_prove_is_not_called_proved():
    # 8 h 45 min of work and half an hour's rest for nine hours
    given_ = problem(
        [done(f"V{n}", 75) for n in range(7)], technician("Ann", shift(breaks=(rest("11:00", "12:00", 30),)))
    )
    hasty = contradictions(given_, steps=50)
    assert [one.proved for one in hasty.found] == [False]
    assert [one.proved for one in contradictions(given_).found] == [True]
    assert len(required(contradictions(given_).found[0].musts)) == 7


def test_more_work_than_time_is_proved_of_many_visits_too():
    """Two days of nine hours hold 36 visits of half an hour; that 37 are one too many shows without trying."""
    given_ = problem([done(f"V{n}", 30) for n in range(40)], BOTH)
    one = contradictions(given_, rounds=50).found[0]
    assert one.proved
    assert len(one.musts) == 37
    assert not one.minimal


def test_the_way_to_a_visit_is_never_taken_to_be_longer_than_it_is():
    minutes = [[0, 20, 35], [25, 0, 10], [30, 15, 0]]
    given_ = problem([done("A", location=1), done("B", location=2), done("C", location=2)], None, minutes)
    assert shortest_ways(given_) == {"A": 15 * 60, "B": 0, "C": 0}
    geodesic = Geodesic(40, 1.3)
    places = tuple(Location(f"L{n}", 48 + n / 10, 2 + n / 7) for n in range(3))
    far = replace(given_, travel={"car": geodesic}, locations=places, visits=given_.visits[:2])
    legs = {to: min(leg(far, "car", a, to)[0] for a in range(3) if a != to) for to in (1, 2)}
    found = shortest_ways(far)
    assert legs[1] - 2 <= found["A"] <= legs[1]
    assert legs[2] - 2 <= found["B"] <= legs[2]


def test_a_problem_insists_on_what_it_is_asked_to_and_on_nothing_else():
    given_ = problem(
        [done("A", windows=TEN, after=(After("B"),), only=("Ann",)), visit("B", never=("Ann",)), visit("C")],
        BOTH,
    )
    less = insisting(given_, [Must(DONE, "A"), Must(AFTER, "A", before="B")])
    assert [(one.id, one.windows, one.only, one.never, one.drop_cost) for one in less.visits] == [
        ("A", (), (), (), None),
        ("B", (), (), (), None),
    ]
    assert [one.id for one in insisting(given_, musts(given_)).visits] == ["A", "B"]
    assert score(less, plan(route("Ann", "B", "A"))).hard == 0


@settings(max_examples=60)
@given(st.data())
def test_whether_it_is_possible_is_what_trying_every_plan_says(data: st.DataObject) -> None:
    given_ = data.draw(problems(max_visits=3, max_technicians=2))
    asked = [must for must in musts(given_) if data.draw(st.booleans())]
    asked += [Must(DONE, one.id) for one in given_.visits if data.draw(st.booleans())]
    kept = [must for must in asked if must.before == "" or must.before in required(asked)]
    less = insisting(given_, kept)
    assume(less.visits)
    try:
        expected = best(lower(less))
    except OverflowError:
        assume(False)
        return

    told = possible(less, rounds=30, steps=400_000)

    assert told.answer is (Answer.YES if expected is not None and expected.undone == 0 else Answer.NO)
    if told.plan is not None:
        assert score(less, told.plan).hard == 0
        assert isinstance(told.plan, Plan)


@settings(max_examples=20)
@given(problems(max_visits=4, max_technicians=2))
def test_every_contradiction_that_is_called_minimal_is(given_: Problem) -> None:
    found = contradictions(given_, rounds=30)
    for one in found.found:
        if one.proved:
            assert possible(insisting(given_, one.musts), rounds=200, seed=9).answer is not Answer.YES
        for must, without in one.spared.items():
            assert holds(given_, [other for other in one.musts if other != must], without)
    assert len({must for one in found.found for must in one.musts}) == sum(len(one.musts) for one in found.found)
