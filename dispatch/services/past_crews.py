"""Who had a visit before, and how it came that they no longer have it: by what has happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from dispatch.domain.events import VisitAssigned, VisitMoved
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.store.tables import OutboxEntry
from dispatch.store.unit_of_work import UnitOfWork

_TAKES_AWAY: Mapping[str, str] = {
    VisitAction.UNSCHEDULE.value: "unscheduled",
    VisitAction.RECALL.value: "recalled",
    VisitAction.DECLINE.value: "declined",
}
"""Step → what it means to who had the visit."""


@dataclass(frozen=True, slots=True)
class Step:
    """The last step that a visit took: which, by whom (the actor's name), when, and why."""

    action: str
    by: str
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """How a visit went away from somebody. ``because``: ``plan``, ``unscheduled``, ``recalled`` or ``declined``."""

    because: str
    by: str
    at: dt.datetime


def had(uow: UnitOfWork, visit_id: str, technician_id: str) -> bool:
    """Whether a visit was somebody's once, as far back as events are kept."""
    return any(technician_id in _named(entry) for entry in _history(uow, visit_id))


def handed_over(uow: UnitOfWork, visit_id: str) -> bool:
    """Whether a visit was ever dispatched to anybody, as far back as events are kept."""
    return any(
        entry.payload.get("action") == VisitAction.DISPATCH.value or entry.payload.get("dispatched_after", False)
        for entry in _history(uow, visit_id)
    )


def crew_with(uow: UnitOfWork, visit_id: str, technician_id: str) -> tuple[str, ...]:
    """Who did a visit together when somebody last had it, role by role; nobody where no event says so any more."""
    for entry in _history(uow, visit_id):
        for name in ("technicians_after", "technicians_before"):
            if technician_id in (crew := entry.payload.get(name, ())):
                return tuple(crew)
    return ()


def gone(uow: UnitOfWork, visit_id: str, technician_id: str) -> Gone | None:
    """How the visit went away from somebody who had it, by the latest event that took it; None: nothing says so."""
    for entry in _history(uow, visit_id):
        said = entry.payload
        if entry.kind == VisitMoved.__name__ and said["action"] in _TAKES_AWAY:
            return Gone(_TAKES_AWAY[said["action"]], entry.actor_name, entry.at)
        if entry.kind == VisitAssigned.__name__ and technician_id in said["technicians_before"]:
            return Gone("plan", entry.actor_name, entry.at)
    return None


def last_step(uow: UnitOfWork, visit_id: str) -> Step | None:
    """What was last done to a visit; None where nothing was, or so long ago that no event of it is kept."""
    for entry in _history(uow, visit_id):
        if entry.kind == VisitMoved.__name__:
            return Step(entry.payload["action"], entry.actor_name, entry.at, entry.payload["reason"])
    return None


def _history(uow: UnitOfWork, visit_id: str) -> Iterator[OutboxEntry]:
    """What happened to a visit, the newest first, this transaction included."""
    about = OutboxEntry.subject_word == "visit", OutboxEntry.subject_id == visit_id
    kinds = OutboxEntry.kind.in_((VisitAssigned.__name__, VisitMoved.__name__))
    yield from uow.session.scalars(select(OutboxEntry).where(*about, kinds).order_by(OutboxEntry.id.desc()))


def _named(entry: OutboxEntry) -> set[str | None]:
    said = entry.payload
    return {entry.technician, *said.get("technicians_before", ()), *said.get("technicians_after", ())}
