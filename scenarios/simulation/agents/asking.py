"""What asks for a new plan: the live system's own table (:data:`dispatch.planning.replan.TABLE`), without its store.

Most conditions of the table look at the event alone, and are asked as they stand. Those that look into the store are
told again here, by how the operation stands; a test holds that there is a telling for each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast

from dispatch.domain.events import Event, JeopardyChanged, ShiftChanged, VisitAdded, VisitMoved
from dispatch.domain.visit_lifecycle import PLANNABLE
from dispatch.planning.replan import EARLY, TABLE, Ask
from dispatch.store.tables import Priority
from dispatch.store.unit_of_work import UnitOfWork
from scenarios.simulation.operation import Operation


class LooksIntoTheStore(Exception):  # noqa: N818  it says what a condition does, which is no mistake
    """A condition of the table cannot be answered from its event."""


class _NoStore:
    """Stands where a unit of work would, and notices who needs one."""

    @property
    def session(self) -> NoReturn:
        raise LooksIntoTheStore


_NO_STORE = cast("UnitOfWork", _NoStore())


def _ended_early(operation: Operation, event: VisitMoved) -> bool:
    """It ended so long before its planned end that there is a gap worth filling."""
    placed = operation.visits[event.visit].placed
    if event.action != "complete" or placed is None:
        return False
    return dt.timedelta(seconds=placed.end - operation.now) >= EARLY


def _leaves_something(_: Operation, event: ShiftChanged) -> bool:
    """The environment says that a shift has ``ended`` where something was left on its route."""
    return event.duty == "ended"


def _nobody_is_on_it(operation: Operation, event: JeopardyChanged) -> bool:
    """The environment tells of critical visits alone."""
    return operation.visits[event.visit].status in PLANNABLE


def _of_a_critical_job(operation: Operation, event: VisitAdded) -> bool:
    return operation.visits[event.visit].job.priority is Priority.CRITICAL


Telling = Callable[[Operation, Any], bool]

TOLD_AGAIN: Mapping[type[Event], Telling] = {
    VisitAdded: _of_a_critical_job,
    VisitMoved: _ended_early,
    ShiftChanged: _leaves_something,
    JeopardyChanged: _nobody_is_on_it,
}
"""The conditions that look into the store, for the kinds of events that a simulated day has."""


def asked_by(operation: Operation, event: Event) -> Ask | None:
    """What the table says about an event. Raises :class:`LooksIntoTheStore` for a condition without a telling."""
    for ask in TABLE.get(type(event), ()):
        try:
            holds = ask.when(_NO_STORE, event)
        except LooksIntoTheStore:
            telling = TOLD_AGAIN.get(type(event))
            if telling is None:
                raise
            holds = telling(operation, event)
        if holds:
            return ask
    return None
