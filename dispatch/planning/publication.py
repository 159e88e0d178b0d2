"""Writing a publication down: assignments, the visits' steps, the history of plans, and the events.

Nothing is worked out here, so that it takes no longer than it must: the lock of ``plan_head`` is held meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dispatch.domain.events import PlanPublished, VisitAssigned, instant
from dispatch.domain.visit_lifecycle import COMMITTED, NOT_DISPATCHED, PLANNABLE, VisitAction, VisitStatus
from dispatch.services import asking
from dispatch.services.asking import Aheads
from dispatch.services.visits_by_plan import Step, carry_out
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Job, PlanHead, PlanRow, PlanStatus, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.ports import Source
from optimizer.domain import Plan, Problem

_SAID = dt.timedelta(seconds=60)
"""A visit whose start moves by less is not worth an event."""
_ASSIGNED = (VisitStatus.SCHEDULED, VisitStatus.DISPATCHED, VisitStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class _Stands:
    """One visit on the published plan: who, and when it starts; both empty where nobody does it."""

    technicians: tuple[str, ...] = ()
    start: dt.datetime | None = None


def locked_head(session: Session) -> PlanHead:
    """The row that says which plan is published, locked until the transaction ends."""
    head = session.get(PlanHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        # Two may be the first at once: one of them makes the row, and both wait for its lock.
        make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(make(PlanHead).values(id=1, plan_id=None, edition=0).on_conflict_do_nothing())
        head = session.get_one(PlanHead, 1, with_for_update=True, populate_existing=True)
    return head


def lock_work(session: Session) -> None:
    """Keep everybody from moving what is still to be done until the transaction ends.

    The jobs come before their visits, and each of them in the order of their ids, as everybody locks them: who moves a
    visit and who publishes must not wait for each other.
    """
    jobs = select(Visit.job_id).where(Visit.status.in_(sorted(PLANNABLE | COMMITTED)))
    session.execute(select(Job.id).where(Job.id.in_(jobs)).order_by(Job.id).with_for_update(key_share=True)).all()
    to_do = select(Visit.id).where(Visit.status.in_(sorted(PLANNABLE | COMMITTED))).order_by(Visit.id)
    session.execute(to_do.with_for_update(key_share=True)).all()


def write(
    uow: UnitOfWork, head: PlanHead, row: PlanRow, problem: Problem, plan: Plan, *, aheads: Aheads, automatic: bool
) -> PlanRow:
    """Make ``row``, which holds ``plan``, the published one. ``head`` is locked by this transaction."""
    _supersede(uow, head.plan_id)
    head.edition += 1
    head.plan_id = row.id
    row.status, row.edition = PlanStatus.PUBLISHED, head.edition
    row.published_by, row.published_at = uow.actor.id, uow.now
    uow.session.add(row)
    uow.session.flush()
    _Writing(uow, problem, plan, head.edition, aheads, row.timing).run()
    uow.record(PlanPublished(plan=row.id, edition=head.edition, touched=row.touched, automatic=automatic))
    return row


def dispatch_due(store: Store) -> int:
    """Dispatch the scheduled visits that start soon enough by the standard policy. How many they were."""
    with store.reading() as uow:
        if not _due_for_phones(uow):
            return 0
    with store.unit_of_work() as uow:
        lock_work(uow.session)  # what is due now is still due when it is written
        due = _due_for_phones(uow)
        carry_out(uow, [(visit, VisitAction.DISPATCH) for visit in due])
    return len(due)


def ask_due(store: Store) -> int:
    """Ask for the dispatched visits that start soon enough by the standard policy. How many they were."""
    with store.reading() as uow:
        if not asking.due(uow, asking.aheads(uow.session).accept):
            return 0
    with store.unit_of_work() as uow:
        lock_work(uow.session)  # what is due now is still due when it is written
        return asking.ask(uow, asking.due(uow, asking.aheads(uow.session).accept))


def _due_for_phones(uow: UnitOfWork) -> Sequence[str]:
    soon = select(Assignment.visit_id).where(Assignment.start <= uow.now + asking.aheads(uow.session).dispatch)
    due = select(Visit.id).where(Visit.status == VisitStatus.SCHEDULED, Visit.id.in_(soon))
    return uow.session.scalars(due.order_by(Visit.job_id, Visit.id)).all()


def _supersede(uow: UnitOfWork, plan_id: str | None) -> None:
    if plan_id is not None:
        uow.get(PlanRow, plan_id, lock=True).status = PlanStatus.SUPERSEDED
        uow.session.flush()


class _Writing:
    """One publication being written."""

    def __init__(
        self,
        uow: UnitOfWork,
        problem: Problem,
        plan: Plan,
        edition: int,
        aheads: Aheads,
        timing: Mapping[str, Any],
    ) -> None:
        self.uow, self.edition = uow, edition
        self.by_hour = {
            (stop["visit"], stop["role"]): by_hour_columns(stop)
            for route in timing.get("routes", ())
            for stop in route["stops"]
        }
        self.phones, self.aheads = uow.now + aheads.dispatch, aheads
        named = [visit.id for visit in problem.visits]
        found = uow.session.execute(
            select(Visit.id, Visit.status, Visit.job_id, Visit.territory_id).where(
                Visit.status.in_(sorted(PLANNABLE | COMMITTED))
            )
        ).all()
        known = set(named)
        # By job, so that two transactions that lock several jobs take them in the same order.
        # What was assigned and is no part of the problem any more (its job waits for the customer) loses its place.
        mine = [row for row in found if row.id in known or row.status in _ASSIGNED]
        self.rows = {row.id: row for row in sorted(mine, key=lambda row: (row.job_id, row.id))}
        self.before, self.asked_before = self._standing(), self._asked()
        self.wanted = list(self._wanted(plan))
        self.after = _stands((one["visit_id"], one["technician_id"], one["start"]) for one in self.wanted)

    def run(self) -> None:
        carry_out(self.uow, [(visit, VisitAction.UNSCHEDULE) for visit in self._in(_ASSIGNED, placed=False)])
        self._replace_assignments()
        carry_out(self.uow, list(self._steps()))
        asking.ask(self.uow, asking.due(self.uow, self.aheads.accept))
        self.asked = self._asked()
        for visit in self.rows:
            self._say(visit)

    def _steps(self) -> Iterable[Step]:
        """What becomes of the visits that the plan gives a place."""
        for visit in self._in((VisitStatus.OPEN,), placed=True):
            yield visit, VisitAction.SCHEDULE
            yield from self._dispatch_if_due(visit)
        for visit in self._in(_ASSIGNED, placed=True):
            if set(self.before[visit].technicians) != set(self.after[visit].technicians):
                yield visit, VisitAction.REASSIGN
                yield from self._dispatch_if_due(visit)
            elif self.rows[visit].status is VisitStatus.SCHEDULED:
                yield from self._dispatch_if_due(visit)

    def _in(self, statuses: Sequence[VisitStatus], *, placed: bool) -> list[str]:
        """The visits in one of these statuses that the plan gives a place, or none."""
        return [visit for visit, row in self.rows.items() if row.status in statuses and (visit in self.after) == placed]

    def _dispatch_if_due(self, visit: str) -> Iterable[Step]:
        if self._due(visit):
            yield visit, VisitAction.DISPATCH

    def _due(self, visit: str) -> bool:
        start = self.after[visit].start
        return start is not None and start <= self.phones

    def _standing(self) -> dict[str, _Stands]:
        rows = self.uow.session.execute(
            select(Assignment.visit_id, Assignment.technician_id, Assignment.start)
            .join(Visit, Visit.id == Assignment.visit_id)
            .where(Visit.status.in_(sorted(PLANNABLE | COMMITTED)))
            .order_by(Assignment.visit_id, Assignment.role)
        ).all()
        standing = _stands((row.visit_id, row.technician_id, row.start) for row in rows)
        return {visit: standing.get(visit, _Stands()) for visit in self.rows}

    def _asked(self) -> frozenset[str]:
        """The visits that technicians know to be theirs."""
        dispatched = sorted((PLANNABLE | COMMITTED) - NOT_DISPATCHED)
        asked = select(Visit.id).where(Visit.status.in_(dispatched), Visit.asked_at.is_not(None))
        return frozenset(self.uow.session.scalars(asked))

    def _wanted(self, plan: Plan) -> Iterable[dict[str, Any]]:
        """The assignments of the plan, but for visits that have ended meanwhile."""
        over = self._history()
        for route in plan.routes:
            position = over.get(route.shift, -1)
            for stop in route.stops:
                if stop.visit not in self.rows:
                    continue
                position += 1
                assert stop.arrival is not None
                assert stop.start is not None
                assert stop.end is not None
                yield {
                    "visit_id": stop.visit,
                    "role": stop.role,
                    "technician_id": route.technician,
                    "shift_id": route.shift,
                    "position": position,
                    "arrival": _moment(stop.arrival),
                    "start": _moment(stop.start),
                    "end": _moment(stop.end),
                    "edition": self.edition,
                    **self.by_hour.get((stop.visit, stop.role), _NOT_TIMED),
                }

    def _history(self) -> Mapping[str, int]:
        """Shift → the position of its last stop that is over: what is still to be done comes behind it."""
        rows = self.uow.session.execute(
            select(Assignment.shift_id, func.max(Assignment.position))
            .join(Visit, Visit.id == Assignment.visit_id)
            .where(Visit.finished_at.is_not(None))
            .group_by(Assignment.shift_id)
        )
        return {row[0]: row[1] for row in rows}

    def _replace_assignments(self) -> None:
        session = self.uow.session
        old: dict[str, list[dict[str, Any]]] = {}
        for row in session.execute(
            select(*(getattr(Assignment, name) for name in _COLUMNS))
            .join(Visit, Visit.id == Assignment.visit_id)
            .where(Visit.status.in_(sorted(PLANNABLE | COMMITTED)))
        ):
            old.setdefault(row.visit_id, []).append(row._asdict())
        new: dict[str, list[dict[str, Any]]] = {}
        for one in self.wanted:
            new.setdefault(one["visit_id"], []).append({name: one[name] for name in _COLUMNS})
        stale = [visit for visit in self.rows if _sorted(old.get(visit, [])) != _sorted(new.get(visit, []))]
        if stale:
            session.execute(delete(Assignment).where(Assignment.visit_id.in_(stale)))
            fresh = set(stale)
            rows = [one for one in self.wanted if one["visit_id"] in fresh]
            if rows:
                session.execute(insert(Assignment), rows)

    def _say(self, visit: str) -> None:
        was, now = self.before[visit], self.after.get(visit, _Stands())
        moved = was.start is not None and now.start is not None and abs(now.start - was.start) >= _SAID
        if set(was.technicians) == set(now.technicians) and not moved:
            return
        row = self.rows[visit]
        dispatched = row.status not in NOT_DISPATCHED
        stays = dispatched and set(was.technicians) == set(now.technicians)
        self.uow.record(
            VisitAssigned(
                visit=visit,
                job=row.job_id,
                technicians_before=was.technicians,
                technicians_after=now.technicians,
                start_before=None if was.start is None else instant(was.start),
                start_after=None if now.start is None else instant(now.start),
                dispatched_before=dispatched,
                dispatched_after=stays or (visit in self.after and self._due(visit)),
                asked_before=visit in self.asked_before,
                asked_after=visit in self.asked,
                territory=row.territory_id,
                technician=next(iter(now.technicians or was.technicians), None),
            )
        )


_NOT_TIMED: Mapping[str, Any] = dict.fromkeys(
    (
        "travel_seconds",
        "travel_metres",
        "travel_source",
        "by_hour_arrival",
        "by_hour_start",
        "by_hour_end",
        "slack",
    )
)
"""What a stop tells of its leg, and of its times by the hour, where nobody worked it out."""
_COLUMNS = ("visit_id", "role", "technician_id", "shift_id", "position", "arrival", "start", "end", *_NOT_TIMED)


def by_hour_columns(stop: Mapping[str, Any]) -> dict[str, Any]:
    """What an assignment tells of its leg, and of its times by the hour, from a stop of a plan's timing document."""
    leg = stop["travel"]
    times = {f"by_hour_{name}": dt.datetime.fromisoformat(stop[name]) for name in ("arrival", "start", "end")}
    told = {"travel_seconds": leg["planned"], "travel_metres": leg["metres"], "travel_source": leg["source"]}
    return {**told, **times, "slack": stop["slack"]}


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """To be compared: by role, and a time that was measured on roads is the same whether it was remembered or not."""
    on_roads = Source.CACHED.word
    return [
        row | {"travel_source": Source.ROAD.word} if row["travel_source"] == on_roads else row
        for row in sorted(rows, key=lambda row: int(row["role"]))
    ]


def _stands(stops: Iterable[tuple[str, str, dt.datetime]]) -> dict[str, _Stands]:
    people: dict[str, list[str]] = {}
    starts: dict[str, dt.datetime] = {}
    for visit, technician, start in stops:
        people.setdefault(visit, []).append(technician)
        starts[visit] = start
    return {visit: _Stands(tuple(crew), starts[visit]) for visit, crew in people.items()}


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
