"""A day of the sample city as a live store recorded it: quickly made, with everything that a record is taken from.

The simulated field force drives and works until noon, plans are published as they come, and in the morning the
dispatcher decides by hand: moves a visit, locks a territory, and does not want a draft.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from dispatch.domain.clock import FixedClock
from dispatch.domain.roles import Actor
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning import draft as drafts
from dispatch.planning.edit import Edit
from dispatch.planning.moving import move_through
from dispatch.planning.run import RunWorker, request_run
from dispatch.planning.solver_process import answered
from dispatch.sample import company
from dispatch.sample.city import EXTRACT, SAMPLE_DATE
from dispatch.sample.force.field import FieldForce
from dispatch.sample.live import begins_at, desk, fill
from dispatch.services import sla
from dispatch.services.locks import lock_territory
from dispatch.settings import Settings
from dispatch.store.clock import set_clock
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.migrate import upgrade
from dispatch.store.tables import Assignment, HeldSkill, PlanRow, PlanStatus, Visit
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork

DAY = SAMPLE_DATE
HOURS, TICK = 5, 30
"""So long the field force is out; so many minutes lie between two looks, and what happened is told with its time."""
_BY_HAND = 4
"""The look at which the dispatcher decides."""


class BriefSolver:
    """Searches in this process, for so many iterations instead of seconds."""

    def solve(self, task: Any, listen: Any) -> Any:
        return answered(replace(task, seconds=None, iterations=20), listen)


@dataclass(frozen=True)
class RecordedDay:
    """The store on the morning after its day, the roads on which was driven, and the visit that was moved by hand."""

    store: Store
    travel: RoadTravel
    moved: str


def copy_of(day: RecordedDay, path: Path, *statements: str) -> Store:
    """A copy of its store, in which one may change things; ``statements`` of SQL do so first."""
    with closing(sqlite3.connect(str(day.store.url.database))) as whole, closing(sqlite3.connect(path)) as copy:
        whole.backup(copy)
        for statement in statements:
            copy.execute(statement)
        copy.commit()
    return Store(f"sqlite:///{path}", FixedClock(day.store.clock.now()))


def recorded_day(path: Path) -> RecordedDay:
    """Make one."""
    store = Store(f"sqlite:///{path}")
    upgrade(store)
    travel = RoadTravel(RoadNetwork.from_extract(EXTRACT))
    fill(store, travel=travel)
    clock = FixedClock(begins_at().astimezone(dt.UTC))
    store.clock = clock
    force = FieldForce(store, travel, 1, autopilot=True)
    runs = RunWorker(store, Settings(), travel, solver=BriefSolver())  # type: ignore[arg-type]
    dispatcher, moved = desk(store, company.DISPATCHER), ""
    for number in range(HOURS * 60 // TICK):
        if number % _BY_HAND == 0:
            with store.unit_of_work() as uow:
                request_run(uow, reason="asked")
            while runs.work_once():
                pass
        if number == _BY_HAND:
            moved = _decide_by_hand(store, travel, dispatcher)
        force.tick()
        clock.advance(minutes=TICK)
    clock.advance(minutes=12 * 60)
    with store.unit_of_work() as uow:
        sla.watch(uow, limit=2000)
    set_clock(store, clock.now(), 1.0)
    return RecordedDay(store, travel, moved)


def _decide_by_hand(store: Store, travel: RoadTravel, dispatcher: Actor) -> str:
    """Reject what waits, lock the first visit's territory, and give a visit of the afternoon to somebody else."""
    with store.unit_of_work(dispatcher) as uow:
        for waiting in uow.session.scalars(select(PlanRow.id).where(PlanRow.status == PlanStatus.DRAFT)).all():
            drafts.reject(uow, waiting, "not today")
        visit, who = _to_move(uow.session)
        lock_territory(uow, visit.territory_id or "", uow.now + dt.timedelta(hours=2))
    move_through(StoreDoor(store, dispatcher), travel, [Edit(visit.id, technician=who)], anyway=True)
    return visit.id


def _to_move(session: Any) -> tuple[Visit, str]:
    """A visit for one that nobody has accepted, and somebody else who holds its skills."""
    later = select(Visit, Assignment).join(Assignment, Assignment.visit_id == Visit.id)
    later = later.where(Visit.status.in_([VisitStatus.SCHEDULED, VisitStatus.DISPATCHED, VisitStatus.ACCEPTED]))
    for visit, stop in session.execute(later.order_by(Assignment.start.desc(), Visit.id)):
        if len(visit.roles) > 1 or visit.after_id is not None:
            continue
        asked = visit.roles[0]["skills"]
        able = select(HeldSkill.technician_id).where(
            HeldSkill.skill.in_(sorted(asked)), HeldSkill.level >= max(asked.values(), default=0)
        )
        able = able.group_by(HeldSkill.technician_id).having(func.count() == len(asked))
        others = [who for who in session.scalars(able.order_by(HeldSkill.technician_id)) if who != stop.technician_id]
        others = [who for who in others if who not in visit.never and (not visit.only or who in visit.only)]
        if others:
            return visit, others[0]
    raise AssertionError("nobody can do the visit of anybody else")
