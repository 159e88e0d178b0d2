"""How peers are told a problem, and how their routes become legal plans; none of them has to be installed for this."""

from __future__ import annotations

import json
import random
import stat
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.generate import generate
from benchmarks.peers import PEERS, vrpcli
from benchmarks.peers.asking import CannotSay, Unsuited, ask
from benchmarks.peers.beyond import BEYOND, DUTY_LIMITS, beyond
from benchmarks.peers.completing import complete
from benchmarks.peers.lunch import Clock, without_breaks
from benchmarks.peers.peer import Limits, Missing, Peer, Routes, Search, library
from benchmarks.peers.pyvrp import copies
from benchmarks.peers.stating import Stated, StatedBreak, StatedShift, StatedVisit, state
from benchmarks.peers.strict import HARD, SLACK, latest
from optimizer.check import check
from optimizer.distance import leg
from optimizer.domain import Costs, Plan, Problem, Promise, Role
from tests.tiny import HOUR, MINUTE, at, problem, rest, shift, technician, visit, window

LINE = [[0, 10, 20], [10, 0, 10], [20, 10, 0]]
"""Minutes between three places on a line."""


def stops(plan: Plan) -> list[list[str]]:
    return [[stop.visit for stop in route.stops] for route in plan.routes]


# -- completing ---------------------------------------------------------------------------------------------------


def test_a_route_that_can_be_driven_stays_as_it_is_even_where_another_order_is_better() -> None:
    ann = technician(costs=Costs(per_travel_hour=60))
    both = problem([visit("near", 1, 30, drop_cost=500), visit("far", 2, 30, drop_cost=500)], ann, LINE)
    away = replace(both, visits=(*both.visits, visit("back", 1, 30, drop_cost=500)))

    found = complete(away, [[1, 2, 0]])

    assert stops(found.plan) == [["far", "back", "near"]]
    assert (found.own, found.taken_out, found.put_in) == (3, 0, 0)
    assert check(away, found.plan) == []


def test_what_a_peer_left_out_goes_where_it_costs_least() -> None:
    ann = technician(costs=Costs(per_travel_hour=60))
    one = problem([visit("near", 1, 30, drop_cost=500), visit("far", 2, 30, drop_cost=500)], ann, LINE)

    found = complete(one, [[1]])

    assert (found.own, found.taken_out, found.put_in) == (1, 0, 1)
    assert sorted(stops(found.plan)[0]) == ["far", "near"]
    assert found.plan.cost["total"] == 40  # there and back; the near one lies on the way


def test_a_route_that_cannot_be_driven_loses_the_visit_that_it_is_cheapest_to_do_without() -> None:
    # Two can start by 8:50 (8:00 and 8:30), a third cannot (9:00). The one that goes is not the last.
    early = [window("08:00", "08:50")]
    visits = [
        visit("dear", 0, 30, drop_cost=900, windows=tuple(early)),
        visit("cheap", 0, 30, drop_cost=10, windows=tuple(early)),
        visit("mean", 0, 30, drop_cost=400, windows=tuple(early)),
    ]

    found = complete(problem(visits), [[0, 1, 2]])

    assert stops(found.plan) == [["dear", "mean"]]
    assert (found.own, found.taken_out, found.put_in) == (3, 1, 0)
    assert [left.visit for left in found.plan.unassigned] == ["cheap"]


def test_who_may_not_do_a_visit_loses_it_and_breaks_are_put_where_they_can_be() -> None:
    ann = technician("Ann", shift(breaks=(rest("11:30", "13:00", 30),)), skills={"gas": 1})
    bob = technician("Bob", shift(breaks=(rest("11:30", "13:00", 30),)))
    long = visit("long", 0, 200, drop_cost=100)
    gas = visit("gas", 0, 60, drop_cost=100, roles=(Role({"gas": 1}),))

    found = complete(one := problem([long, gas], [ann, bob]), [[], [0, 1]])

    assert check(one, found.plan) == []
    assert (found.own, found.taken_out, found.put_in) == (2, 1, 1)
    assert {route.technician: [stop.visit for stop in route.stops] for route in found.plan.routes}["Ann"] == ["gas"]


@pytest.mark.parametrize(("routes", "wrong"), [([[0], [0]], "planned more than once"), ([[0]], "1 routes for 2")])
def test_routes_that_are_none_are_refused(routes: list[list[int]], wrong: str) -> None:
    two = problem([visit()], [technician("Ann"), technician("Bob")])
    with pytest.raises(ValueError, match=wrong):
        complete(two, routes)


@settings(max_examples=40)
@given(st.integers(0, 5), st.randoms(use_true_random=False))
def test_whatever_routes_a_peer_makes_a_legal_plan_comes_of_them(seed: int, draw: random.Random) -> None:
    small = generate("plain", 12, seed)
    routes: list[list[int]] = [[] for _ in small.shifts]
    for number in draw.sample(range(12), draw.randint(0, 12)):
        draw.choice(routes).append(number)

    found = complete(small, routes)

    assert check(small, found.plan) == []
    done = sum(map(len, stops(found.plan)))
    assert done == found.own - found.taken_out + found.put_in


# -- stating ------------------------------------------------------------------------------------------------------


def test_prices_become_the_smallest_whole_numbers() -> None:
    # A second of driving costs 1, of being late 5, of overtime 2; a shift 1800; leaving out 6000: nothing to shorten.
    costs = Costs(per_shift=1800, per_travel_hour=3600, per_overtime_hour=7200)
    ann = technician("Ann", shift(max_overtime=HOUR), costs=costs)
    due = Promise(at("10:00"), cost_per_hour_late=18_000)

    stated = state(problem([visit("V", 1, 30, arrive_by=due, drop_cost=6000)], ann, LINE))

    [one], [who] = stated.visits, stated.shifts
    assert (one.due, one.late_rate, one.drop_cost) == (2 * HOUR, 5, 6000)  # the shift starts at 8:00
    assert (who.fixed, who.overtime_rate, who.end) == (1800, 2, 9 * HOUR)
    assert stated.ways[0].costs.tolist() == [[minutes * MINUTE for minutes in row] for row in LINE]
    assert stated.horizon == 10 * HOUR


def test_a_promise_of_completion_is_one_of_arrival_so_much_earlier() -> None:
    done_by = Promise(at("10:00"), cost_per_hour_late=3600)
    stated = state(problem([visit("V", 0, 30, complete_by=done_by)]))
    assert stated.visits[0].due == 2 * HOUR - 30 * MINUTE


def test_a_price_of_distance_is_in_the_cost_of_a_leg() -> None:
    # 10 km at 0.1 a km are 1; 10 minutes at 12 an hour are 2: the leg costs 3 where its way back of 20 km costs 4.
    ann = technician(costs=Costs(per_travel_hour=12, per_km=0.1))
    stated = state(problem([visit("V", 1)], ann, [[0, 10], [10, 0]], km=[[0, 10], [20, 0]]))
    costs = stated.ways[0].costs
    assert costs[0, 1] * 4 == costs[1, 0] * 3


def test_skills_and_names_say_who_may_do_what() -> None:
    ann, bob = technician("Ann", skills={"gas": 2}), technician("Bob", skills={"gas": 1})
    visits = [
        visit("any"),
        visit("good", roles=(Role({"gas": 2}),)),
        visit("bobs", only=("Bob",)),
        visit("never", roles=(Role({"gas": 1}),), never=("Ann",)),
    ]
    stated = state(problem(visits, [ann, bob]))
    assert stated.allowed.tolist() == [[True, True], [True, False], [False, True], [False, True]]


def test_travel_is_the_models_to_the_second() -> None:
    one = generate("plain", 15, 3)
    [profile] = one.travel
    durations = state(one).ways[0].durations
    places = range(len(one.locations))
    assert durations.tolist() == [[leg(one, profile, a, b)[0] for b in places] for a in places]


def test_what_cannot_be_told_is_named() -> None:
    assert beyond(generate("plain", 20)) == []
    named = beyond(generate("rich", 60), frozenset({DUTY_LIMITS}))
    assert {"crews", "orders between visits", "balance", "paces"} <= set(named) <= set(BEYOND) - {DUTY_LIMITS}


# -- breaks and promises for those who know none ------------------------------------------------------------------


def test_the_clock_without_lunch_stands_still_for_it() -> None:
    # 11:30 to 13:00, 30 minutes: cut out from 12:00 on.
    lunch = StatedBreak(690, 780, 30)
    clock = without_breaks([stated_shift(lunch), stated_shift(lunch), stated_shift(None)])
    assert [clock(moment) for moment in (0, 720, 735, 750, 800)] == [0, 720, 720, 720, 770]
    assert Clock()(735) == 735


def stated_shift(lunch: StatedBreak | None) -> StatedShift:
    return StatedShift(0, 0, 480, 1020, 60, None, 0, 1, 0, frozenset(), (), lunch)


def stated_visit(due: int | None, earliest: int = 0, until: int = 36_000, drop_cost: int | None = 9000) -> StatedVisit:
    return StatedVisit(0, 1800, earliest, until, due, 1, drop_cost, (), ())


def test_promises_become_windows_that_are_wider_only_where_they_must_be() -> None:
    assert latest(stated_visit(None), HARD) == 36_000
    assert latest(stated_visit(5000), HARD) == 5000
    assert latest(stated_visit(5000), SLACK) == 8600  # an hour later
    assert latest(stated_visit(5000, earliest=6000), HARD) == 9600  # late in any case: within the hour
    assert latest(stated_visit(5000, drop_cost=1000), SLACK) == 5700  # 700 s late: 70 % of what it is worth
    assert latest(stated_visit(5000, earliest=6000, drop_cost=1000), HARD) == 6000  # never before it may begin


def test_copies_of_a_late_visit_are_worth_less_the_later_they_are() -> None:
    assert [(one.latest, one.prize) for one in copies(stated_visit(None), 0)] == [(36_000, 9000)]
    # On time 9000; up to 30 min late 9000 - 900; up to 2 h late (7200) in the middle 4500 late; then worth nothing.
    assert [(one.latest, one.prize) for one in copies(stated_visit(3600), 0)] == [
        (3600, 9000),
        (5400, 8100),
        (10_800, 4500),
    ]
    # Late in any case: even the first copy pays for it. A visit that must be done is worth whatever is said.
    assert [(one.latest, one.prize) for one in copies(stated_visit(0, 1000, 1000, None), 20_000)] == [(1000, 19_000)]


# -- asking -------------------------------------------------------------------------------------------------------


def peer(routes: Routes, **more: object) -> Peer:
    def prepare(_stated: Stated, _setup: str, _limits: Limits) -> Search:
        return lambda: routes

    return Peer("fake", "a fake", ("only",), prepare, lambda: "", lambda: "1.0", **more)  # type: ignore[arg-type]


def test_a_peers_routes_come_back_as_a_plan_with_what_they_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peers.asking.PEERS", {"fake": peer([[0]])})
    answer = ask(two_visits(), "fake", "only", Limits(1, 1, 1))
    assert (answer.completed.own, answer.completed.put_in) == (1, 1)
    assert answer.seconds >= 0
    assert answer.peak_mb > 1


def two_visits() -> Problem:
    return problem([visit("A", 0, 30, drop_cost=10), visit("B", 0, 30, drop_cost=10)])


def test_a_problem_that_a_peer_cannot_be_told_is_refused_with_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peers.asking.PEERS", {"fake": peer([[0]], suits=lambda *_: False)})
    crew = problem([visit("A", roles=2)], [technician("Ann"), technician("Bob")])
    with pytest.raises(CannotSay, match="crews"):
        ask(crew, "fake", "only", Limits(1, 1, 1))
    with pytest.raises(Unsuited, match="only"):
        ask(two_visits(), "fake", "only", Limits(1, 1, 1))


def test_a_library_that_is_not_there_says_how_to_get_it() -> None:
    with pytest.raises(Missing, match=r"fieldwright\[peers\]"):
        library("no_such_planner")


@pytest.mark.parametrize("name", sorted(PEERS))
def test_every_peer_has_a_setup_for_plain_days_and_for_days_without_breaks_or_promises(name: str) -> None:
    one = PEERS[name]
    for stated in (state(generate("plain", 10)), state(two_visits())):
        assert any(one.suits(stated, setup) for setup in one.setups)


PROGRAM = """#!{python}
import json, sys
words = sys.argv[1:]
assert words[:2] == ["solve", "pragmatic"]
problem = json.load(open("problem.json"))
assert json.load(open("settings.json"))["termination"]["maxTime"] == 2
assert json.load(open(words[words.index("-m") + 1]))["profile"] == "way 0"
jobs = [job["id"] for job in problem["plan"]["jobs"]]
stops = [{{"activities": [{{"jobId": job, "type": "service"}}]}} for job in reversed(jobs)]
stops.insert(0, {{"activities": [{{"jobId": "departure", "type": "departure"}}]}})
plan = {{"tours": [{{"vehicleId": problem["fleet"]["vehicles"][0]["vehicleIds"][0], "stops": stops}}]}}
json.dump(plan, open(words[words.index("-o") + 1], "w"))
"""


def test_vrp_cli_is_asked_as_a_program_where_its_package_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vrpcli, "PACKAGE", "no_such_package")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "build it with cargo" in PEERS["vrpcli"].lacking()

    program = tmp_path / "vrp-cli"
    program.write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)

    assert PEERS["vrpcli"].lacking() == ""
    search = vrpcli.prepare(state(two_visits()), HARD, Limits(2, 1, 1))
    assert search() == [[1, 0]]


def test_vrp_cli_is_told_times_skills_and_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []

    def listen(said: str, *_: object) -> str:
        told.append(json.loads(said))
        return '{"tours": []}'

    monkeypatch.setattr(vrpcli, "PACKAGE", "no_such_package")
    monkeypatch.setattr(vrpcli, "_by_program", listen)
    ann = technician("Ann", shift(breaks=(rest("11:30", "13:00", 30),), max_overtime=HOUR), skills={"gas": 1})
    one = problem([visit("V", 1, 30, roles=(Role({"gas": 1}),), drop_cost=5)], ann, LINE)

    assert vrpcli.prepare(state(one), HARD, Limits(1, 1, 1))() == [[]]

    [said] = told
    [job], [vehicle] = said["plan"]["jobs"], said["fleet"]["vehicles"]  # type: ignore[index]
    assert job["skills"] == {"allOf": ["0"]}
    assert vehicle["skills"] == ["0"]
    [day] = vehicle["shifts"]
    assert day["end"]["latest"] == "2026-01-05T18:00:00Z"
    assert day["breaks"][0]["time"] == ["2026-01-05T11:30:00Z", "2026-01-05T13:00:00Z"]
    assert np.isclose(day["breaks"][0]["places"][0]["duration"], 1800)
