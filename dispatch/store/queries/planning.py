"""What planning reads of the store: the open work, the shifts ahead, and what is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from dispatch.domain.visit_lifecycle import COMMITTED, PLANNABLE, VisitStatus
from dispatch.store.tables import Absence, Assignment, Hold, Job, OutboxEntry, Priority, Shift, Site, Visit


def work_to_do() -> Select[Visit, Job, Site]:
    """Every visit that may be planned or that somebody is on, with its job and its site, which has a position."""
    return (
        select(Visit, Job, Site)
        .join(Job, Visit.job_id == Job.id)
        .join(Site, Visit.site_id == Site.id)
        .where(Visit.status.in_([*PLANNABLE, *COMMITTED]), Site.lat.is_not(None))
        .order_by(Visit.id)
    )


def assignments_of(statuses: Collection[VisitStatus]) -> Select[Assignment]:
    """The published stops of visits in one of these statuses, in the order of the routes."""
    return (
        select(Assignment)
        .join(Visit, Assignment.visit_id == Visit.id)
        .where(Visit.status.in_(list(statuses)))
        .order_by(Assignment.shift_id, Assignment.position, Assignment.visit_id, Assignment.role)
    )


def done_on(shift_ids: Collection[str]) -> Select[Assignment, Visit, Site]:
    """What is over on these shifts: stop, visit, site."""
    return (
        select(Assignment, Visit, Site)
        .join(Visit, Assignment.visit_id == Visit.id)
        .join(Site, Visit.site_id == Site.id)
        .where(Assignment.shift_id.in_(list(shift_ids)), Visit.finished_at.is_not(None), Site.lat.is_not(None))
        .order_by(Visit.finished_at, Visit.id)
    )


def shifts_between(start: dt.datetime, end: dt.datetime, also: Collection[str] = ()) -> Select[Shift]:
    """The shifts that lie at least partly between two instants, and those with these ids."""
    inside = (Shift.ends_at > start) & (Shift.starts_at < end)
    return select(Shift).where(or_(inside, Shift.id.in_(list(also)))).order_by(Shift.starts_at, Shift.id)


def absences_between(start: dt.datetime, end: dt.datetime) -> Select[Absence]:
    """The absences that lie at least partly between two instants, by their start."""
    inside = (Absence.ends_at > start) & (Absence.starts_at < end)
    return select(Absence).where(inside).order_by(Absence.starts_at, Absence.id)


def holds_in_force(now: dt.datetime) -> Select[Hold]:
    """The slots that are kept for somebody at this instant, the oldest first."""
    return select(Hold).where(Hold.outcome.is_(None), Hold.expires_at > now).order_by(Hold.created_at, Hold.id)


def last_position() -> Select[int | None]:
    """The highest position that an event has been given."""
    return select(func.max(OutboxEntry.position))


def late_visits() -> Select[str]:
    """The visits that are expected to be late, by their ids."""
    return select(Visit.id).where(Visit.late_by > 0).order_by(Visit.id)


def last_of_kinds(kinds: Collection[str]) -> Select[int | None]:
    """The highest position of an event of one of these kinds."""
    return select(func.max(OutboxEntry.position)).where(OutboxEntry.kind.in_(list(kinds)))


def by_priority(session: Session, visit_ids: Collection[str]) -> Sequence[tuple[str, str, Priority]]:
    """Visits with the numbers and priorities of their jobs: what matters most first, then as they are given."""
    rows = session.execute(
        select(Visit.id, Job.number, Job.priority).join(Job, Job.id == Visit.job_id).where(Visit.id.in_(visit_ids))
    )
    place, rank = {visit: n for n, visit in enumerate(visit_ids)}, list(Priority)
    found = [(visit, number, priority) for visit, number, priority in rows]
    return sorted(found, key=lambda row: (rank.index(row[2]), place[row[0]]))
