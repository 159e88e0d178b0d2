"""A technician's day for tests: somebody with a phone, visits that a plan has given them, what the phone is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import delete, select

from dispatch.domain.clock import FixedClock
from dispatch.domain.events import VisitAssigned, instant
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import NOT_DISPATCHED, VisitStatus
from dispatch.messaging.handlers import run_handlers
from dispatch.messaging.relay import relay
from dispatch.reactions import REACTIONS
from dispatch.services import asking
from dispatch.store.engine import Store
from dispatch.store.tables import Assignment, Job, PlanRow, PlanStatus, Visit
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.changes import Changes, changes
from mobile_api.day.documents import documents
from tests.dispatch.conftest import *  # noqa: F403  the stores, the clock and the world
from tests.dispatch.world import World


@dataclass
class Phone:
    """The phone of a technician: what it holds, as a phone keeps it. ``cursor`` is that of the last answer."""

    store: Store
    technician: str
    user: str
    shift: str
    actor: Actor
    cursor: str | None = None
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def ask(self) -> Changes:
        """Ask what is new, and keep it."""
        with self.store.reading(self.actor) as uow:
            found = changes(uow, self.cursor)
        if found.full:
            self.held.clear()
        self.held |= {one["id"]: dict(one) for one in found.documents}
        for name, why in found.gone.items():
            self.held.pop(name)
            self.reasons[name] = why
        self.cursor = found.cursor
        return found

    def visit(self, visit: str) -> dict[str, Any]:
        """A visit as the phone holds it."""
        return self.held[f"visit:{visit}"]

    def kind(self, kind: str) -> list[dict[str, Any]]:
        """All that it holds of a kind."""
        return [one for one in self.held.values() if one["kind"] == kind]

    def whole(self) -> dict[str, dict[str, Any]]:
        """What a phone that holds nothing would be told."""
        with self.store.reading(self.actor) as uow:
            return {one.id: one.as_sent() for one in documents(uow)}


class Operation:
    """Puts technicians with phones into a world, and visits on their days, as a plan does."""

    def __init__(self, world: World, clock: FixedClock) -> None:
        self.world, self.store, self.clock = world, world.store, clock
        self.territory = world.territory("La Serena")

    def phone(
        self,
        name: str = "Ana Rojas",
        *,
        language: str = "en",
        start: float = -1,
        van: Mapping[str, float] | None = None,
        **shift: Any,
    ) -> Phone:
        """Somebody with a shift from an hour ago on, and a phone."""
        made: dict[str, Any] = {"phone": "+56 9 4000 1000", "capacity": dict(van or {})}
        technician = self.world.technician(name, territory=self.territory, **made)
        user = self.world.user(Role.TECHNICIAN, name=name, technician_id=technician, language=language)
        on = self.world.shift(technician, start=start, **shift)
        return Phone(self.store, technician, user, on, Actor(user, name, Role.TECHNICIAN, technician=technician))

    def give(self, phone: Phone, visit: str, *, start: float = 0, shift: str | None = None, role: int = 0) -> str:
        """Plan a visit on somebody's shift, so many hours from now."""
        begins = self.clock.now() + dt.timedelta(hours=start)
        with self.store.unit_of_work() as uow:
            uow.session.add(_assignment(visit, phone, begins, role, shift))
        return visit

    def visit(self, phone: Phone | None = None, *, start: float = 0, shift: str | None = None, **fields: Any) -> str:
        """A visit that is on the phone, dispatched and asked for; ``visit`` and the other fields are those of
        ``World.job``.
        """
        made = {"status": VisitStatus.DISPATCHED, **fields.pop("visit", {})}
        if made["status"] is VisitStatus.DISPATCHED:
            made = {"asked_at": self.clock.now(), **made}
        _, visit = self.world.job(territory=self.territory, visit=made, **fields)
        return visit if phone is None else self.give(phone, visit, start=start, shift=shift)

    def move(self, visit: str, *, hours: float, shift: str | None = None) -> None:
        """Plan a visit so many hours later, on another shift."""
        with self.store.unit_of_work() as uow:
            for planned in uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit)):
                planned.shift_id = shift or planned.shift_id
                for name in ("arrival", "start", "end"):
                    setattr(planned, name, getattr(planned, name) + dt.timedelta(hours=hours))

    def publish(
        self,
        visit: str,
        *crew: Phone,
        start: float = 0,
        because: str = "asked",
        dispatched: bool = True,
        asked: bool = True,
    ) -> None:
        """Publish a plan that gives a visit to others, or to nobody, so many hours from now; in one transaction."""
        begins = self.clock.now() + dt.timedelta(hours=start)
        with self.store.unit_of_work() as uow:
            before = uow.session.scalars(
                select(Assignment).where(Assignment.visit_id == visit).order_by(Assignment.role)
            ).all()
            row = uow.get(Visit, visit)
            uow.session.execute(delete(Assignment).where(Assignment.visit_id == visit))
            for role, one in enumerate(crew):
                uow.session.add(_assignment(visit, one, begins, role))
            uow.record(
                VisitAssigned(
                    visit=visit,
                    job=row.job_id,
                    technicians_before=tuple(one.technician_id for one in before),
                    technicians_after=tuple(one.technician for one in crew),
                    start_before=instant(before[0].start) if before else None,
                    start_after=instant(begins) if crew else None,
                    dispatched_before=row.status not in NOT_DISPATCHED,
                    dispatched_after=dispatched and bool(crew),
                    asked_before=asking.was_told(row),
                    asked_after=dispatched and asked and bool(crew),
                )
            )
            _plan(uow, because)

    def job_of(self, visit: str) -> Job:
        """The job of a visit."""
        with self.store.reading() as uow:
            return uow.get(Job, uow.get(Visit, visit).job_id)

    def react(self) -> None:
        """Let everything react to what has happened, as the worker does."""
        relay(self.store)
        run_handlers(self.store, REACTIONS)


def _assignment(visit: str, phone: Phone, begins: dt.datetime, role: int, shift: str | None = None) -> Assignment:
    return Assignment(
        visit_id=visit,
        role=role,
        technician_id=phone.technician,
        shift_id=shift or phone.shift,
        position=int(begins.timestamp()) // 60,
        arrival=begins - dt.timedelta(minutes=5),
        start=begins,
        end=begins + dt.timedelta(hours=1),
        edition=1,
        travel_seconds=600,
        travel_metres=4200,
    )


def _plan(uow: UnitOfWork, because: str) -> str:
    """A published plan of which nothing is known but why it was made."""
    nothing: dict[str, Any] = {"problem": {}, "plan": {}, "horizon_start": uow.now, "horizon_end": uow.now}
    made = {"status": PlanStatus.PUBLISHED, "reason": because, "published_at": uow.now, "created_by": uow.actor.id}
    row = PlanRow(id=new_id("plan"), **nothing, **made)
    uow.session.add(row)
    return row.id


@pytest.fixture
def operation(world: World, clock: FixedClock) -> Operation:
    """An operation in La Serena, on each kind of database."""
    return Operation(world, clock)


@pytest.fixture
def phone(operation: Operation) -> Phone:
    """The phone of Ana Rojas, who began to work an hour ago."""
    return operation.phone()
