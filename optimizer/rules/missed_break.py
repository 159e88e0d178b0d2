"""Missed break: a used shift contains each of its breaks, begun in time."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule, clock
from optimizer.timeline import Schedule


class MissedBreak(Rule):
    """Each break of a used shift counts 1 where it is not taken or begins after its latest start.

    A break after the end of the route is begun in time where the route has ended by its latest start.
    """

    id = "missed_break"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for timeline in schedule.timelines:
            who, shift = timeline.technician.id, timeline.shift
            starts = {taken.rest.id: taken.start for taken in timeline.breaks}
            for rest in shift.breaks:
                because, latest = "", clock(rest.latest, shift)
                if timeline.gaps.get(rest.id) == len(timeline.stops) + 1:
                    if timeline.finish > rest.latest:
                        because = (
                            f"{who} ends at {clock(timeline.finish, shift)}, too late for break {rest.id} by {latest}"
                        )
                elif rest.id not in starts:
                    because = f"{who} does not take break {rest.id}"
                elif starts[rest.id] > rest.latest:
                    because = f"{who} takes break {rest.id} at {clock(starts[rest.id], shift)}, later than {latest}"
                if because:
                    yield Match(self.id, 1, because, None, who, shift.id)

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        """Breaks are part of time, which every kernel tells itself."""
