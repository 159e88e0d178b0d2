"""Splitting a visit into several that follow each other, and joining two of a job into one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import PLANNABLE, VisitAction
from dispatch.services import jobs, visits
from dispatch.services.complaints import Complaints
from dispatch.services.history import last_changed
from dispatch.services.rights import require_sight
from dispatch.store.queries.rows import locked
from dispatch.store.tables import Job, Visit
from dispatch.store.unit_of_work import UnitOfWork

MOST_PARTS = 10


class CannotJoin(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Two visits that cannot be one, or one that has gone too far."""

    code, title = "cannot-join", "These visits cannot be put together or taken apart"


def split(uow: UnitOfWork, visit_id: str, durations: Sequence[int]) -> list[Visit]:
    """The visit in parts of these durations (seconds), one after another; it is itself the first of them.

    What it asks for is asked for each of them, what it uses up only for the first. What came after it comes after the
    last. Raises :class:`NotFound`, :class:`Forbidden`, :class:`CannotJoin` once somebody is on it, and
    :class:`Invalid`.
    """
    visit = _planned(uow, visit_id)
    complaints = Complaints()
    if not 2 <= len(durations) <= MOST_PARTS:
        complaints.say("durations", len(durations), f"a visit is split into 2 to {MOST_PARTS} parts", "name them all")
    complaints.raise_any()
    followers = list(uow.session.scalars(select(Visit).where(Visit.after_id == visit_id)))
    later = [one for one in _of_job(uow, visit.job_id) if one.sequence > visit.sequence]
    visits.change(uow, visit_id, duration=durations[0])
    parts = [visit]
    for duration in durations[1:]:
        asked = {name: getattr(visit, name) for name in ("roles", "windows", "only", "never", "preferred", "drop_cost")}
        part = jobs.add_visit(uow, visit.job_id, **asked, duration=duration, demand={}, after_id=parts[-1].id)
        parts.append(part)
    for follower in followers:
        visits.change(uow, follower.id, after_id=parts[-1].id)
    _renumber(uow, [*parts, *later], visit.sequence)
    return parts


def join(uow: UnitOfWork, visit_id: str, other_id: str) -> Visit:
    """Both visits of a job as one: the first takes as long as both and uses up what both do; the other is cancelled.

    Raises :class:`NotFound`, :class:`Forbidden`, and :class:`CannotJoin` for visits of two jobs, with other crews, or
    that have gone too far.
    """
    visit, other = _planned(uow, visit_id), _planned(uow, other_id)
    if visit.id == other.id or visit.job_id != other.job_id:
        raise CannotJoin("Only two visits of one job can be joined.", visits=[visit_id, other_id])
    if visit.roles != other.roles:
        raise CannotJoin("They ask for other people; change one of them first.", visits=[visit_id, other_id])
    followers = [
        one for one in uow.session.scalars(select(Visit).where(Visit.after_id == other_id)) if one is not visit
    ]
    demand = {
        name: round(visit.demand.get(name, 0) + other.demand.get(name, 0), 3) for name in visit.demand | other.demand
    }
    changed = {"duration": visit.duration + other.duration, "demand": demand}
    if visit.after_id == other_id:
        visits.change(uow, visit_id, after_id=other.after_id)
    visits.change(uow, visit_id, **changed)
    for follower in followers:
        visits.change(uow, follower.id, after_id=visit_id)
    visits.act(uow, other_id, VisitAction.CANCEL, reason="joined with another visit")
    return visit


def _planned(uow: UnitOfWork, visit_id: str) -> Visit:
    """The visit, with its job locked. Raises :class:`CannotJoin` where somebody is on it, or it is over."""
    row = uow.get(Visit, visit_id)
    require_sight(uow, Right.CHANGE_JOBS, row.territory_id, "visit", visit_id)
    if uow.session.get(Job, row.job_id) is None:
        raise NotFound(f"There is no visit {visit_id!r}.", what="visit", id=visit_id)
    locked(uow, Job, row.job_id)
    visit = locked(uow, Visit, visit_id)
    if visit.status not in PLANNABLE:
        raise CannotJoin(
            f"The visit is {visit.status.value.replace('_', ' ')}; only what nobody is on can be split or joined.",
            status=visit.status.value,
            changed=last_changed(uow, visit, "status"),
        )
    return visit


def _of_job(uow: UnitOfWork, job_id: str) -> list[Visit]:
    return list(uow.session.scalars(select(Visit).where(Visit.job_id == job_id).order_by(Visit.sequence)))


def _renumber(uow: UnitOfWork, in_order: Sequence[Visit], first: int) -> None:
    """Give these visits of one job the numbers from ``first`` on: who is last resolves the job."""
    for number, visit in enumerate(in_order):
        visit.sequence = -1 - number  # no two may have the same number, not even on the way
    uow.session.flush()
    for number, visit in enumerate(in_order):
        visit.sequence = first + number
    uow.session.flush()
