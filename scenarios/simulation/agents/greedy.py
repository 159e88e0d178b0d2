"""Dispatch without a plan: somebody who is free gets one visit, and then another one.

Both ways look at one job and one technician at a time, as a dispatcher with a list and a telephone does. Critical jobs
go before others where ``by_priority`` says so. Nobody is sent who lacks a skill, or who could not be home again before
their longest overtime.
"""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.domain.events import AbsenceRecorded, Event, JobReceived, ShiftChanged, VisitAdded, VisitMoved
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.store.tables import Priority
from scenarios.simulation.agents.base import Desk
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
        for visit in desk.operation.waiting():
            if visit.id not in self._waited_for and visit.job.windows:
                self._waited_for.add(visit.id)
                opens = opens_at(visit.job.windows, desk.now)
                if opens > desk.now:
                    desk.wake(max(desk.now, opens - EARLY), lambda: self._hand_out(desk))

    def _hand_out(self, desk: Desk) -> None:
        for visit in sorted(desk.operation.waiting(), key=self._turn):
            able = [shift for shift in _idle(desk) if _can(desk, shift, visit)]
            if able:
                desk.give(visit, min(able, key=lambda shift: self._distance(desk, shift, visit)))

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """Somebody who is free gets the job whose turn it is."""
        waiting = [visit for visit in desk.operation.waiting() if _can(desk, shift, visit)]
        if waiting:
            desk.give(min(waiting, key=lambda visit: self._choice(desk, shift, visit)), shift)

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


def _can(desk: Desk, shift: ShiftNow, visit: VisitNow) -> bool:
    """Whether somebody holds the skills, would not wait long at the door, and would be home in time."""
    operation = desk.operation
    if not operation.able(shift.person, visit.job):
        return False
    there = desk.now + operation.drive(shift.at, visit.job.site)
    begins = opens_at(visit.job.windows, there)
    if begins > there + EARLY:
        return False
    back = begins + operation.service(shift.person, visit.job) + operation.drive(visit.job.site, shift.person.home)
    return back <= shift.last
