"""The search: what it finds may be published, is what it says, comes again, and is the best where all plans are known.

What it is not sure to find is counted in :func:`test_tiny_problems_are_solved_as_well_as_by_trying_every_plan`.
"""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.check import check
from optimizer.domain import Costs, Plan, Route, Stop, TimeWindow
from optimizer.native import Kernel
from optimizer.rules import Level
from optimizer.scoring import lower, score, to_kernel
from optimizer.solve import solve
from tests.exhaustive import best, broken, commitments_hold, total
from tests.generated import generated
from tests.strategies import planned, planned_well, problems
from tests.tiny import at, plan, problem, route, shift, technician, visit, window

ROUNDS = 300
LARGER = st.builds(
    generated,
    st.integers(0, 10_000),
    visits=st.integers(10, 40),
    technicians=st.integers(2, 7),
    musts=st.booleans(),
    late=st.sampled_from([False, False, True]),
)


def found_by_search(data, rounds=ROUNDS, seed=1, start=None):
    """The search's answer, and what its decision costs by channel."""
    kernel = Kernel(data)
    found = kernel.search(seconds=1e9, rounds=rounds, seed=seed, threads=1, start=start, report=None)
    return found, kernel.evaluate(found["tasks"], found["gaps"])


# -- what is found ----------------------------------------------------------------------------------------------------


@given(problems() | LARGER)
def test_a_plan_is_beyond_reproach_but_for_musts_left_undone_and_commitments_that_cannot_be_kept(work):
    result = solve(work, iterations=ROUNDS)
    complaints = check(work, result.plan)
    assert result.feasible == (not complaints)
    undone = {f"Visit {visit.id!r}: must be done, and nobody does it." for visit in work.visits if not visit.drop_cost}
    others = [one for one in complaints if one not in undone]
    if commitments_hold(lower(work)):
        # Everything but a must can be left out, so a plan without fault is known: nothing but what is committed.
        assert not others
    elif not any("in a circle" in one for one in others):
        # A commitment is kept whatever it breaks; that is said of the visit or of its shift. (Where committed visits
        # wait for each other in a circle no time means anything, nor does what is said of it.) What is broken may
        # also be told at other times than the plan claims, and waits for the committed visits may be too long.
        committed = {repr(visit) for _, shift in work.shifts for visit in shift.committed}
        begun = {f"{who.id!r}, shift {shift.id!r}" for who, shift in work.shifts if shift.committed}
        known = {"as the plan says", "Cost: ", *committed, *begun}
        for one in others:
            assert any(words in one for words in known)


@given(problems() | LARGER)
def test_a_plan_costs_no_more_than_the_search_believes_wherever_commitments_can_be_kept(work):
    data = lower(work)
    if not commitments_hold(data):
        return
    found, channels = found_by_search(data)
    assert broken(channels) == 0
    # Dearer than it is: a linked visit is appointed even where nobody waits for it in the end, and leaving late is not
    # thought of beyond the window that is open (about 1 plan in 15).
    assert found["cost"] >= total(channels)


@pytest.mark.parametrize("late", [False, True])
def test_the_search_mostly_knows_exactly_what_its_plan_costs(late):
    cases = [lower(generated(seed, 20, 4, late=late)) for seed in range(40)]
    pairs = [(found["cost"], total(channels)) for found, channels in map(found_by_search, cases)]
    assert sum(believed == cost for believed, cost in pairs) >= 32


@settings(max_examples=60)
@given(problems(max_visits=4, max_technicians=2))
def test_no_plan_is_better_than_the_best_of_all(work):
    data = lower(work)
    try:
        known = best(data, 5_000)
    except OverflowError:
        return
    if known is not None:
        _, channels = found_by_search(data)
        assert broken(channels) == 0
        assert (channels["must_be_done"], total(channels)) >= (known.undone, known.cost)


def test_tiny_problems_are_solved_as_well_as_by_trying_every_plan():
    """Of the first 2489 problems like these, 46 were solved less well.

    In 24 a committed visit that hangs together with others would have to be put off, by a break before it; the search
    keeps its appointment at its earliest. In 4 an appointment already made would have to be put off for another visit.
    In 10 a visit is too dear alone and worth doing for the one that comes after it; in 1 a shift is worth its price
    for three visits only. In 3 a visit cannot leave late because another comes after it that is not done, in 3 not
    beyond the window that is open first, and in 1 a break taken sooner than it must be would let a route leave later.
    """
    missed = []
    for seed in range(300):
        data = lower(tiny(seed))
        try:
            known = best(data, 20_000)
        except OverflowError:
            continue
        assert known is not None
        _, channels = found_by_search(data, rounds=500)
        assert broken(channels) == 0
        key = (channels["must_be_done"], total(channels))
        assert key >= (known.undone, known.cost)
        if key > (known.undone, known.cost):
            missed.append(seed)
    assert len(missed) <= 9, missed  # 3 in 100


def tiny(seed):
    draw = Random(seed)
    return generated(seed, draw.randint(1, 4), 2, days=draw.choice([1, 1, 2]), musts=draw.random() < 0.3)


# What once was overlooked: seeds of tiny().
@pytest.mark.parametrize(
    "seed",
    [
        132,  # a break fits into the wait for the visit that is being inserted
        376,  # the window that opens first closes last
        1831,  # one technician fills either role, the other only one of them
        45,  # the faster member of a crew stays as long as the slower one
        2185,  # a crew meets after the break of one of its members
    ],
)
def test_what_was_overlooked_is_seen(seed):
    data = lower(tiny(seed))
    known = best(data)
    found, channels = found_by_search(data, rounds=1_000)
    assert (channels["must_be_done"], total(channels)) == (known.undone, known.cost)
    assert found["cost"] == known.cost


@pytest.mark.parametrize("seed", range(4))
def test_one_long_route_is_parted_into_two_side_by_side_though_no_string_of_stops_could_pay_for_the_second(seed):
    # Every 20 minutes a job, here and there by turns, 14 minutes apart and far from home: 622 minutes for one who goes
    # to and fro, 600 for two who stay, and 300 more for whoever would begin with a single stop.
    far = [[0, 150, 150], [150, 0, 14], [150, 14, 0]]
    jobs = [
        visit(
            f"V{k}", 1 + k % 2, 5, drop_cost=None, windows=(TimeWindow(at("08:00") + k * 1200, at("08:05") + k * 1200),)
        )
        for k in range(24)
    ]
    crew = [technician(name, shift(start="04:00", end="21:00"), costs=Costs(per_travel_hour=60)) for name in "ABC"]
    work = problem(jobs, crew, far)
    assert solve(work, iterations=0).scorecard.total == 622
    assert solve(work, iterations=2_000, seed=seed).scorecard.total == 600


# -- what comes again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_gives_the_same_plan_again(threads):
    work = generated(5, 30, 5)
    results = [solve(work, iterations=400, seed=3, threads=threads) for _ in range(2)]
    assert results[0].plan == results[1].plan
    assert results[0].iterations == results[1].iterations == 400 * threads


@pytest.mark.parametrize("seed", range(6))
def test_threads_that_share_a_plan_break_nothing_and_repeat_it(seed):
    work = generated(seed, 130, 33, late=seed % 2 == 1)
    first, again = (solve(work, iterations=600, seed=seed, threads=2) for _ in range(2))
    assert first.plan == again.plan
    assert first.iterations == 1200
    alone = solve(work, iterations=0, seed=seed)
    assert first.scorecard.hard <= alone.scorecard.hard
    assert first.scorecard.hard < alone.scorecard.hard or first.scorecard.total < alone.scorecard.total


@pytest.mark.parametrize("threads", [1, 2])
def test_a_large_plan_is_searched_everywhere_though_in_one_place_at_a_time(threads):
    work = generated(4, 900, 90)
    begun = solve(work, iterations=0)
    searched, again = (solve(work, iterations=9_000, seed=2, threads=threads) for _ in range(2))
    assert searched.plan == again.plan
    assert check(work, searched.plan) == []
    assert searched.scorecard.total < begun.scorecard.total
    before = {(one.technician, one.shift): one.stops for one in begun.plan.routes}
    after = {(one.technician, one.shift): one.stops for one in searched.plan.routes}
    stayed = sum(after.get(whose) == stops for whose, stops in before.items())
    assert stayed < len(before) / 10, f"{stayed} of {len(before)} routes were never looked at"


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_gives_the_same_plan_in_another_process(threads):
    root = Path(__file__).parents[2]
    words = f"""
from optimizer.solve import solve
from tests.generated import generated
print(solve(generated(5, 30, 5), iterations=400, seed=3, threads={threads}).plan)
"""
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", words], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == str(solve(generated(5, 30, 5), iterations=400, seed=3, threads=threads).plan)


def test_other_seeds_may_give_other_plans():
    work = generated(5, 40, 5)
    assert len({str(solve(work, iterations=300, seed=seed).plan) for seed in range(6)}) > 1


@pytest.mark.parametrize("technicians", [4, 40])
def test_where_parts_would_be_small_the_best_of_several_threads_is_no_worse_than_the_first_alone(technicians):
    for case in range(4):
        work = generated(case, 8 * technicians, technicians)
        alone, together = (solve(work, iterations=100, seed=2, threads=threads) for threads in (1, 3))
        assert together.scorecard.total <= alone.scorecard.total


@pytest.mark.parametrize("iterations", [1, 101])
@pytest.mark.parametrize(("visits", "technicians"), [(20, 3), (96, 48), (1_600, 160)])
def test_each_thread_works_through_every_iteration_it_was_given(iterations, visits, technicians):
    # on its own throughout, on its own for the first half, and with the others throughout
    work = generated(6, visits, technicians)
    found, again = (solve(work, iterations=iterations, seed=1, threads=3) for _ in range(2))
    assert found.iterations == 3 * iterations
    assert found.plan == again.plan
    assert found.scorecard.hard <= solve(work, iterations=0).scorecard.hard


# -- where to begin ---------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(planned_well())
def test_a_plan_is_never_worse_than_the_feasible_one_it_began_from(case):
    work, start = case
    card = score(work, start)
    if card.hard == 0:
        for iterations in (0, 50):
            result = solve(work, iterations=iterations, start=start)
            assert result.feasible
            assert result.scorecard.total <= card.total


@pytest.mark.parametrize("seed", range(12))
def test_a_long_search_is_not_lost_by_beginning_again_from_its_plan(seed):
    work = generated(seed, 25, 4)
    first = solve(work, iterations=500)
    again = solve(work, iterations=30, seed=9, start=first.plan)
    assert again.scorecard.total <= first.scorecard.total


@settings(max_examples=60)
@given(planned())
def test_what_cannot_be_driven_of_a_start_is_left_out(case):
    work, start = case
    result = solve(work, iterations=20, start=start)
    if commitments_hold(lower(work)):
        hard = {line.rule.id for line in result.scorecard.lines if line.rule.level is Level.HARD and line.matches}
        assert hard <= {"must_be_done"}


def test_an_empty_start_is_a_start():
    work = generated(3, 15, 3)
    assert check(work, solve(work, iterations=50, start=Plan()).plan) == []


def test_a_start_that_names_what_does_not_exist_is_refused():
    work = problem(visit("V1"))
    for start in (plan(route("Ann", "V2")), plan(route("Bob", "V1")), plan(route("Ann", "V1", shift="T"))):
        with pytest.raises(KeyError):
            solve(work, iterations=1, start=start)
    with pytest.raises(ValueError, match="has no role 1"):
        solve(work, iterations=1, start=Plan((Route("Ann", "S", (Stop("V1", 1),)),)))
    with pytest.raises(ValueError, match="two routes"):
        solve(work, iterations=1, start=plan(route("Ann", "V1"), route("Ann", "V1")))


def test_a_start_may_do_a_visit_twice_and_is_put_right():
    work = problem(visit("V1", minutes=10, drop_cost=9), [technician("Ann"), technician("Bob")])
    result = solve(work, iterations=0, start=plan(route("Ann", "V1", "V1"), route("Bob", "V1")))
    assert [len(one.stops) for one in result.plan.routes] == [1]
    assert result.feasible


def test_the_plan_found_is_the_decision_that_is_scored():
    work = generated(11, 20, 4)
    result = solve(work, iterations=100)
    decision = to_kernel(work, result.plan)
    data = lower(work)
    channels = Kernel(data).evaluate([list(t) for t in decision.tasks], [list(g) for g in decision.gaps])
    assert total(channels) / data.unit == pytest.approx(result.plan.cost["total"])


def test_every_unused_shift_is_offered_however_few_are_left():
    """Thirty visits at one moment need thirty technicians, so the last ones must find the last unused shifts."""
    visits = [visit(f"V{i}", minutes=60, windows=(window("09:00", "09:00"),), drop_cost=None) for i in range(30)]
    technicians = [technician(f"T{i}") for i in range(30)]
    assert not solve(problem(visits, technicians), iterations=0).plan.unassigned
