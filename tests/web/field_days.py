"""A technician's day to look at on a phone: a server on loopback, four visits for today, one for tomorrow, and news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dispatch.access.passwords import hashed
from dispatch.console.app import create_app
from dispatch.domain.clock import FixedClock
from dispatch.domain.ids import new_id
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import Contact, User, Visit
from tests.dispatch.console.live import served
from tests.dispatch.databases import copied_file
from tests.dispatch.world import World
from tests.mobile_api.day.conftest import Operation, Phone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EMAIL, PASSWORD = "ana.rojas@example.org", "a password for tests"
MORNING = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)  # nine o'clock in La Serena
PLACES = ((-29.9027, -71.2519), (-29.9107, -71.2549), (-29.9187, -71.2479), (-29.9447, -71.2399), (-29.9533, -71.3436))
HOUSES = ("Calle Brasil 512", "Avenida del Mar 2100", "Los Carrera 340", "Balmaceda 1180", "Aldunate 900, Coquimbo")
TITLES = ("Boiler loses pressure", "No hot water", "Yearly service", "Smell of gas", "Radiator stays cold")


@dataclass(frozen=True, slots=True)
class FieldDay:
    """Where the server is, whose day it is, and the ids of its visits, tomorrow's last."""

    url: str
    store: Store
    operation: Operation
    phone: Phone
    visits: list[str]

    def visit(self, number: int) -> Visit:
        """A visit as the server knows it."""
        with self.store.reading() as uow:
            return uow.get(Visit, self.visits[number])


@contextmanager
def field_day(migrated: Path, folder: Path, **settings: Any) -> Iterator[FieldDay]:
    """A server with one technician, whose shift began an hour ago."""
    store = Store(copied_file(migrated, folder), FixedClock(MORNING))
    try:
        operation = Operation(World(store), FixedClock(MORNING))
        phone = operation.phone("Ana Rojas", van={"ignition electrode": 2, "gasket set": 3})
        _let_in(store, phone.user)
        tomorrow = operation.world.shift(phone.technician, start=23)
        visits = [_visit(operation, phone, number, phone.shift if number < 4 else tomorrow) for number in range(5)]
        made = Settings(**{"database_url": str(store.url), "data_folder": folder / "nothing", **settings})
        with served(create_app(store, made)) as url:
            yield FieldDay(url, store, operation, phone, visits)
    finally:
        store.dispose()


def _let_in(store: Store, user: str) -> None:
    with store.unit_of_work() as uow:
        account = uow.get(User, user)
        account.email, account.password_hash = EMAIL, hashed(PASSWORD)


def _visit(operation: Operation, phone: Phone, number: int, shift: str) -> str:
    """One of them; the last one is tomorrow's."""
    world = operation.world
    customer = world.customer(f"Customer {number + 1}", notes="Pays by card." if number == 0 else "")
    site = world.site(
        customer,
        territory=operation.territory,
        at=PLACES[number],
        address=HOUSES[number],
        access_notes="Ring twice; the dog is harmless." if number == 0 else "",
    )
    equipment = world.equipment(
        site,
        kind="boiler",
        maker="Calorex",
        model="CX 24",
        serial=f"CX-{number}-4711",
        installed_on=dt.date(2022, 3, 1),
        warranty_until=dt.date(2027, 3, 1),
    )
    with operation.store.unit_of_work() as uow:
        who = {"name": "Juan Soto", "phone": "+56 9 1234 5678", "email": "juan@example.org"}
        person = Contact(id=new_id("contact"), customer_id=customer, **who)
        uow.session.add(person)
        contact = person.id
    hours = 0.25 + 1.75 * number if number < 4 else 25
    visit = operation.visit(
        None,
        customer=customer,
        site=site,
        title=TITLES[number],
        description="It drops to 0.4 bar over night." if number == 0 else "",
        equipment_id=equipment,
        contact_id=contact,
        visit={"status": VisitStatus.DISPATCHED if number < 4 else VisitStatus.SCHEDULED, "duration": 3600},
    )
    return operation.give(phone, visit, start=hours, shift=shift)


@dataclass
class Handset:
    """A phone's browser, what its page asked for and what it complained about."""

    page: Page
    url: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hosts(self) -> set[str]:
        """Every host that anything was asked of."""
        return {host for host in (urlsplit(url).hostname for url in self.asked) if host}

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        """As the technician."""
        self.page.locator("input[type=email]").fill(email)
        self.page.locator("input[type=password]").fill(password)
        self.page.locator("button[type=submit]").click()

    def settle_in(self) -> None:
        """Wait until the app is installed: it opens without a network from here on."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")


@contextmanager
def handset(browser: Browser, url: str, **options: Any) -> Iterator[Handset]:
    """A phone that has opened the app, before anybody has signed in."""
    phone = {"locale": "en-GB", "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    phone["reduced_motion"] = "reduce"
    context = browser.new_context(**{**phone, "timezone_id": "America/Santiago", **options})
    try:
        seen = Handset(context.new_page(), url)
        context.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("console", lambda line: line.type in ("error", "warning") and seen.complaints.append(line.text))
        seen.page.goto(f"{url}/field")
        yield seen
    finally:
        context.close()
