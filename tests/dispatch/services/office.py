"""An office that promises: what tests of promises ask for in a word."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.job_lifecycle import JobAction
from dispatch.domain.sla import Target
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import intake, jobs, sla, visits
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry, SlaClock, Visit
from tests.dispatch.world import World

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
HOUR = 3600


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


class Office:
    """A customer, a policy that always counts, and what a test asks for in a word."""

    def __init__(self, store: Store, world: World, clock: FixedClock) -> None:
        self.store, self.world, self.clock = store, world, clock
        self.received = clock.now()
        self.territory = world.territory()
        self.customer = world.customer()
        self.site = world.site(self.customer, territory=self.territory)
        self.job_type = world.job_type()
        self.always = world.calendar(hours=ALWAYS, time_zone="UTC")

    def policy(self, **fields: Any) -> str:
        return self.world.sla_policy(calendar=self.always, **fields)

    def job(self, **fields: Any) -> str:
        with self.store.unit_of_work() as uow:
            asked = {"customer_id": self.customer, "site_id": self.site, "job_type_id": self.job_type}
            return intake.receive_job(uow, title="No heating", **{**asked, **fields}).id

    def act(self, job: str, *actions: VisitAction | JobAction, **how: Any) -> None:
        for action in actions:
            with self.store.unit_of_work() as uow:
                if isinstance(action, JobAction):
                    jobs.act(uow, job, action)
                    continue
                visit = uow.session.scalars(
                    select(Visit.id).where(Visit.job_id == job).order_by(Visit.sequence.desc())
                ).first()
                assert visit is not None
                visits.act(uow, visit, action, via_plan=action is VisitAction.SCHEDULE, **how)

    def to(self, after: float) -> None:
        """Go to so many hours after the start."""
        self.clock.at = self.received + hours(after)

    def watch(self) -> int:
        with self.store.unit_of_work() as uow:
            return sla.watch(uow)

    def clocks(self, job: str) -> dict[Target, SlaClock]:
        with self.store.reading() as uow:
            return {one.target: one for one in uow.session.scalars(select(SlaClock).where(SlaClock.job_id == job))}

    def told(self, job: str) -> list[tuple[Any, ...]]:
        """What was recorded of the job's promises, in order."""
        kinds = {"PromiseStarted", "PromiseWarned", "PromiseBreached", "Escalated"}
        with self.store.reading() as uow:
            entries = uow.session.scalars(
                select(OutboxEntry)
                .where(OutboxEntry.subject_id == job, OutboxEntry.kind.in_(kinds))
                .order_by(OutboxEntry.id)
            )
            return [
                (one.kind, one.payload["target"], one.payload.get("share", one.payload.get("action")))
                for one in entries
            ]
