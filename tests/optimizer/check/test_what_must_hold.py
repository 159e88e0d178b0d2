"""Each must, broken alone, is one complaint; a plan that keeps all of them is none. Arithmetic stands beside."""

from dataclasses import replace

import pytest

from optimizer.check import check
from optimizer.domain import After, Plan, Role, Route, Stop, TakenBreak, Unassigned
from tests.tiny import MINUTE, at, plan, problem, rest, route, shift, technician, visit, window

TEN = [[0, 10], [10, 0]]
"""Two places, ten minutes apart."""


def left(plan_, *visits):
    return replace(plan_, unassigned=tuple(Unassigned(name) for name in visits))


def test_a_plan_that_keeps_everything_is_not_complained_of():
    day = problem([visit("V1", 1, 30, windows=(window("08:00", "09:00"),))], minutes=TEN)
    assert check(day, plan(route("Ann", "V1"))) == []


def test_a_visit_left_undone_must_be_listed():
    assert check(problem(visit()), plan()) == ["Visit 'V1': nobody does it, and it is not listed as unassigned."]
    assert check(problem(visit()), left(plan(), "V1")) == []


def test_a_visit_that_must_be_done_must_be_done():
    [said] = check(problem(visit(drop_cost=None)), left(plan(), "V1"))
    assert said == "Visit 'V1': must be done, and nobody does it."


def test_a_visit_cannot_be_done_and_left():
    [said] = check(problem(visit()), left(plan(route("Ann", "V1")), "V1"))
    assert said == "Visit 'V1': listed as unassigned, and done."


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (plan(route("Zoe", "V1")), "There is no shift 'S' of a technician 'Zoe'."),
        (plan(route("Ann", "V1", shift="T")), "There is no shift 'T' of a technician 'Ann'."),
        (plan(route("Ann", "V1", "ghost")), "there is no visit 'ghost'"),
        (left(plan(route("Ann", "V1")), "ghost"), "There is no visit 'ghost', which is listed as unassigned."),
        (plan(route("Ann", "V1"), route("Ann", "V1")), "the shift has two routes"),
        (plan(route("Ann", "V1", tea=0)), "there is no break 'tea'"),
        (plan(route("Ann", ("V1", 3))), "it has no role 3"),
        (plan(route("Ann", ("V1", -1))), "it has no role -1"),
        (plan(route("Ann", "V1", "V1")), "twice for role 0, which one technician fills"),
    ],
)
def test_names_that_are_not_and_things_done_twice_are_told(broken, words):
    assert any(words in said for said in check(problem(visit()), broken))


def test_skill_and_level():
    day = problem(visit(roles=(Role({"gas": 2}),)), technician("Ann", skills={"gas": 1}))
    assert check(day, plan(route("Ann", "V1"))) == [
        "Visit 'V1': needs 'gas' at level 2, and technician 'Ann' has level 1."
    ]


def test_only_and_never():
    people = [technician("Ann"), technician("Ben")]
    assert len(check(problem(visit(only=("Ann",)), people), plan(route("Ben", "V1")))) == 1
    assert len(check(problem(visit(never=("Ben",)), people), plan(route("Ben", "V1")))) == 1
    assert check(problem(visit(only=("Ann",), never=("Ben",)), people), plan(route("Ann", "V1"))) == []


def test_a_crew_is_whole_and_its_members_differ():
    people = [technician("Ann", shift(), shift("T", "10:00", "18:00")), technician("Ben")]
    day = problem(visit(roles=2), people)
    assert check(day, plan(route("Ann", ("V1", 0)), route("Ben", ("V1", 1)))) == []
    assert check(day, plan(route("Ann", ("V1", 0)))) == ["Visit 'V1': nobody fills role 1; the crew is not whole."]
    twice = plan(route("Ann", ("V1", 0)), route("Ann", ("V1", 1), shift="T"))
    assert check(day, twice) == ["Visit 'V1': technician 'Ann' is there twice."]


def test_demand_counts_in_thousandths():
    # 0.1 + 0.2 is 0.3, whatever binary fractions say of it
    day = problem([visit("V1", demand={"l": 0.1}), visit("V2", demand={"l": 0.2})], technician(capacity={"l": 0.3}))
    assert check(day, plan(route("Ann", "V1", "V2"))) == []
    day = problem([visit("V1", demand={"l": 0.101}), visit("V2", demand={"l": 0.2})], technician(capacity={"l": 0.3}))
    [said] = check(day, plan(route("Ann", "V1", "V2")))
    assert "need 0.301 of 'l', and 0.3 are on board" in said


def test_a_resource_not_named_is_not_on_board():
    assert len(check(problem(visit(demand={"valve": 1})), plan(route("Ann", "V1")))) == 1


def test_a_window_that_is_missed():
    # leaves 08:00, arrives 08:10
    early = problem(visit("V1", 1, windows=(window("07:00", "08:09"),)), minutes=TEN)
    assert "no window is open at or after 2026-01-05 08:10:00" in check(early, plan(route("Ann", "V1")))[0]
    just = problem(visit("V1", 1, windows=(window("07:00", "08:10"),)), minutes=TEN)
    assert check(just, plan(route("Ann", "V1"))) == []


def test_overtime_up_to_its_limit():
    # 08:00 to 08:10 driving, 40 min service, back at 09:00: one hour after 08:00
    def day(end, overtime):
        return problem(
            visit("V1", 1, 40), technician("Ann", shift(end=end, max_overtime=overtime * MINUTE)), minutes=TEN
        )

    assert check(day("08:30", 30), plan(route("Ann", "V1"))) == []
    [said] = check(day("08:30", 29), plan(route("Ann", "V1")))
    assert "1800 s of overtime; at most 1740 s are allowed" in said


def test_duty_counts_from_the_latest_departure():
    # The window opens at 12:00; leaving at 11:50 is early enough. Back at 12:20: half an hour on duty, not 4 h 20 min.
    def day(minutes):
        ann = technician("Ann", shift(max_duty=minutes * MINUTE))
        return problem(visit("V1", 1, 10, windows=(window("12:00", "13:00"),)), ann, TEN)

    assert check(day(30), plan(route("Ann", "V1"))) == []
    [said] = check(day(29), plan(route("Ann", "V1")))
    assert "1800 s on duty, 60 s more than allowed" in said


def test_a_break_is_taken_in_time_and_in_a_gap():
    ann = technician("Ann", shift(breaks=(rest("12:00", "13:00", 30),)))
    work = [visit("V1", 0, 180), visit("V2", 0, 180)]  # 08:00 to 11:00, then three hours more
    day = problem(work, ann)
    assert check(day, plan(route("Ann", "V1", "V2", lunch=1))) == []  # waits from 11:00 to 12:00
    [late] = check(day, plan(route("Ann", "V1", "V2", lunch=2)))  # 14:00
    assert "begins at 2026-01-05 14:00:00+00:00, after 2026-01-05 13:00:00+00:00" in late
    assert "is not taken" in check(day, plan(route("Ann", "V1", "V2")))[0]
    assert any("gaps are 0 to 3" in said for said in check(day, plan(route("Ann", "V1", "V2", lunch=4))))
    [never] = check(day, plan(route("Ann", "V1", "V2", lunch=3)))  # the route ends at 14:00
    assert "past its latest start" in never


def test_a_break_after_the_route_is_free_where_the_route_has_ended():
    ann = technician("Ann", shift(breaks=(rest("12:00", "13:00", 30),)))
    assert check(problem(visit("V1", 0, 300), ann), plan(route("Ann", "V1", lunch=2))) == []  # ends at 13:00
    assert len(check(problem(visit("V1", 0, 301), ann), plan(route("Ann", "V1", lunch=2)))) == 1


def test_committed_visits_stand_first():
    day = problem([visit("V1"), visit("V2")], technician("Ann", shift(committed=("V1",))))
    assert check(day, plan(route("Ann", "V1", "V2"))) == []
    assert "do not stand first" in check(day, plan(route("Ann", "V2", "V1")))[0]
    assert any("do not stand first" in said for said in check(day, left(plan(), "V1", "V2")))


def test_after_holds_between_routes():
    people = [technician("Ann"), technician("Ben")]

    def day(**gaps):
        link = After("V1", **{name: minutes * MINUTE for name, minutes in gaps.items()})
        return problem([visit("V1", 0, 60), visit("V2", 0, 10, after=(link,))], people)

    both = plan(route("Ann", "V1"), route("Ben", "V2"))
    assert check(day(), both) == []  # Ben waits until 09:00
    assert check(day(min_gap=30, max_gap=30), both) == []  # until 09:30
    assert check(day(), left(plan(route("Ben", "V2")), "V1")) == [
        "Visit 'V2': done without 'V1', which must come before it."
    ]


def test_a_longest_gap_that_is_overrun():
    # V1 is done at 08:00; V2's window opens at 10:00, an hour and a half too late
    link = After("V1", max_gap=30 * MINUTE)
    day = problem([visit("V1"), visit("V2", after=(link,), windows=(window("10:00", "11:00"),))])
    [said] = check(day, plan(route("Ann", "V1", "V2")))
    assert said == "Visit 'V2': starts 5400 s too long after 'V1'."


def test_a_circle_of_waiting_is_told():
    # On Ann's route V2 stands before V1, on which it waits
    day = problem([visit("V1"), visit("V2", after=(After("V1"),))])
    assert any("in a circle" in said for said in check(day, plan(route("Ann", "V2", "V1"))))


def test_times_that_are_not_so_are_told_beyond_one_second():
    day = problem(visit("V1", 1, 30), minutes=TEN)

    def claimed(**off):
        times = {"arrival": at("08:10"), "start": at("08:10"), "end": at("08:40")}
        stop = Stop("V1", 0, **{key: moment + off.get(key, 0) for key, moment in times.items()})
        depart, finish = at("08:00") + off.get("depart", 0), at("08:50") + off.get("finish", 0)
        return Plan((Route("Ann", "S", (stop,), (), depart, finish),))

    assert check(day, claimed()) == []
    for key in ("arrival", "start", "end", "depart", "finish"):
        assert check(day, claimed(**{key: 1})) == []
        assert len(check(day, claimed(**{key: -2}))) == 1


def test_the_start_of_a_break_is_a_claim_too():
    ann = technician("Ann", shift(breaks=(rest("12:00", "13:00", 30),)))
    day = problem(visit("V1", 0, 60), ann)

    def claimed(gap, start):
        return Plan((Route("Ann", "S", (Stop("V1"),), (TakenBreak("lunch", gap, at(start)),)),))

    assert check(day, claimed(0, "12:00")) == []
    assert len(check(day, claimed(0, "12:10"))) == 1
    assert check(day, claimed(2, "12:40")) == []  # after the route she rests when she likes
    assert len(check(day, claimed(2, "13:10"))) == 1


@pytest.mark.parametrize(
    ("claimed", "complaints"), [(10.0, 0), (10.0099, 0), (10.02, 1), (9.98, 1), (float("nan"), 1), (float("inf"), 1)]
)
def test_a_cost_that_is_not_so_is_told_beyond_the_tolerance(claimed, complaints):
    day = problem(visit(drop_cost=10))
    told = check(day, Plan(unassigned=(Unassigned("V1"),), cost={"unassigned": claimed}))
    assert len(told) == complaints


def test_a_cost_of_an_unknown_term_is_told():
    assert check(problem([]), Plan(cost={"fuel": 1})) == ["Cost: there is no term 'fuel'."]


def test_a_route_without_stops_is_no_route():
    day = problem(visit(), technician("Ann", shift(breaks=(rest("12:00", "13:00", 30),))))
    assert check(day, left(plan(route("Ann")), "V1")) == []
