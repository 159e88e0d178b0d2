import pytest

from optimizer.domain import After, Promise, Unassigned
from optimizer.kernel.data import NEVER
from optimizer.policy import Policy
from optimizer.scoring import TERMS, lower, score, timed, to_kernel, to_plan
from tests.tiny import MINUTE, Costs, at, plan, problem, rest, route, shift, technician, visit, window

ANN = technician("Ann", shift(breaks=(rest("11:00", "12:00", 30),)), costs=Costs(per_shift=50, per_km=0.35))
WORK = problem(
    [visit("V1", 1, 60, drop_cost=20), visit("V2", 1, 30, roles=2, drop_cost=None)],
    [ANN, technician("Bob")],
    [[0, 30], [30, 0]],
    km=[[0, 20], [20, 0]],
)
BOTH = plan(route("Ann", "V1", ("V2", 0), lunch=2), route("Bob", ("V2", 1)))


def test_the_total_is_the_sum_of_the_weighted_soft_lines():
    # shift 50, travel 40 km × 0.35 = 14
    assert score(WORK, BOTH).total == 64
    # 2 × 50 + 0 × 14
    assert score(WORK, BOTH, Policy(weights={"shift": 2, "travel": 0})).total == 100


def test_the_published_cost_knows_no_weights():
    cost = score(WORK, BOTH, Policy(weights={"shift": 2})).cost
    assert list(cost) == [*TERMS, "total"]
    assert (cost["shift"], cost["travel"], cost["total"]) == (50, 14, 64)


def test_hard_counts_broken_places_whatever_the_weights():
    # Lunch is not taken, V2 lacks its second member.
    broken = plan(route("Ann", "V1", ("V2", 0)))
    assert score(WORK, broken, Policy(weights={"crew": 5})).hard == 2
    assert score(WORK, plan()).hard == 1  # V2 must be done
    with pytest.raises(KeyError):
        score(WORK, broken).line("no_such_rule")


def test_a_policy_has_no_weights_below_zero():
    with pytest.raises(ValueError, match="'travel'"):
        Policy(weights={"travel": -1})


def test_a_plan_becomes_tasks_and_gaps():
    # Tasks: V1 is 0; V2 is 1 and 2. Bob has no break.
    kernel = to_kernel(WORK, BOTH)
    assert kernel.tasks == ((0, 1), (2,))
    assert kernel.gaps == ((2,), ())
    assert to_kernel(WORK, plan(route("Bob", "V1"))).gaps == ((NEVER,), ())


def test_a_plan_that_the_kernel_has_no_words_for_is_refused():
    with pytest.raises(ValueError, match="no role 1"):
        to_kernel(WORK, plan(route("Ann", ("V1", 1))))
    with pytest.raises(ValueError, match="two routes"):
        to_kernel(WORK, plan(route("Bob", "V1"), route("Bob", ("V2", 0))))


def test_kernel_plans_come_back_with_their_times():
    published = to_plan(WORK, to_kernel(WORK, BOTH))
    ann, bob = published.routes
    # V1 08:30 to 09:30, V2 to 10:00; lunch from 11:00, when she has been home since 10:30, to 11:30.
    assert [(stop.arrival, stop.start, stop.end) for stop in ann.stops] == [
        (at("08:30"), at("08:30"), at("09:30")),
        (at("09:30"), at("09:30"), at("10:00")),
    ]
    assert (ann.depart, ann.finish, ann.breaks[0].start) == (at("08:00"), at("11:30"), at("11:00"))
    assert (bob.stops[0].arrival, bob.stops[0].start) == (at("08:30"), at("09:30"))
    assert published.unassigned == ()


def test_what_is_left_out_is_listed_with_the_reasons_that_are_known():
    told = plan(route("Bob", "V1"))
    told = type(told)(told.routes, (Unassigned("V2", ("nobody is free",)),))
    assert timed(WORK, told).unassigned == (Unassigned("V2", ("nobody is free",)),)
    assert to_plan(WORK, to_kernel(WORK, told)).unassigned == (Unassigned("V2"),)


def test_lowered_times_count_from_the_first_shift():
    late = technician("Bob", shift(start="10:00"))
    follower = visit("V2", windows=(window("07:00", "09:00"),), after=(After("V1", 5 * MINUTE),))
    data = lower(problem([visit("V1", complete_by=Promise(at("09:00"), 1)), follower], [ANN, late]))
    assert data.epoch == at("08:00")
    assert data.route_start.tolist() == [0, 7200]
    assert data.window_earliest.tolist() == [-3600]
    assert data.break_latest.tolist() == [4 * 3600]
    assert data.ramps["lateness"].knee.tolist() == data.hold_at.tolist() == [3600]
    assert (data.after_visit.tolist(), data.after_before.tolist()) == ([1], [0])
    assert (data.after_min.tolist(), data.after_max.tolist()) == ([300], [NEVER])


def test_a_problem_without_anything_can_be_lowered_and_scored():
    empty = problem([], [technician("Ann")])
    assert lower(empty).visit_location.tolist() == []
    assert score(empty, plan()).total == 0
