"""The live system's rules with a dispatcher who moves, pins, locks and rejects as it was recorded."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.domain.visit_lifecycle import PLANNABLE
from scenarios.simulation.agents.base import Desk
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planning
from scenarios.situation.record import ByHand


class LiveByHand(Live):
    """As :class:`~scenarios.simulation.agents.live.Live`, and at their instants what people decided by hand.

    What was moved is fixed where it was put, as far as that can still be had, and published at once. A lock, a fence
    and a pin hold for every plan from then on. A draft that was rejected is the next one that would have been approved.
    """

    def __init__(self, planning: Planning, by_hand: Sequence[ByHand], *, answers_after: int = 180) -> None:
        super().__init__(planning, answers_after=answers_after)
        self.by_hand = by_hand
        self.rejections: list[int] = []

    def begin(self, desk: Desk) -> None:
        """The decisions come after what happens at the same instant: a visit may have been moved as it came in."""
        super().begin(desk)
        for one in self.by_hand:
            desk.wake(one.at, lambda one=one: desk.wake(desk.now, lambda: self._decide(desk, one)))  # type: ignore[misc]

    def _decide(self, desk: Desk, one: ByHand) -> None:
        operation = desk.operation
        if one.kind == "rejection":
            self.rejections.append(one.at)
        elif one.kind == "fence":
            operation.fence = one.until
        elif one.kind == "lock":
            operation.locked.pop(one.territory, None)
            if one.until is not None:
                operation.locked[one.territory] = one.until
        else:
            self._pin(desk, one)

    def _pin(self, desk: Desk, one: ByHand) -> None:
        """Fix the visits that nobody is on yet, and give those that have to go elsewhere their place there."""
        assert self._snapshots is not None
        moved = []
        for name, pin in one.pins:
            visit = desk.operation.open.get(name)
            people = {who.id for who in desk.situation.people}
            told = {key: value for key, value in pin if key != "technician" or value in people}
            if visit is not None and visit.status in PLANNABLE:
                visit.pin = told
                moved.append(name)
        if moved:
            _, plan = self._put_in(self._snapshots.take(), moved)
            desk.publish(plan)

    def _approve(self, desk: Desk) -> None:
        if self.rejections and self.waiting is not None:
            self.rejections.pop(0)
            self.waiting = None
            return
        super()._approve(desk)
