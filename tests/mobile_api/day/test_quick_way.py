"""Who asks what is new is told "nothing" at once only where nothing is new, whatever was changed and whoever did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, Enum, Float, Integer, String, inspect, select
from sqlalchemy.exc import DBAPIError

from dispatch.domain.errors import DispatchError
from dispatch.domain.ids import new_id
from dispatch.domain.roles import SYSTEM, Actor, Role
from dispatch.domain.sla import ClockState, Target
from dispatch.domain.visit_lifecycle import VisitAction, VisitStatus
from dispatch.services import checklists, duty, jobs, media, parts, phone_notices, unavailability, visits
from dispatch.services.pictures import Clean
from dispatch.store.engine import Store
from dispatch.store.revision import phone_revision
from dispatch.store.tables import (
    Absence,
    Assignment,
    Base,
    ChecklistAnswers,
    ChecklistVersion,
    Contact,
    Customer,
    Equipment,
    ExpectedArrival,
    HeldSkill,
    Job,
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
    Site,
    SlaClock,
    Territory,
    User,
    Visit,
    VisitMedia,
)
from dispatch.store.types import Instant
from dispatch.store.whose_phones import MOST, ON_PHONES
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
_BEGUN: Mapping[str, Any] = {"purpose": Purpose.PHOTO}
_CAME: Mapping[str, Any] = {"kept": "a" * 64, "kept_size": 9, "kept_type": "image/png", "width": 1, "height": 1}
_USED: Mapping[str, Any] = {"part": "valve", "quantity": 1.0}
_GIVEN: Mapping[str, str] = dict.fromkeys((*ASKED, "meter"), "2026-11-22T09:00:00Z")
_NEWS: Mapping[str, Any] = {"what": "moved_away", "because": {"code": "over"}}
_SAID: Mapping[str, Any] = {"kind": MessageKind.TO_TECHNICIAN, "text": "Ring first.", "by": "user_1", "by_name": "Eva"}
_PROMISE: Mapping[str, Any] = {"target": Target.ON_SITE, "state": ClockState.RUNNING, "allowed": 3600}


@pytest.fixture
def city(operation: Operation) -> City:
    return City(operation)


# -- whatever is changed -----------------------------------------------------------------------------------------------

DOCUMENTS: Mapping[str, Sequence[Any]] = {
    "answers": [{"meter": 9}],
    "because": [{"code": "new"}],
    "breaks": [[]],
    "capacity": [{"tap": 2.0}],
    "demand": [{"tap": 1.0}],
    "given": [dict.fromkeys((*ASKED, "meter"), "2026-11-23T09:00:00Z")],
    "knowledge": [[{"title": "Manual", "url": "https://example.org/m"}]],
    "windows": [[["2026-11-23T15:00:00Z", "2026-11-23T17:00:00Z"]]],
}
"""Column → another document for it. Of the others no phone tells anything."""
TEXTS: Mapping[str, Sequence[str]] = {"time_zone": ["UTC"], "sha256": ["c" * 64], "what": ["cancelled"]}
ALONE = ("id", "version", "created_at", "updated_at")


def others(row: Base, column: Any, rows: Mapping[str, Sequence[Any]]) -> Iterator[Any]:
    """Values that a column of this row might have instead."""
    value, kind, name = getattr(row, column.key), column.type, column.key
    if column.foreign_keys:
        table = next(iter(column.foreign_keys)).column.table.name
        yield from [one.id for one in rows.get(table, ()) if one.id != value][:3]
    elif isinstance(kind, Enum):
        yield from [one for one in kind.enum_class or () if one is not value]
    elif isinstance(kind, Instant):
        yield from (dt.datetime(2026, 11, day, 12, 30, tzinfo=dt.UTC) for day in (22, 23, 26))
    elif isinstance(kind, Date):
        yield dt.date(2020, 1, 1)
    elif isinstance(kind, Boolean):
        yield not value
    elif isinstance(kind, Integer | Float):
        yield (value or 0) + 1000
    elif isinstance(kind, String):
        yield from TEXTS.get(name, [f"{value or ''}x"])
    else:
        yield from DOCUMENTS.get(name, ())
    if column.nullable and value is not None:
        yield None


def rows_of(store: Store, *tables: type[Base]) -> dict[str, list[Any]]:
    with store.reading() as uow:
        return {one.__tablename__: list(uow.session.scalars(_in_order(one))) for one in tables}


def _in_order(table: type[Base]) -> Any:
    return select(table).order_by(*inspect(table).primary_key)


def changed_to(city: City, row: Any, name: str, value: Any) -> None:
    with city.store.unit_of_work() as uow:
        found = uow.session.get_one(type(row), inspect(row).identity)
        setattr(found, name, value)


@pytest.mark.no_cover
@pytest.mark.parametrize("table", [*ON_PHONES, ExpectedArrival], ids=lambda one: one.__tablename__)
def test_whatever_is_changed_of_a_row_is_counted_for_whom_it_changes_something(city: City, table: type[Base]) -> None:
    city.everything()
    rows = rows_of(city.store, *ON_PHONES, ExpectedArrival)
    mine = rows[table.__tablename__]
    assert mine, "there is such a row"
    days, told = city.days(), 0
    # What is noted of a row does not depend on the database; only the one query that follows does.
    for row in mine[:1] if city.store.on_postgresql else mine[:1] + mine[1:][-1:]:
        for column in inspect(table).columns:
            if column.key in ALONE or column.primary_key:
                continue
            before = getattr(row, column.key)
            for value in others(row, column, rows):
                numbers = city.numbers()
                with suppress(DispatchError, DBAPIError):  # what the database refuses changes nothing
                    changed_to(city, row, column.key, value)
                    told += compared(city, days, numbers, f"{table.__tablename__}.{column.key} = {value!r}")
                    changed_to(city, row, column.key, before)
    assert told or city.store.on_postgresql, "phones show something of this table"
    assert city.days() == days


def compared(city: City, days: Sequence[Any], numbers: Sequence[int], what: str) -> int:
    """How many days are other ones than before; each of them has another number."""
    other = [one != two for one, two in zip(days, city.days(), strict=True)]
    counted = [one != two for one, two in zip(numbers, city.numbers(), strict=True)]
    assert [more for more, known in zip(other, counted, strict=True) if more and not known] == [], what
    return sum(other)


@pytest.mark.parametrize(
    "table",
    [
        Absence,
        Assignment,
        ChecklistAnswers,
        ExpectedArrival,
        Media,
        PartRequest,
        PartUse,
        PhoneNotice,
        VisitMedia,
        Visit,
    ],
    ids=lambda one: one.__tablename__,
)
def test_whatever_is_removed_is_counted_for_who_saw_it(city: City, table: type[Base]) -> None:
    city.everything()
    told = 0
    for row in rows_of(city.store, table)[table.__tablename__]:
        days, numbers = city.days(), city.numbers()
        with suppress(DispatchError, DBAPIError), city.store.unit_of_work() as uow:
            uow.session.delete(uow.session.get_one(table, inspect(row).identity))
        told += compared(city, days, numbers, repr(row))
    assert told


# -- who is left alone -------------------------------------------------------------------------------------------------


def test_a_step_of_one_visit_leaves_those_alone_who_have_nothing_to_do_with_it(operation: Operation) -> None:
    ana, benjamin, other = operation.phone("Ana"), operation.phone("Benjamín"), operation.phone("Carla")
    visit = operation.visit(ana)
    operation.give(benjamin, visit, role=1)
    operation.visit(other)
    city = City.__new__(City)
    city.store, city.phones = operation.store, [ana, benjamin, other]
    for step in (VisitAction.ACCEPT, VisitAction.DEPART, VisitAction.ARRIVE, VisitAction.START, VisitAction.COMPLETE):
        before = city.numbers()
        with operation.store.unit_of_work(ana.actor) as uow:
            visits.act(uow, visit, step)
        assert [one > two for one, two in zip(city.numbers(), before, strict=True)] == [True, True, False]


def test_what_is_corrected_of_a_customer_or_a_person_concerns_who_sees_it(operation: Operation) -> None:
    ana, benjamin = operation.phone("Ana"), operation.phone("Benjamín")
    world, both = operation.world, City.__new__(City)
    both.store, both.phones = operation.store, [ana, benjamin]
    customer, boss = world.customer(), world.user(Role.DISPATCHER, phone="+56 51 222 3344")
    site = world.site(customer, territory=operation.territory)
    machine = world.equipment(site)
    contact = both.add(Contact, "contact", customer_id=customer, name="María")
    of_the_job = {"customer": customer, "site": site, "equipment_id": machine, "contact_id": contact}
    operation.visit(ana, **of_the_job)
    operation.visit(benjamin)
    for table, row, name, value in (
        (Customer, customer, "name", "Hotel Faro"),
        (Site, site, "access_notes", "Ring twice."),
        (Equipment, machine, "serial", "CX-1"),
        (Contact, contact, "phone", "+56 9 5555 1234"),
        (User, ana.user, "language", "zh"),
    ):
        before = both.numbers()
        with operation.store.unit_of_work() as uow:
            setattr(uow.get(table, row), name, value)
        changed = [one != two for one, two in zip(both.numbers(), before, strict=True)]
        assert changed == [True, False], f"{table.__tablename__}.{name}"
    before = both.numbers()
    with operation.store.unit_of_work() as uow:
        uow.get(User, boss).phone = "+56 51 222 0000"
    assert both.numbers() == before, "nobody rings them"


def test_a_new_job_of_a_new_customer_is_nobodys_business(operation: Operation, phone: Phone) -> None:
    kind = operation.world.job_type()
    phone.ask()
    with operation.store.reading() as uow:
        before = phone_revision(uow.session, phone.technician)
    operation.visit(job_type=kind)
    with operation.store.reading() as uow:
        assert phone_revision(uow.session, phone.technician) == before


def test_a_plan_for_very_many_is_counted_for_all_in_one_number(operation: Operation, phone: Phone) -> None:
    visit, others = operation.visit(), [operation.phone(f"T{number}") for number in range(MOST + 1)]
    with operation.store.reading() as uow:
        before = phone_revision(uow.session, phone.technician)
    operation.publish(visit, *others)
    with operation.store.reading() as uow:
        assert phone_revision(uow.session, phone.technician) > before


# -- whatever is done --------------------------------------------------------------------------------------------------


class Steps:
    """What people do, one after the other, by chance; what is refused changes nothing."""

    def __init__(self, city: City, seed: int) -> None:
        self.city, self.random = city, Random(seed)
        self.operation, self.store = city.operation, city.store

    def any(self) -> str:
        """Do something; what it was."""
        name = self.random.choice(sorted(one for one in vars(Steps) if one.startswith("do_")))
        with suppress(DispatchError):
            getattr(self, name)()
        return name

    def do_step(self) -> None:
        phone, visit = self.random.choice(self.city.phones), self.random.choice(self.city.visits)
        with self.store.unit_of_work(phone.actor) as uow:
            may = visits.allowed(uow, uow.get(Visit, visit))
            visits.act(uow, visit, self.random.choice(may or [VisitAction.ACCEPT]), reason="So it is.", seconds=600)

    do_another_step = do_one_more_step = do_step

    def do_from_the_desk(self) -> None:
        action = self.random.choice([VisitAction.RECALL, VisitAction.CANCEL, *2 * [VisitAction.DISPATCH]])
        with self.store.unit_of_work(DISPATCHER) as uow:
            visits.act(uow, self.random.choice(self.city.visits), action, reason="Asked for.")

    def do_publish(self) -> None:
        crew = self.random.sample(self.city.phones, self.random.randint(0, 2))
        self.operation.publish(self.random.choice(self.city.visits), *crew, start=self.random.randint(0, 30))

    def do_move(self) -> None:
        self.operation.move(self.random.choice(self.city.visits), hours=self.random.choice([-1, 1, 24, -24]))

    def do_use(self) -> None:
        phone, visit = self.random.choice(self.city.phones), self.random.choice(self.city.visits)
        with self.store.unit_of_work(phone.actor) as uow:
            parts.use(uow, uow.get(Visit, visit), "valve", 1, uow.now)

    def do_request(self) -> None:
        phone, visit = self.random.choice(self.city.phones), self.random.choice(self.city.visits)
        with self.store.unit_of_work(phone.actor) as uow:
            parts.request(uow, uow.get(Visit, visit), "pump", 1, uow.now)

    def do_bring(self) -> None:
        with self.store.unit_of_work(SYSTEM) as uow:
            known = uow.session.scalars(select(PartRequest.id).order_by(PartRequest.id)).all()
            if known:
                parts.act(uow, self.random.choice(known), self.random.choice(["order", "arrive", "cancel"]))

    def do_answer(self) -> None:
        phone, visit = self.random.choice(self.city.phones), self.random.choice([*self.city.visits, self.city.past])
        with self.store.unit_of_work(phone.actor) as uow:
            meter = self.random.randint(1, 99)
            checklists.answer(uow, uow.get(Visit, visit), 1, {"meter": meter, "tight": True}, uow.now)

    def do_photograph(self) -> None:
        phone, digest = self.random.choice(self.city.phones), self.random.choice("abc") * 64
        with self.store.unit_of_work(phone.actor) as uow:
            media.attach(uow, self.random.choice(self.city.visits), digest, Purpose.PHOTO)

    def do_send(self) -> None:
        phone, digest = self.random.choice(self.city.phones), self.random.choice("abc") * 64
        with self.store.unit_of_work(phone.actor) as uow:
            row = media.found(uow, digest)
            if row is None:
                row = Media(id=new_id("media"), owner_id=phone.user, sha256=digest, size=9, type="image/png", **_BEGUN)
                row.begun_at = uow.now
                uow.session.add(row)
            else:
                media.come(uow, row.id, digest, Clean(b"x", "image/png", 1, 1))

    def do_duty(self) -> None:
        phone = self.random.choice(self.city.phones)
        with self.store.unit_of_work(phone.actor) as uow:
            step = self.random.choice(["begin", "take", "end", "over"])
            if step == "begin":
                duty.begin_shift(uow, phone.shift)
            elif step == "take":
                duty.take_break(uow, phone.shift, "lunch")
            elif step == "end":
                duty.end_break(uow, phone.shift, "lunch")
            elif self.random.random() < 0.2:
                duty.end_shift(uow, phone.shift)

    def do_be_away(self) -> None:
        phone = self.random.choice(self.city.phones)
        with self.store.unit_of_work(phone.actor) as uow:
            if self.random.random() < 0.5:
                unavailability.begin(uow, phone.technician, 30, "Doctor", uow.now)
            else:
                unavailability.end(uow, phone.technician, uow.now)

    def do_rename(self) -> None:
        job = self.operation.job_of(self.random.choice([*self.city.visits, self.city.past])).id
        with self.store.unit_of_work(DISPATCHER) as uow:
            jobs.change(uow, job, title=f"Title {self.random.random()}")

    def do_other_machine(self) -> None:
        job = self.operation.job_of(self.random.choice([*self.city.visits, self.city.past])).id
        with self.store.unit_of_work() as uow:
            uow.get(Job, job).equipment_id = self.random.choice([None, self.city.machine, self.city.other])

    def do_company(self) -> None:
        with self.store.unit_of_work() as uow:
            if self.random.random() < 0.5:
                uow.get(Customer, self.city.customer).notes = f"Notes {self.random.random()}"
            else:
                uow.get(Equipment, self.city.machine).notes = f"Notes {self.random.random()}"

    def do_react(self) -> None:
        self.operation.react()

    do_react_again = do_react

    def do_look(self) -> None:
        phone = self.random.choice(self.city.phones)
        with self.store.unit_of_work(phone.actor) as uow:
            phone_notices.seen(uow, [one["notice"] for one in phone.kind("notice")])

    def do_wait(self) -> None:
        self.operation.clock.advance(minutes=self.random.choice([1, 10, 30]))


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(2))
def test_whatever_people_do_each_phone_that_asks_has_what_the_server_has(city: City, seed: int) -> None:
    steps, done = Steps(city, seed), []
    for one in city.phones:
        one.ask()
    for _ in range(60):
        done.append(steps.any())
        for one in city.phones:
            one.ask()
            assert one.held == one.whole(), done[-5:]


# -- at the same time --------------------------------------------------------------------------------------------------


def test_who_got_a_visit_while_somebody_changed_it_hears_of_that_change(store: Store, operation: Operation) -> None:
    if not store.on_postgresql:
        return  # there whoever writes is alone
    ana, benjamin = operation.phone("Ana"), operation.phone("Benjamín")
    visit = operation.visit(ana)
    with store.unit_of_work() as uow:
        uow.get(Visit, visit).outcome = "Half done"
        uow.session.flush()
        operation.give(benjamin, visit, role=1)
        benjamin.ask()
        assert benjamin.visit(visit)["outcome"] == ""
    benjamin.ask()
    assert benjamin.visit(visit)["outcome"] == "Half done"


def test_many_at_once_hold_nobody_up_and_each_phone_has_what_the_server_has(city: City) -> None:
    def work(seed: int) -> int:
        steps, applied = Steps(city, seed), 0
        for _ in range(12):
            name = steps.random.choice(["use", "request", "answer", "rename", "photograph", "publish"])
            with suppress(DispatchError):
                getattr(steps, f"do_{name}")()
                applied += 1
        return applied

    asking = [Phone(one.store, one.technician, one.user, one.shift, one.actor) for one in city.phones]

    def ask(phone: Phone) -> None:
        for _ in range(25):
            phone.ask()

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(ask, one) for one in asking]
        done = list(threads.map(work, range(4)))
        for one in asked:
            one.result()
    assert all(done)
    for phone in asking:
        phone.ask()
        assert phone.held == phone.whole()
