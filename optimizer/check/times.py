"""The checker's own clock: when everything on the routes of a plan happens. See :mod:`optimizer.check.checker`.

Visits are timed in an order in which everything a visit waits for (the stop before it on each of its routes, the
other members of its crew, what it comes `after`) is timed before it. Departures are found by walking a route
backward: the latest moment at which each of its parts may begin so that nothing that counts happens later.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise

from optimizer.domain import Break, Geodesic, Location, Problem, Route, Shift, Stop, Technician, Travel, Visit

EARTH_RADIUS_M = 6_371_009


@dataclass(frozen=True, slots=True)
class CheckedRoute:
    """A route whose shift and visits exist; ``claims`` is what the plan says of it."""

    technician: Technician
    shift: Shift
    stops: tuple[Stop, ...]
    gaps: Mapping[str, int]
    claims: Route


@dataclass(slots=True)
class TimedRoute:
    """A route's times: arrival, start and end of each stop; where its breaks begin; seconds and metres driven."""

    depart: int
    finish: int
    drive: int = 0
    metres: int = 0
    stops: list[tuple[int, int, int]] = field(default_factory=list)
    breaks: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class CheckedTimes:
    """All routes' times, when each visit starts and ends, and what about the times must not be."""

    routes: list[TimedRoute]
    starts: dict[str, int]
    ends: dict[str, int]
    broken: list[str]


def work_out(problem: Problem, routes: list[CheckedRoute]) -> CheckedTimes:
    """Time every stop of ``routes``, as early as it can be, then let those leave late that may."""
    return _Clock(problem, routes).run()


class _Road:
    """Travel of every profile, place to place."""

    def __init__(self, locations: tuple[Location, ...], travel: Mapping[str, Travel]) -> None:
        self.travel = travel
        self.points = []
        for place in locations:
            north, east = math.radians(place.lat), math.radians(place.lon)
            level = math.cos(north)
            self.points.append((level * math.cos(east), level * math.sin(east), math.sin(north)))

    def leg(self, profile: str, origin: int, target: int) -> tuple[int, int]:
        """Seconds and metres."""
        rule = self.travel[profile]
        if not isinstance(rule, Geodesic):
            metres = 0 if rule.distances is None else int(rule.distances[origin, target])
            return int(rule.durations[origin, target]), metres
        if origin == target:
            return 0, 0
        chord = math.dist(self.points[origin], self.points[target])  # straight through the ball of radius 1
        length = 2 * math.asin(min(1.0, chord / 2)) * EARTH_RADIUS_M * rule.detour_factor
        return round(length / (rule.speed_kmh / 3.6)), round(length)


class _Clock:
    """Times the routes of one plan."""

    def __init__(self, problem: Problem, routes: list[CheckedRoute]) -> None:
        self.routes = routes
        self.visits = {visit.id: visit for visit in problem.visits}
        self.road = _Road(problem.locations, problem.travel)
        self.members: dict[str, list[tuple[int, int]]] = defaultdict(list)  # visit -> (route, position) of its stops
        for number, route in enumerate(routes):
            for position, stop in enumerate(route.stops):
                self.members[stop.visit].append((number, position))
        self.legs = [self._legs(route) for route in routes]
        self.rests = [self._rests(route) for route in routes]
        linked = {visit_id for visit_id, stops in self.members.items() if len(stops) > 1 or self.visits[visit_id].after}
        linked |= {link.visit for visit_id in self.members for link in self.visits[visit_id].after}
        self.linked = linked
        self.service = {visit_id: self._service(visit_id) for visit_id in self.members}
        self.starts: dict[str, int] = {}
        self.ends: dict[str, int] = {}
        self.timed = [TimedRoute(route.shift.start, route.shift.start) for route in routes]
        self.broken: list[str] = []

    def run(self) -> CheckedTimes:
        self._time_all()
        for number, route in enumerate(self.routes):
            self._end(number)
            self._judge(number)
            if route.technician.costs.per_duty_hour or route.shift.max_duty is not None:
                self._leave_late(number)
                limit = route.shift.max_duty
                duty = self.timed[number].finish - self.timed[number].depart
                if limit is not None and duty > limit:
                    self.broken.append(
                        f"{label(route.technician, route.shift)}: {duty} s on duty, {duty - limit} s more than allowed."
                    )
        return CheckedTimes(self.timed, self.starts, self.ends, self.broken)

    # -- preparations -------------------------------------------------------------------------------------------

    def _legs(self, route: CheckedRoute) -> list[tuple[int, int]]:
        """Seconds and metres of each leg; the last one leads to the end, wherever that is."""
        places = [route.shift.start_location, *(self.visits[stop.visit].location for stop in route.stops)]
        places.append(places[-1] if route.shift.end_location is None else route.shift.end_location)
        profile = route.technician.profile
        legs = [self.road.leg(profile, a, b) for a, b in pairwise(places)]
        if route.shift.end_location is None:
            legs[-1] = (0, 0)
        return legs

    def _rests(self, route: CheckedRoute) -> dict[int, list[Break]]:
        """The breaks in each gap, in the order they are taken."""
        rests: dict[int, list[Break]] = defaultdict(list)
        for rest in sorted(route.shift.breaks, key=lambda rest: rest.earliest):
            if rest.id in route.gaps:
                rests[route.gaps[rest.id]].append(rest)
        return rests

    def _service(self, visit_id: str) -> int:
        """The slowest member's service time."""
        paces = {self.routes[number].technician.pace for number, _ in self.members[visit_id]}
        return max(math.ceil(self.visits[visit_id].duration * Fraction(str(pace))) for pace in paces)

    # -- forward ------------------------------------------------------------------------------------------------

    def _time_all(self) -> None:
        """Time the visits in an order in which nothing waits for a visit that is not timed yet."""
        waits = {visit_id: len(stops) for visit_id, stops in self.members.items()}
        followers: dict[str, list[str]] = defaultdict(list)
        for visit_id in self.members:
            for link in self.visits[visit_id].after:
                if link.visit in self.members:
                    waits[visit_id] += 1
                    followers[link.visit].append(visit_id)
        ready: deque[str] = deque()

        def one_less(visit_id: str) -> None:
            waits[visit_id] -= 1
            if not waits[visit_id]:
                ready.append(visit_id)

        for route in self.routes:
            one_less(route.stops[0].visit)
        while ready:
            visit_id = ready.popleft()
            self._time(visit_id)
            for number, position in self.members[visit_id]:
                if position + 1 < len(self.routes[number].stops):
                    one_less(self.routes[number].stops[position + 1].visit)
            for follower in followers[visit_id]:
                one_less(follower)
        if stuck := [visit_id for visit_id in self.members if visit_id not in self.starts]:
            names = ", ".join(repr(visit_id) for visit_id in stuck[:6]) + (" …" if len(stuck) > 6 else "")
            self.broken.append(f"Visits {names}: crews, orders and `after` wait for each other in a circle.")
            self._time_regardless()

    def _time(self, visit_id: str) -> None:
        """Time one visit: its members arrive, wait for each other, for what comes before, and for a window."""
        visit, stops = self.visits[visit_id], self.members[visit_id]
        arrivals = [self._arrival(number, position) for number, position in stops]
        can = max(arrivals)
        for link in visit.after:
            if link.visit in self.ends:
                can = max(can, self.ends[link.visit] + link.min_gap)
        start = _opening(visit, can)
        if start is None:
            closed = clock(can, self.routes[stops[0][0]].shift)
            self.broken.append(f"Visit {visit_id!r}: no window is open at or after {closed}.")
            start = can
        end = start + self.service[visit_id]
        self.starts[visit_id], self.ends[visit_id] = start, end
        for (number, _), arrival in zip(stops, arrivals, strict=True):
            self.timed[number].stops.append((arrival, start, end))

    def _time_regardless(self) -> None:
        """Times for what waits in a circle, as if nobody waited: the plan is broken, and still has a cost."""
        for number, route in enumerate(self.routes):
            for position in range(len(self.timed[number].stops), len(route.stops)):
                visit = self.visits[route.stops[position].visit]
                arrival = self._arrival(number, position)
                start = _opening(visit, arrival)
                start = arrival if start is None else start
                end = start + self.service[visit.id]
                self.timed[number].stops.append((arrival, start, end))
                self.starts[visit.id] = max(start, self.starts.get(visit.id, start))
                self.ends[visit.id] = max(end, self.ends.get(visit.id, end))

    def _arrival(self, number: int, position: int) -> int:
        """When the route's stop is reached, given its stops before; notes the breaks on the way."""
        timed = self.timed[number]
        leaves = timed.stops[position - 1][2] if position else timed.depart
        drive, _ = self.legs[number][position]
        return self._through(number, position, leaves, drive)

    def _through(self, number: int, gap: int, leaves: int, drive: int) -> int:
        """The moment after a gap. Driving is done whenever no break is on, so the gap takes all its driving and all its
        breaks, or longer where a break has to be waited for with no driving left."""
        rests = self.rests[number].get(gap, ())
        rested = leaves
        for rest in rests:
            rested = max(rested, rest.earliest)
            self.timed[number].breaks[rest.id] = rested
            rested += rest.duration
        return max(rested, leaves + drive + sum(rest.duration for rest in rests))

    def _end(self, number: int) -> None:
        """Finish one route, and count what was driven."""
        timed, legs = self.timed[number], self.legs[number]
        last = len(self.routes[number].stops)
        timed.finish = self._through(number, last, timed.stops[-1][2], legs[last][0])
        timed.drive, timed.metres = sum(seconds for seconds, _ in legs), sum(metres for _, metres in legs)

    def _judge(self, number: int) -> None:
        """Note breaks that begin too late and overtime that is too long."""
        route, timed = self.routes[number], self.timed[number]
        for rest in route.shift.breaks:
            if rest.id in timed.breaks and timed.breaks[rest.id] > rest.latest:
                late = f"begins at {clock(timed.breaks[rest.id], route.shift)}, after {clock(rest.latest, route.shift)}"
                self.broken.append(f"{label(route.technician, route.shift)}: the break {rest.id!r} {late}, its latest.")
            elif route.gaps.get(rest.id, 0) > len(route.stops) and timed.finish > rest.latest:
                late = f"after the route, which ends at {clock(timed.finish, route.shift)}, past its latest start"
                self.broken.append(f"{label(route.technician, route.shift)}: the break {rest.id!r} is {late}.")
        over = timed.finish - route.shift.end
        if over > route.shift.max_overtime:
            most = f"at most {route.shift.max_overtime} s are allowed"
            self.broken.append(f"{label(route.technician, route.shift)}: {max(0, over)} s of overtime; {most}.")

    # -- backward -----------------------------------------------------------------------------------------------

    def _leave_late(self, number: int) -> None:
        """Let one route depart at the latest moment that leaves its finish and all that counts as they are."""
        route, timed = self.routes[number], self.timed[number]
        latest = timed.finish
        for position in range(len(route.stops), -1, -1):
            if position < len(route.stops):
                latest = self._latest_arrival(route.stops[position].visit, latest)
            drive, _ = self.legs[number][position]
            rests = self.rests[number].get(position, ())
            bound = latest - drive - sum(rest.duration for rest in rests)
            for rest in reversed(rests):
                latest -= rest.duration
                if timed.breaks[rest.id] <= rest.latest:  # one that is late already cannot be spoiled
                    latest = min(latest, rest.latest)
            latest = min(latest, bound)
        if latest <= timed.depart:
            return
        timed.depart = latest
        waited, timed.stops = timed.stops, []
        for position, (stop, (_, was, _)) in enumerate(zip(route.stops, waited, strict=True)):
            arrival = self._arrival(number, position)
            visit = self.visits[stop.visit]
            start = was if stop.visit in self.linked else _opening(visit, arrival)
            start = max(was, arrival) if start is None else start
            end = start + self.service[stop.visit]
            timed.stops.append((arrival, start, end))
            self.starts[stop.visit], self.ends[stop.visit] = start, end
        self._end(number)

    def _latest_arrival(self, visit_id: str, latest_end: int) -> int:
        """The latest arrival with which the visit ends by ``latest_end`` and none of its moments counts for more."""
        visit, start, end = self.visits[visit_id], self.starts[visit_id], self.ends[visit_id]
        latest = latest_end - self.service[visit_id]
        if visit_id in self.linked:
            latest = min(latest, start)
        if visit.arrive_by is not None:
            latest = min(latest, max(start, visit.arrive_by.at))
        if visit.complete_by is not None:
            latest = min(latest, max(end, visit.complete_by.at) - self.service[visit_id])
        if visit.previous is not None and visit.previous.start is not None:
            latest = min(latest, max(start, visit.previous.start))
        if _opening(visit, start) != start:  # closed already
            return latest
        return max(
            (min(latest, window.latest) for window in visit.windows if window.earliest <= latest), default=latest
        )


def label(technician: Technician, shift: Shift) -> str:
    """How people are told of a shift."""
    return f"Technician {technician.id!r}, shift {shift.id!r}"


def clock(moment: int, shift: Shift) -> str:
    """A moment as the people of a shift read it."""
    zone = timezone(timedelta(seconds=shift.utc_offset))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)).astimezone(zone).isoformat(sep=" ")


def _opening(visit: Visit, can: int) -> int | None:
    """The first moment at or after ``can`` that lies in a window; None where there is none."""
    if not visit.windows:
        return can
    return min((max(can, window.earliest) for window in visit.windows if can <= window.latest), default=None)
