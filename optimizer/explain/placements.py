"""Every place that one visit could have in a plan, each priced exactly, while everybody else keeps their visits.

Breaks on the route are put where they disturb least. Where a placement breaks a must, it says which, in sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from optimizer.domain import Plan, Problem, TimeWindow
from optimizer.explain.changes import visit_of
from optimizer.explain.places import Placement, Places, rank
from optimizer.explain.together import without
from optimizer.policy import DEFAULT, Policy
from optimizer.scoring import score, timed


def placements(
    problem: Problem,
    plan: Plan,
    visit_id: str,
    *,
    policy: Policy = DEFAULT,
    technicians: Iterable[str] | None = None,
    fitting_only: bool = False,
) -> list[Placement]:
    """All placements of a visit, those that fit first, then the cheapest; without it where it stands now.

    ``technicians``: look only at these. ``fitting_only``: leave out what breaks a must, which is quicker.
    Raises :class:`KeyError` for a visit that the problem does not have.
    """
    search = Places(problem, plan, visit_of(problem, visit_id), policy)
    allowed = None if technicians is None else frozenset(technicians)
    return sorted(search.all(allowed, fitting_only), key=rank)


def best_of_each(problem: Problem, plan: Plan, visit_id: str, policy: Policy = DEFAULT) -> list[Placement]:
    """Each technician's best placement of a visit: of those that fit the cheapest, or where none does the nearest in
    time. Those that fit come first, then the cheapest. Of crews, each one that is tried.

    Raises :class:`KeyError` for a visit that the problem does not have.
    """
    search = Places(problem, plan, visit_of(problem, visit_id), policy)
    best: dict[tuple[str, ...], Placement] = {}
    for one in search.of_each():
        if one.technicians not in best or rank(one) < rank(best[one.technicians]):
            best[one.technicians] = one
    return sorted(best.values(), key=rank)


def best_by_window(
    problem: Problem, plan: Plan, visit_id: str, windows: Sequence[TimeWindow], policy: Policy = DEFAULT
) -> list[Placement | None]:
    """The first of the :func:`placements` that fit with each of these as the visit's only window; None where none does.

    What does not depend on the window is worked out once for all of them.
    """
    search = Places(problem, plan, visit_of(problem, visit_id), policy)
    return [min(search.within(window).all(None, True), key=rank, default=None) for window in windows]


def placed(problem: Problem, plan: Plan, placement: Placement, policy: Policy = DEFAULT) -> Plan:
    """The plan with the visit where the placement puts it: timed, with its cost."""
    bare = without(problem, plan, placement.visit)
    routes = {(route.technician, route.shift): route for route in bare.routes} | dict(placement.routes)
    left = tuple(one for one in bare.unassigned if one.visit != placement.visit)
    made = Plan(tuple(routes[key] for key in problem.shift_index if key in routes), left)
    made = timed(problem, made)
    return replace(made, cost=score(problem, made, policy).cost)
