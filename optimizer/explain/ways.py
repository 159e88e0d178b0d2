"""One route and a visit that might join it: how early everything could be at best.

Breaks, crews and orders are left out. They only make things later, so what cannot be done in time here cannot be done
in time at all; what can be is worked out properly by whoever asks. Most places that a visit could have are ruled out
this way, for a hundredth of what it takes to price them.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.distance import leg
from optimizer.domain import Problem, Shift, Technician, TimeWindow, Visit
from optimizer.timeline import service_time


class Way:
    """A route with everything about it that does not depend on where, or in which window, the visit joins it."""

    def __init__(
        self, problem: Problem, technician: Technician, shift: Shift, visits: Sequence[Visit], joining: Visit
    ) -> None:
        self.limit = shift.end + shift.max_overtime
        self._windows = [visit.windows for visit in visits]
        self._services = [service_time(visit.duration, technician.pace) for visit in visits]
        self._service = service_time(joining.duration, technician.pace)
        home = shift.end_location
        places = [shift.start_location, *(visit.location for visit in visits)]

        def seconds(start: int, end: int | None) -> int:
            return 0 if end is None else leg(problem, technician.profile, start, end)[0]

        self._legs = [seconds(a, b) for a, b in zip(places, [*places[1:], home], strict=True)]
        self._there = [seconds(place, joining.location) for place in places]
        self._onward = [seconds(joining.location, place) for place in [*places[1:], home]]
        self._leaves = [shift.start]
        for position in range(len(visits)):
            self._leaves.append(self._served(self._leaves[-1] + self._legs[position], position))

    def opens(self, position: int, windows: Sequence[TimeWindow]) -> int | None:
        """When service of the visit could start at this position; None: no window is open then or later."""
        return _opening(windows, self._leaves[position] + self._there[position])

    def stays_in_time(self, position: int, start: int) -> bool:
        """Whether the rest could keep to its windows and its shift where service at this position starts then."""
        clock = start + self._service + self._onward[position]
        for after in range(position, len(self._windows)):
            if clock > self.limit or _opening(self._windows[after], clock) is None:
                return False
            clock = self._served(clock, after) + self._legs[after + 1]
        return clock <= self.limit

    def miss(self, position: int, windows: Sequence[TimeWindow]) -> tuple[int, int]:
        """By how many seconds windows and the shift are missed at least, and how long the detour is."""
        arrival = self._leaves[position] + self._there[position]
        start = _opening(windows, arrival)
        missed = 0 if start is not None else arrival - windows[-1].latest
        clock = (arrival if start is None else start) + self._service + self._onward[position]
        for after in range(position, len(self._windows)):
            if self._windows[after] and _opening(self._windows[after], clock) is None:
                missed += clock - self._windows[after][-1].latest
            clock = self._served(clock, after) + self._legs[after + 1]
        detour = self._there[position] + self._onward[position] - self._legs[position]
        return missed + max(0, clock - self.limit), detour

    def _served(self, arrival: int, position: int) -> int:
        opened = _opening(self._windows[position], arrival)
        return (arrival if opened is None else opened) + self._services[position]


def _opening(windows: Sequence[TimeWindow], start: int) -> int | None:
    if not windows:
        return start
    return next((max(start, window.earliest) for window in windows if start <= window.latest), None)
