"""A list costs the same number of statements however many rows it shows: none of them is asked about one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event, func, select

from dispatch.access.tokens import new_token
from dispatch.domain.clock import SystemClock
from dispatch.domain.events import JobChanged
from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.services import intake
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Absence,
    Contact,
    Device,
    Dispute,
    FieldAction,
    HeldSkill,
    Notification,
    OutboxEntry,
    Outcome,
    ParkedEvent,
    PartRequest,
    PlanningRun,
    PlanRow,
    Position,
    SavedView,
    ScenarioRow,
    SheetImport,
    TrailPoint,
    TravelSlice,
    Visit,
    Webhook,
    WebhookDelivery,
)
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.console.seeded import assign
from tests.dispatch.world import World
from tests.scenarios.planner.here import document

FEW, MANY = 3, 30
MORE = MANY - FEW


class Crowd:
    """More and more of everything that lists show; what belongs to one thing belongs to the same one."""

    def __init__(self, store: Store, user: str) -> None:
        self.store, self.user, self.world = store, user, World(store)
        self.customer = self.world.customer()
        self.territory = self.world.territory()
        self.technician = self.world.technician(territory=self.territory)
        self.policy = self.world.planning_policy("first")
        self.calendar = self.world.calendar()
        self.world.sla_policy(calendar=self.calendar)
        self.webhook = self._add_rows(self._webhook())[0].id
        self.count = 0

    def ids(self) -> dict[str, str]:
        """What stands for the parameters of paths."""
        return {"customer_id": self.customer, "webhook_id": self.webhook, "technician_id": self.technician}

    def grow_to(self, count: int) -> None:
        for _ in range(self.count, count):
            self._one_more()
        self.count = count

    def _one_more(self) -> None:
        world = self.world
        territory = self.territory
        world.territory()
        technician = world.technician(territory=territory, skills={"gas": 2})
        shift = world.shift(technician, start=-1, began_at=world.now())
        site = world.site(self.customer, territory=territory)
        kind = world.job_type()
        equipment = world.equipment(site)
        _, visit = world.job(
            customer=self.customer,
            site=site,
            territory=territory,
            job_type=kind,
            equipment_id=equipment,
            visit={"status": VisitStatus.DISPATCHED},
        )
        assign(self.store, visit, self.technician, shift)
        world.customer()
        world.calendar()
        world.sla_policy(calendar=self.calendar, active=False)
        world.planning_policy(standard=False)
        world.user()
        self._add_rows(*self._rows(technician, visit))
        with self.store.unit_of_work() as uow:
            new_token(uow, self.user, "one more", SystemClock().now(), dt.timedelta(hours=1))
            places = {"customer_id": self.customer, "site_id": site, "job_type_id": kind}
            job = intake.receive_job(uow, **places, title="No water")  # with promises
            uow.record(JobChanged(job=job.id, changed=("title",)))
        self._give_positions()

    def _rows(self, technician: str, visit_id: str) -> Iterator[Any]:
        now = self.world.now()
        number = self.count_of_events() + 1
        common: dict[str, Any] = {"created_at": now}
        with self.store.reading() as uow:
            visit = uow.get(Visit, visit_id)
        yield Absence(
            id=new_id("absence"),
            technician_id=technician,
            starts_at=now + dt.timedelta(days=1),
            ends_at=now + dt.timedelta(days=2),
        )
        yield HeldSkill(
            id=new_id("skill"),
            technician_id=technician,
            skill=f"Skill {number}",
            level=1,
            valid_until=now.date(),
        )
        yield SavedView(id=new_id("view"), user_id=self.user, name=f"View {number}", what={})
        yield Contact(id=new_id("contact"), customer_id=self.customer, name="Somebody")
        yield self._webhook()
        yield WebhookDelivery(id=new_id("delivery"), webhook_id=self.webhook, position=number, **common)
        yield Notification(
            id=new_id("notification"),
            recipient=f"user:{self.user}",
            channel="log",
            address="x",
            subject="x",
            body="x",
            about="x",
            **common,
        )
        yield SheetImport(
            id=new_id("import"), kind="customers", file_name="a.csv", rows=[], created_by=self.user, **common
        )
        yield PlanningRun(id=new_id("run"), reason="asked", policy_id=self.policy, requested_by=self.user, **common)
        yield ScenarioRow(
            id=new_id("scenario"),
            title="What if",
            document=document(),
            created_by=self.user,
            created_by_name="Somebody",
            **common,
        )
        yield PlanRow(
            id=new_id("plan"), horizon_start=now, horizon_end=now, problem={}, plan={}, created_by=self.user, **common
        )
        yield Position(technician_id=technician, at=now, lat=0.0, lon=0.0)
        yield TravelSlice(id=new_id("slice"), name=f"Slice {number}", starts="07:00", ends="09:00")
        yield TrailPoint(
            technician_id=self.technician, at=now - dt.timedelta(seconds=number), received_at=now, lat=0.0, lon=0.0
        )
        yield FieldAction(
            user_id=self.user,
            id=f"action {number}",
            technician_id=technician,
            kind="end_shift",
            content="",
            phone_at=now,
            happened_at=now,
            received_at=now,
            skew=0.0,
            outcome=Outcome.REFUSED,
            dispute=Dispute.OPEN,
        )
        yield Device(
            id=new_id("device"),
            user_id=self.user,
            technician_id=technician,
            name="Phone",
            platform="x",
            app_version="1",
            registered_at=now,
            seen_at=now,
        )
        yield PartRequest(
            id=new_id("request"),
            visit_id=visit.id,
            job_id=visit.job_id,
            technician_id=technician,
            part="x",
            quantity=1,
            at=now,
        )
        yield ParkedEvent(handler="feed", position=number, because="it was tired", at=now)

    def count_of_events(self) -> int:
        with self.store.reading() as uow:
            return uow.session.scalar(select(func.count(OutboxEntry.id))) or 0

    def _give_positions(self) -> None:
        with self.store.unit_of_work() as uow:
            for entry in uow.session.scalars(select(OutboxEntry)):
                entry.position = entry.id

    def _webhook(self) -> Webhook:
        return Webhook(
            id=new_id("webhook"), name="In", url="https://hooks.example.org/in", secret="whsec_x", created_by=self.user
        )

    def _add_rows(self, *rows: Any) -> tuple[Any, ...]:
        with self.store.unit_of_work() as uow:
            for row in rows:
                uow.session.add(row)
                uow.session.flush()
        return rows


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


ASKED = {"skills/running-out": {"until": "2100-01-01"}}
"""What some lists cannot be asked without."""


def lists_of(app: FastAPI) -> list[str]:
    """The paths of all lists, by what they are documented to answer."""
    return [
        path.removeprefix("/api/v1/")
        for path, operations in app.openapi()["paths"].items()
        if "Page_" in str(operations.get("get", {}).get("responses", {}).get("200"))
    ]


@pytest.fixture
def people(sqlite_store: Store, api: Api) -> tuple[Crowd, dict[str, Client]]:
    """Somebody who sees everything, somebody whose rights end at a territory, and somebody who sees their own."""
    administrator = api("administrator")
    crowd = Crowd(sqlite_store, administrator.user)
    dispatcher = api("dispatcher", territories=[crowd.territory])
    technician = api("technician", technician_id=crowd.technician, territories=[crowd.territory])
    return crowd, {"administrator": administrator, "dispatcher": dispatcher, "technician": technician}


def test_no_list_asks_about_its_rows_one_by_one(
    app: FastAPI, people: tuple[Crowd, dict[str, Client]], sqlite_store: Store
) -> None:
    crowd, clients = people
    seen: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for count in (FEW, MANY):
        crowd.grow_to(count)
        for path in lists_of(app):
            for role, client in clients.items():
                with counted(sqlite_store) as statements:
                    answer = client.get(path.format(**crowd.ids()), params={"limit": 500, **ASKED.get(path, {})})
                assert answer.status_code in (200, 403, 404), f"{path}: {answer.text}"
                if answer.status_code == 200:
                    seen.setdefault((role, path), []).append((len(answer.json()["items"]), len(statements)))
    for role, path in (("dispatcher", "visits"), ("technician", "visits"), ("dispatcher", "promises")):
        assert seen[role, path][1][0] >= MANY, f"{role} sees too few {path} to say anything"
    short = [path for (role, path), (few, many) in seen.items() if role == "administrator" and many[0] < few[0] + MORE]
    assert not short, f"Crowd makes too few rows to say anything about {short}"
    growing = {asked: counts for asked, counts in seen.items() if counts[0][1] < counts[1][1]}
    assert not growing, f"(rows, statements) before and after: {growing}"
