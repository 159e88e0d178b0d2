"""A day without a gap where a critical job would have to go: for tests of what makes way for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dispatch.domain.events import Event, JobReceived
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.planning import replan
from dispatch.planning.policies import standard_policy
from dispatch.planning.publication import locked_head
from dispatch.planning.publish import publish
from dispatch.planning.replan import tick
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.services import sla, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Job, PlanningRun, PlanRow, PlanStatus, RunStatus
from optimizer.domain import Plan, Route, Stop
from optimizer.solve import solve
from tests.dispatch.planning.days import TRAVEL
from tests.dispatch.planning.published import window
from tests.dispatch.world import World

DISPATCHER = Actor("user_d", "Dora", Role.DISPATCHER)
HANDLERS = (Handler("replanning", replan.KINDS, replan.react),)
BEGUN_BY_HALF_PAST_TEN = {"on_site_within": 5400}
COSTS = {"breach_cost": 250.0, "cost_per_hour_late": 150.0}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


class FullDay:
    """Ana, who alone can do what is critical, has an appointment each hour from nine to twelve; Bruno has nothing.

    Everything lies at one place and takes an hour. A critical job is to be begun by half past ten: it comes in at nine,
    and stands behind all that Ana has, at twelve, unless one of the appointments goes to Bruno. ``promised``: what is
    promised of it instead, as seconds after it came in.
    """

    def __init__(self, store: Store, promised: Mapping[str, int] = BEGUN_BY_HALF_PAST_TEN, **policy: Any) -> None:
        self.store, self.world = store, World(store)
        self.world.planning_policy(**{"freeze": 0, "reassign_cost": 5.0, **policy})
        always = self.world.calendar(hours=ALWAYS)
        self.world.sla_policy(
            priority="critical",
            calendar=always,
            **{"dispatch_within": None, "resolve_within": None, "on_site_within": None, **promised},
            costs={name.removesuffix("_within"): COSTS for name in promised},
        )
        self.ana = self.world.technician("Ana", skills={"gas": 2})
        self.bruno = self.world.technician("Bruno")
        self.shifts = {who: self.world.shift(who, hours=9) for who in (self.ana, self.bruno)}
        self.hours = [self._appointment(hour) for hour in range(3)]
        self.publish({self.ana: self.hours})

    def _appointment(self, hour: int) -> str:
        opens = self.world.now() + dt.timedelta(hours=hour)
        return self.world.job(visit={"windows": window(opens, 0.25), "drop_cost": 400.0})[1]

    def publish(self, routes: dict[str, list[str]]) -> None:
        made = tuple(Route(who, self.shifts[who], tuple(Stop(one) for one in some)) for who, some in routes.items())
        with self.store.unit_of_work(SYSTEM) as uow:
            locked_head(uow.session)
            policy = standard_policy(uow.session)
            snapshot = take_snapshot(uow, policy, TRAVEL)
            publish(uow, snapshot, solve(snapshot.problem, start=Plan(made), iterations=0).plan, policy)

    def critical(self, **fields: Any) -> tuple[str, str]:
        kind = self.world.job_type(skills={"gas": 2})
        job, visit = self.world.job(priority="critical", job_type=kind, **fields)
        with self.store.unit_of_work(SYSTEM) as uow:
            sla.start_clocks(uow, uow.get(Job, job))
        return job, visit

    def rings(self) -> str:
        """A critical job comes in, and is answered; its visit."""
        job, visit = self.critical()
        self.happens(JobReceived(job=job, number="T-9", priority="critical", customer="c"))
        tick(self.store, TRAVEL)
        return visit

    def happens(self, *events: Event) -> None:
        with self.store.unit_of_work() as uow:
            for event in events:
                uow.record(event)
        relay(self.store)
        run_handlers(self.store, HANDLERS)

    def act(self, visit: str, action: str) -> None:
        with self.store.unit_of_work(DISPATCHER) as uow:
            visits.act(uow, visit, action)  # type: ignore[arg-type]

    def pin(self, visit: str) -> None:
        with self.store.unit_of_work(DISPATCHER) as uow:
            visits.pin(uow, visit, {"technician": self.ana})

    def draft(self) -> PlanRow | None:
        with self.store.reading() as uow:
            found = uow.session.scalars(select(PlanRow).where(PlanRow.status == PlanStatus.DRAFT)).all()
            assert len(found) <= 1
            for row in found:
                uow.session.refresh(row, ["difference", "snapshot"])
            return found[0] if found else None

    def changes(self) -> dict[str, tuple[str, str | None, float | None]]:
        """Visit → what the draft that waits does with it: the kind of change, who, and at which hour of the clock."""
        draft, found = self.draft(), {}
        for change in draft.difference["visits"] if draft else ():
            who, hour = None, None
            if change["after"]:
                who = change["after"]["technicians"][0]
                later = dt.datetime.fromisoformat(change["after"]["start"]) - self.world.now()
                hour = 9 + later.total_seconds() / 3600
            found[change["visit"]] = (change["kind"], who, hour)
        return found

    def stands(self) -> dict[str, tuple[str, float]]:
        """Visit → who is to do it, and at which hour of the clock."""
        with self.store.reading() as uow:
            rows = uow.session.scalars(select(Assignment)).all()
        start = self.world.now()
        return {row.visit_id: (row.technician_id, 9 + (row.start - start).total_seconds() / 3600) for row in rows}

    def snapshot(self, **how: Any) -> Snapshot:
        with self.store.reading() as uow:
            return take_snapshot(uow, standard_policy(uow.session), TRAVEL, **how)

    def waiting(self) -> list[str]:
        """How urgently what is not answered yet is wanted."""
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(PlanningRun.reason).where(PlanningRun.status == RunStatus.QUEUED)))
