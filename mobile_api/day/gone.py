"""Why something is not on the phone any more, said to whoever carries it; of what nobody was asked for, nothing.

Of a visit that is somebody else's now it is told who that is, as far as an event says that it was theirs before; of
one that never was theirs, nothing: anybody can make up a cursor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from dispatch.domain.events import Event, VisitAssigned, VisitMoved, restored
from dispatch.domain.visit_lifecycle import NOT_DISPATCHED, VisitAction, VisitStatus
from dispatch.services import asking
from dispatch.services.phone_notices import of_assignment, of_step, plan_reason
from dispatch.store.tables import Assignment, OutboxEntry, Shift, Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.notices import names_of
from mobile_api.day.whose import Whose
from mobile_api.day.words import when, why

Because = Mapping[str, Any]
_KINDS = (VisitAssigned.__name__, VisitMoved.__name__)
_ONLY_PLANNED: Because = {"code": "only_planned"}


def reasons(uow: UnitOfWork, who: Whose, names: Sequence[str]) -> dict[str, str]:
    """Document → why it is gone, in the technician's language."""
    if not names:
        return {}
    found: dict[str, Because] = {name: {"code": "old_news"} for name in names}
    found |= {f"shift:{one}": because for one, because in _of_shifts(uow, who, _ids(names, "shift")).items()}
    found |= {f"visit:{one}": because for one, because in _of_visits(uow, who, _ids(names, "visit")).items()}
    called = names_of(uow, found.values())
    return {name: why(because, who.language, called) for name, because in found.items()}


def _ids(names: Iterable[str], kind: str) -> list[str]:
    return [name.partition(":")[2] for name in names if name.startswith(f"{kind}:")]


def _of_shifts(uow: UnitOfWork, who: Whose, shifts: Sequence[str]) -> dict[str, Because]:
    mine = Shift.id.in_(shifts), Shift.technician_id == who.technician.id
    there = set(uow.session.scalars(select(Shift.id).where(*mine))) if shifts else set()
    return {one: {"code": "over" if one in there else "shift_removed"} for one in shifts}


def _of_visits(uow: UnitOfWork, who: Whose, visits: Sequence[str]) -> dict[str, Because]:
    if not visits:
        return {}
    found: dict[str, Because] = {one: {"code": "elsewhere"} for one in visits}
    return found | _by_events(uow, who, visits) | _still_mine(uow, who, visits)


def _still_mine(uow: UnitOfWork, who: Whose, visits: Sequence[str]) -> dict[str, Because]:
    """Of visits that are theirs still: another day, or that the day is over."""
    query = select(Visit, Assignment.start).join(Assignment, Assignment.visit_id == Visit.id)
    mine = Visit.id.in_(visits), Assignment.technician_id == who.technician.id, Visit.status != VisitStatus.CANCELLED
    found: dict[str, Because] = {}
    for visit, start in uow.session.execute(query.where(*mine)):
        later = who.local_date(start) > who.date
        said = when(start.astimezone(who.zone), who.language)
        found[visit.id] = {"code": "other_day", "when": said} if later else {"code": "over"}
        if not asking.was_told(visit):
            found[visit.id] = _ONLY_PLANNED
    return found


def _by_events(uow: UnitOfWork, who: Whose, visits: Sequence[str]) -> dict[str, Because]:
    """What the last event says that took a visit from them."""
    about = OutboxEntry.subject_word == "visit", OutboxEntry.subject_id.in_(visits), OutboxEntry.kind.in_(_KINDS)
    mine = set(uow.session.scalars(_assigned(who, visits)))
    found: dict[str, Because] = {}
    for entry in uow.session.scalars(select(OutboxEntry).where(*about).order_by(OutboxEntry.id)):
        event = restored(entry.kind, entry.payload)
        because = _because(event, who.technician.id, entry.subject_id in mine)
        if because is not None:
            said = isinstance(event, VisitAssigned) and because is not _ONLY_PLANNED
            reason = plan_reason(uow, entry.at) if said else ""
            found[entry.subject_id] = {**because, **({"plan": reason} if reason else {})}
    return found


def _assigned(who: Whose, visits: Sequence[str]) -> Any:
    return select(Assignment.visit_id).where(
        Assignment.visit_id.in_(visits), Assignment.technician_id == who.technician.id
    )


def _because(event: Event, technician: str, mine: bool) -> Because | None:
    if isinstance(event, VisitAssigned):
        if technician not in event.technicians_before or technician in event.technicians_after:
            return None
        news = next((one for one in of_assignment(event) if one.technician == technician), None)
        return _ONLY_PLANNED if news is None else news.because
    assert isinstance(event, VisitMoved)
    if event.action == VisitAction.CANCEL.value and (event.before in NOT_DISPATCHED or not event.asked):
        return _ONLY_PLANNED if mine or event.technician == technician else None
    if event.action == VisitAction.DECLINE.value and event.technician == technician:
        return {"code": "declined"}
    told = of_step(event, (technician,) if mine else ())
    return next((one.because for one in told if one.technician == technician), None)
