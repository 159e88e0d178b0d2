"""Dispatch without a plan: somebody who is free gets one visit, and then another one.

Both ways look at one job and one technician at a time, as a dispatcher with a list and a telephone does. Critical jobs
go before others where ``by_priority`` says so. Nobody is sent who lacks a skill, or who could not be home again before
their longest overtime.

Work for several begins with somebody who is free: the others are sent with them, or booked for when they have done what
they are at, and whoever is there first waits. Where nobody could be there within the hour it waits for another moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from dispatch.domain.events import AbsenceRecorded, Event, JobReceived, ShiftChanged, VisitAdded, VisitMoved
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.store.tables import Priority
from scenarios.simulation.agents.base import Desk
from scenarios.simulation.meeting import PATIENCE
from scenarios.simulation.operation import ShiftNow, VisitNow
from scenarios.simulation.recorded import opens_at

EARLY = 900
"""Seconds that somebody may wait at a place for a window to open: nobody is sent there earlier."""
_RANK = {priority: rank for rank, priority in enumerate(Priority)}


class FirstCome:
    """First come, first served: the oldest job that somebody free can do, to whoever has been free for longest."""

    def __init__(self, *, by_priority: bool = True) -> None:
        self.by_priority = by_priority
        self._waited_for: set[str] = set()

    def begin(self, desk: Desk) -> None:
        """There is no plan to make; what is there already may have to wait for its window."""
        self._wait_for_windows(desk)

    def hear(self, desk: Desk, event: Event) -> None:
        """A new job goes to somebody who is free, if anybody is, and so does what somebody has given back."""
        if _leaves_a_visit_open(event):
            self._hand_out(desk)
            self._wait_for_windows(desk)

    def _wait_for_windows(self, desk: Desk) -> None:
        """Look again when it is time to set out to visits that may not begin yet."""
        for visit, *_ in desk.operation.waiting():
            if visit.id not in self._waited_for and visit.job.windows:
                self._waited_for.add(visit.id)
                opens = opens_at(visit.job.windows, desk.now)
                if opens > desk.now:
                    desk.wake(max(desk.now, opens - EARLY), lambda: self._hand_out(desk))

    def _hand_out(self, desk: Desk) -> None:
        for parts in sorted(desk.operation.waiting(), key=lambda parts: self._turn(parts[0])):
            for shift in sorted(_idle(desk), key=lambda shift: self._distance(desk, shift, parts[0])):
                crew = _crew_of(desk, parts, shift)
                if crew:
                    desk.give(*crew)
                    break

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """Somebody who is free gets the job whose turn it is."""
        for parts in sorted(desk.operation.waiting(), key=lambda parts: self._choice(desk, shift, parts[0])):
            crew = _crew_of(desk, parts, shift)
            if crew:
                desk.give(*crew)
                return

    def _turn(self, visit: VisitNow) -> tuple[int, int, str]:
        rank = _RANK[visit.job.priority] if self.by_priority else 0
        return rank, visit.opened, visit.id

    def _distance(self, desk: Desk, shift: ShiftNow, visit: VisitNow) -> tuple[int, str]:
        """Who gets a new job: the less the sooner."""
        return shift.free_since or 0, shift.id

    def _choice(self, desk: Desk, shift: ShiftNow, visit: VisitNow) -> tuple[int, int, str]:
        """Which job somebody free gets: the less the sooner."""
        return self._turn(visit)


class Nearest(FirstCome):
    """The nearest technician: a new job goes to whoever is nearest of those who are free, and whoever becomes free gets
    the nearest of the jobs that wait.
    """

    def _distance(self, desk: Desk, shift: ShiftNow, visit: VisitNow) -> tuple[int, str]:
        return desk.operation.drive(shift.at, visit.job.site), shift.id

    def _choice(self, desk: Desk, shift: ShiftNow, visit: VisitNow) -> tuple[int, int, str]:
        rank, _, name = self._turn(visit)
        return rank, desk.operation.drive(shift.at, visit.job.site), name


def _leaves_a_visit_open(event: Event) -> bool:
    """Whether there may be a visit now that nobody has. Who has just become free asks for one by themselves."""
    if isinstance(event, VisitMoved):
        return event.action == VisitAction.DECLINE.value
    if isinstance(event, ShiftChanged):
        return event.duty == "ended"
    return isinstance(event, JobReceived | VisitAdded | AbsenceRecorded)


def _idle(desk: Desk) -> Iterator[ShiftNow]:
    """Who is on duty and has nothing to do."""
    for shift in desk.operation.running.values():
        resting = shift.resting_until is not None and shift.resting_until > desk.now
        free = shift.free_since is not None and not resting and not desk.operation.route(shift.id)
        if free and shift.on_duty(desk.now):
            yield shift


def _crew_of(desk: Desk, parts: Sequence[VisitNow], first: ShiftNow) -> list[tuple[VisitNow, ShiftNow]]:
    """Who goes where somebody free does: they alone, or with others of a crew, those that are there soonest. Empty
    where it cannot be done.
    """
    if len(parts) == 1:
        return (
            [(parts[0], first)]
            if _can(desk, first, parts[0], desk.operation.drive(first.at, parts[0].job.site))
            else []
        )
    there = _there_within_the_hour(desk, first, parts[0].job.site)
    found = []
    for people in permutations(_soonest(desk, parts, first, there), len(parts)):
        start = max(there[one] for one in people) - desk.now
        crew = [(part, desk.operation.shifts[one]) for part, one in zip(parts, people, strict=True)]
        if first.id in people and all(_can(desk, shift, part, start) for part, shift in crew):
            found.append((start, people, crew))
    return min(found, key=lambda one: one[:2])[2] if found else []


def _soonest(desk: Desk, parts: Sequence[VisitNow], first: ShiftNow, there: Mapping[str, int]) -> list[str]:
    """Of each part, those who could do it and are there first: as many as there are parts, so that nobody lacks."""
    found = {first.id}
    for part in parts:
        able = (one for one in there if desk.operation.able(desk.operation.shifts[one].person, part.job))
        found.update(sorted(able, key=lambda one: (there[one], one))[: len(parts) + 1])
    return sorted(found)


def _there_within_the_hour(desk: Desk, first: ShiftNow, site: int) -> dict[str, int]:
    """Who could come along, by their shifts, and when they would be there. Nobody is booked who waits for others of a
    crew themselves: two crews could wait for one another.
    """
    operation = desk.operation
    waiting = {
        one.placed.shift
        for one in operation.open.values()
        if one.placed is not None and one.started_at is None and len(operation.crews.parts(one.whole)) > 1
    }
    known = {first.id: operation.there_at(first, site)}
    for shift in operation.running.values():
        if shift.on_duty(desk.now) and not operation.route(shift.id) and shift.id not in waiting:
            known[shift.id] = operation.there_at(shift, site)
    return {shift: at for shift, at in known.items() if at <= known[first.id] + PATIENCE}


def _can(desk: Desk, shift: ShiftNow, visit: VisitNow, wait: int) -> bool:
    """Whether somebody holds the skills, would not wait long at the door, and would be home in time, where a visit can
    begin after so many seconds.
    """
    operation = desk.operation
    if not operation.able(shift.person, visit.job):
        return False
    there = desk.now + wait
    begins = opens_at(visit.job.windows, there)
    if begins > there + EARLY:
        return False
    back = begins + operation.service(shift.person, visit.job) + operation.drive(visit.job.site, shift.person.home)
    return back <= shift.last
