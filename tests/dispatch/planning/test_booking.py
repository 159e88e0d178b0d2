"""Slots that can be kept, held, confirmed; and what happens when two want the last one."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, NotFound
from dispatch.domain.events import PersonChanged
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.domain.roles import Actor, Role
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.planning import booking
from dispatch.planning.booking import HoldOver, SlotTaken
from dispatch.planning.invitations import invitation
from dispatch.planning.prepared import TRIES
from dispatch.planning.slots import Offer, Raster, Slot
from dispatch.services import absences, visits
from dispatch.store.engine import Store
from dispatch.store.tables import Absence, Customer, Hold, Job, OutboxEntry, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.planning.published import window
from tests.dispatch.world import World

TRAVEL = EstimatedTravel(30, 1.3)
AGENT = Actor("user_agent", "Agent", Role.AGENT)


@pytest.fixture
def open_visit(world: World) -> str:
    """One technician who works from nine to one, and a visit of an hour that is not planned yet."""
    world.planning_policy()
    world.territory("Coquimbo", id="territory_1")
    world.shift(world.technician("Ana", territory="territory_1", id="technician_ana"), hours=4)
    return world.job(territory="territory_1")[1]


def offered(store: Store, visit: str) -> Offer:
    with store.reading(AGENT) as uow:
        return booking.offers(uow, TRAVEL, visit, days=1)


def held(store: Store, visit: str, slot: Slot) -> Hold:
    with store.unit_of_work(AGENT) as uow:
        return booking.hold(uow, TRAVEL, visit, slot.earliest, slot.latest, edition=0)


def kinds(store: Store) -> list[str]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(OutboxEntry.kind).order_by(OutboxEntry.id)))


def test_windows_of_the_raster_are_offered_where_somebody_works(store: Store, open_visit: str) -> None:
    found = offered(store, open_visit)

    # Nine o'clock in Chile is noon in UTC. Ana works from 9 to 13, so what begins at 14 and 16 cannot be kept.
    local = sorted((slot.earliest.astimezone(ZoneInfo(found.zone)).hour, slot.latest.hour - 3) for slot in found.slots)
    assert local == [(9, 10), (10, 12), (12, 14)]
    assert {slot.names for slot in found.slots} == {("Ana",)}
    assert all(slot.promises_kept and slot.cost >= 0 for slot in found.slots)


@pytest.mark.usefixtures("open_visit")
def test_a_visit_of_a_job_that_is_not_triaged_yet_can_be_booked(store: Store, world: World) -> None:
    _, visit = world.job(territory="territory_1", status=JobStatus.RECEIVED)
    assert offered(store, visit).slots


def test_a_slot_that_is_held_leaves_no_room_for_others(store: Store, world: World, open_visit: str) -> None:
    _, other = world.job(visit={"duration": 3 * 3600 + 1800}, territory="territory_1")
    assert offered(store, other).slots  # three and a half hours fit into a morning of four
    first = next(slot for slot in offered(store, open_visit).slots if slot.start.hour == 12)

    held(store, open_visit, first)

    assert offered(store, other).slots == ()  # but not beside an hour
    assert kinds(store)[-1] == "SlotHeld"


def test_of_two_agents_who_want_the_last_slot_one_is_told_what_changed(
    store: Store, world: World, open_visit: str
) -> None:
    _, other = world.job(visit={"duration": 3 * 3600 + 1800}, territory="territory_1")
    wanted = {visit: offered(store, visit).slots[0] for visit in (open_visit, other)}
    answers: list[Hold | SlotTaken] = []
    together = threading.Barrier(2)

    def want(visit: str) -> None:
        together.wait()
        try:
            answers.append(held(store, visit, wanted[visit]))
        except SlotTaken as refusal:
            answers.append(refusal)

    agents = [threading.Thread(target=want, args=(visit,)) for visit in wanted]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()

    refusals = [answer for answer in answers if isinstance(answer, SlotTaken)]
    assert len(answers) == 2
    assert len(refusals) == 1
    assert refusals[0].http_status == 409
    assert [change["what"][:20] for change in refusals[0].facts["changed"]] == ["Another slot is held"]


def test_confirming_makes_the_window_the_appointment(store: Store, open_visit: str) -> None:
    slot = offered(store, open_visit).slots[0]
    kept = held(store, open_visit, slot)

    for _ in range(2):
        with store.unit_of_work(AGENT) as uow:
            booking.confirm(uow, kept.id)

    with store.reading() as uow:
        visit = uow.get(Visit, open_visit)
        assert visit.appointment
        assert [dt.datetime.fromisoformat(at) for at in visit.windows[0]] == [slot.earliest, slot.latest]
    assert kinds(store) == ["SlotHeld", "VisitChanged", "HoldEnded"]


def test_a_hold_whose_time_is_up_cannot_be_confirmed_and_frees_its_slot(
    store: Store, clock: FixedClock, open_visit: str
) -> None:
    kept = held(store, open_visit, offered(store, open_visit).slots[0])
    clock.advance(minutes=15)

    with pytest.raises(HoldOver) as refusal, store.unit_of_work(AGENT) as uow:
        booking.confirm(uow, kept.id)

    assert refusal.value.facts["outcome"] == "expired"
    assert booking.expire(store) == 1
    assert booking.expire(store) == 0
    with store.reading() as uow:
        assert uow.get(Hold, kept.id).outcome == "expired"


def test_a_visit_holds_one_slot_and_a_released_one_is_free(store: Store, open_visit: str) -> None:
    first, second = offered(store, open_visit).slots[:2]
    old, new = held(store, open_visit, first), held(store, open_visit, second)

    with store.unit_of_work(AGENT) as uow:
        booking.release(uow, new.id)
        booking.release(uow, new.id)

    with store.reading() as uow:
        assert [uow.get(Hold, key).outcome for key in (old.id, new.id)] == ["released", "released"]
    assert len(offered(store, open_visit).slots) == 3


def test_a_visit_that_is_cancelled_holds_nothing_any_more(store: Store, world: World, open_visit: str) -> None:
    _, other = world.job(visit={"duration": 3 * 3600 + 1800}, territory="territory_1")
    kept = held(store, open_visit, next(slot for slot in offered(store, open_visit).slots if slot.start.hour == 12))
    assert offered(store, other).slots == ()
    with store.unit_of_work() as uow:
        visits.act(uow, open_visit, VisitAction.CANCEL)

    relay(store)
    assert run_handlers(store, [Handler("holds", frozenset({"VisitMoved"}), booking.react)]) > 0

    with store.reading() as uow:
        assert uow.get(Hold, kept.id).outcome == "released"
    assert kinds(store)[-1] == "HoldEnded"
    assert offered(store, other).slots


def test_what_happens_while_a_slot_is_looked_for_is_seen(store: Store, open_visit: str) -> None:
    """The only technician falls ill after the window was found to fit, and before it is kept."""
    slot = offered(store, open_visit).slots[0]
    door = Interrupted(store, AGENT, lambda: _ill(store))

    with pytest.raises(SlotTaken):
        booking.hold_through(door, TRAVEL, open_visit, slot.earliest, slot.latest)

    assert door.readings == 2
    assert "SlotHeld" not in kinds(store)


def test_who_is_interrupted_again_and_again_holds_the_slot_under_the_lock(store: Store, open_visit: str) -> None:
    slot = offered(store, open_visit).slots[0]

    def renamed() -> None:
        with store.unit_of_work() as uow:
            uow.record(PersonChanged(person="technician_ana", changed=("name",)))

    door = Interrupted(store, AGENT, renamed)
    kept = booking.hold_through(door, TRAVEL, open_visit, slot.earliest, slot.latest)
    assert (kept.outcome, door.readings) == (None, TRIES)


class Interrupted:
    """A door behind which something happens after each reading."""

    def __init__(self, store: Store, actor: Actor, happens: Callable[[], None]) -> None:
        self.store, self.actor, self.happens, self.readings = store, actor, happens, 0

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        self.readings += 1
        with self.store.reading(self.actor) as uow:
            yield uow
        self.happens()

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        return self.store.unit_of_work(self.actor)


def _ill(store: Store) -> None:
    with store.unit_of_work() as uow:
        if uow.session.scalars(select(Absence)).first() is None:
            absences.record_absence(
                uow, "technician_ana", starts_at=uow.now, ends_at=uow.now + dt.timedelta(hours=12), reason="ill"
            )


def test_an_appointment_that_is_moved_is_the_same_calendar_entry_with_a_higher_sequence(
    store: Store, open_visit: str
) -> None:
    entries = []
    for slot in sorted(offered(store, open_visit).slots, key=lambda one: one.earliest)[1:3]:
        kept = held(store, open_visit, slot)
        with store.unit_of_work(AGENT) as uow:
            booking.confirm(uow, kept.id)
        with store.reading(AGENT) as uow:
            calendar = Calendar.from_ical(invitation(uow, open_visit))
        entry = calendar.walk("VEVENT")[0]
        assert calendar["METHOD"] == "PUBLISH"
        assert calendar.walk("VTIMEZONE")
        assert entry["DTSTART"].dt == slot.earliest
        assert entry["DTSTART"].params["TZID"] == "America/Santiago"
        entries.append((str(entry["UID"]), int(entry["SEQUENCE"])))

    with store.unit_of_work() as uow:
        visits.change(uow, open_visit, windows=window(uow.now + dt.timedelta(hours=2), 1))
    with store.reading(AGENT) as uow:
        moved = Calendar.from_ical(invitation(uow, open_visit)).walk("VEVENT")[0]
    entries.append((str(moved["UID"]), int(moved["SEQUENCE"])))

    assert len({uid for uid, _ in entries}) == 1
    sequences = [sequence for _, sequence in entries]
    assert sequences == sorted(set(sequences)), "it goes up however the appointment is moved"


def test_a_calendar_entry_speaks_the_language_of_the_customer(store: Store, open_visit: str) -> None:
    kept = held(store, open_visit, offered(store, open_visit).slots[0])
    with store.unit_of_work() as uow:
        booking.confirm(uow, kept.id)
        uow.get(Customer, uow.get(Job, uow.get(Visit, open_visit).job_id).customer_id).language = "zh"
    with store.reading(AGENT) as uow:
        entry = Calendar.from_ical(invitation(uow, open_visit)).walk("VEVENT")[0]
    assert str(entry["DESCRIPTION"]).startswith("技师将在")


@pytest.mark.usefixtures("open_visit")
def test_only_windows_that_the_visit_allows_are_offered(store: Store, world: World) -> None:
    _, visit = world.job(
        visit={"windows": window(world.now() + dt.timedelta(hours=1, minutes=30), 1)}, territory="territory_1"
    )
    slots = offered(store, visit).slots
    assert [(slot.earliest.hour, slot.earliest.minute, slot.latest.hour) for slot in slots] == [(13, 30, 14)]


def test_who_may_not_book_is_refused_and_who_may_elsewhere_sees_nothing(store: Store, open_visit: str) -> None:
    stranger = Actor("user_2", "Elsewhere", Role.AGENT, frozenset({"territory_2"}))
    planner = Actor("user_3", "Planner", Role.PLANNER)
    for actor, refusal in ((stranger, NotFound), (planner, Forbidden)):
        with pytest.raises(refusal), store.reading(actor) as uow:
            booking.offers(uow, TRAVEL, open_visit)


def test_a_raster_keeps_to_the_clocks_on_the_wall_when_they_are_changed() -> None:
    # In Chile clocks go forward in the night to 2026-09-06: eight o'clock is noon UTC before and eleven after.
    night = dt.datetime(2026, 9, 5, 10, tzinfo=dt.UTC)
    windows = [opens for opens, _ in Raster(480, 600, 120).windows(night, 2, ZoneInfo("America/Santiago"))]
    assert windows == [dt.datetime(2026, 9, 5, 12, tzinfo=dt.UTC), dt.datetime(2026, 9, 6, 11, tzinfo=dt.UTC)]
