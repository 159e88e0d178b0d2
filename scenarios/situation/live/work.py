"""What was to be done: jobs with their promises, their visits, and every step that these took."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import JobReceived, VisitExtended, VisitMoved
from dispatch.domain.job_lifecycle import ENDED, JobStatus
from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import FINAL, VisitAction, VisitStatus
from dispatch.planning.replay.frames import is_complete
from dispatch.planning.replay.then import due_at_first
from dispatch.services.sla import DEFAULT_COSTS
from dispatch.store.queries.rows import chunks
from dispatch.store.tables import Assignment, Job, JobType, OutboxEntry, Priority, Site, SlaClock, SlaPolicy, Visit
from optimizer.domain import Promise
from scenarios.situation.live.names import Names, Places, seconds
from scenarios.situation.record import RecordedJob, RecordedVisit, Step, Windows, named
from scenarios.situation.situation import Urgency

_COLUMNS = (
    ("dispatched_at", VisitAction.DISPATCH),
    ("accepted_at", VisitAction.ACCEPT),
    ("departed_at", VisitAction.DEPART),
    ("arrived_at", VisitAction.ARRIVE),
    ("started_at", VisitAction.START),
)
_ENDS: Mapping[VisitStatus, VisitAction] = {
    VisitStatus.COMPLETED: VisitAction.COMPLETE,
    VisitStatus.INCOMPLETE: VisitAction.NEED_VISIT,
    VisitStatus.NO_SHOW: VisitAction.NO_SHOW,
    VisitStatus.CANCELLED: VisitAction.CANCEL,
}
_NEEDED = (VisitAction.DISPATCH, VisitAction.DEPART, VisitAction.ARRIVE)
"""Steps that every visit has taken that went further."""
_AT_A_PLACE = (VisitAction.DEPART, VisitAction.ARRIVE, VisitAction.START)
_Told = tuple[dt.datetime, VisitAction, str | None, int]
"""A step as it was told: when it happened, which, whose (by the store's id), and how many seconds more it asks for."""


@dataclass(frozen=True)
class _Read:
    """Rows of the store that belong to the jobs, by the ids of jobs and visits."""

    visits: Mapping[str, Sequence[Visit]]
    sites: Mapping[str, Site]
    kinds: Mapping[str, str]
    promises: Mapping[str, Mapping[Target, Promise]]
    crews: Mapping[str, Sequence[Assignment]]
    steps: Mapping[str, Sequence[_Told]]
    priorities: Mapping[str, Priority]


def jobs_of(
    session: Session,
    names: Names,
    places: Places,
    urgencies: Sequence[Urgency],
    since: dt.datetime,
    until: dt.datetime,
    now: dt.datetime,
) -> tuple[RecordedJob, ...]:
    """The jobs that came in before ``until`` and were not over at ``since``, in the order in which they came in.

    What lies nobody knows where cannot be planned, and is left out. What happened from ``until`` on is not told. Where
    ``since`` has not come yet, what is planned to be over by then counts as over.
    """
    not_over = Visit.finished_at.is_(None) | (Visit.finished_at >= since)
    concerned = select(Visit.job_id).where(not_over, Visit.created_at < max(until, since))
    rows = session.scalars(
        select(Job)
        .where(Job.received_at < max(until, since), Job.id.in_(concerned))
        .order_by(Job.received_at, Job.number)
    ).all()
    known = _read(session, rows, {one.priority: one for one in urgencies}, since, now)
    return tuple(job for row in rows if (job := _job(row, known, names, places, since, until)) is not None)


def _read(
    session: Session, rows: Sequence[Job], urgencies: Mapping[Priority, Urgency], since: dt.datetime, now: dt.datetime
) -> _Read:
    ids = [row.id for row in rows]
    visits: dict[str, list[Visit]] = defaultdict(list)
    crews: dict[str, list[Assignment]] = defaultdict(list)
    sites: dict[str, Site] = {}
    for chunk in chunks(ids):
        found = select(Visit, Site).join(Site, Site.id == Visit.site_id).where(Visit.job_id.in_(chunk))
        for visit, site in session.execute(found.order_by(Visit.job_id, Visit.sequence)):
            visits[visit.job_id].append(visit)
            sites[site.id] = site
        for one in session.scalars(
            select(Assignment)
            .join(Visit, Visit.id == Assignment.visit_id)
            .where(Visit.job_id.in_(chunk))
            .order_by(Assignment.role)
        ):
            crews[one.visit_id].append(one)
    if since > now:
        done = {visit for visit, stops in crews.items() if all(one.end <= since for one in stops)}
        visits = {job: [one for one in several if one.id not in done] for job, several in visits.items()}
    kinds = {row.id: row.name for row in session.execute(select(JobType.id, JobType.name))}
    told = _told(session, [visit.id for several in visits.values() for visit in several])
    if not is_complete(session, since):
        told = {visit.id: _by_columns(visit) for several in visits.values() for visit in several}
    came = _priorities(session, ids)
    return _Read(visits, sites, kinds, _promises(session, rows, came, urgencies), crews, told, came)


def _told(session: Session, visits: Collection[str]) -> dict[str, list[_Told]]:
    """Every step of every visit, when it happened and not when it was told, out of the event log."""
    found: dict[str, list[_Told]] = defaultdict(list)
    for chunk in chunks(sorted(visits)):
        query = select(OutboxEntry).where(
            OutboxEntry.subject_word == VisitMoved.ABOUT[0],
            OutboxEntry.subject_id.in_(chunk),
            OutboxEntry.kind.in_([VisitMoved.__name__, VisitExtended.__name__]),
        )
        for entry in session.scalars(query.order_by(OutboxEntry.id)):
            told: str | None = entry.payload.get("at")
            at = dt.datetime.fromisoformat(told) if told else entry.at
            action = VisitAction(entry.payload.get("action", VisitAction.EXTEND.value))
            found[entry.subject_id].append((at, action, entry.technician, int(entry.payload.get("seconds", 0))))
    return {visit: sorted(steps, key=lambda one: one[0]) for visit, steps in found.items()}


def _by_columns(visit: Visit) -> list[_Told]:
    """What a visit itself still says of its steps, where the event log does not go back so far.

    A step that must have been and of which no instant is left happened with the next one that is known.
    """
    known = {action: getattr(visit, name) for name, action in _COLUMNS}
    known = {action: at for action, at in known.items() if at is not None}
    over = _ENDS.get(visit.status) if visit.finished_at is not None else None
    if not known and over is None:
        return []
    gone = VisitAction.CANCEL if over is VisitAction.CANCEL else None
    reached = [action for _, action in _COLUMNS if action in known]
    last = VisitAction.ARRIVE if over is not None and gone is None else (reached[-1] if reached else None)
    steps: list[_Told] = []
    at = visit.finished_at if over is not None else None
    if over is not None and at is not None:
        steps.append((at, over, None, 0))
    passed = False
    for _, action in reversed(_COLUMNS):
        passed = passed or action is last
        at = known.get(action, at)
        if at is not None and (action in known or (passed and action in _NEEDED)):
            steps.append((at, action, None, 0))
    if len(steps) > (0 if gone is None else 1):
        steps.append((steps[-1][0], VisitAction.SCHEDULE, None, 0))
    return steps[::-1]


def _promises(
    session: Session, rows: Sequence[Job], came: Mapping[str, Priority], urgencies: Mapping[Priority, Urgency]
) -> Mapping[str, Mapping[Target, Promise]]:
    """What was promised to each job. Where its priority was raised since, it is what was promised as it came in: that
    somebody was late already does not make them late for something else.
    """
    costs = {row.id: row.costs for row in session.scalars(select(SlaPolicy))}
    by_id = {row.id: row for row in rows}
    raised = [row.id for row in rows if came.get(row.id, row.priority) is not row.priority]
    at_first = due_at_first(session, raised)
    found: dict[str, dict[Target, Promise]] = defaultdict(dict)
    for chunk in chunks(sorted(by_id)):
        for clock in session.scalars(select(SlaClock).where(SlaClock.job_id.in_(chunk))):
            job = by_id[clock.job_id]
            terms, due = costs[clock.policy_id].get(clock.target.value, {}), clock.due_at
            if job.id in raised:
                if clock.started_at != job.received_at:
                    continue
                due = at_first.get((job.id, clock.target.value), due)
                terms = _terms(urgencies.get(came[job.id]), clock.target)
            found[clock.job_id][clock.target] = Promise(seconds(due), **{**DEFAULT_COSTS, **terms})
    return found


def _terms(urgency: Urgency | None, target: Target) -> Mapping[str, float]:
    terms = None if urgency is None else {Target.ON_SITE: urgency.on_site, Target.RESOLVE: urgency.resolve}.get(target)
    if terms is None:
        return {}
    return {"breach_cost": terms.breach_cost, "cost_per_hour_late": terms.cost_per_hour_late}


def _priorities(session: Session, jobs: Collection[str]) -> Mapping[str, Priority]:
    """The priority with which a job came in: a breach may have raised it since."""
    found: dict[str, Priority] = {}
    for chunk in chunks(sorted(jobs)):
        query = select(OutboxEntry.subject_id, OutboxEntry.payload).where(
            OutboxEntry.kind == JobReceived.__name__, OutboxEntry.subject_id.in_(chunk)
        )
        found |= {job: Priority(payload["priority"]) for job, payload in session.execute(query)}
    return found


# One job -------------------------------------------------------------------------------------------------------------


def _job(
    row: Job, known: _Read, names: Names, places: Places, since: dt.datetime, until: dt.datetime
) -> RecordedJob | None:
    rows = [one for one in known.visits.get(row.id, ()) if known.sites[one.site_id].lat is not None]
    rows = [one for one in rows if _concerns(one, since, until)]
    if not rows or (row.status in ENDED and row.ended_at is not None and row.ended_at < since):
        return None
    site = known.sites[rows[0].site_id]
    at = places.index("site", site.id, site.at, names.territory(rows[0].territory_id))
    visits = tuple(made for one in rows for made in _visits(one, row.number, rows, known, names, until))
    off = row.status is JobStatus.CANCELLED
    cancelled = [one for visit in visits if off and (one := visit.when(VisitAction.CANCEL)) is not None]
    promised = known.promises.get(row.id, {})
    return RecordedJob(
        id=row.number,
        received=seconds(row.received_at),
        site=at,
        territory=names.territory(rows[0].territory_id),
        kind=known.kinds[row.job_type_id],
        priority=known.priorities.get(row.id, row.priority),
        on_site=promised.get(Target.ON_SITE),
        resolve=promised.get(Target.RESOLVE),
        visits=visits,
        called_off=min(cancelled, default=None),
    )


def _concerns(visit: Visit, since: dt.datetime, until: dt.datetime) -> bool:
    """Whether it was known by then, and was not over when the record begins."""
    over = visit.status in FINAL and visit.finished_at is not None and visit.finished_at < since
    return visit.created_at < max(until, since) and not over


def _visits(
    row: Visit, number: str, rows: Sequence[Visit], known: _Read, names: Names, until: dt.datetime
) -> Iterator[RecordedVisit]:
    """The visit, or each part of it where it is one for several."""
    told = [one for one in known.steps.get(row.id, ()) if one[0] < until]
    before = next((one for one in rows if one.id == row.after_id), None)
    stops = {stop.role: stop for stop in known.crews.get(row.id, ())}
    for part, role in enumerate(row.roles or [{}]):
        names.visits[row.id, part] = named(number, row.sequence, part)
        stop = stops.get(part)
        who = names.technicians.get(stop.technician_id, "") if stop is not None else ""
        lead = part == 0
        steps = tuple(
            Step(seconds(at), action, (names.technicians.get(by or "", "") if lead else "") or who, more)
            for at, action, by, more in told
        )
        gone = any(one.action in _AT_A_PLACE for one in steps)
        yield RecordedVisit(
            sequence=row.sequence,
            part=part,
            opened=seconds(row.created_at),
            duration=row.duration,
            skills=tuple(sorted((str(skill), int(level)) for skill, level in role.get("skills", {}).items())),
            windows=_windows(row.windows),
            only=names.people(row.only),
            never=names.people(row.never),
            preferred=names.people(row.preferred),
            after_gap=None if before is None else row.after_min_gap,
            shift=names.shifts.get(stop.shift_id, "") if stop is not None and gone else "",
            steps=steps,
        )


def _windows(documents: Sequence[Any]) -> Windows:
    pairs = ((dt.datetime.fromisoformat(a), dt.datetime.fromisoformat(b)) for a, b in documents)
    return tuple(sorted((seconds(a), seconds(b)) for a, b in pairs))
