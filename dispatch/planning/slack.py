"""The slack of a leg: by how many seconds it may take longer before something breaks that holds now.

That is a window, a promise, a break's latest start or the longest overtime, on this route or on another that waits for
it. Slack is passed back from the ends of the routes; where a break lies on the way it is rather too small than too
large, and where a crew has missed its window already it is rough.
"""

from __future__ import annotations

from collections.abc import Mapping

from optimizer.domain import Problem
from optimizer.timeline import Schedule, TimedStop, Timeline

_NEVER = 10**9

Key = tuple[str, str]
"""A route: technician, shift."""


class Slack:
    """By how much each leg of a timed plan may take longer."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self._problem, self._schedule = problem, schedule
        self._lines = {(line.technician.id, line.shift.id): line for line in schedule.timelines}
        self._after: dict[str, list[tuple[str, int]]] = {}
        self._limit: dict[str, int] = {}
        for visit in problem.visits:
            for one in visit.after:
                if visit.id in schedule.stops_of and one.visit in schedule.stops_of:
                    self._after.setdefault(one.visit, []).append((visit.id, one.min_gap))
                    if one.max_gap is not None:
                        latest = schedule.ends[one.visit] + one.max_gap
                        self._limit[visit.id] = min(
                            self._limit.get(visit.id, _NEVER), latest - schedule.starts[visit.id]
                        )
        self._arrivals: dict[tuple[Key, int], int] = {}
        if schedule.settled:
            self._work_back()

    def of_leg(self, key: Key, number: int) -> int | None:
        """Of the leg before stop ``number``, counted from 0; after the last stop: of the way home. None: no limit."""
        found = self._arrivals.get((key, number), _NEVER)
        return None if found >= _NEVER else max(0, found)

    def _work_back(self) -> None:
        # Whatever depends on something starts after it, so that going back through the starts meets it first.
        stops = [(stop.start, key, at) for key, line in self._lines.items() for at, stop in enumerate(line.stops)]
        for key, line in self._lines.items():
            over = line.shift.end + line.shift.max_overtime - line.finish
            home = over if over >= 0 else _NEVER
            self._arrivals[key, len(line.stops)] = min(home, self._breaks(line, len(line.stops)))
        starts: dict[str, int] = {}
        for _, key, at in sorted(stops, key=lambda one: (one[0], one[2]), reverse=True):
            line = self._lines[key]
            stop = line.stops[at]
            if stop.closed:
                # Whose window is missed already waits for nobody, and nobody for them.
                later = self._of_start(line, stop, starts)
            else:
                later = starts[stop.visit] = starts.get(stop.visit, self._of_start(line, stop, starts))
            spare = later + stop.start - stop.arrival
            self._arrivals[key, at] = min(spare, self._breaks(line, at), _NEVER)

    def _of_start(self, on: Timeline, stop: TimedStop, starts: Mapping[str, int]) -> int:
        """By how much the visit's service may start later."""
        visit = self._problem.visits[self._problem.visit_index[stop.visit]]
        spare = [self._limit.get(visit.id, _NEVER)]
        if visit.windows and not stop.closed:
            # Where it lies in a window it may slip to that window's end; into a later one would be another day.
            spare += [w.latest - stop.start for w in visit.windows if w.earliest <= stop.start <= w.latest]
        for at, moment in ((visit.arrive_by, stop.start), (visit.complete_by, stop.end)):
            if at is not None and at.at >= moment:
                spare.append(at.at - moment)
        for line, member in self._schedule.stops_of[visit.id]:
            if line is not on and (stop.closed or member.closed):
                continue
            key = line.technician.id, line.shift.id
            position = line.stops.index(member) + 1
            spare.append(self._arrivals.get((key, position), _NEVER))
        for follower, gap in self._after.get(visit.id, ()):
            wait = self._schedule.starts[follower] - (self._schedule.ends[visit.id] + gap)
            spare.append(starts.get(follower, 0) + wait)
        return min(spare)

    def _breaks(self, line: Timeline, gap: int) -> int:
        """By how much the breaks on the way to stop ``gap`` may begin later."""
        spare = [rest.rest.latest - rest.start for rest in line.breaks if rest.gap == gap]
        return min((one for one in spare if one >= 0), default=_NEVER)
