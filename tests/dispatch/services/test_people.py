"""Technicians with skills, shifts, absences, positions and breaks."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.services import people, people_lists
from dispatch.services.duty import OffDuty
from dispatch.services.people import StillNeeded
from dispatch.services.rosters import Begun, Overlapping, seen_shift
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry, Position, Shift, Technician
from tests.dispatch.services.acting import assign, somebody
from tests.dispatch.services.test_customers import square
from tests.dispatch.world import World

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
MANAGER = somebody("manager")


def test_somebody_new_gets_the_territory_of_their_base(store: Store, world: World) -> None:
    territory = world.territory(boundary=square(0, 0, 1))
    with store.unit_of_work(MANAGER) as uow:
        anna = people.create_technician(
            uow,
            name=" Anna ",
            base_lat=0.5,
            base_lon=0.5,
            phone="+56512345678",
            skills=[{"skill": "gas", "level": 2, "valid_until": dt.date(2026, 11, 22)}, {"skill": "pipes"}],
            capacity={"valve": 3},
        )
        assert (anna.name, anna.territory_id, anna.phone) == ("Anna", territory, "+56 51 234 5678")
        assert [(one.skill, one.level) for one in people.skills_of(uow, anna.id)] == [("gas", 2), ("pipes", 1)]
    with store.reading(MANAGER) as uow:
        for skill, holders in (("pipes", [anna.id]), ("gas", [])):  # the certificate for gas expired yesterday
            query = people_lists.technicians(uow, "anna", skill=skill)
            assert [one.id for one in uow.session.scalars(query)] == holders


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"base_lat": 100.0},
        {"pace": 0},
        {"costs": {"per_smile": 1}},
        {"costs": {"per_km": -1}},
        {"capacity": {"valve": -1}},
        {"territory_id": "territory_none"},
        {"colour": "red"},
        {"skills": [{"skill": "gas"}, {"skill": "gas"}]},
        {"skills": [{"skill": "", "level": 1}]},
        {"skills": [{"skill": "gas", "level": -1}]},
    ],
)
def test_somebody_who_could_not_be_planned_is_refused(sqlite_store: Store, wrong: dict[str, Any]) -> None:
    with sqlite_store.unit_of_work(MANAGER) as uow, pytest.raises(Invalid):
        people.create_technician(uow, **{"name": "Anna", "base_lat": 0.0, "base_lon": 0.0, **wrong})


def test_a_change_of_skills_is_one_fact(store: Store, world: World) -> None:
    anna = world.technician(skills={"gas": 1, "pipes": 1})
    with store.unit_of_work(MANAGER) as uow:
        people.change_technician(uow, anna, pace=1.2, skills=[{"skill": "gas", "level": 3}])
        people.change_technician(uow, anna, pace=1.2, skills=[{"skill": "gas", "level": 3}])
        people.hold_skill(uow, anna, {"skill": "roofs", "level": 1})
        people.drop_skill(uow, anna, "gas")
        assert [one.skill for one in people.skills_of(uow, anna)] == ["roofs"]
    with store.reading() as uow:
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "PersonChanged")).all()
    assert [entry.payload["changed"] for entry in told] == [["pace", "skills"], ["skills"], ["skills"]]


def test_nobody_leaves_with_work_in_hand(store: Store, world: World) -> None:
    anna = world.technician()
    _, visit = world.job()
    assign(world, visit, anna)
    with store.unit_of_work(MANAGER) as uow, pytest.raises(StillNeeded):
        people.change_technician(uow, anna, active=False)


def test_people_elsewhere_are_not_there(store: Store, world: World) -> None:
    here, there = world.territory(), world.territory()
    anna = world.technician(territory=there)
    shift = world.shift(anna)
    with store.unit_of_work(somebody("manager", None, here)) as uow:
        for attempt in (
            lambda: people.seen(uow, anna),
            lambda: people.change_technician(uow, anna, name="Mine"),
            lambda: people.add_shift(uow, anna, NOON, NOON + HOUR),
            lambda: people.remove_shift(uow, shift),
            lambda: people.record_absence(uow, anna, NOON, NOON + HOUR),
            lambda: people.report_position(uow, anna, 0.0, 0.0),
        ):
            with pytest.raises(NotFound):
                attempt()
    with store.unit_of_work(somebody("dispatcher")) as uow, pytest.raises(Forbidden):
        people.change_technician(uow, anna, pace=2.0)
    with store.unit_of_work(somebody("technician", "technician_2")) as uow, pytest.raises(NotFound):
        people.begin_shift(uow, shift)


# -- shifts ------------------------------------------------------------------------------------------------------------


def rest(start: float, end: float, minutes: float = 30, **more: Any) -> dict[str, Any]:
    """A break between so many hours after noon."""
    return {"earliest": NOON + start * HOUR, "latest": NOON + end * HOUR, "duration": int(minutes * 60), **more}


def test_a_shift_with_breaks(store: Store, world: World) -> None:
    anna = world.technician()
    with store.unit_of_work(MANAGER) as uow:
        shift = people.add_shift(uow, anna, NOON, NOON + 8 * HOUR, breaks=[rest(1, 2), rest(4, 5, id="tea")])
    with store.reading() as uow:
        kept = uow.get(Shift, shift.id)
    assert [one["id"] for one in kept.breaks] == ["break-1", "tea"]
    assert kept.breaks[0] == {
        "id": "break-1",
        "earliest": "2026-11-23T13:00:00Z",
        "latest": "2026-11-23T14:00:00Z",
        "duration": 1800,
        "taken_at": None,
        "ended_at": None,
    }


@pytest.mark.parametrize(
    "breaks",
    [
        [rest(2, 1)],
        [rest(-1, 1)],
        [rest(7, 8)],
        [rest(1, 2, -1)],
        [rest(1, 2, id="a"), rest(3, 4, id="a")],
        [rest(1, 1 + step / 10) for step in range(7)],
    ],
)
def test_breaks_lie_inside_the_shift(sqlite_store: Store, breaks: list[dict[str, Any]]) -> None:
    anna = World(sqlite_store).technician()
    with sqlite_store.unit_of_work(MANAGER) as uow, pytest.raises(Invalid):
        people.add_shift(uow, anna, NOON, NOON + 8 * HOUR, breaks=breaks)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (1, 0), (0, 49)])
def test_a_shift_has_a_sensible_length(sqlite_store: Store, start: int, end: int) -> None:
    anna = World(sqlite_store).technician()
    with sqlite_store.unit_of_work(MANAGER) as uow, pytest.raises(Invalid):
        people.add_shift(uow, anna, NOON + start * HOUR, NOON + end * HOUR)


def test_shifts_of_one_person_do_not_overlap(store: Store, world: World) -> None:
    anna, ben = world.technician(), world.technician()
    with store.unit_of_work(MANAGER) as uow:
        first = people.add_shift(uow, anna, NOON, NOON + 4 * HOUR)
        second = people.add_shift(uow, anna, NOON + 4 * HOUR, NOON + 8 * HOUR)
        people.add_shift(uow, ben, NOON, NOON + 4 * HOUR)
        people.change_shift(uow, first.id, ends_at=NOON + 3 * HOUR)
        with pytest.raises(Overlapping):
            people.add_shift(uow, anna, NOON + 2 * HOUR, NOON + 5 * HOUR)
        with pytest.raises(Overlapping):
            people.change_shift(uow, second.id, starts_at=NOON + HOUR)
        people.remove_shift(uow, first.id)
        people.change_shift(uow, second.id, starts_at=NOON + HOUR)


def test_two_shifts_added_at_once_do_not_overlap(store: Store, world: World) -> None:
    anna = world.technician()
    ready, outcomes = threading.Barrier(4), []

    def add() -> None:
        ready.wait()
        try:
            with store.unit_of_work(MANAGER) as uow:
                people.add_shift(uow, anna, NOON, NOON + HOUR)
            outcomes.append("added")
        except Overlapping:
            outcomes.append("overlapping")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "overlapping", "overlapping", "overlapping"]


def test_a_shift_as_it_happens(store: Store, world: World, clock: FixedClock) -> None:
    anna = world.technician()
    breaks = [
        {
            "id": "lunch",
            "earliest": "2026-11-23T15:00:00Z",
            "latest": "2026-11-23T16:00:00Z",
            "duration": 1800,
            "taken_at": None,
            "ended_at": None,
        }
    ]
    shift = world.shift(anna, breaks=breaks)
    actor = somebody("technician", anna)
    with store.unit_of_work(actor) as uow:
        with pytest.raises(OffDuty):
            people.take_break(uow, shift, "lunch")
        with pytest.raises(OffDuty):
            people.end_shift(uow, shift)
        people.begin_shift(uow, shift)
        people.report_position(uow, anna, 1.0, 2.0)
    clock.advance(hours=3)
    with store.unit_of_work(actor) as uow:
        taken = people.take_break(uow, shift, "lunch")
        assert taken.breaks[0]["taken_at"] == "2026-11-23T15:00:00Z"
        with pytest.raises(NotFound):
            people.take_break(uow, shift, "tea")
    clock.advance(hours=5)
    with store.unit_of_work(actor) as uow:
        assert people.take_break(uow, shift, "lunch").breaks[0]["taken_at"] == "2026-11-23T15:00:00Z"
        assert people.end_shift(uow, shift).ended_at == NOON + 8 * HOUR
        assert seen_shift(uow, shift).began_at == NOON
        uow.session.flush()
        assert uow.session.get(Position, anna) is None
    with store.unit_of_work(MANAGER) as uow:
        with pytest.raises(Begun):
            people.remove_shift(uow, shift)
        with pytest.raises(Begun):
            people.change_shift(uow, shift, max_overtime=60)


# -- absences and positions --------------------------------------------------------------------------------------------


def test_an_absence_is_told_and_can_be_taken_back(store: Store, world: World) -> None:
    anna = world.technician(territory=world.territory())
    with store.unit_of_work(somebody("dispatcher")) as uow:
        absence = people.record_absence(uow, anna, NOON, NOON + 4 * HOUR, "ill")
        with pytest.raises(Invalid):
            people.record_absence(uow, anna, NOON, NOON)
    with store.unit_of_work(somebody("dispatcher")) as uow:
        people.remove_absence(uow, absence.id)
    with store.reading() as uow:
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "AbsenceRecorded")).all()
    assert [(entry.payload["person"], entry.payload["removed"]) for entry in told] == [(anna, False), (anna, True)]


def test_only_the_latest_position_is_kept(store: Store, world: World, clock: FixedClock) -> None:
    anna = world.technician()
    world.shift(anna, began_at=NOON)
    actor = somebody("technician", anna)
    clock.advance(hours=1)
    for minutes, lat in ((10, 1.0), (20, 2.0), (15, 3.0)):
        with store.unit_of_work(actor) as uow:
            people.report_position(uow, anna, lat, 0.0, at=NOON + dt.timedelta(minutes=minutes))
    with store.reading(actor) as uow:
        position = people_lists.position_of(uow, anna)
        assert (position.lat, position.at) == (2.0, NOON + dt.timedelta(minutes=20))
        told = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "PositionReported")).all()
    assert len(told) == 2


def test_nobody_is_followed_in_their_own_time(store: Store, world: World, clock: FixedClock) -> None:
    anna = world.technician()
    world.shift(anna, hours=8, began_at=NOON, ended_at=NOON + 8 * HOUR)
    clock.advance(hours=9)
    with store.unit_of_work(somebody("technician", anna)) as uow:
        with pytest.raises(OffDuty):
            people.report_position(uow, anna, 0.0, 0.0)
        people.report_position(uow, anna, 0.0, 0.0, at=NOON + HOUR)  # said late, but of the time at work
        with pytest.raises(NotFound):
            people_lists.position_of(uow, anna)


def test_traffic_is_told_by_a_dispatcher_too(store: Store, world: World) -> None:
    anna = world.technician()
    world.shift(anna)
    with store.unit_of_work(somebody("dispatcher")) as uow:
        assert people.report_position(uow, anna, 0.0, 0.0, delay=900).delay == 900
        with pytest.raises(Invalid):
            people.report_position(uow, anna, 0.0, 0.0, delay=-1)
        assert uow.get(Technician, anna).version == 1
