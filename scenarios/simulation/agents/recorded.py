"""Dispatch as it was recorded: the plans that were published, at the instants at which they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dispatch.domain.events import Event
from dispatch.domain.visit_lifecycle import PLANNABLE, VisitAction
from optimizer.domain import Plan, Route, Stop
from scenarios.simulation.agents.base import Desk
from scenarios.simulation.operation import ShiftNow
from scenarios.simulation.standing import plan_of
from scenarios.situation.record import Publication, Record


class AsRecorded:
    """Publishes what was published, and decides nothing by itself.

    Where people do otherwise than they did, somebody may still have a visit ahead that was over in the record by then,
    and that a later plan therefore does not name: it stays first on their route.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self._ahead: list[Publication] = []

    def begin(self, desk: Desk) -> None:
        self._ahead = [one for one in self.record.publications if one.at > desk.now]
        for at in sorted({one.at for one in self._ahead}):
            # What comes in at the same instant comes in first: it may be what the plan is about.
            desk.wake(at, lambda: desk.wake(desk.now, lambda: self._catch_up(desk)))

    def hear(self, desk: Desk, event: Event) -> None:
        """Whatever happens was answered by what was published then."""

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """Whoever had nothing to do was given something at once, if they were, and if it has come in by now."""
        visits = desk.operation.visits
        while self._due(desk) and all(one.visit in visits for one in self._ahead[0].placings):
            self._publish(desk, self._ahead.pop(0))

    def _catch_up(self, desk: Desk) -> None:
        while self._due(desk):
            self._publish(desk, self._ahead.pop(0))

    def _due(self, desk: Desk) -> bool:
        return bool(self._ahead) and self._ahead[0].at <= desk.now

    def _publish(self, desk: Desk, publication: Publication) -> None:
        plan = plan_of(desk.operation, publication.placings)
        kept = dict(self._left_over(desk, publication))
        named = {stop.visit for route in plan.routes for stop in route.stops}
        routes = {(one.technician, one.shift): one for one in plan.routes}
        for (who, shift), stops in kept.items():
            left = tuple(stop for stop in stops if stop.visit not in named)
            known = routes.get((who, shift), Route(who, shift, ()))
            if left:
                routes[who, shift] = replace(known, stops=(*left, *known.stops))
        desk.publish(Plan(tuple(routes.values()), ()))

    def _left_over(self, desk: Desk, publication: Publication) -> Iterator[tuple[tuple[str, str], tuple[Stop, ...]]]:
        """What is still ahead here and was begun in the record when this was published, by shift."""
        operation = desk.operation
        for shift in operation.shifts.values():
            stops = []
            for name in operation.route(shift.id):
                visit = operation.visits[name]
                known = self.record.visits.get(name)
                begun = None if known is None else known[1].when(VisitAction.DEPART)
                if (
                    visit.placed is not None
                    and visit.status in PLANNABLE
                    and begun is not None
                    and begun <= publication.at
                ):
                    at = visit.placed
                    stops.append(Stop(name, 0, at.arrival, at.start, at.end))
            if stops:
                yield (shift.person.id, shift.id), tuple(stops)
