"""A kernel's placements, judged: timed, priced by rule and told as everybody else's are.

Only the routes that a placement can change are judged, before and after. Where visits on them hang together with other
routes, and go on starting when they do now, these visits are *pinned* and the other routes left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak, TimeWindow, Visit
from optimizer.explain.misses import breaches
from optimizer.explain.places import Placement
from optimizer.policy import Policy
from optimizer.scoring import Scorecard, score
from optimizer.timeline import service_time
from optimizer.warm.numbers import ShiftKey


@dataclass(frozen=True)
class Standing:
    """Some routes as they stand, judged, on the problem of just these; ``pinned``: visits that may not move here."""

    part: Problem
    routes: Mapping[ShiftKey, Route]
    card: Scorecard
    pinned: frozenset[str] = frozenset()

    def arrival(self, visit: str) -> int:
        """When a planned visit is reached."""
        return max(stop.arrival for _, stop in self.card.schedule.stops_of[visit])


class Confirming:
    """Judges where a visit that nobody does could stand, in one plan of one problem.

    ``route`` gives a shift's route and None for one without stops, ``keys`` the shifts of a planned visit, and
    ``appointment`` when one that hangs together with others starts and how long its crew stays.
    """

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        route: Callable[[ShiftKey], Route | None],
        keys: Callable[[str], Iterable[ShiftKey]],
        appointment: Callable[[str], tuple[int, int] | None],
    ) -> None:
        self.problem, self.policy = problem, policy
        self.route, self.keys, self.appointment = route, keys, appointment
        self._alone: dict[tuple[ShiftKey, int], Standing | None] = {}
        self._whole: dict[tuple[frozenset[ShiftKey], int], Standing] = {}
        self._together: dict[ShiftKey, frozenset[ShiftKey]] = {}
        self._followers: dict[str, list[str]] = {}
        for one in problem.visits:
            for link in one.after:
                self._followers.setdefault(link.visit, []).append(one.id)

    def placement(self, visit: Visit, key: ShiftKey, position: int, gaps: Iterable[int]) -> Placement:
        """The visit at this position of this shift, with its breaks in these gaps."""
        known = self.route(key)
        stops = [] if known is None else list(known.stops)
        stops.insert(position, Stop(visit.id))
        shift = self.problem.shifts[self.problem.shift_index[key]][1]
        breaks = tuple(TakenBreak(rest.id, gap) for rest, gap in zip(shift.breaks, gaps, strict=True) if gap >= 0)
        route = Route(*key, tuple(stops), breaks)
        if not visit.after and (alone := self._by_itself(key, visit)) is not None:
            found = self._judged(alone, visit, route)
            if found is not None:
                return found
        around = self._of_shifts([key, *(shift for link in visit.after for shift in self.keys(link.visit))])
        whole = self._judged(self._with_others(around, visit), visit, route)
        assert whole is not None  # nothing is pinned in it
        return whole

    def _judged(self, standing: Standing, visit: Visit, route: Route) -> Placement | None:
        """What the route with the visit changes; None where something pinned would move."""
        key = route.technician, route.shift
        mine = replace(route, stops=tuple(_stop(stop, standing.pinned) for stop in route.stops))
        before, routes = standing.card, {**standing.routes, key: mine}
        card = score(standing.part, Plan(tuple(routes.values())), self.policy)
        for name in standing.pinned:
            was, now, start = standing.arrival(name), _arrival(card, name), before.schedule.starts[name]
            if now > start or now < was == start:
                return None
        was_at, now_at = before.schedule.starts, card.schedule.starts
        ((_, stop),) = card.schedule.stops_of[visit.id]
        return Placement(
            visit=visit.id,
            places=((key, [one.visit for one in route.stops].index(visit.id)),),
            arrival=stop.arrival,
            start=stop.start,
            end=stop.end,
            cost=card.total - before.total,
            breaches=breaches(card, (before, before), visit.id),
            delays={one: now_at[one] - start for one, start in was_at.items() if now_at[one] != start},
            routes={key: route},
            cards=(before, card),
            part=standing.part,
        )

    # -- a technician by themselves --------------------------------------------------------------------------------

    def _by_itself(self, key: ShiftKey, visit: Visit) -> Standing | None:
        """A shift's route, and those that share its balance, with the rest pinned; None where that cannot be."""
        index = key, id(visit)  # which the part keeps
        if index not in self._alone:
            self._alone[index] = self._pinned(key, visit)
        return self._alone[index]

    def _pinned(self, key: ShiftKey, visit: Visit) -> Standing | None:
        routes = {one: route for one in self._sharing(key) if (route := self.route(one)) is not None}
        visits: dict[str, Visit] = {}
        pinned = set()
        for (technician, shift), route in routes.items():
            committed = self.problem.shifts[self.problem.shift_index[technician, shift]][1].committed
            for stop in route.stops:
                one = visits[stop.visit] = self._visit(stop.visit)
                if not self._others(one):
                    continue
                still = None if stop.visit in committed else self._still(one, stop.role, technician)
                if still is None or stop.visit in pinned:
                    return None
                visits[stop.visit] = still
                pinned.add(stop.visit)
        names = frozenset(pinned)
        bare = {
            one: replace(route, stops=tuple(_stop(stop, names) for stop in route.stops))
            for one, route in routes.items()
        }
        part = self._part((*routes, key), (*visits.values(), visit))
        card = score(part, Plan(tuple(bare.values())), self.policy)
        appointed = all(card.schedule.starts[name] == self._start(name) for name in names)
        closed = any(stop.closed for name in names for _, stop in card.schedule.stops_of[name])
        return Standing(part, bare, card, names) if appointed and not closed else None

    def _still(self, visit: Visit, role: int, technician: str) -> Visit | None:
        """A visit in which this technician has this role, as one for them alone that starts when it does now."""
        appointment = self.appointment(visit.id)
        if appointment is None:
            return None
        start, service = appointment
        pace = self.problem.technicians[self.problem.technician_index[technician]].pace
        guess = int(service / pace)
        durations = [one for one in (visit.duration, guess, guess + 1) if service_time(one, pace) == service]
        if not durations:
            return None
        window = (TimeWindow(start, start),)
        return replace(visit, roles=(visit.roles[role],), after=(), windows=window, duration=durations[0])

    def _start(self, visit: str) -> int | None:
        appointment = self.appointment(visit)
        return None if appointment is None else appointment[0]

    def _sharing(self, key: ShiftKey) -> list[ShiftKey]:
        """This shift, and all of its technician's where their work is balanced."""
        if self.problem.balance is None:
            return [key]
        owner = self.problem.technicians[self.problem.technician_index[key[0]]]
        return [(owner.id, shift.id) for shift in owner.shifts]

    # -- with all that hangs together --------------------------------------------------------------------------------

    def _with_others(self, keys: frozenset[ShiftKey], visit: Visit) -> Standing:
        index = keys, id(visit)  # which the part keeps
        if index not in self._whole:
            routes = {key: route for key in sorted(keys) if (route := self.route(key)) is not None}
            wanted = {stop.visit for route in routes.values() for stop in route.stops}
            wanted |= {link.visit for name in tuple(wanted) for link in self._visit(name).after}
            wanted |= {link.visit for link in visit.after}
            wanted.discard(visit.id)
            part = self._part(keys, (*map(self._visit, sorted(wanted)), visit))
            card = score(part, Plan(tuple(routes.values())), self.policy)
            self._whole[index] = Standing(part, routes, card)
        return self._whole[index]

    def _of_shifts(self, keys: Iterable[ShiftKey]) -> frozenset[ShiftKey]:
        """These shifts and all whose routes hang together with theirs: by crews, by orders, by a balance of work."""
        found = frozenset[ShiftKey]()
        for key in keys:
            if key not in self._together:
                group = self._reached(key)
                self._together.update(dict.fromkeys(group, group))
            found |= self._together[key]
        return found

    def _reached(self, first: ShiftKey) -> frozenset[ShiftKey]:
        reached, waiting = {first}, [first]
        while waiting:
            new = set(self._beside(waiting.pop())) - reached
            reached |= new
            waiting += new
        return frozenset(reached)

    def _beside(self, key: ShiftKey) -> Iterator[ShiftKey]:
        yield from self._sharing(key)
        route = self.route(key)
        for stop in () if route is None else route.stops:
            visit = self._visit(stop.visit)
            if others := self._others(visit):
                for one in others:
                    yield from self.keys(one)

    # -- parts of the problem ----------------------------------------------------------------------------------------

    def _others(self, visit: Visit) -> list[str]:
        """The visit and those that it hangs together with; none where it stands for itself."""
        others = [link.visit for link in visit.after] + self._followers.get(visit.id, [])
        return [visit.id, *others] if others or len(visit.roles) > 1 else []

    def _visit(self, name: str) -> Visit:
        return self.problem.visits[self.problem.visit_index[name]]

    def _part(self, keys: Iterable[ShiftKey], visits: tuple[Visit, ...]) -> Problem:
        """The problem of these shifts and visits."""
        wanted = set(keys)
        names = sorted({technician for technician, _ in wanted})
        people = (self.problem.technicians[self.problem.technician_index[name]] for name in names)
        return replace(
            self.problem,
            technicians=tuple(
                replace(one, shifts=tuple(shift for shift in one.shifts if (one.id, shift.id) in wanted))
                for one in people
            ),
            visits=visits,
        )


def _stop(stop: Stop, pinned: frozenset[str]) -> Stop:
    """The stop in a part where its visit, if pinned, is one for this technician alone."""
    return Stop(stop.visit, 0 if stop.visit in pinned else stop.role)


def _arrival(card: Scorecard, visit: str) -> int:
    return max(stop.arrival for _, stop in card.schedule.stops_of[visit])
