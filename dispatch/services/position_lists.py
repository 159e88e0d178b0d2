"""Looking at positions: where those are who are at work, where somebody was, and when who is on the way will be there.

Where people are is for everybody who may read people. Where they were is for those who direct them, and for themselves;
that somebody else looked is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, select

from dispatch.domain.errors import Invalid
from dispatch.domain.events import RecordChanged, TrailRead, instant
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import people_lists, visits
from dispatch.services.attendance import at_work_now
from dispatch.services.rights import require, require_sight
from dispatch.store.queries.rows import chunks
from dispatch.store.queries.trail import forget_between, forget_whereabouts
from dispatch.store.tables import Assignment, ExpectedArrival, Position, Technician, TrailPoint, Visit
from dispatch.store.unit_of_work import UnitOfWork

STALE = dt.timedelta(minutes=10)
"""A position that is older says where somebody was."""
LONGEST = dt.timedelta(days=31)
"""The longest time whose trail is answered at once."""


def latest(uow: UnitOfWork, territory_id: str | None = None) -> Select[Position]:
    """Where everybody is who is at work now, as far as the actor may see them. Technicians see themselves."""
    seen = people_lists.technicians(uow, territory_id=territory_id).with_only_columns(Technician.id)
    return select(Position).where(
        Position.technician_id.in_(seen), Position.technician_id.in_(sorted(at_work_now(uow)))
    )


def destinations(uow: UnitOfWork, technician_ids: Collection[str]) -> Mapping[str, tuple[str, ExpectedArrival | None]]:
    """The visit that each of these is on the way to, and when they are expected there; nobody else is in it."""
    found: dict[str, tuple[str, ExpectedArrival | None]] = {}
    for chunk in chunks(sorted(technician_ids)):
        known = (ExpectedArrival.visit_id == Visit.id) & (ExpectedArrival.technician_id == Assignment.technician_id)
        query = (
            select(Assignment.technician_id, Visit.id, ExpectedArrival)
            .join(Visit, Visit.id == Assignment.visit_id)
            .outerjoin(ExpectedArrival, known)
            .where(Assignment.technician_id.in_(chunk), Visit.status == VisitStatus.EN_ROUTE)
            .order_by(Visit.id)
        )
        for technician, visit, arrival in uow.session.execute(query):
            found.setdefault(technician, (visit, arrival))
    return found


def expected_at(uow: UnitOfWork, visit_id: str) -> Sequence[ExpectedArrival]:
    """When those are expected at a visit who are on the way to it. Raises :class:`NotFound` as for the visit itself."""
    visits.seen(uow, visit_id)
    query = select(ExpectedArrival).join(Visit, Visit.id == ExpectedArrival.visit_id)
    query = query.where(ExpectedArrival.visit_id == visit_id, Visit.status == VisitStatus.EN_ROUTE)
    return uow.session.scalars(query.order_by(ExpectedArrival.technician_id)).all()


def trail(uow: UnitOfWork, technician_id: str, since: dt.datetime, until: dt.datetime) -> Select[TrailPoint]:
    """Where somebody was between two instants. Recorded, unless they look at it themselves."""
    technician = uow.get(Technician, technician_id)
    own = uow.actor.technician == technician_id
    if own:
        require(uow, Right.WORK_VISITS)
    else:
        require_sight(uow, Right.ACT_ON_VISITS, technician.territory_id, "technician", technician_id)
    if not since < until <= since + LONGEST:
        problem = "does not lie after since" if until <= since else f"lies more than {LONGEST.days} days after since"
        error = {"place": "until", "value": instant(until), "problem": problem, "remedy": "choose another time"}
        raise Invalid(f"until: {instant(until)} {problem}.", errors=[error])
    if not own:
        uow.record(
            TrailRead(
                person=technician_id,
                since=instant(since),
                until=instant(until),
                territory=technician.territory_id,
                technician=technician_id,
            )
        )
    within = (TrailPoint.at >= since, TrailPoint.at < until)
    return select(TrailPoint).where(TrailPoint.technician_id == technician_id, *within)


def erase(uow: UnitOfWork, technician_id: str) -> int:
    """Forget all that is known of where somebody was and is; how many points. Their data are theirs."""
    technician = uow.get(Technician, technician_id)
    require_sight(uow, Right.WRITE_PEOPLE, technician.territory_id, "technician", technician_id)
    gone = forget_between(uow.session, technician_id)
    forget_whereabouts(uow.session, technician_id)
    uow.record(
        RecordChanged(
            record=technician_id,
            table=TrailPoint.__tablename__,
            what="removed",
            territory=technician.territory_id,
            technician=technician_id,
        )
    )
    return gone
