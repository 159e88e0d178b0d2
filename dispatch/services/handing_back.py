"""Giving a visit to a technician by hand, at once: for a dispatcher who settles that they were there.

The published plan is the assignments; here one visit's are replaced, as a publication would. A visit that takes several
goes back to the crew that the technician was last in. What cannot be undone is refused, and says why: a visit that is
over, or that somebody else is on. Whoever settles says by an event that it was given back, which asks for a new plan:
one's day has a visit more than was planned for, and another's a gap.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select

from dispatch.domain.errors import DispatchError
from dispatch.domain.events import VisitAssigned, instant
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, NOT_DISPATCHED, VisitAction, VisitStatus
from dispatch.services import asking, past_crews, visits
from dispatch.store.tables import Assignment, Job, Shift, Technician, Visit
from dispatch.store.unit_of_work import UnitOfWork

_AROUND = dt.timedelta(hours=4)
"""So far outside of a shift somebody can have been at work in it."""


class CannotHandBack(DispatchError):  # noqa: N818  a refusal reads as what is said
    """The visit cannot be given to that technician any more."""

    code, title = "cannot-hand-back", "The visit cannot be given back"


def hand_back(uow: UnitOfWork, job: Job, visit: Visit, technician: Technician, at: dt.datetime) -> bool:
    """Let the technician have had the visit from ``at`` on, dispatched; whether they did not have it any more.

    ``job`` and ``visit`` are locked. Nothing happens where they have it and were told. Who asks has checked the rights.
    Raises :class:`CannotHandBack`.
    """
    stops = uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit.id)).all()
    before = tuple(stop.technician_id for stop in sorted(stops, key=lambda stop: stop.role))
    moved_away = technician.id not in before
    if moved_away:
        _check(uow, visit, before)
        planned = stops[0].start if stops else None
        crew = _crew(uow, visit, technician)
        _assign(uow, visit, crew, at, planned)
        _tell(uow, visit, crew, before, planned, at)
        if visit.status is not VisitStatus.OPEN:
            visits.step(uow, job, visit, VisitAction.REASSIGN, at, "", None, technician.id)
    if visit.status is VisitStatus.OPEN:
        visits.step(uow, job, visit, VisitAction.SCHEDULE, at, "", None, technician.id)
    if visit.status is VisitStatus.SCHEDULED:
        visits.step(uow, job, visit, VisitAction.DISPATCH, at, "", None, technician.id)
        asking.ask(uow, [visit.id])
    return moved_away


def _check(uow: UnitOfWork, visit: Visit, crew: tuple[str, ...]) -> None:
    others = uow.session.scalars(select(Technician.name).where(Technician.id.in_(crew)).order_by(Technician.name))
    named = " and ".join(others) or "somebody else"
    if visit.status in FINAL:
        raise CannotHandBack(
            f"The visit is {visit.status.value.replace('_', ' ')}, with {named}; what is over stays as it is. Leave "
            "the dispute and say in its note what was done, or add a visit to the job."
        )
    if visit.status in COMMITTED:
        raise CannotHandBack(f"{named} is on it ({visit.status.value.replace('_', ' ')}). Recall the visit first.")


def _crew(uow: UnitOfWork, visit: Visit, technician: Technician) -> tuple[Technician, ...]:
    """Who is to have the visit, role by role: the technician, with those with whom they last had it."""
    if len(visit.roles) == 1:
        return (technician,)
    ids = past_crews.crew_with(uow, visit.id, technician.id)
    if len(ids) != len(visit.roles):
        raise CannotHandBack(
            f"The visit needs {len(visit.roles)} technicians, and nothing says who was there with {technician.name}. "
            "Give it to them in a draft of the plan first."
        )
    return tuple(uow.get(Technician, one) for one in ids)


def _assign(
    uow: UnitOfWork, visit: Visit, crew: tuple[Technician, ...], at: dt.datetime, planned: dt.datetime | None
) -> None:
    shifts = [shift_around(uow, one, at) for one in crew]
    edition = uow.session.scalar(select(func.max(Assignment.edition))) or 0
    start = max(at, planned or at)
    uow.session.execute(delete(Assignment).where(Assignment.visit_id == visit.id))
    for role, (one, shift) in enumerate(zip(crew, shifts, strict=True)):
        if shift is None:
            raise CannotHandBack(f"{one.name} has no shift around {instant(at)}. Add one first.")
        last = uow.session.scalar(select(func.max(Assignment.position)).where(Assignment.shift_id == shift.id))
        uow.session.add(
            Assignment(
                visit_id=visit.id,
                role=role,
                technician_id=one.id,
                shift_id=shift.id,
                position=0 if last is None else last + 1,
                arrival=start,
                start=start,
                end=start + dt.timedelta(seconds=visit.duration),
                edition=edition,
            )
        )
    there = {one.id for one in crew}
    visit.never = [one for one in visit.never if one not in there]
    # A pin names one technician: a crew is held together by what it does next, as any that was handed over.
    visit.pin = {"technician": crew[0].id} if len(crew) == 1 else {}
    uow.session.flush()


def shift_around(uow: UnitOfWork, technician: Technician, at: dt.datetime) -> Shift | None:
    """The technician's shift that is nearest to an instant; None where they were not at work around it."""
    near = Shift.starts_at <= at + _AROUND, Shift.ends_at > at - _AROUND
    shifts = uow.session.scalars(select(Shift).where(Shift.technician_id == technician.id, *near)).all()
    return min(shifts, key=lambda one: max(one.starts_at - at, at - one.ends_at), default=None)


def _tell(
    uow: UnitOfWork,
    visit: Visit,
    crew: tuple[Technician, ...],
    before: tuple[str, ...],
    planned: dt.datetime | None,
    at: dt.datetime,
) -> None:
    uow.record(
        VisitAssigned(
            visit=visit.id,
            job=visit.job_id,
            technicians_before=before,
            technicians_after=tuple(one.id for one in crew),
            start_before=None if planned is None else instant(planned),
            start_after=instant(max(at, planned or at)),
            dispatched_before=visit.status not in NOT_DISPATCHED,
            asked_before=asking.was_told(visit),
            territory=visit.territory_id,
            technician=crew[0].id,
        )
    )
