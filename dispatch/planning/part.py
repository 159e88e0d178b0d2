"""A plan that is asked about again and again: what hangs together on it, and the problem of just those shifts.

Two routes hang together where they share a crew, where a visit on one comes after a visit on the other, and, with a
balance of work, always. What a change of some routes costs shows on the routes that hang together with them and on no
others: every rule judges a visit, a route or a technician. So a part is enough to price it, to the last fraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dispatch.planning.clusters import ShiftKey
from dispatch.planning.given_order import Stops, in_order
from optimizer.domain import Plan, Problem, Route, Stop


class Standing:
    """A plan on a problem. Nothing of it changes; it may be used from several threads."""

    def __init__(self, problem: Problem, plan: Plan, links: Mapping[str, frozenset[str]] | None = None) -> None:
        """``links``: :func:`links_of` the problem, where that is known already."""
        self.problem, self.plan = problem, plan
        self.links = links_of(problem) if links is None else links
        self.routes: dict[ShiftKey, Route] = {(one.technician, one.shift): one for one in plan.routes if one.stops}
        self.on: dict[str, list[ShiftKey]] = defaultdict(list)
        for key, route in self.routes.items():
            for stop in route.stops:
                self.on[stop.visit].append(key)

    def stops(self, key: ShiftKey) -> Stops:
        """(visit, role) in order; empty where nothing stands on the shift."""
        route = self.routes.get(key)
        return tuple((stop.visit, stop.role) for stop in route.stops) if route else ()

    def shifts_of(self, technician: str) -> list[ShiftKey]:
        """All shifts of somebody, in their order; empty for somebody unknown."""
        index = self.problem.technician_index.get(technician)
        return [] if index is None else [(technician, one.id) for one in self.problem.technicians[index].shifts]

    def around(self, keys: Iterable[ShiftKey], visits: Iterable[str] = ()) -> frozenset[ShiftKey]:
        """These shifts, those that these visits stand on or are linked with, and all that hang together with them."""
        found = set(keys)
        for visit in visits:
            for name in (visit, *self.links.get(visit, ())):
                found.update(self.on.get(name, ()))
        if self.problem.balance is not None:
            return frozenset(self.problem.shift_index)
        waiting = list(found)
        while waiting:
            for visit, _ in self.stops(waiting.pop()):
                for name in (visit, *self.links.get(visit, ())):
                    more = set(self.on.get(name, ())) - found
                    found |= more
                    waiting += more
        return frozenset(found)

    def part(self, keys: frozenset[ShiftKey], visits: Iterable[str] = ()) -> Problem:
        """The problem of these shifts, of what stands on them, and of these visits."""
        problem = self.problem
        wanted = {visit for key in keys for visit, _ in self.stops(key)}.union(visits)
        waiting = list(wanted)
        while waiting:
            before = {link.visit for link in problem.visits[problem.visit_index[waiting.pop()]].after} - wanted
            wanted |= before
            waiting += before
        people = sorted({problem.technician_index[who] for who, _ in keys})
        return replace(
            problem,
            technicians=tuple(
                replace(who, shifts=tuple(one for one in who.shifts if (who.id, one.id) in keys))
                for who in (problem.technicians[index] for index in people)
            ),
            visits=tuple(problem.visits[index] for index in sorted(problem.visit_index[visit] for visit in wanted)),
        )

    def plan_of(self, keys: Iterable[ShiftKey]) -> Plan:
        """The routes of these shifts."""
        return Plan(tuple(self.routes[key] for key in sorted(keys) if key in self.routes))


def links_of(problem: Problem) -> Mapping[str, frozenset[str]]:
    """Visit → the visits that it comes after, and those that come after it."""
    found: dict[str, set[str]] = defaultdict(set)
    for visit in problem.visits:
        for link in visit.after:
            found[visit.id].add(link.visit)
            found[link.visit].add(visit.id)
    return {visit: frozenset(others) for visit, others in found.items()}


def rearranged(standing: Standing, changed: Mapping[ShiftKey, Stops]) -> Standing:
    """The plan with these routes in the order given, and their breaks where they disturb least.

    Routes that hang together with them have their breaks laid anew as well, because who waits for others may have time
    for a break. All others stay as they are. Nothing is timed or judged.
    """
    problem = standing.problem
    bare = {key: Route(*key, tuple(Stop(*stop) for stop in stops)) for key, stops in changed.items()}
    routes = {key: route for key, route in {**standing.routes, **bare}.items() if route.stops}
    now = Standing(problem, Plan(tuple(routes.values()), standing.plan.unassigned), standing.links)
    anew = {key: now.stops(key) for key in now.around(changed) if key in now.routes}
    routes |= {(route.technician, route.shift): route for route in in_order(problem, anew).routes}
    return Standing(problem, Plan(tuple(routes.values()), standing.plan.unassigned), standing.links)
