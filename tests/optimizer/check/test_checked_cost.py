"""The nine terms, each on its own, worked out by hand."""

import pytest

from optimizer.check import checked_cost
from optimizer.domain import After, Balance, Geodesic, Location, Plan, Previous, Problem, Promise, Unassigned
from tests.tiny import HOUR, MINUTE, Costs, at, plan, problem, rest, route, shift, technician, visit, window

TEN = [[0, 10], [10, 0]]
KM = [[0, 8], [8, 0]]


def terms(problem_, plan_):
    return {term: cost for term, cost in checked_cost(problem_, plan_).items() if cost and term != "total"}


def test_an_empty_plan_costs_nothing():
    assert checked_cost(problem([]), Plan())["total"] == 0


def test_shift_travel_and_overtime():
    # 08:00 → 08:10, 40 min, back at 09:00: 20 min and 16 km driven, half an hour of overtime
    costs = Costs(per_shift=5, per_travel_hour=30, per_km=0.35, per_overtime_hour=60)
    ann = technician("Ann", shift(end="08:30", max_overtime=HOUR), costs=costs)
    cost = checked_cost(problem(visit("V1", 1, 40), ann, TEN, km=KM), plan(route("Ann", "V1")))
    assert cost["shift"] == 5
    assert cost["travel"] == pytest.approx(20 / 60 * 30 + 16 * 0.35)
    assert cost["overtime"] == 30
    assert cost["total"] == pytest.approx(5 + 15.6 + 30)


def test_duty_leaves_out_the_waiting_before_the_first_visit():
    # The window opens at 12:00: leaves 11:50, back at 12:20
    ann = technician("Ann", costs=Costs(per_duty_hour=60))
    day = problem(visit("V1", 1, 10, windows=(window("12:00", "13:00"),)), ann, TEN)
    assert terms(day, plan(route("Ann", "V1"))) == {"duty": 30}


def test_duty_keeps_the_waiting_that_leaving_late_does_not_take_out():
    # V1 08:10 until 08:20 at the latest; V2 from 10:00: leaves 08:10, waits until 10:00, back at 10:10
    ann = technician("Ann", costs=Costs(per_duty_hour=60))
    work = [visit("V1", 1, windows=(window("08:00", "08:20"),)), visit("V2", 1, windows=(window("10:00", "11:00"),))]
    assert terms(problem(work, ann, TEN), plan(route("Ann", "V1", "V2"))) == {"duty": 120}


def test_nobody_leaves_later_for_a_promise_to_be_broken():
    # V1 is promised by 08:30; V2 opens at 10:00. Leaving at 08:20 keeps the promise; 09:50 would break it.
    ann = technician("Ann", costs=Costs(per_duty_hour=60))
    work = [
        visit("V1", 1, arrive_by=Promise(at("08:30"), cost_per_hour_late=1)),
        visit("V2", 1, windows=(window("10:00", "11:00"),)),
    ]
    assert terms(problem(work, ann, TEN), plan(route("Ann", "V1", "V2"))) == {"duty": 110}  # 08:20 to 10:10


def test_a_break_before_leaving_is_not_skipped_by_leaving_late():
    # Lunch at 09:00 to 09:30 at the latest, in gap 0; V1 opens at 12:00. She rests at 09:30, on duty: 09:30 to 12:10.
    ann = technician("Ann", shift(breaks=(rest("09:00", "09:30", 30),)), costs=Costs(per_duty_hour=60))
    day = problem(visit("V1", 1, windows=(window("12:00", "13:00"),)), ann, TEN)
    assert terms(day, plan(route("Ann", "V1", lunch=0))) == {"duty": 160}


def test_travel_goes_on_while_a_break_is_waited_for():
    # Leaves 08:00; the break begins at 08:04 with six of ten minutes left: 08:04 + 30 + 6 = 08:40
    ann = technician("Ann", shift(end="08:40", end_location=None, breaks=(rest("08:04", "09:00", 30),)))
    day = problem(visit("V1", 1, arrive_by=Promise(at("08:10"), cost_per_hour_late=60)), ann, TEN)
    assert terms(day, plan(route("Ann", "V1", lunch=0))) == {"lateness": 30}


def test_lateness_of_start_and_end():
    # starts 08:10, ends 08:40
    work = visit("V1", 1, 30, arrive_by=Promise(at("08:00"), 50, 60), complete_by=Promise(at("08:40"), 50, 60))
    assert terms(problem(work, minutes=TEN), plan(route("Ann", "V1"))) == {"lateness": 60}
    work = visit("V1", 1, 30, complete_by=Promise(at("08:10"), 50, 60))
    assert terms(problem(work, minutes=TEN), plan(route("Ann", "V1"))) == {"lateness": 80}


def test_what_is_not_done_costs_its_drop_and_its_past():
    day = problem(visit(drop_cost=70, previous=Previous("Ann", at("08:00")), reassign_cost=9, cost_per_hour_later=4))
    assert terms(day, Plan(unassigned=(Unassigned("V1"),))) == {"unassigned": 70, "stability": 9}


def test_preference_and_stability():
    people = [technician("Ann"), technician("Ben")]
    work = visit("V1", 1, preferred=("Ann",), preference_cost=3, previous=Previous("Ann", at("07:40")),
                 reassign_cost=9, cost_per_hour_later=4)  # fmt: skip
    day = problem(work, people, TEN)
    # starts at 08:10, half an hour later than it was
    assert terms(day, plan(route("Ann", "V1"))) == {"stability": 2}
    assert terms(day, plan(route("Ben", "V1"))) == {"preference": 3, "stability": 11}


def test_one_preferred_member_of_a_crew_is_enough():
    work = visit(roles=2, preferred=("Ann",), preference_cost=3)
    day = problem(work, [technician("Ann"), technician("Ben")])
    assert terms(day, plan(route("Ben", ("V1", 0)), route("Ann", ("V1", 1)))) == {}


def test_balance_counts_service_and_travel_over_all_shifts():
    # 10 + 30 + 10 minutes on each of two shifts: 100 minutes, 40 over an hour, at 6 an hour: 4
    ann = technician("Ann", shift("S"), shift("T", "12:00", "17:00"))
    day = problem([visit("V1", 1, 30), visit("V2", 1, 30)], ann, TEN, balance=Balance(HOUR, 6))
    assert terms(day, plan(route("Ann", "V1"), route("Ann", "V2", shift="T"))) == {"balance": 4}


def test_service_is_the_slowest_members_and_rounded_up_from_decimals():
    # 50 s × 1.1 is 55 s and not 56, whatever 50 * 1.1 gives in binary; 51 s × 1.1 = 56.1 s is 57 s
    def late(seconds, *paces):
        crew = [technician(f"T{index}", pace=pace) for index, pace in enumerate(paces)]
        work = visit("V1", 0, seconds / 60, roles=len(paces), complete_by=Promise(at("08:00"), 0, 3600))
        routes = (route(f"T{index}", ("V1", index)) for index in range(len(paces)))
        return terms(problem(work, crew), plan(*routes))["lateness"]

    assert late(50, 1.1) == 55
    assert late(51, 1.1) == 57
    assert late(50, 1.1, 2) == 100


def test_geodesic_travel_is_along_the_great_circle():
    # A quarter of a degree on the equator: 6371009 · π/720 = 27 799 m; at 36 km/h (10 m/s) 2780 s; times 1.5 41 698 m
    places = (Location("a", 0, 0), Location("b", 0, 0.25))
    ann = technician("Ann", shift(end_location=None), costs=Costs(per_km=1))
    for detour, metres in ((1, 27_799), (1.5, 41_698)):
        day = Problem(places, {"car": Geodesic(36, detour)}, (ann,), (visit("V1", 1),))
        assert terms(day, plan(route("Ann", "V1"))) == {"travel": metres / 1000}


def test_a_plan_in_a_circle_still_has_a_cost():
    day = problem([visit("V1"), visit("V2", after=(After("V1", min_gap=MINUTE),))])
    assert checked_cost(day, plan(route("Ann", "V2", "V1")))["total"] == 0
