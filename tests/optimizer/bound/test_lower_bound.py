"""Bounds are held against the best of all plans of very small problems, and against plans that the search finds."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.bound import Status, lower_bound
from optimizer.bound import lower as lower_module
from optimizer.bound.closing import Combined
from optimizer.bound.floor import floored
from optimizer.bound.generation import Generation
from optimizer.domain import After, Balance, Costs, Previous, Promise
from optimizer.money import exact
from optimizer.policy import DEFAULT, Policy
from optimizer.scoring import lower, score
from optimizer.solve import solve
from tests.exhaustive import best
from tests.generated import generated
from tests.optimizer.bound.small import plain, uncoupled
from tests.strategies import problems
from tests.tiny import HOUR, at, problem, shift, technician, visit, window

LONG_ENOUGH = 60


def bounded(work, policy=DEFAULT, on_progress=None):
    """From a hasty plan, so that most of the work is left to the bound."""
    plan = solve(work, policy=policy, iterations=20).plan
    return lower_bound(work, plan, policy=policy, seconds=LONG_ENOUGH, on_progress=on_progress)


def cheapest(work, policy=DEFAULT):
    """What the best of all plans costs, in money; None where no plan keeps every must."""
    data = lower(work, policy)
    try:
        found = best(data)
    except OverflowError:
        assume(False)
    return None if found is None or found.undone else Fraction(found.cost, data.unit)


@given(uncoupled(), st.sampled_from([{}, {"duty": 3, "lateness": 0.5}]))
def test_no_plan_costs_less_than_the_bound(work, weights):
    policy = Policy(weights=weights)
    optimum, bound = cheapest(work, policy), bounded(work, policy)
    if optimum is None:
        assert bound.total is None
    else:
        assert bound.status is not Status.INFEASIBLE
        assert bound.value <= optimum
        if bound.status is Status.OPTIMAL:
            assert bound.total == optimum


@given(plain())
def test_where_nothing_is_relaxed_the_bound_meets_the_best_plan(work):
    optimum, bound = cheapest(work), bounded(work)
    assert bound.relaxed == ()
    if optimum is None:
        assert bound.total is None
    elif bound.total is not None:  # the hasty plan kept every must: then it is improved until it is the best
        assert (bound.status, bound.value, bound.total) == (Status.OPTIMAL, optimum, optimum)
        assert score(work, bound.plan).total == optimum
    else:
        assert bound.value <= optimum


@settings(max_examples=60)
@given(problems(max_visits=3, max_technicians=2))
def test_with_crews_and_orders_and_balance_the_bound_is_lower_but_never_wrong(work):
    optimum, bound = cheapest(work), bounded(work)
    if optimum is not None:
        assert bound.status is not Status.INFEASIBLE
        assert bound.value <= optimum


@settings(max_examples=60)
@given(uncoupled(), st.integers(0, 3))
def test_a_bound_that_is_stopped_early_holds_all_the_same(work, rounds):
    optimum = cheapest(work)
    assume(optimum is not None)
    seen = []
    bound = bounded(work, on_progress=lambda progress: seen.append(progress.bound) or len(seen) <= rounds)
    assert bound.value <= optimum
    assert all(one <= optimum for one in seen)
    assert seen == sorted(seen)


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_that_the_search_finds_costs_less_than_the_bound(seed):
    work = generated(seed, visits=14, technicians=4)
    found = solve(work, iterations=3_000)
    bound = lower_bound(work, found.plan, seconds=3)
    if found.feasible:
        assert 0 <= bound.value <= found.scorecard.total
        assert bound.total <= found.scorecard.total


def town(**more):
    """Two people, six visits, an hour's ring road; everything is said so that the best plan can be worked out."""
    minutes = [[0 if a == b else 10 + 5 * abs(a - b) for b in range(7)] for a in range(7)]
    visits = [visit(f"V{n}", n, 40, drop_cost=50, windows=(window("08:00", "14:00"),)) for n in range(1, 7)]
    people = [technician(name, shift(end="12:00"), costs=Costs(20, 30)) for name in ("Ann", "Bob")]
    return problem(visits, people, minutes, **more)


def test_technicians_who_are_alike_share_their_pricing_and_the_gap_closes():
    bound = bounded(town())
    assert bound.status is Status.OPTIMAL
    assert bound.gap == 0
    assert bound.value == cheapest(town())


def test_a_better_plan_that_is_met_on_the_way_is_the_result():
    work = town()
    nothing = solve(work, iterations=0).plan
    bound = lower_bound(work, nothing, seconds=LONG_ENOUGH)
    assert bound.total == bound.value == score(work, bound.plan).total


def test_what_nobody_can_do_and_must_be_done_is_infeasible():
    work = problem([visit("V1", drop_cost=None, windows=(window("05:00", "06:00"),)), visit("V2", drop_cost=5)])
    bound = bounded(work)
    assert (bound.status, bound.plan, bound.gap) == (Status.INFEASIBLE, None, None)


def test_a_try_that_proves_nothing_leaves_the_time_to_cuts(monkeypatch):
    asked = []

    def nothing(*given):
        asked.append(given[4])
        return Combined(None, 0)

    monkeypatch.setattr(Generation, "converge", lambda *_: None)  # the gap stays wide,
    monkeypatch.setattr(Generation, "every", lambda *_: None)  # and too many routes could be in a better plan
    monkeypatch.setattr(lower_module, "combine", nothing)
    monkeypatch.setattr(lower_module, "MOST_VISITS", 0)
    lower_bound(town(), solve(town(), iterations=0).plan, seconds=10_000)
    assert asked
    assert max(asked) <= 60


def test_what_is_relaxed_is_named():
    work = problem(
        [
            visit("V1", minutes=30, roles=2, drop_cost=5),
            visit("V2", minutes=30, after=(After("V1"),), arrive_by=Promise(at("09:00"), 3)),
        ],
        [technician(name, costs=Costs(per_duty_hour=1)) for name in ("Ann", "Bob")],
        balance=Balance(HOUR, 5),
    )
    assert bounded(work).relaxed == ("crews", "after", "balance", "duty")
    assert bounded(town()).relaxed == ()


def test_a_committed_shift_is_driven_although_it_costs():
    work = problem(
        [visit("V1", 1, 30, drop_cost=0), visit("V2", 0, 30, drop_cost=0)],
        technician("Ann", shift(committed=("V1",)), costs=Costs(20, 60)),
        [[0, 30], [30, 0]],
    )
    assert bounded(work).value == 20 + 60  # the shift, and an hour there and back


def test_a_visit_left_out_pays_for_being_taken_from_the_one_who_had_it():
    work = problem(visit("V1", minutes=900, drop_cost=7, previous=Previous("Ann"), reassign_cost=4), technician("Ann"))
    assert bounded(work).value == 11


def test_prices_that_cannot_be_counted_exactly_are_rounded_down():
    work = problem(visit("V1", 1, 30, drop_cost=1e12), technician("Ann", costs=Costs(1 / 3, 7 / 9)), [[0, 7], [9, 0]])
    lowered = floored(work, DEFAULT)
    assert not lowered.exact
    total = exact(1 / 3) + exact(7 / 9) * 16 / 60
    assert Fraction(int(lowered.data.route_cost[0]), lowered.data.unit) < exact(1 / 3)
    assert bounded(work).value <= total


@pytest.mark.parametrize(("more", "said"), [({"seconds": -1}, "seconds is -1"), ({"threads": 0}, "threads is 0")])
def test_what_makes_no_sense_is_refused(more, said):
    with pytest.raises(ValueError, match=said):
        lower_bound(town(), **more)
