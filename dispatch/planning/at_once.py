"""The best place for what is urgent that can be found in about a second, with as few others touched as the policy asks.

A visit that finds no good place in the gaps of the plan finds one where others move. So there is a brief search from
the plan as it stands, again and again, with changes made dearer each time, and with the promise made dearer every
second time: from what moves many and costs least to what moves hardly anybody. Of each answer only the groups of
changes count that the urgent visits are part of, and what is worth most within the change budget wins. What it is
worth, the policy says: promises count as in any plan, and each visit that is touched has to save as much as elsewhere.
Only that a promise is kept by a hair counts besides, because then it often is not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import product

from dispatch.planning.budget import choose, with_dear_changes
from dispatch.planning.clusters import Cluster, applied, clusters
from dispatch.planning.making_way import justified_in
from dispatch.planning.policies import weights_of
from dispatch.planning.snapshot import Snapshot
from dispatch.store.tables import PlanningPolicy
from optimizer.domain import Plan, Problem, Promise
from optimizer.solve import solve
from optimizer.timeline import walk

ITERATIONS = 1500
"""Rounds of each search: the same answer on every machine, and hundredths of a second for a hundred visits."""
SECONDS = 0.4
"""What each search takes at most, however large the day is."""
MARGIN = 900
"""Seconds before a promise from which on it is not kept by a hair: visits before it take longer, and so do roads."""
PRESS = 4.0
"""How many times as much a promise weighs in every second search."""
STEPS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How much dearer each change is made, in shares of what a change gains on average where nobody minds changes."""


def best_at_once(
    snapshot: Snapshot,
    start: Plan,
    urgent: Collection[str],
    policy: PlanningPolicy,
    *,
    seconds: float | None = SECONDS,
) -> Plan:
    """The best plan for the snapshot's problem in which only what hangs together with ``urgent`` changes.

    ``start`` is one that is known; where nothing better is found within the budget, it comes back. ``seconds``: of each
    search at most; None: as long as its rounds take, for the same answer on every machine.
    """
    problem, before, weights = snapshot.problem, snapshot.published, weights_of(policy)

    def about(plan: Plan) -> tuple[Cluster, ...]:
        groups = clusters(problem, before, plan, weights, tolerance=policy.tolerance)
        return tuple(one for one in groups if set(one.visits) & set(urgent))

    def worth(groups: Collection[Cluster], plan: Plan) -> tuple[int, float]:
        touched = sum(one.touched for one in groups)
        price = policy.least_gain * touched + _by_a_hair(problem, plan, urgent)
        return sum(one.mended for one in groups), _gain(groups) - price

    best, most, average = start, worth(about(start), start), 0.0
    pressed = _pressing(problem, urgent)
    for step, asked in product(STEPS, (problem, pressed)):
        dear = with_dear_changes(asked, before, average * step, policy.tolerance) if step else asked
        found = solve(dear, policy=weights, iterations=ITERATIONS, seconds=seconds, start=start).plan
        found = justified_in(snapshot, found, policy)
        groups = about(found)
        if not average:
            average = max(1.0, _gain(groups) / max(1, sum(one.touched for one in groups)))
        chosen = groups if policy.change_budget is None else choose(groups, policy.change_budget)
        made = applied(problem, before, found, chosen)
        if worth(chosen, made) > most:
            best, most = made, worth(chosen, made)
    return best


def _by_a_hair(problem: Problem, plan: Plan, urgent: Collection[str]) -> float:
    """What it costs that promises to be there are kept with less than the margin: half of what missing them does."""
    starts, cost = walk(problem, plan).starts, 0.0
    for name in urgent:
        promise = problem.visits[problem.visit_index[name]].arrive_by
        if promise is not None:
            slack = promise.at - starts.get(name, promise.at)
            cost += float(promise.breach_cost) / 2 * min(1.0, max(0.0, 1 - slack / MARGIN))
    return cost


def _pressing(problem: Problem, urgent: Collection[str]) -> Problem:
    """The problem in which the promises of the urgent visits weigh more and leave a margin: to search with only."""
    visits = list(problem.visits)
    for name in urgent:
        visit = visits[problem.visit_index[name]]
        promise = visit.arrive_by
        if promise is not None:
            dearer = Promise(promise.at - MARGIN, promise.breach_cost * PRESS, promise.cost_per_hour_late * PRESS)
            visits[problem.visit_index[name]] = replace(visit, arrive_by=dearer)
    return replace(problem, visits=tuple(visits))


def _gain(groups: Collection[Cluster]) -> float:
    return float(sum(one.gain for one in groups))
