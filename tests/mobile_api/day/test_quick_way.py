"""Who asks what is new is told "nothing" at once only where nothing is new, whatever was changed and whoever did it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, Enum, Float, Integer, String, inspect, select
from sqlalchemy.exc import DBAPIError

from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import visits
from dispatch.store.engine import Store
from dispatch.store.revision import phone_revision
from dispatch.store.tables import (
    Absence,
    Assignment,
    Base,
    ChecklistAnswers,
    Contact,
    Customer,
    Equipment,
    ExpectedArrival,
    Media,
    PartRequest,
    PartUse,
    PhoneNotice,
    Site,
    User,
    Visit,
    VisitMedia,
)
from dispatch.store.types import Instant
from dispatch.store.whose_phones import MOST, ON_PHONES
from tests.mobile_api.day.busy_city import ASKED, City
from tests.mobile_api.day.conftest import Operation, Phone


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
