"""What has been done of a day, and what is under way: it cannot be planned any more.

Who is sent to a visit goes there. As in the publications, nobody is sent before they have to: who would wait at the
next door waits where they are, and *leaves* in time for it, so that where they go stays open for longer. ``at_home``
lets them wait even longer before they leave home: that share of the time by which all that is planned for them could
still be later.

The author's simulator forgets the time that somebody has stood idle: who waits may be sent, later in the day, as if
they had left when their last visit ended (`TRSPSimulator.freezeTechnician` leaves the time of a visit that is frozen
already as it is). ``as_published`` does the same, to be held against its figures; nobody could drive such a day.
Waiting costs nothing there: ``late`` lets everybody be sent even later, by that share of the time by which all that is
planned for them could still be later, and be there as if they had not waited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from optimizer.distance import leg
from optimizer.domain import Plan, Problem, Shift, Technician, Visit
from optimizer.timeline import service_time

ShiftKey = tuple[str, str]
"""(technician id, shift id)."""
NEVER = 2**62
"""An instant after everything."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A visit that somebody was sent to: when they left for it, and when service starts and ends (epoch seconds)."""

    visit: str
    left: int
    start: int
    end: int


@dataclass
class Executed:
    """The trips of each shift so far, in order. ``home``: those who have gone home for good. ``now``: until when."""

    problem: Problem
    at_home: float = 0.0
    as_published: bool = False
    late: float = 0.0
    trips: dict[ShiftKey, list[Trip]] = field(default_factory=dict)
    home: set[ShiftKey] = field(default_factory=set)
    now: int = -NEVER

    def __post_init__(self) -> None:
        self.trips = {key: [] for key in self.problem.shift_index}

    def go_on(self, plan: Plan, visits: Mapping[str, Visit], to: int, cut_off: int | None = None) -> None:
        """Let the plan be carried out until ``to``, that instant included. After ``cut_off`` whoever is out and has
        nothing left to do goes home; as published, whoever is at home then stays there, too. ``visits``: the plan's.
        """
        routes = {
            (route.technician, route.shift): [visits[stop.visit] for stop in route.stops] for route in plan.routes
        }
        planned = {stop.visit: stop.start for route in plan.routes for stop in route.stops if stop.start is not None}
        for technician, shift in self.problem.shifts:
            key = technician.id, shift.id
            route, done = routes.get(key, []), self.trips[key]
            if key in self.home:
                continue
            if [trip.visit for trip in done] != [visit.id for visit in route[: len(done)]]:
                raise AssertionError(f"{key}: the plan does not begin with what was done")
            self._follow(technician, shift, route, planned, to)
            idle = len(done) == len(route) and self.free_from(key) <= to
            out = bool(done) or self.as_published
            if cut_off is not None and to > cut_off and idle and out:
                self.home.add(key)
        self.now = to

    def free_from(self, key: ShiftKey) -> int:
        """When the trips of a shift are over; where there are none, when it starts."""
        done = self.trips[key]
        return done[-1].end if done else self.problem.shifts[self.problem.shift_index[key]][1].start

    def leaves_from(self, key: ShiftKey) -> int:
        """When somebody can leave for what they are sent to now: who has stood idle until then has lost that time."""
        return self.free_from(key) if self.as_published else max(self.free_from(key), self.now)

    def _follow(
        self, technician: Technician, shift: Shift, route: Sequence[Visit], planned: Mapping[str, int], to: int
    ) -> None:
        key = technician.id, shift.id
        done = self.trips[key]
        places = [shift.start_location, *(visit.location for visit in route)]
        places.append(places[-1] if shift.end_location is None else shift.end_location)
        drives = [leg(self.problem, technician.profile, a, b)[0] for a, b in pairwise(places)]
        services = [service_time(visit.duration, technician.pace) for visit in route]
        latest = _latest(shift, route, drives, services)
        for number in range(len(done), len(route)):
            visit = route[number]
            clock = self.leaves_from(key)
            soonest = max(clock + drives[number], _opens(visit))
            if not visit.windows and number + 1 < len(route):  # the depot: who would wait after it waits before it
                soonest = max(soonest, _opens(route[number + 1]) - drives[number + 1] - services[number])
            # Nobody leaves sooner than the plan needs them to: home, where working time costs, or where more may come.
            soonest = max(soonest, min(planned.get(visit.id, soonest), latest[number]))
            start = soonest
            if number == 0:
                start += int(self.at_home * max(0, latest[number] - soonest))
            left = start - drives[number]
            patience = int(self.late * max(0, latest[number] - soonest)) if self.as_published else 0
            if left + patience > to:
                return
            done.append(Trip(visit.id, left, start, start + services[number]))


def _opens(visit: Visit) -> int:
    return visit.windows[0].earliest if visit.windows else -NEVER


def _latest(shift: Shift, route: Sequence[Visit], drives: Sequence[int], services: Sequence[int]) -> list[int]:
    """When each visit may start at the latest for all after it to be in time."""
    found, after = [0] * len(route), shift.end + shift.max_overtime
    for number in range(len(route) - 1, -1, -1):
        closes = route[number].windows[-1].latest if route[number].windows else NEVER
        after = found[number] = min(closes, after - drives[number + 1] - services[number])
    return found
