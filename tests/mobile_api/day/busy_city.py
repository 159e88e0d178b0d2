"""A city of a few phones whose days hold a row of everything that a phone shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Role
from dispatch.domain.sla import ClockState, Target
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.revision import phone_revision
from dispatch.store.tables import (
    Absence,
    Base,
    ChecklistAnswers,
    ChecklistVersion,
    Contact,
    ExpectedArrival,
    HeldSkill,
    Media,
    Message,
    MessageKind,
    MessageReader,
    PartRequest,
    PartRequestStatus,
    PartUse,
    PhoneNotice,
    Purpose,
    ReportSending,
    ServiceReport,
    SlaClock,
    Territory,
    VisitMedia,
)
from tests.dispatch.checklists import boiler
from tests.mobile_api.day.conftest import Operation, Phone

DISPATCHER = Actor("user_desk", "Desk", Role.DISPATCHER)
ASKED = {"pressure": 12, "tight": True}


class City:
    """Four technicians of whom each day shows something of the others'. ``visits``: today's, all at one machine.

    Ana and Benjamín do the first together, each of them and Carla one alone; Dora was at the machine yesterday.
    """

    def __init__(self, operation: Operation) -> None:
        self.operation, self.store, self.world = operation, operation.store, operation.world
        names = ("Ana Rojas", "Benjamín Soto", "Carla Muñoz", "Dora Vera")
        rest = {"id": "lunch", "earliest": "2026-11-23T15:00:00Z", "latest": "2026-11-23T17:00:00Z", "duration": 1800}
        self.phones = [
            operation.phone(name, van={"valve": 3.0}, breaks=[{**rest, "taken_at": None, "ended_at": None}])
            for name in names
        ]
        world, (ana, benjamin, carla, dora) = self.world, self.phones
        for one in self.phones:
            self.add(HeldSkill, "skill", technician_id=one.technician, skill="gas", level=self.phones.index(one) + 1)
        self.kind = world.job_type("Boiler", checklist=boiler(), checklist_version=1)
        self.customer = world.customer("Hotel Faro", notes="Pays late.")
        self.site = world.site(self.customer, territory=operation.territory)
        self.machine, self.other = world.equipment(self.site), world.equipment(self.site)
        self.contact = self.add(Contact, "contact", customer_id=self.customer, name="María", phone="+56 9 5555 1234")
        self.add(ChecklistVersion, None, job_type_id=self.kind, version=1, schema=boiler(), since=world.now())
        self.visits = [self.visit(ana), self.visit(benjamin, start=2), self.visit(carla, start=3)]
        operation.give(benjamin, self.visits[0], role=1)
        self.visits.append(self.visit(ana, start=24))
        yesterday = world.now() - dt.timedelta(hours=26)
        over = {"status": VisitStatus.COMPLETED, "finished_at": yesterday, "arrived_at": yesterday, "outcome": "Done"}
        self.past = self.visit(dora, start=-27, visit=over)
        self.visits.append(self.visit(dora, start=4, equipment_id=self.other))

    def visit(self, phone: Phone, *, start: float = 0, **fields: Any) -> str:
        named = {"customer": self.customer, "site": self.site, "job_type": self.kind, "contact_id": self.contact}
        return self.operation.visit(phone, start=start, **{"equipment_id": self.machine, **named, **fields})

    def add(self, table: type[Base], word: str | None, **fields: Any) -> str:
        row = {} if word is None else {"id": new_id(word)}
        with self.store.unit_of_work() as uow:
            uow.session.add(table(**{**row, **fields}))
        return row.get("id", "")

    def everything(self) -> None:
        """Put at least one row into each table that phones show, with all that a row can say."""
        now, (first, second, *_), (ana, benjamin, *_) = self.world.now(), self.visits, self.phones
        hour, job = dt.timedelta(hours=1), self.operation.job_of(self.visits[0]).id
        sent = {"owner_id": ana.user, "sha256": "a" * 64, "purpose": Purpose.PHOTO}
        times = dict.fromkeys(("expected_at", "seen_at", "sure_at", "computed_at", "proposed_at"), now)
        policy = self.world.sla_policy()
        self.world.planning_policy()
        extra = self.world.visit(job, site=self.site)
        needed = {"job_id": job, "technician_id": ana.technician, "part": "pump", "quantity": 1.0, "at": now}
        answered = {"job_type_id": self.kind, "checklist_version": 1, "given": _GIVEN}
        for table, word, fields in (
            (Absence, "absence", {"technician_id": ana.technician, "starts_at": now - hour, "ends_at": now + hour}),
            (ChecklistAnswers, "answers", {**answered, "visit_id": first, "answers": ASKED, "answered_at": now}),
            (
                ChecklistAnswers,
                "answers",
                {**answered, "visit_id": self.past, "answers": {"meter": 7}, "answered_at": now},
            ),
            (ExpectedArrival, None, {"visit_id": first, "technician_id": ana.technician, **_WAY, **times}),
            (Media, "media", {**sent, "size": 9, "type": "image/png", "begun_at": now, **_CAME, "complete_at": now}),
            (VisitMedia, "visitmedia", {**sent, "visit_id": first, "at": now, "attached_at": now}),
            (PartRequest, "part", {**needed, "visit_id": extra, "status": PartRequestStatus.ARRIVED}),
            (PartRequest, "part", {**needed, "visit_id": second}),
            (PartUse, "use", {"visit_id": first, "technician_id": ana.technician, **_USED, "at": now, "told_at": now}),
            (Message, "message", {**_SAID, "id": "message_1", "job_id": job, "visit_id": first, "at": now}),
            (MessageReader, None, {"message_id": "message_1", "technician_id": ana.technician}),
            (
                Message,
                "message",
                {**_SAID, "job_id": job, "visit_id": first, "technician_id": ana.technician, "at": now},
            ),
            (
                PhoneNotice,
                "notice",
                {"technician_id": benjamin.technician, "visit_id": self.visits[-1], **_NEWS, "at": now},
            ),
            (
                ReportSending,
                "sending",
                {"visit_id": first, "address": "a@example.org", "asked_by": ana.user, "asked_at": now},
            ),
            (ServiceReport, "report", {"visit_id": first, "kept": "b" * 64, "made_at": now}),
            (
                SlaClock,
                "clock",
                {"job_id": job, "policy_id": policy, **_PROMISE, "started_at": now, "due_at": now + hour},
            ),
        ):
            self.add(table, word, **fields)
        boss = self.world.user(Role.DISPATCHER, phone="+56 51 222 3344")
        with self.store.unit_of_work() as uow:
            uow.get(Territory, self.operation.territory).supervisor_id = boss

    def numbers(self) -> list[int]:
        """Of each phone: by what it sees at once whether anything is new."""
        with self.store.reading() as uow:
            return [phone_revision(uow.session, one.technician) for one in self.phones]

    def days(self) -> list[dict[str, dict[str, Any]]]:
        """Of each phone: what it would be told if it held nothing."""
        return [one.whole() for one in self.phones]


_WAY: Mapping[str, Any] = {"remaining": 60, "metres": 1, "source": "road"}
BEGUN: Mapping[str, Any] = {"purpose": Purpose.PHOTO}
_CAME: Mapping[str, Any] = {"kept": "a" * 64, "kept_size": 9, "kept_type": "image/png", "width": 1, "height": 1}
_USED: Mapping[str, Any] = {"part": "valve", "quantity": 1.0}
_GIVEN: Mapping[str, str] = dict.fromkeys((*ASKED, "meter"), "2026-11-22T09:00:00Z")
_NEWS: Mapping[str, Any] = {"what": "moved_away", "because": {"code": "over"}}
_SAID: Mapping[str, Any] = {"kind": MessageKind.TO_TECHNICIAN, "text": "Ring first.", "by": "user_1", "by_name": "Eva"}
_PROMISE: Mapping[str, Any] = {"target": Target.ON_SITE, "state": ClockState.RUNNING, "allowed": 3600}
