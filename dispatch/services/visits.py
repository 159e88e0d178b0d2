"""Visits: everything that people, phones and plans do to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.events import VisitExtended, VisitMoved, instant
from dispatch.domain.job_lifecycle import HELD, JobStatus
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import (
    BY_DISPATCHERS,
    BY_PLANS,
    BY_TECHNICIANS,
    NOT_DISPATCHED,
    VisitAction,
    actions,
    advance,
)
from dispatch.services import asking, checklists, following, visit_steps
from dispatch.services.history import saying_how, unchanged
from dispatch.services.rights import require
from dispatch.services.visit_changes import change, pin
from dispatch.store.queries.rows import locked
from dispatch.store.queries.visits import assigned_technicians
from dispatch.store.tables import Assignment, Job, Visit
from dispatch.store.unit_of_work import UnitOfWork

__all__ = ["act", "allowed", "as_named", "change", "handed", "pin", "seen", "step"]

AHEAD = dt.timedelta(minutes=5)
"""How far a phone's clock may be ahead of ours before we no longer believe it."""
LONGEST_EXTENSION = 24 * 3600
MOST_EXTENDED = 7 * LONGEST_EXTENSION
"""So many seconds longer than asked for a visit can take in all: what goes on and on for ever cannot be planned."""


def seen(uow: UnitOfWork, visit_id: str) -> Visit:
    """The visit, if the actor may see it; otherwise :class:`NotFound`, whether it exists or not.

    Technicians see what is assigned to them, everybody else who reads jobs what lies in their territories.
    """
    visit = uow.get(Visit, visit_id)
    if uow.actor.may(Right.READ_JOBS):
        visible = uow.actor.covers(visit.territory_id)
    else:
        require(uow, Right.WORK_VISITS)
        visible = uow.actor.technician in assigned_technicians(uow.session, visit_id)
    if not visible:
        raise NotFound(f"There is no visit {visit_id!r}.", what="visit", id=visit_id)
    return visit


def handed(uow: UnitOfWork, visit_id: str) -> Visit:
    """The visit, if the actor may see all about it, technicians only once it is dispatched; else :class:`NotFound`."""
    visit = seen(uow, visit_id)
    if visit.status in NOT_DISPATCHED and not uow.actor.may(Right.READ_JOBS):
        detail = f"The visit {visit_id!r} is only planned; more is told once it is dispatched."
        raise NotFound(detail, what="visit", id=visit_id)
    return visit


def allowed(uow: UnitOfWork, visit: Visit, crew: Iterable[str] | None = None) -> list[VisitAction]:
    """What the actor may do to the visit now: phone and console draw their buttons from this.

    ``crew``: who has it, where that is known already.
    """
    may = _within_rights(uow, visit, crew)
    return [action for action in actions(visit.status) if action in may]


def as_named(uow: UnitOfWork, visit_id: str, versions: str | None) -> None:
    """Raise :class:`Stale` where the visit has none of these versions. The job is locked first, as :func:`act` does."""
    if versions is not None:
        locked(uow, Job, _job_of(uow, visit_id))
        unchanged(uow, Visit, visit_id, versions)


def act(
    uow: UnitOfWork,
    visit_id: str,
    action: VisitAction,
    *,
    at: dt.datetime | None = None,
    reason: str = "",
    seconds: int | None = None,
    technician: str | None = None,
    via_plan: bool = False,
) -> Visit:
    """Do ``action`` to a visit, and move its job along.

    ``at``: when it happened, for phones that were out of reach; never in the future, and taken as the instant of the
    step before where it lies before that. ``seconds``: how much more time :attr:`VisitAction.EXTEND` asks for.
    ``technician``: who declines, where somebody else says so for them. ``via_plan``: the publication of a plan does
    it, which alone may do what :data:`BY_PLANS` lists, and has checked its own rights.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Invalid`, :class:`IllegalTransition`, or
    :class:`~dispatch.services.checklists.ChecklistIncomplete` for a technician who has not answered what must be.
    """
    action = VisitAction(action)
    _check_rights(uow, visit_id, action, via_plan)
    # The job is locked before its visits, by everybody: two visits of one job may end at the same moment.
    job = locked(uow, Job, _job_of(uow, visit_id))
    visit = locked(uow, Visit, visit_id)
    if action is VisitAction.COMPLETE and action in actions(visit.status):
        checklists.require_complete(uow, visit)
    step(uow, job, visit, action, at, reason, seconds, technician)
    if action is VisitAction.DISPATCH and not via_plan:
        asking.ask(uow, [visit.id])  # whoever hands it over by hand wants it done, however long ahead
    return visit


def step(
    uow: UnitOfWork,
    job: Job,
    visit: Visit,
    action: VisitAction,
    at: dt.datetime | None = None,
    reason: str = "",
    seconds: int | None = None,
    technician: str | None = None,
) -> Visit:
    """One step of the lifecycle, rights aside: for services that have checked theirs and hold the job's lock."""
    with saying_how(uow, visit):
        advance(visit.status, action)
    happened = happening(uow, visit, at)
    crew = assigned_technicians(uow.session, visit.id)
    who = technician or uow.actor.technician or next(iter(crew), None)
    if action is VisitAction.EXTEND:
        _extend(uow, visit, seconds, who)
        return visit
    moved(uow, visit, action, happened, reason, who)
    if action is VisitAction.DECLINE:
        _free(uow, visit, crew, technician or uow.actor.technician)
    uow.session.flush()
    if action is VisitAction.NEED_PARTS and job.status not in HELD:
        following.move(uow, job, JobStatus.WAITING_FOR_PARTS, action.value, happened)
    following.follow(uow, job, happened)
    return visit


def moved(
    uow: UnitOfWork, visit: Visit, action: VisitAction, at: dt.datetime, reason: str, technician: str | None
) -> None:
    """Put the visit where an action leads it, and say so. Raises :class:`IllegalTransition`."""
    with saying_how(uow, visit):
        before, after = visit.status, advance(visit.status, action)
    told = asking.was_told(visit)
    visit_steps.write(visit, action, at, reason)
    visit.status = after
    uow.record(
        VisitMoved(
            visit=visit.id,
            job=visit.job_id,
            before=before.value,
            after=after.value,
            action=action.value,
            reason=reason,
            at=instant(at),
            asked=told,
            territory=visit.territory_id,
            technician=technician,
        )
    )


def happening(uow: UnitOfWork, visit: Visit, at: dt.datetime | None) -> dt.datetime:
    """The instant of a step that happened ``at``, or now. Raises :class:`Invalid` for one that has not come yet."""
    happened = at or uow.now
    if happened.tzinfo is None:
        raise _invalid("at", happened.isoformat(), "has no offset", "add one, such as Z or -03:00")
    if happened > uow.now + AHEAD:
        raise _invalid("at", instant(happened), f"has not come yet: it is {instant(uow.now)}", "set the phone's clock")
    earlier = visit_steps.latest(visit)
    return max(min(happened, uow.now), earlier) if earlier is not None else min(happened, uow.now)


# -- rights ------------------------------------------------------------------------------------------------------------


def _check_rights(uow: UnitOfWork, visit_id: str, action: VisitAction, via_plan: bool) -> None:
    if via_plan:
        if action not in BY_PLANS:
            raise Forbidden(f"A plan does not {action.value} visits; people do.", action=action.value)
        return
    visit = seen(uow, visit_id)
    if action not in (may := _within_rights(uow, visit)):
        raise Forbidden(
            f"{uow.actor.role.value} may not {action.value.replace('_', ' ')} this visit"
            + ("; that comes with the publication of a plan." if action in BY_PLANS else "."),
            action=action.value,
            allowed=[one.value for one in actions(visit.status) if one in may],
        )


def _within_rights(uow: UnitOfWork, visit: Visit, crew: Iterable[str] | None = None) -> frozenset[VisitAction]:
    if uow.actor.may(Right.ACT_ON_VISITS):
        return BY_DISPATCHERS if uow.actor.covers(visit.territory_id) else frozenset()
    if not uow.actor.may(Right.WORK_VISITS):
        return frozenset()
    crew = assigned_technicians(uow.session, visit.id) if crew is None else crew
    return BY_TECHNICIANS if uow.actor.technician in tuple(crew) else frozenset()


# -- what happens besides ----------------------------------------------------------------------------------------------


def _job_of(uow: UnitOfWork, visit_id: str) -> str:
    job_id = uow.session.scalar(select(Visit.job_id).where(Visit.id == visit_id))
    if job_id is None:
        raise NotFound(f"There is no visit {visit_id!r}.", what="visit", id=visit_id)
    return job_id


def _extend(uow: UnitOfWork, visit: Visit, seconds: int | None, who: str | None) -> None:
    if seconds is None or not 0 < seconds <= LONGEST_EXTENSION:
        remedy = f"say by how many seconds, 1 to {LONGEST_EXTENSION}"
        raise _invalid("seconds", str(seconds), "is no time by which work can take longer", remedy)
    if visit.extended + seconds > MOST_EXTENDED:
        problem = f"makes it more than {MOST_EXTENDED // 86_400} days longer in all"
        raise _invalid("seconds", str(seconds), problem, "end this visit, and add another one to the job")
    visit.extended += seconds
    uow.record(
        VisitExtended(visit=visit.id, job=visit.job_id, seconds=seconds, territory=visit.territory_id, technician=who)
    )


def _free(uow: UnitOfWork, visit: Visit, crew: tuple[str, ...], declining: str | None) -> None:
    """Nobody has the visit now, and who declined will not get it again. For a whole crew that is each of them."""
    gone = (declining,) if declining else crew
    visit.never = [*visit.never, *(one for one in gone if one not in visit.never)]
    if visit.pin.get("technician") in gone or "order" in visit.pin:
        visit.pin = {key: value for key, value in visit.pin.items() if key == "start"}
    uow.session.execute(delete(Assignment).where(Assignment.visit_id == visit.id))


def _invalid(place: str, value: str, problem: str, remedy: str) -> Invalid:
    error: Mapping[str, Any] = {"place": place, "value": value, "problem": problem, "remedy": remedy}
    return Invalid(f"{place}: {value} {problem}: {remedy}.", errors=[error])
