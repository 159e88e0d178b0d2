"""Disputes: what technicians did and could not be applied, for a dispatcher to look at and settle.

The technician was there. So whoever settles either leaves it refused and says why, or lets it be true after all: the
visit is given back to the technician where it has moved away, and what was done is done at its corrected instant. As
far as the lifecycle lets it: what is impossible is refused, says why, and the dispute stays open.

A phone sends one action after the other. To settle one settles those that it follows along with it: who was there to
complete a visit had accepted it, had driven there and had begun.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Select, or_, select

from dispatch.domain.errors import DispatchError, Invalid, NotFound
from dispatch.domain.events import DisputeSettled, instant
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services.handing_back import hand_back, shift_around
from dispatch.services.rights import require, require_sight
from dispatch.store.queries.rows import locked
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import Decision, Dispute, FieldAction, Job, Technician, User, Visit
from dispatch.store.unit_of_work import UnitOfWork

Apply = Callable[[UnitOfWork, FieldAction], None]
"""Does what an action says, in the technician's name; refuses with a :class:`DispatchError`."""
_NOTE_LENGTH = 500


class SettledAlready(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Somebody has settled the dispute. ``decision``, ``by`` and ``at`` in the facts say who, when and how."""

    code, title = "settled-already", "Somebody has settled it already"


class CannotApply(DispatchError):  # noqa: N818
    """It cannot be made true. ``action``, ``kind`` and ``code`` in the facts say what failed, and at what."""

    code, title = "cannot-apply", "That cannot be made true"


def disputes(
    uow: UnitOfWork,
    state: Dispute | None = None,
    *,
    technician_id: str | None = None,
    visit_id: str | None = None,
    territory_id: str | None = None,
) -> Select[FieldAction, Technician, Job, str]:
    """Disputes within the actor's territories: action, technician, the job of its visit, and who settled it (a name).

    The last two are None where there are none. Raises :class:`Forbidden` for who does not act on visits.
    """
    require(uow, Right.ACT_ON_VISITS)
    query = (
        select(FieldAction, Technician, Job, User.name)
        .join(Technician, Technician.id == FieldAction.technician_id)
        .join(User, User.id == FieldAction.settled_by, isouter=True)
        .join(Visit, Visit.id == FieldAction.visit_id, isouter=True)
        .join(Job, Job.id == Visit.job_id, isouter=True)
        .where(FieldAction.dispute.in_(list(Dispute)) if state is None else FieldAction.dispute == state)
    )
    if mine := sorted(uow.actor.territories):
        query = query.where(or_(FieldAction.territory_id.is_(None), FieldAction.territory_id.in_(mine)))
    for column, value in (
        (FieldAction.technician_id, technician_id),
        (FieldAction.visit_id, visit_id),
        (FieldAction.territory_id, territory_id),
    ):
        if value is not None:
            query = query.where(column == value)
    return query


def seen(uow: UnitOfWork, user_id: str, action_id: str) -> FieldAction:
    """A dispute that the actor may see. Raises :class:`NotFound`."""
    row = uow.session.get(FieldAction, (user_id, action_id))
    if row is None or row.dispute is None:
        raise NotFound(f"There is no dispute about the action {action_id!r}.", what="dispute", id=action_id)
    require_sight(uow, Right.ACT_ON_VISITS, row.territory_id, "dispute", action_id)
    return row


def settle(
    uow: UnitOfWork, user_id: str, action_id: str, decision: Decision, note: str, apply: Apply
) -> list[FieldAction]:
    """Settle a dispute, and the open ones that it follows. The settled ones, in the order in which they happened.

    ``apply`` is what makes an action true. To leave an action refused takes a ``note`` that says why. Raises
    :class:`NotFound`, :class:`Forbidden`, :class:`Invalid`, :class:`SettledAlready` or, where it cannot be made true,
    :class:`CannotApply` or :class:`~dispatch.services.handing_back.CannotHandBack`.
    """
    row = seen(uow, user_id, action_id)
    require(uow, Right.ACT_ON_VISITS, row.territory_id)
    note = note.strip()
    if decision is Decision.LEAVE and not note:
        error = {"place": "note", "value": "", "problem": "it is empty", "remedy": "say why it stays refused"}
        raise Invalid("note: say why it stays refused; the technician will read it.", errors=[error])
    chain = _chain(uow, row)
    given_back = decision is Decision.APPLY and _make_true(uow, chain, apply)
    for one in chain:
        one.dispute, one.decision, one.note = Dispute.SETTLED, decision, note[:_NOTE_LENGTH]
        one.settled_at, one.settled_by = uow.now, uow.actor.id
    uow.record(
        DisputeSettled(
            action=row.id,
            user=row.user_id,
            kind_of_action=row.kind,
            decision=decision.value,
            visit=row.visit_id or "",
            with_it=tuple(one.id for one in chain if one is not row),
            given_back=given_back,
            territory=row.territory_id,
            technician=row.technician_id,
        )
    )
    return chain


def _chain(uow: UnitOfWork, row: FieldAction) -> list[FieldAction]:
    """The open dispute and the open ones that it follows, locked, the first first. Raises :class:`SettledAlready`."""
    chain: list[FieldAction] = []
    after: str | None = row.id
    while after is not None:
        mine = FieldAction.user_id == row.user_id, FieldAction.id == after
        query = select(FieldAction).where(*mine).with_for_update().execution_options(populate_existing=True)
        one = uow.session.scalar(query)
        if one is None or one.dispute is not Dispute.OPEN or one.visit_id != row.visit_id or one in chain:
            break
        chain.append(one)
        after = one.after_id
    if not chain:
        settled = {"decision": row.decision, "by": row.settled_by, "at": instant(row.settled_at or uow.now)}
        raise SettledAlready("Somebody has settled this dispute meanwhile; read it again.", **settled)
    return chain[::-1]


def _make_true(uow: UnitOfWork, chain: list[FieldAction], apply: Apply) -> bool:
    """Apply them all; whether the visit had to be given back for that."""
    first, given_back = chain[0], False
    if first.visit_id is not None:
        job_id = uow.get(Visit, first.visit_id).job_id
        job, visit = locked(uow, Job, job_id), locked(uow, Visit, first.visit_id)
        require(uow, Right.ACT_ON_VISITS, visit.territory_id)  # it may lie elsewhere by now
        technician = uow.get(Technician, first.technician_id)
        if chain[-1].kind == VisitAction.DECLINE and technician.id not in assigned_technicians(uow.session, visit.id):
            raise _nothing_to_decline(chain[-1], technician)
        given_back = hand_back(uow, job, visit, technician, _since(uow, job, technician, chain))
    for one in chain:
        try:
            apply(uow, one)
        except DispatchError as refusal:
            told = {"action": one.id, "kind": one.kind, "code": refusal.code, "because": dict(refusal.facts)}
            raise CannotApply(f"{one.kind.replace('_', ' ')}: {refusal.detail}", **told) from None
    return given_back


def _since(uow: UnitOfWork, job: Job, technician: Technician, chain: list[FieldAction]) -> dt.datetime:
    """From when on they have had the visit: the first of what they did that happened around a shift of theirs.

    A phone whose battery was flat may believe in another year. What it says of then happened when there was the job
    already; where nothing else is known of when, as late as we heard of it.
    """
    instants = [max(one.happened_at, job.received_at) for one in chain]
    heard = [chain[-1].received_at] if chain[-1].happened_at < job.received_at else []
    return next((at for at in (*instants, *heard) if shift_around(uow, technician, at) is not None), instants[0])


def _nothing_to_decline(row: FieldAction, technician: Technician) -> CannotApply:
    said = f"decline: the visit is not {technician.name}'s any more, so it need not be taken from them. Leave it."
    return CannotApply(said, action=row.id, kind=row.kind, code="moved-away", because={})
