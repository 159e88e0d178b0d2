"""An action and its visit: whether it is the technician's, when it can have happened, whether it is so already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, exists, false, func, select

from dispatch.domain.events import instant
from dispatch.domain.visit_lifecycle import FINAL, NOT_DISPATCHED, VisitAction, VisitStatus
from dispatch.services import past_crews, visit_steps
from dispatch.services.field_actions import AlreadySo, MovedAway, NotDispatched, NotYours, VisitEnded
from dispatch.store.queries.rows import locked
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import FieldAction, Job, Outcome, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork

STEPS = frozenset(one.value for one in VisitAction)
"""Kinds that move a visit along, whatever else they do."""

_KEPT = (VisitAction.ACCEPT, VisitAction.DEPART, VisitAction.ARRIVE, VisitAction.START)
"""Steps whose instant the visit keeps for as long as they hold."""
_HOLDS: Mapping[VisitAction, VisitStatus] = {
    VisitAction.PAUSE: VisitStatus.PAUSED,
    VisitAction.RESUME: VisitStatus.WORKING,
}
"""Steps that hold for as long as the visit has this status."""
_THERE_AND_BACK = (
    frozenset({VisitAction.DEPART, VisitAction.TURN_BACK}),
    frozenset({VisitAction.START, VisitAction.PAUSE, VisitAction.RESUME}),
)
"""Steps that undo each other: one that is late must not undo a later one."""
_ALSO_AFTERWARDS = frozenset({"say"})
"""Kinds that who had a visit may still send of it: what they have to say changes nothing for whoever has it now."""

_WHY: Mapping[str, str] = {
    "plan": "the plan was changed",
    "unscheduled": "the plan was changed",
    "recalled": "it was taken back, to be planned again",
    "declined": "it was declined",
    "": "nobody knows why any more",
}


def own_visit(uow: UnitOfWork, visit_id: str, kind: str) -> Visit:
    """The technician's visit, locked after its job, as everybody locks them.

    Raises :class:`NotYours` for one that they never had, whether it exists or not; :class:`NotDispatched` for one that
    is planned for them and was handed to nobody yet; :class:`MovedAway` for one that they no longer have;
    :class:`AlreadySo` for declining what they have declined.
    """
    technician = uow.actor.technician or ""
    job_id = uow.session.scalar(select(Visit.job_id).where(Visit.id == visit_id))
    if job_id is None:
        raise NotYours("That visit is not yours.")
    locked(uow, Job, job_id)
    visit = locked(uow, Visit, visit_id)
    if technician in assigned_technicians(uow.session, visit_id):
        # Once it was dispatched somebody may have begun with it out of reach, which is never dropped.
        if visit.status in NOT_DISPATCHED and not past_crews.handed_over(uow, visit_id):
            raise NotDispatched("That visit is only planned yet; it may still change.")
        return visit
    if not past_crews.had(uow, visit_id, technician):
        raise NotYours("That visit is not yours.")
    if kind in _ALSO_AFTERWARDS:
        return visit
    if kind == VisitAction.DECLINE and technician in visit.never:
        raise AlreadySo("You have declined this visit already.")
    raise _moved_away(uow, visit)


def earliest(uow: UnitOfWork, visit: Visit, kind: str) -> dt.datetime | None:
    """Before this, what the kind says cannot have happened: a step not before another, the rest not before the order.

    None: nothing is known.
    """
    if kind not in STEPS:
        return visit.dispatched_at
    said = uow.session.scalar(select(func.max(FieldAction.happened_at)).where(*_said_since(uow, visit, STEPS)))
    return max((one for one in (said, visit_steps.latest(visit)) if one is not None), default=None)


def look_for_the_step(uow: UnitOfWork, visit: Visit, kind: str, tapped: dt.datetime, device: str) -> None:
    """Raise :class:`AlreadySo`, :class:`VisitEnded` or :class:`MovedAway` where a step comes too late.

    ``tapped``: when it was tapped, on ``device``, however late it came.
    """
    if kind not in STEPS:
        return
    action = VisitAction(kind)
    if action in _KEPT and (since := getattr(visit, visit_steps.SETS[action])) is not None:
        raise AlreadySo("That step was taken already.", at=instant(since), status=visit.status.value)
    if _HOLDS.get(action) is visit.status or _overtaken(uow, visit, action, tapped, device):
        raise AlreadySo("Another phone has said so already, or gone on since.", status=visit.status.value)
    if visit.status in FINAL or action is VisitAction.TURN_BACK:
        _look_at_the_end(uow, visit, action)
    if visit.status in NOT_DISPATCHED:
        raise _moved_away(uow, visit)


def _overtaken(uow: UnitOfWork, visit: Visit, action: VisitAction, tapped: dt.datetime, device: str) -> bool:
    for group in _THERE_AND_BACK:
        if action in group:
            elsewhere = FieldAction.device_id != device, FieldAction.happened_at > tapped
            later = exists().where(*_said_since(uow, visit, group), *elsewhere)
            return bool(uow.session.scalar(select(later)))
    return False


def _said_since(uow: UnitOfWork, visit: Visit, kinds: Collection[str]) -> list[ColumnElement[bool]]:
    """What those who have the visit have said of it since it was handed over: before that it was another errand."""
    if visit.dispatched_at is None:
        return [false()]
    return [
        FieldAction.visit_id == visit.id,
        FieldAction.outcome == Outcome.APPLIED,
        FieldAction.kind.in_(sorted(kinds)),
        FieldAction.technician_id.in_(assigned_technicians(uow.session, visit.id)),
        FieldAction.happened_at >= visit.dispatched_at,
    ]


def _look_at_the_end(uow: UnitOfWork, visit: Visit, action: VisitAction) -> None:
    last = past_crews.last_step(uow, visit.id)
    by, at = (last.by, instant(last.at)) if last is not None else ("", "")
    if last is not None and last.action == action:
        raise AlreadySo("That step was taken already.", at=at, by=by, status=visit.status.value)
    if visit.status in FINAL:
        told = {"status": visit.status.value, "action": last.action if last is not None else "", "by": by, "at": at}
        raise VisitEnded(f"The visit is {visit.status.value.replace('_', ' ')}" + (f" by {by}." if by else "."), **told)


def _moved_away(uow: UnitOfWork, visit: Visit) -> MovedAway:
    """Says who has the visit now, and how it went away, as far as a colleague may know."""
    technician = uow.actor.technician or ""
    crew = [one for one in assigned_technicians(uow.session, visit.id) if one != technician]
    named = list(uow.session.scalars(select(Technician.name).where(Technician.id.in_(crew)).order_by(Technician.name)))
    how = past_crews.gone(uow, visit.id, technician)
    because = how.because if how is not None else ""
    facts = {"because": because, "to": named, "status": visit.status.value}
    if how is not None:
        facts |= {"by": how.by, "at": instant(how.at)}
    now = f" {' and '.join(named)} {'have' if len(named) > 1 else 'has'} it now." if named else ""
    return MovedAway(f"The visit is not yours any more: {_WHY[because]}.{now}", **facts)
