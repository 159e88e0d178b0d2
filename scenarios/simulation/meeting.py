"""How a crew meets: who comes first waits for the others, but not for ever."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from scenarios.simulation.operation import Operation, VisitNow

Steps = Generator[simpy.Event, Any, Any]
"""What a process of SimPy yields."""
PATIENCE = 3600
"""So many seconds after the planned start the first of a crew waits for others, as long as nobody is on the way."""


class Meetings:
    """Those who stand at a place and wait for others of their crew."""

    def __init__(self, clock: simpy.Environment, operation: Operation) -> None:
        self._clock, self._operation = clock, operation
        self._waiting: dict[str, simpy.Event] = {}

    def wait(self, visit: VisitNow) -> Steps:
        """Until the others of the crew are there. Who does not come at all is done without: their shift is over, or the
        first has waited long enough and nobody is on the way.
        """
        assert visit.placed is not None
        crews, until = self._operation.crews, max(self._now, visit.placed.start) + PATIENCE
        while not crews.complete(visit):
            self._operation.now = self._now
            if self._now >= until and not crews.somebody_comes(visit):
                self._operation.go_without(visit)
                continue
            met = self._waiting.setdefault(visit.whole, self._clock.event())
            if self._now < until:
                yield self._clock.any_of([met, self._clock.timeout(until - self._now)])
            else:
                yield met
        self._met(visit.whole)

    def look(self) -> None:
        """Let those begin who waited for somebody that does not come any more."""
        for whole in list(self._waiting):
            if self._operation.crews.complete(self._operation.crews.parts(whole)[0]):
                self._met(whole)

    def _met(self, whole: str) -> None:
        met = self._waiting.pop(whole, None)
        if met is not None:
            met.succeed()

    @property
    def _now(self) -> int:
        return int(self._clock.now)
