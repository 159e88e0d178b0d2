"""Whatever people do, one after the other or at the same time, each phone that asks has what the server has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import select

from dispatch.domain.errors import DispatchError
from dispatch.domain.ids import new_id
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.services import checklists, duty, jobs, media, parts, phone_notices, unavailability, visits
from dispatch.services.pictures import Clean
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Customer,
    Equipment,
    Job,
    Media,
    PartRequest,
    Purpose,
    Visit,
)
from tests.mobile_api.day.busy_city import BEGUN, DISPATCHER, City
from tests.mobile_api.day.conftest import Operation, Phone


@pytest.fixture
def city(operation: Operation) -> City:
    return City(operation)


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
                row = Media(id=new_id("media"), owner_id=phone.user, sha256=digest, size=9, type="image/png", **BEGUN)
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
