"""When each stop is reached, started and ended: the one timing semantics.

:func:`walk` takes from a plan only what it decides (who does which visits in which order, and the gap of each break)
and works out all times. It accepts any plan whose identifiers exist, feasible or not; what is broken shows in the
times and is judged by the rules. Source: `docs/reference/planning-model.md`, "What a route does in time".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from optimizer.distance import leg
from optimizer.domain import Break, Plan, Problem, Route, Shift, Technician, Visit


@dataclass(frozen=True, slots=True)
class TimedStop:
    """A stop with its times. ``closed``: no window was open at or after the moment service could have started."""

    visit: str
    role: int
    arrival: int
    start: int
    end: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class TimedBreak:
    """A break taken on the way, with its start."""

    rest: Break
    gap: int
    start: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """One used shift's route with its times. ``drive`` in seconds, ``metres`` driven.

    ``gaps`` says for each break where the plan puts it; a break that it does not mention is missing there. A break
    taken after the route has ended is in ``gaps`` only: nobody needs to know when.
    """

    technician: Technician
    shift: Shift
    stops: tuple[TimedStop, ...]
    breaks: tuple[TimedBreak, ...]
    gaps: Mapping[str, int]
    depart: int
    finish: int
    drive: int
    metres: int

    @property
    def duty(self) -> int:
        """Seconds from departure to finish."""
        return self.finish - self.depart

    @property
    def overtime(self) -> int:
        """Seconds beyond the end of the shift."""
        return max(0, self.finish - self.shift.end)

    @property
    def work(self) -> int:
        """Seconds of driving and service."""
        return self.drive + sum(stop.end - stop.start for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan in time.

    ``starts`` and ``ends`` are those of each planned visit (a crew's: the last member's), ``stops_of`` where each
    planned visit stands. ``settled`` is False where crews or ``after`` wait for each other in a circle; the times
    then mean nothing.
    """

    timelines: tuple[Timeline, ...]
    stops_of: Mapping[str, tuple[tuple[Timeline, TimedStop], ...]]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    settled: bool


def service_time(duration: int, pace: float) -> int:
    """Seconds that a visit of this duration takes at this pace, rounded up (but not for the noise of a product)."""
    return ceil(round(duration * pace, 6))


def leaves_late(technician: Technician, shift: Shift) -> bool:
    """Whether a route departs at the latest moment that changes nothing else, rather than at the shift's start."""
    return technician.costs.per_duty_hour > 0 or shift.max_duty is not None


def holds(visit: Visit) -> Iterable[tuple[bool, int]]:
    """Moments against which leaving late may not make a visit later than it is: (its end rather than start, when)."""
    if visit.arrive_by is not None:
        yield False, visit.arrive_by.at
    if visit.complete_by is not None:
        yield True, visit.complete_by.at
    if visit.previous is not None and visit.previous.start is not None:
        yield False, visit.previous.start


def walk(problem: Problem, plan: Plan) -> Schedule:
    """Times of every stop of the plan.

    Routes without stops are no routes. Raises :class:`KeyError` for an identifier that the problem does not know and
    :class:`ValueError` where one shift has two routes.
    """
    courses = [_Course(problem, route) for route in plan.routes if route.stops]
    if len({(course.technician.id, course.shift.id) for course in courses}) < len(courses):
        raise ValueError("A plan gives two routes to one shift.")
    where: dict[int, list[tuple[_Course, int]]] = {}
    for course in courses:
        for position, visit in enumerate(course.visits):
            where.setdefault(visit, []).append((course, position))
    for visit, members in where.items():
        service = max(service_time(problem.visits[visit].duration, course.technician.pace) for course, _ in members)
        for course, position in members:
            course.services[position] = service

    floors, settled = _settle(problem, courses, where)
    linked = {v for v, members in where.items() if len(members) > 1}
    for visit in where:
        if problem.visits[visit].after:
            linked.add(visit)
            linked.update(problem.visit_index[link.visit] for link in problem.visits[visit].after)
    for course in courses:
        if leaves_late(course.technician, course.shift):
            course.leave_late(problem, floors, linked)

    timelines = [course.timeline() for course in courses]
    stops_of: dict[str, tuple[tuple[Timeline, TimedStop], ...]] = {}
    for timeline in timelines:
        for stop in timeline.stops:
            stops_of[stop.visit] = (*stops_of.get(stop.visit, ()), (timeline, stop))
    return Schedule(
        timelines=tuple(timelines),
        stops_of=stops_of,
        starts={visit: max(stop.start for _, stop in members) for visit, members in stops_of.items()},
        ends={visit: max(stop.end for _, stop in members) for visit, members in stops_of.items()},
        settled=settled,
    )


def through_gap(clock: int, travel: int, rests: Sequence[Break]) -> tuple[int, list[int]]:
    """The clock after driving ``travel`` seconds with these breaks on the way, and the start of each break.

    Driving goes on while a break is waited for, is interrupted by it and goes on after it.
    """
    starts = []
    for rest in rests:
        if clock < rest.earliest:
            travel = max(0, travel - (rest.earliest - clock))
            clock = rest.earliest
        starts.append(clock)
        clock += rest.duration
    return clock + travel, starts


class _Course:
    """One route, ready to be driven again and again with other departures and other waits."""

    def __init__(self, problem: Problem, route: Route) -> None:
        self.technician, self.shift = problem.shifts[problem.shift_index[route.technician, route.shift]]
        self.route = route
        self.visits = [problem.visit_index[stop.visit] for stop in route.stops]
        self.windows = [[(w.earliest, w.latest) for w in problem.visits[visit].windows] for visit in self.visits]
        self.services = [0] * len(self.visits)
        self.gaps = {taken.break_id: taken.gap for taken in route.breaks}
        self.rests: list[list[Break]] = [[] for _ in range(len(self.visits) + 1)]
        for rest in sorted(self.shift.breaks, key=lambda rest: rest.earliest):
            if 0 <= (gap := self.gaps.get(rest.id, -1)) <= len(self.visits):
                self.rests[gap].append(rest)
        places = [self.shift.start_location, *(problem.visits[visit].location for visit in self.visits)]
        places.append(places[-1] if self.shift.end_location is None else self.shift.end_location)
        legs = [leg(problem, self.technician.profile, a, b) for a, b in pairwise(places)]
        if self.shift.end_location is None:
            legs[-1] = (0, 0)
        self.legs = [seconds for seconds, _ in legs]
        self.metres = sum(metres for _, metres in legs)
        self.depart = self.shift.start
        self.arrivals: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.closed: list[int] = []
        self.break_starts: list[int] = []
        self.finish = self.shift.start

    def drive(self, depart: int, floors: Mapping[int, int]) -> None:
        """Drive the route from ``depart``; no visit starts before its floor. Sets every time."""
        clock = self.depart = depart
        self.arrivals, self.starts, self.ends, self.closed, self.break_starts = [], [], [], [], []
        for position, visit in enumerate(self.visits):
            clock = self._travel(clock, position)
            start = max(clock, floors.get(visit, clock))
            if windows := self.windows[position]:
                opened = next((max(start, early) for early, late in windows if start <= late), None)
                if opened is None:
                    self.closed.append(position)
                start = clock if opened is None else opened
            self.arrivals.append(clock)
            self.starts.append(start)
            clock = start + self.services[position]
            self.ends.append(clock)
        self.finish = self._travel(clock, len(self.visits))

    def _travel(self, clock: int, gap: int) -> int:
        if not self.rests[gap]:
            return clock + self.legs[gap]
        clock, starts = through_gap(clock, self.legs[gap], self.rests[gap])
        self.break_starts += starts
        return clock

    def leave_late(self, problem: Problem, floors: Mapping[int, int], linked: set[int]) -> None:
        """Drive again from the latest departure that leaves the finish and all that others depend on as they are."""
        moments = [(p, on_end, at) for p, v in enumerate(self.visits) for on_end, at in holds(problem.visits[v])]
        fixed = [position for position, visit in enumerate(self.visits) if visit in linked]

        def outcome() -> tuple[int, list[int], list[int], int]:
            late = [max(0, (self.ends if on_end else self.starts)[p] - at) for p, on_end, at in moments]
            return self.finish, [self.starts[p] for p in fixed], late, len(self.closed) + self._late_breaks()

        wanted = outcome()
        low, high = self.shift.start, self.finish
        while low < high:
            middle = (low + high + 1) // 2
            self.drive(middle, floors)
            if outcome() == wanted:
                low = middle
            else:
                high = middle - 1
        self.drive(low, floors)

    def _late_breaks(self) -> int:
        taken = (rest for rests in self.rests for rest in rests)
        return sum(start > rest.latest for rest, start in zip(taken, self.break_starts, strict=True))

    def timeline(self) -> Timeline:
        """The route with the times of the last drive."""
        closed = set(self.closed)
        times = enumerate(zip(self.route.stops, self.arrivals, self.starts, self.ends, strict=True))
        stops = tuple(
            TimedStop(stop.visit, stop.role, arrival, start, end, position in closed)
            for position, (stop, arrival, start, end) in times
        )
        placed = ((rest, gap) for gap, rests in enumerate(self.rests) for rest in rests)
        breaks = tuple(
            TimedBreak(rest, gap, start) for (rest, gap), start in zip(placed, self.break_starts, strict=True)
        )
        return Timeline(
            technician=self.technician,
            shift=self.shift,
            stops=stops,
            breaks=breaks,
            gaps=self.gaps,
            depart=self.depart,
            finish=self.finish,
            drive=sum(self.legs),
            metres=self.metres,
        )


def _settle(
    problem: Problem, courses: Sequence[_Course], where: Mapping[int, Sequence[tuple[_Course, int]]]
) -> tuple[dict[int, int], bool]:
    """Drive all routes from their shifts' starts until nobody has to wait longer: floors of starts, and if it ended.

    In each pass, crews start with their last member, and what comes after something else not before it. Only the
    routes on which a floor has risen are driven again.
    """
    waits = {
        visit: [(problem.visit_index[link.visit], link.min_gap) for link in problem.visits[visit].after]
        for visit, members in where.items()
        if len(members) > 1 or problem.visits[visit].after
    }
    followers: dict[int, list[int]] = {}
    for visit, links in waits.items():
        for before, _ in links:
            followers.setdefault(before, []).append(visit)
    floors: dict[int, int] = {}
    dirty = set(courses)
    for _ in range(2 * len(problem.visits) + 10):
        moved: set[int] = set()
        for course in dirty:
            course.drive(course.shift.start, floors)
            moved.update(visit for visit in course.visits if visit in waits)
            moved.update(f for visit in course.visits if visit in followers for f in followers[visit])
        dirty = set()
        raised = {}
        for visit in moved:
            starts = [course.starts[position] for course, position in where[visit]]
            need = max(starts)
            for before, min_gap in waits[visit]:
                if before in where:
                    need = max(need, min_gap + max(course.ends[position] for course, position in where[before]))
            if need > min(starts) and (visit not in floors or need > floors[visit]):
                raised[visit] = need
                dirty.update(course for course, _ in where[visit])
        if not raised:
            return floors, True
        floors.update(raised)
    return floors, False
