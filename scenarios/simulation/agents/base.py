"""What an agent is: it hears what happens, looks at how everything stands, and decides through the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from dispatch.domain.events import Event
from optimizer.domain import Plan
from scenarios.simulation.operation import Operation, ShiftNow, VisitNow
from scenarios.situation.situation import Situation


class Desk(Protocol):
    """What an agent decides through. It is the simulated day as seen by whoever dispatches."""

    @property
    def now(self) -> int:
        """Epoch seconds."""

    @property
    def until(self) -> int:
        """When the simulated time ends."""

    @property
    def seed(self) -> int:
        """For searches: the same in every replication with the same number."""

    @property
    def situation(self) -> Situation:
        """Who works, and what is promised."""

    @property
    def operation(self) -> Operation:
        """How everything stands. To be looked at; it is changed by what the desk offers alone."""

    def publish(self, plan: Plan) -> None:
        """Make a plan the published one; whoever waits for something to do looks at it at once."""

    def give(self, *crew: tuple[VisitNow, ShiftNow]) -> None:
        """Send somebody to a visit, now; to one for several, all of a crew, each with their part of it. Who is at
        another visit goes there next.
        """

    def wake(self, at: int, do: Callable[[], None]) -> None:
        """Have something done at an instant, or at once where it has passed."""


class Agent(Protocol):
    """Who decides."""

    def begin(self, desk: Desk) -> None:
        """The simulated time begins."""

    def hear(self, desk: Desk, event: Event) -> None:
        """Something has happened."""

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """Somebody on duty has nothing to do."""


MakeAgent = Callable[[], Agent]
"""Makes a new one for each replication: an agent remembers what it is in the middle of."""
