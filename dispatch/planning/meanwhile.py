"""What has happened since somebody looked: whether it matters to a publication, and what to tell who was overtaken.

Ids of events become visible out of order on PostgreSQL, because transactions commit in another order than they began.
So a look at the outbox remembers which of the newest ids it has seen, and not only the highest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import instant
from dispatch.store.tables import Job, OutboxEntry, PlanRow, Visit

_WINDOW = 1000
"""More ids than transactions are ever under way at one moment."""
_TOLD = 50
"""Changes that are named to who was overtaken; their number is told besides."""

MATTERS = frozenset(
    {
        "JobMoved",
        "JobChanged",
        "VisitMoved",
        "VisitChanged",
        "VisitExtended",
        "PersonChanged",
        "ShiftChanged",
        "AbsenceRecorded",
        "SlotHeld",
        "HoldEnded",
    }
)
"""Kinds of events that change what a plan can do with the visits and technicians they are about."""
CONCERNS_ALL = frozenset({"FenceSet", "TerritoryLocked"})
"""Kinds of events that change what a plan may do at all."""
_TOLD_KINDS = MATTERS | CONCERNS_ALL | {"PlanPublished", "VisitAssigned", "JobReceived", "VisitAdded"}


class Overtaken(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Another plan was published than the one that was seen. ``changed`` in the facts says what happened since."""

    code, title = "overtaken", "Another plan was published meanwhile"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the outbox: the ids above ``floor`` that could be seen."""

    floor: int
    seen: frozenset[int]


def look(session: Session) -> Look:
    """Look, before anything else is read: what comes later may be seen or not, and counts as new."""
    top = session.scalar(select(func.max(OutboxEntry.id))) or 0
    floor = max(0, top - _WINDOW)
    return Look(floor, frozenset(session.scalars(select(OutboxEntry.id).where(OutboxEntry.id > floor))))


def matters_since(session: Session, before: Look, concerned: Collection[str]) -> bool:
    """Whether something has happened since the look to one of these visits, their jobs, or technicians."""
    entries = session.scalars(
        select(OutboxEntry).where(OutboxEntry.id > before.floor, OutboxEntry.kind.in_(sorted(MATTERS | CONCERNS_ALL)))
    )
    new = [entry for entry in entries if entry.id not in before.seen]
    if any(entry.kind in CONCERNS_ALL for entry in new):
        return True
    about = {
        name
        for entry in new
        for name in (entry.subject_id, entry.technician, entry.payload.get("person"), entry.payload.get("job"))
        if name
    }
    if not about:
        return False
    jobs = select(Visit.job_id).where(Visit.id.in_(sorted(concerned)))
    return not about.isdisjoint(concerned) or not about.isdisjoint(session.scalars(jobs))


def overtaken(session: Session, expected: int, edition: int) -> Overtaken:
    """The refusal for somebody who decided on edition ``expected`` when ``edition`` is published."""
    changed, count = changes_since(session, expected)
    return Overtaken(
        f"You decided on edition {expected} of the plan; edition {edition} is published by now. "
        "Look at what changed, and approve again with the edition that you have seen.",
        expected=expected,
        edition=edition,
        changes=count,
        changed=changed,
    )


def changes_since(session: Session, edition: int) -> tuple[list[dict[str, Any]], int]:
    """What happened after an edition was published, the newest first, and how many changes there are in all."""
    plan = session.scalar(select(PlanRow.id).where(PlanRow.edition == edition))
    since = session.scalar(
        select(func.max(OutboxEntry.id)).where(OutboxEntry.kind == "PlanPublished", OutboxEntry.subject_id == plan)
    )
    told = (OutboxEntry.id > (since or 0), OutboxEntry.kind.in_(sorted(_TOLD_KINDS)))
    count = session.scalar(select(func.count()).select_from(OutboxEntry).where(*told)) or 0
    entries = session.scalars(select(OutboxEntry).where(*told).order_by(OutboxEntry.id.desc()).limit(_TOLD)).all()
    numbers = _numbers(session, entries)
    return [_told(entry, numbers) for entry in entries], count


def _numbers(session: Session, entries: Sequence[OutboxEntry]) -> dict[str, str]:
    jobs = {entry.payload["job"] for entry in entries if entry.payload.get("job")}
    return {row.id: row.number for row in session.execute(select(Job.id, Job.number).where(Job.id.in_(sorted(jobs))))}


def _told(entry: OutboxEntry, numbers: dict[str, str]) -> dict[str, Any]:
    facts = {
        "at": instant(entry.at),
        "by": entry.actor_name,
        "event": entry.kind,
        entry.subject_word: entry.subject_id,
        "number": numbers.get(entry.payload.get("job", "")),
        "action": entry.payload.get("action"),
        "edition": entry.payload.get("edition"),
    }
    return {name: value for name, value in facts.items() if value is not None}
