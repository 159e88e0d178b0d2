"""A visit that a technician is at, and what becomes of it: for tests of its report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dispatch.domain.events import Event, VisitMoved
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.services import checklists, media, report_sending, service_reports, uploads
from dispatch.settings import Settings
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Contact,
    Job,
    JobType,
    Notification,
    OutboxEntry,
    PartRequest,
    PartUse,
    Purpose,
    ReportSending,
    ServiceReport,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork
from tests.dispatch.world import World
from tests.mobile_api.media.conftest import given
from tests.mobile_api.media.pdf import Read, read
from tests.mobile_api.media.pictures import digest, photo

CHECKLIST: dict[str, Any] = {
    "type": "object",
    "title": "Boiler check",
    "properties": {
        "tight": {"type": "boolean", "x-kind": "yes_no", "title": "Gas tight?", "x-title-zh": "是否气密"},
        "pressure": {"type": "number", "x-kind": "reading", "title": "Pressure", "x-unit": "bar"},
        "part": {
            "type": "string",
            "x-kind": "choice",
            "title": "Worn part",
            "enum": ["valve", "pump"],
            "x-labels": {"valve": {"en": "Gas valve", "zh": "燃气阀"}, "pump": {"en": "Pump"}},
        },
        "remark": {"type": "string", "x-kind": "text", "title": "Remark", "maxLength": 4000},
        "plate": {"type": "array", "x-kind": "photo", "title": "Photo of the plate"},
        "unanswered": {"type": "string", "x-kind": "text", "title": "Nobody answered this"},
    },
}


@dataclass
class Work:
    """A visit that a technician is at, and what becomes of it."""

    store: Store
    settings: Settings
    visit: str
    job: str
    actor: Actor
    contact: str
    seeds: list[int] = field(default_factory=lambda: list(range(100)))

    @property
    def door(self) -> StoreDoor:
        return StoreDoor(self.store, self.actor)

    def do(self, what: Callable[[UnitOfWork], Any]) -> Any:
        """In a transaction of the technician."""
        with self.store.unit_of_work(self.actor) as uow:
            return what(uow)

    def attach(self, *, caption: str = "", name: str = "", size: tuple[int, int] = (60, 40), **said: Any) -> bytes:
        """Take a picture and say so; it has not come yet. ``name``: it is a signature."""
        content = photo("PNG", size, seed=self.seeds.pop())
        if name:
            self.do(lambda uow: media.sign(uow, self.visit, digest(content), name))
        else:
            purpose = said.pop("purpose", Purpose.PHOTO)
            self.do(lambda uow: media.attach(uow, self.visit, digest(content), purpose, caption, **said))
        return content

    def upload(self, *contents: bytes) -> None:
        for content in contents:
            uploads.begin(self.door, self.settings, digest(content), len(content), "image/png", Purpose.PHOTO)
            assert uploads.take(self.door, self.settings, digest(content), 0, content).complete

    def end(self, status: VisitStatus = VisitStatus.COMPLETED, outcome: str = "Replaced the electrode.") -> None:
        with self.store.unit_of_work() as uow:
            visit = uow.get(Visit, self.visit)
            visit.status, visit.outcome, visit.finished_at = status, outcome, uow.now
            visit.arrived_at = uow.now - dt.timedelta(minutes=105)
            visit.started_at = uow.now - dt.timedelta(minutes=97)
            visit.paused_for = 900
            uow.record(
                VisitMoved(
                    visit=visit.id, job=visit.job_id, before="working", after=status.value, action="x", reason=""
                )
            )

    def change(self, table: Any, row_id: str, **values: Any) -> None:
        with self.store.unit_of_work() as uow:
            row = uow.get(table, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def go_on(self) -> int:
        """Let handlers and jobs do what is to be done."""
        relay(self.store)
        run_handlers(self.store, [Handler("service reports", service_reports.KINDS, service_reports.react)])
        return service_reports.make_due(self.store, self.settings)

    def report(self) -> Read:
        return read(service_reports.document(self.door, self.settings, self.visit).content)

    def row(self) -> ServiceReport | None:
        with self.store.reading() as uow:
            return uow.session.scalar(select(ServiceReport))

    def mails(self) -> list[Notification]:
        with self.store.reading() as uow:
            return list(uow.session.scalars(select(Notification).order_by(Notification.id)))

    def events(self, kind: type[Event]) -> list[dict[str, Any]]:
        with self.store.reading() as uow:
            told = select(OutboxEntry.payload).where(OutboxEntry.kind == kind.__name__).order_by(OutboxEntry.id)
            return list(uow.session.scalars(told))


def at_work(store: Store, world: World, settings: Settings, language: str = "en") -> Work:
    territory = world.territory("North")
    crew = [world.technician(name, territory=territory) for name in ("Carla Rojas", "Diego Soto")]
    user = world.user(Role.TECHNICIAN, technician_id=crew[0])
    customer = world.customer("Panadería Ñuñoa & Hijos", language=language)
    site = world.site(customer, territory=territory, name="Bakery <1>", address="Calle Balmaceda 1234")
    machine = world.equipment(
        site, kind="Boiler", maker="Vaillant", model="ecoTEC", serial="S-77", warranty_until=dt.date(2027, 3, 2)
    )
    contact = new_id("contact")
    with store.unit_of_work() as uow:
        uow.session.add(Contact(id=contact, customer_id=customer, name="Ana Rojas", email="ana@example.org"))
    job, visit = world.job(
        customer=customer,
        site=site,
        territory=territory,
        job_type=world.job_type("Boiler repair"),
        title="Boiler does not heat",
        description="Shows error E4.\nAsk for the key.",
        equipment_id=machine,
        contact_id=contact,
        visit={"status": VisitStatus.WORKING},
    )
    given(store, visit, *crew)
    actor = Actor(user, "Carla Rojas", Role.TECHNICIAN, technician=crew[0])
    return Work(store, settings, visit, job, actor, contact)


def full_of_work(work: Work) -> None:
    """All that a report can say."""
    with work.store.unit_of_work() as uow:
        kind = uow.get(JobType, uow.get(Job, work.job).job_type_id)
        kind.checklist = CHECKLIST
        checklists.note_version(uow, kind)
        version = kind.checklist_version
        row = {"visit_id": work.visit, "technician_id": work.actor.technician, "at": uow.now}
        uow.session.add(PartUse(id="use_1", part="Ignition electrode", quantity=1.0, told_at=uow.now, **row))
        uow.session.add(PartUse(id="use_2", part="Cable", quantity=2.5, told_at=uow.now, **row))
        uow.session.add(PartRequest(id="req_1", job_id=work.job, part="Gas valve", quantity=1.0, **row))
    plate = work.attach(field="plate")
    front, signature = work.attach(caption="Before the repair"), work.attach(name="María José")
    work.upload(plate, front, signature)
    answers = {
        "tight": True, "pressure": 1.6, "part": "valve", "remark": "All <b>fine</b>", "plate": [digest(plate)],
    }  # fmt: skip
    work.do(lambda uow: checklists.answer(uow, uow.get(Visit, work.visit), version, answers, uow.now))


def ask(work: Work, address: str | None = None) -> ReportSending:
    sending: ReportSending = work.do(lambda uow: report_sending.ask(uow, work.visit, address))
    return sending
