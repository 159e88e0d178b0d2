"""Pricing is held against every order of every few visits of one shift, and against the kernel that plans."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.bound.columns import Column, Prices
from optimizer.bound.cuts import Cut
from optimizer.bound.floor import floored
from optimizer.bound.shapes import kinds
from optimizer.native import Kernel
from optimizer.policy import Policy
from tests.exhaustive import broken, total
from tests.optimizer.bound.small import plain, uncoupled
from tests.tiny import problem, rest, shift, technician, visit, window


def worths(data, visits, unit):
    """What visits may be worth: now and then less than nothing."""
    return tuple(data.draw(st.sampled_from([-5, 0, 3, 20, 45, 120])) * unit + n for n in range(visits))


def every_order(kind, most=5):
    for count in range(1, min(most, len(kind.visits)) + 1):
        for order in permutations(kind.visits, count):
            if (walked := kind.walk(order)) is not None:
                yield order, walked[0]


@given(st.data(), uncoupled(max_visits=5))
def test_no_route_is_cheaper_than_pricing_says_and_the_cheapest_is_found(data, work):
    lowered = floored(work, Policy()).data
    prices = worths(data, len(work.visits), lowered.unit)
    for kind in kinds(lowered):
        below = data.draw(st.sampled_from([0, 50, -30])) * lowered.unit
        cheapest = min((cost - sum(prices[v] for v in order) for order, cost in every_order(kind)), default=below)
        near = st.lists(st.integers(0, len(kind.visits) - 1), max_size=3) if kind.visits else st.just([])
        kind.pricer.remember([data.draw(near) for _ in kind.visits])
        _, least, _, _ = kind.pricer.price([prices[v] for v in kind.visits], [], below, most_labels=3_000)
        assert least <= min(cheapest, below)
        kind.pricer.remember([list(range(len(kind.visits)))] * len(kind.visits))  # now nothing is visited twice
        routes, least, complete, _ = kind.pricer.price([prices[v] for v in kind.visits], [], below)
        assert complete
        assert least == min(cheapest, below)
        if cheapest < below:
            best = [kind.visits[n] for n in routes[0]]
            assert kind.walk(best)[0] - sum(prices[v] for v in best) == cheapest


@given(st.data(), uncoupled(max_visits=5))
def test_with_cuts_too_no_route_is_cheaper_than_pricing_says(data, work):
    lowered = floored(work, Policy()).data
    count = len(work.visits)
    prices = worths(data, count, lowered.unit)
    some = st.frozensets(st.integers(0, count - 1), min_size=min(3, count), max_size=3)
    cuts = []
    for _ in range(data.draw(st.integers(1, 3))):
        members = data.draw(some)
        cuts.append((Cut(members, members | data.draw(some)), data.draw(st.sampled_from([0, 7, 60])) * lowered.unit))
    for number, kind in enumerate(kinds(lowered)):
        asked = Prices(prices, (0,) * (number + 1), tuple(cuts))
        wanted = min((asked.reduced(Column(number, order, cost)) for order, cost in every_order(kind)), default=0)
        local = [
            ([kind.node[v] for v in c.members if v in kind.node], [kind.node[v] for v in c.memory if v in kind.node], p)
            for c, p in cuts
        ]
        kind.pricer.remember([list(range(len(kind.visits)))] * len(kind.visits))
        _, least, complete, _ = kind.pricer.price([prices[v] for v in kind.visits], local, 0)
        assert complete
        assert least == min(0, wanted)


@given(st.data(), uncoupled(max_visits=5))
def test_every_route_that_is_cheap_enough_is_listed_at_its_best(data, work):
    lowered = floored(work, Policy()).data
    prices = worths(data, len(work.visits), lowered.unit)
    for kind in kinds(lowered):
        below = 40 * lowered.unit
        best = {}
        for order, cost in every_order(kind):
            key = frozenset(order)
            best[key] = min(best.get(key, cost), cost)
        wanted = {key: cost for key, cost in best.items() if cost - sum(prices[v] for v in key) < below}
        routes, _, complete, _ = kind.pricer.price(
            [prices[v] for v in kind.visits], [], below, every=True, most_routes=10_000
        )
        listed = [[kind.visits[n] for n in route] for route in routes]
        assert complete
        assert len({frozenset(order) for order in listed}) == len(listed)
        assert {frozenset(order): kind.walk(order)[0] for order in listed} == wanted


@given(st.data(), uncoupled(max_visits=5))
def test_pricing_that_is_stopped_at_once_still_says_nothing_wrong(data, work):
    lowered = floored(work, Policy()).data
    prices = worths(data, len(work.visits), lowered.unit)
    for kind in kinds(lowered):
        cheapest = min((cost - sum(prices[v] for v in order) for order, cost in every_order(kind)), default=0)
        for labels in (0, 1, 3, 8, 20):
            _, least, _, _ = kind.pricer.price([prices[v] for v in kind.visits], [], 0, most_labels=labels)
            assert least <= min(0, cheapest)


@given(st.data(), plain(max_visits=4))
def test_a_route_costs_what_the_planning_kernel_says_with_the_breaks_where_they_cost_least(data, work):
    lowered = floored(work, Policy()).data
    kernel = Kernel(lowered)
    routes = range(len(lowered.route_owner))
    nobody = [[] for _ in routes]
    resting = [int(lowered.break_offset[r + 1] - lowered.break_offset[r]) for r in routes]
    undone = total(kernel.evaluate(nobody, [[-1] * n for n in resting]))

    def priced(route, order, gaps):
        tasks = [list(order) if r == route else [] for r in routes]
        return kernel.evaluate(tasks, [list(gaps) if r == route else [-1] * resting[r] for r in routes])

    absent = [left_out(lowered, v) for v in range(len(work.visits))]
    kind = data.draw(st.sampled_from(kinds(lowered)))
    order = data.draw(st.permutations(kind.visits))[: data.draw(st.integers(1, 4))]
    if not order:
        return
    route = kind.routes[0]
    costs = [
        total(channels)
        for gaps in product(range(len(order) + 2), repeat=resting[route])
        if broken(channels := priced(route, order, gaps)) == 0
    ]
    walked = kind.walk(order)
    if walked is None:
        assert not costs
    else:
        cost, gaps = walked
        channels = priced(route, order, gaps)
        assert broken(channels) == 0
        assert total(channels) == min(costs) == cost + undone - sum(absent[v] for v in order)


def left_out(lowered, visit):
    """What it costs that nobody does this visit."""
    cost = int(lowered.drop_cost[visit])
    for unless in lowered.unless.values():
        for i, one in enumerate(unless.visit.tolist()):
            cost += int(unless.cost[i]) if one == visit and unless.when_dropped[i] else 0
    return cost


@settings(max_examples=60)
@given(uncoupled(max_visits=4))
def test_a_route_never_costs_more_in_pricing_than_in_a_plan(work):
    lowered = floored(work, Policy()).data
    kernel = Kernel(lowered)
    routes = range(len(lowered.route_owner))
    resting = [int(lowered.break_offset[r + 1] - lowered.break_offset[r]) for r in routes]
    terms = ("shift", "travel", "duty", "overtime", "lateness")
    hard = ("closed_window", "missed_break", "overtime_limit", "duty_limit", "over_capacity")
    hard += ("missing_skill", "only_named", "never_named")
    for kind in kinds(lowered):
        route = kind.routes[0]
        for count in range(1, min(3, len(kind.visits)) + 1):
            for order in permutations(kind.visits, count):
                walked = kind.walk(order)
                for gaps in product(range(count + 2), repeat=resting[route]):
                    tasks = [list(order) if r == route else [] for r in routes]
                    channels = kernel.evaluate(tasks, [list(gaps) if r == route else [-1] * resting[r] for r in routes])
                    if sum(channels[name] for name in hard) == 0 and begins_as_committed(kind, order):
                        assert walked is not None
                        cost = sum(channels[term] for term in terms)
                        assert walked[0] <= cost + channels["preference"] + channels["stability"]


def begins_as_committed(kind, order):
    nodes = [kind.node[v] for v in order]
    committed = kind.shape.committed.tolist()
    return nodes[: len(committed)] == committed


def test_a_break_that_must_be_taken_early_is_taken_early_even_if_another_could_wait():
    # V1 (08:00-08:30 by road, 60 min) with tea at 08:00 and lunch at 08:20, both due before V1 would have ended.
    breaks = (rest("08:00", "08:05", 10, "tea"), rest("08:20", "08:25", 10, "lunch"))
    work = problem(
        visit("V1", 1, 60, windows=(window("08:00", "10:00"),)),
        technician("Ann", shift(breaks=breaks)),
        [[0, 30], [30, 0]],
    )
    cost, gaps = kinds(floored(work, Policy()).data)[0].walk([0])
    assert (cost, gaps) == (0, [0, 0])


def test_what_is_no_route_is_refused():
    work = problem([visit("V1"), visit("V2", windows=(window("05:00", "06:00"),))])
    kind = kinds(floored(work, Policy()).data)[0]
    assert kind.walk([1]) is None
    assert kind.walk([0, 7]) is None
    with pytest.raises(ValueError, match="worth needs one number for each node"):
        kind.pricer.price([1], [], 0)
    with pytest.raises(ValueError, match="below zero"):
        kind.pricer.price([0, 0], [([0], [0], -1)], 0)
    with pytest.raises(IndexError, match="no such node"):
        kind.pricer.price([0, 0], [([9], [], 1)], 0)
