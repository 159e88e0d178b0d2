"""Parts: what is used of a van's stock, what is needed besides, and what should still be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from dispatch.domain.errors import DispatchError, TooMany
from dispatch.domain.events import PartRequested, PartUsed, instant
from dispatch.domain.ids import new_id
from dispatch.domain.job_lifecycle import JobAction, JobStatus
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import FINAL
from dispatch.services import duty, jobs
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require, require_sight
from dispatch.store.queries.parts import gone_from_van, uses_of
from dispatch.store.queries.rows import chunks, locked
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import (
    Assignment,
    Job,
    JobType,
    PartRequest,
    PartRequestStatus,
    PartUse,
    Technician,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.validation import MAX_QUANTITY

PART_LENGTH = 80
PARTS_AT_MOST = 50
"""How many parts may be asked for at once."""
MOST_OF_A_VISIT = 500
"""So often parts can be taken for one visit, and so many can be asked for."""
NEGATIVE = "van-negative"
"""The warning that a van has given more than it is known to have carried."""

_S = PartRequestStatus
STEPS: Mapping[str, tuple[frozenset[PartRequestStatus], PartRequestStatus]] = {
    "order": (frozenset({_S.OPEN}), _S.ORDERED),
    "arrive": (frozenset({_S.OPEN, _S.ORDERED}), _S.ARRIVED),
    "cancel": (frozenset({_S.OPEN, _S.ORDERED}), _S.CANCELLED),
    "reopen": (frozenset({_S.ORDERED, _S.CANCELLED}), _S.OPEN),
}
"""What the office does about a part that somebody needs: from where, to where."""


class NoSuchStep(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The request for a part stands where that cannot be done. ``allowed`` in the facts says what can."""

    code, title = "no-such-step", "That cannot be done with the request any more"


# -- used --------------------------------------------------------------------------------------------------------------


def use(uow: UnitOfWork, visit: Visit, part: str, quantity: float, at: dt.datetime) -> Mapping[str, Any]:
    """Somebody took a part from their van for a visit that they may see; less than nothing: put it back.

    They were there, so it is taken down even where the van cannot have had it: then ``warning`` is :data:`NEGATIVE`.
    ``left``: how much should still be there. Raises :class:`Invalid` for what is no part or no quantity, or where more
    would be put back than was taken; and :class:`TooMany`.
    """
    complaints = Complaints()
    part = complaints.text("part", part, PART_LENGTH, required=True)
    _check_quantity(complaints, "quantity", quantity, -MAX_QUANTITY)
    complaints.raise_any()
    visit = locked(uow, Visit, visit.id)
    _check_count(uow, PartUse, visit.id)
    technician_id = _who(uow, visit)
    taken = uses_of(uow.session, [visit.id]).get(visit.id, {}).get(technician_id, {}).get(part, 0)
    if round(taken + quantity, 3) < 0:
        complaints.say("quantity", quantity, f"puts back more than the {taken:g} that were taken", "correct it")
        complaints.raise_any()
    uow.session.add(
        PartUse(
            id=new_id("use"),
            visit_id=visit.id,
            technician_id=technician_id,
            part=part,
            quantity=quantity,
            at=at,
            told_at=uow.now,
        )
    )
    uow.session.flush()
    left = {one["part"]: one["quantity"] for one in van(uow, technician_id, at)}.get(part, 0)
    uow.record(
        PartUsed(
            visit=visit.id,
            job=visit.job_id,
            part=part,
            quantity=quantity,
            left=left,
            territory=visit.territory_id,
            technician=technician_id,
        )
    )
    facts = {"part": part, "used": round(taken + quantity, 3), "left": left}
    return {**facts, "warning": NEGATIVE} if left < 0 else facts


def used(uow: UnitOfWork, visit_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What was used on these visits, by visit: ``{"part", "quantity", "at"}`` with ``at`` when it was last taken.

    What was taken and put back again is there with nothing; visits on which nobody said anything are left out.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for chunk in chunks(visit_ids):
        query = select(PartUse.visit_id, PartUse.part, func.sum(PartUse.quantity), func.max(PartUse.at))
        query = query.where(PartUse.visit_id.in_(chunk)).group_by(PartUse.visit_id, PartUse.part)
        for visit_id, part, quantity, at in uow.session.execute(query.order_by(PartUse.visit_id, PartUse.part)):
            found.setdefault(visit_id, []).append({"part": part, "quantity": round(quantity, 3), "at": instant(at)})
    return found


def van(uow: UnitOfWork, technician_id: str, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """What should be on a technician's van then (or now), ``{"part", "quantity"}``; negative where more was used.

    That is what it carries at the start of a shift, less what is gone in the course of the one that they are on. Who is
    not at work has their van filled up again.
    """
    left = {part: float(quantity) for part, quantity in uow.get(Technician, technician_id).capacity.items()}
    visits = _of_this_shift(uow, technician_id, at or uow.now)
    uses = uses_of(uow.session, [visit.id for visit in visits])
    for part, quantity in gone_from_van(visits, uses, technician_id).items():
        left[part] = round(left.get(part, 0) - quantity, 3)
    return [{"part": part, "quantity": left[part]} for part in sorted(left)]


def known(uow: UnitOfWork) -> list[str]:
    """The names of all parts that vans carry or that kinds of work need."""
    names: set[str] = set()
    for capacity in uow.session.scalars(select(Technician.capacity).where(Technician.active)):
        names |= set(capacity)
    for demand in uow.session.scalars(select(JobType.demand).where(JobType.active)):
        names |= set(demand)
    return sorted(names)


# -- needed ------------------------------------------------------------------------------------------------------------


def request(
    uow: UnitOfWork,
    visit: Visit,
    part: str,
    quantity: float,
    at: dt.datetime,
    *,
    urgent: bool = False,
    note: str = "",
    holds_up: bool = False,
) -> PartRequest:
    """Somebody needs a part for the job of a visit that they may see. ``holds_up``: the job waits for it.

    Raises :class:`Invalid` or :class:`TooMany`.
    """
    complaints = Complaints()
    part = complaints.text("part", part, PART_LENGTH, required=True)
    note = complaints.text("note", note, 500)
    _check_quantity(complaints, "quantity", quantity, 0.001)
    complaints.raise_any()
    _check_count(uow, PartRequest, visit.id)
    row = PartRequest(
        id=new_id("part"),
        visit_id=visit.id,
        job_id=visit.job_id,
        territory_id=visit.territory_id,
        technician_id=uow.actor.technician or next(iter(assigned_technicians(uow.session, visit.id)), None),
        part=part,
        quantity=quantity,
        urgent=urgent,
        holds_up=holds_up,
        note=note,
        status=PartRequestStatus.OPEN,
        at=at,
    )
    uow.session.add(row)
    _tell(uow, row)
    return row


def requests(uow: UnitOfWork, visit_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The parts asked for at these visits, by visit and in their order:
    ``{"id", "part", "quantity", "urgent", "note", "at", "status"}``.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for chunk in chunks(visit_ids):
        query = select(PartRequest).where(PartRequest.visit_id.in_(chunk)).order_by(PartRequest.at, PartRequest.id)
        for row in uow.session.scalars(query):
            found.setdefault(row.visit_id, []).append(
                {
                    "id": row.id,
                    "part": row.part,
                    "quantity": row.quantity,
                    "urgent": row.urgent,
                    "note": row.note,
                    "at": instant(row.at),
                    "status": row.status.value,
                }
            )
    return found


def to_take(uow: UnitOfWork, visits: Collection[Visit]) -> dict[str, list[dict[str, Any]]]:
    """What is to be taken along to these visits, ``{"part", "quantity"}`` by visit and part.

    That is what each asks for, and to one that is still to be done also what has arrived for its job since.
    """
    wanted = {visit.id: {part: float(quantity) for part, quantity in visit.demand.items()} for visit in visits}
    ahead = {visit.job_id: visit for visit in sorted(visits, key=lambda one: one.sequence) if visit.status not in FINAL}
    for chunk in chunks(ahead):
        arrived = select(PartRequest).where(
            PartRequest.job_id.in_(chunk), PartRequest.status == PartRequestStatus.ARRIVED
        )
        for row in uow.session.scalars(arrived):
            visit = ahead[row.job_id]
            if row.visit_id != visit.id:
                taken = wanted[visit.id]
                taken[row.part] = max(taken.get(row.part, 0), row.quantity)
    return {
        visit_id: [{"part": part, "quantity": quantity} for part, quantity in sorted(parts.items())]
        for visit_id, parts in wanted.items()
    }


def found(
    uow: UnitOfWork,
    *,
    statuses: Sequence[PartRequestStatus] = (),
    urgent: bool | None = None,
    job_id: str | None = None,
) -> Select[PartRequest, Job]:
    """The parts that somebody needs, with their jobs, within the actor's territories."""
    require(uow, Right.READ_JOBS)
    query = select(PartRequest, Job).join(Job, Job.id == PartRequest.job_id)
    if statuses:
        query = query.where(PartRequest.status.in_(statuses))
    if urgent is not None:
        query = query.where(PartRequest.urgent.is_(urgent))
    if job_id is not None:
        query = query.where(PartRequest.job_id == job_id)
    if uow.actor.territories:
        mine = PartRequest.territory_id.in_(uow.actor.territories) | PartRequest.territory_id.is_(None)
        query = query.where(mine)
    return query


def seen(uow: UnitOfWork, request_id: str) -> PartRequest:
    """The request, if the actor may see it. Raises :class:`NotFound`."""
    row = uow.get(PartRequest, request_id)
    require_sight(uow, Right.READ_JOBS, row.territory_id, "part request", request_id)
    return row


def allowed(uow: UnitOfWork, row: PartRequest) -> list[str]:
    """What the actor may do about it now."""
    if not (uow.actor.may(Right.CHANGE_JOBS) and uow.actor.covers(row.territory_id)):
        return []
    return [step for step, (before, _) in STEPS.items() if row.status in before]


def act(uow: UnitOfWork, request_id: str, step: str) -> PartRequest:
    """``order``, ``arrive``, ``cancel`` or ``reopen`` a request.

    Once all that a job waits for has arrived (or is not wanted any more), the job goes on and gets a visit to do it.
    Raises :class:`NotFound`, :class:`Forbidden` or :class:`NoSuchStep`.
    """
    row = uow.get(PartRequest, request_id)
    require_sight(uow, Right.CHANGE_JOBS, row.territory_id, "part request", request_id)
    job = locked(uow, Job, row.job_id)
    row = locked(uow, PartRequest, request_id)
    before, after = STEPS[step]
    if row.status not in before:
        can = allowed(uow, row)
        raise NoSuchStep(
            f"The part is {row.status.value}" + (f"; you can {' or '.join(can)} it." if can else "."),
            status=row.status.value,
            allowed=can,
        )
    row.status = after
    _tell(uow, row)
    if after in (_S.ARRIVED, _S.CANCELLED):
        _go_on(uow, job)
    return row


# -- parts -------------------------------------------------------------------------------------------------------------


def _go_on(uow: UnitOfWork, job: Job) -> None:
    """Let the job that waited go on, with a visit, unless something is still to come or nothing has."""
    if job.status is not JobStatus.WAITING_FOR_PARTS:
        return
    mine = select(PartRequest.status).where(PartRequest.job_id == job.id, PartRequest.holds_up)
    statuses = set(uow.session.scalars(mine))
    if statuses & {_S.OPEN, _S.ORDERED} or _S.ARRIVED not in statuses:
        return
    jobs.act(uow, job.id, JobAction.PARTS_ARRIVED)
    unfinished = select(Visit.id).where(Visit.job_id == job.id, Visit.status.not_in(FINAL))
    if uow.session.scalar(unfinished.limit(1)) is None:
        jobs.add_visit(uow, job.id)


def _tell(uow: UnitOfWork, row: PartRequest) -> None:
    uow.session.flush()
    uow.record(
        PartRequested(
            request=row.id,
            visit=row.visit_id,
            job=row.job_id,
            part=row.part,
            quantity=row.quantity,
            urgent=row.urgent,
            status=row.status.value,
            territory=row.territory_id,
            technician=row.technician_id,
        )
    )


def _who(uow: UnitOfWork, visit: Visit) -> str:
    """Whose van it is: that of who says so, or of the first of the crew where somebody else says so for them."""
    technician = uow.actor.technician or next(iter(assigned_technicians(uow.session, visit.id)), None)
    if technician is None:
        complaints = Complaints()
        complaints.say("visit", visit.id, "is nobody's, so no van gives the part", "assign it first")
        complaints.raise_any()
    assert technician is not None
    return technician


def _of_this_shift(uow: UnitOfWork, technician_id: str, at: dt.datetime) -> list[Visit]:
    """The visits of the shift that the technician was on then, as the published plan has them."""
    shift = duty.on_duty(uow, technician_id, at)
    if shift is None:
        return []
    mine = select(Visit).join(Assignment, Assignment.visit_id == Visit.id)
    mine = mine.where(Assignment.technician_id == technician_id, Assignment.shift_id == shift.id)
    return list(uow.session.scalars(mine.order_by(Visit.id)))


def _check_count(uow: UnitOfWork, table: type[PartUse] | type[PartRequest], visit_id: str) -> None:
    there = uow.session.scalar(select(func.count()).where(table.visit_id == visit_id)) or 0
    if there >= MOST_OF_A_VISIT:
        raise TooMany(f"That was said {there} times of this visit, which is the most.", limit=MOST_OF_A_VISIT)


def _check_quantity(complaints: Complaints, place: str, quantity: float, least: float) -> None:
    if not least <= quantity <= MAX_QUANTITY:  # also for what is no number at all
        complaints.say(place, quantity, f"must lie between {least:g} and {MAX_QUANTITY:g}", "correct it")
    elif round(quantity, 3) != quantity:
        complaints.say(place, quantity, "has more than three decimals", "round it")
