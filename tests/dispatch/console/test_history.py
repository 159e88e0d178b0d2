"""A day played again: as it was planned, what happened, and what was done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import delete, select

from dispatch.console.shapes.history import ReplayDay
from dispatch.domain.roles import SYSTEM
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.planning.publish import approve_in
from dispatch.services import duty, jobs, positions, visits
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry, Visit
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.planning.days import TRAVEL, Day, two_towns
from tests.dispatch.world import HERE, World

TODAY = "2026-11-23"
NORTH = {"territories": ["territory_north"]}


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    World(sqlite_store).sla_policy("standard")
    return two_towns(sqlite_store)


def act(day: Day, visit: str, *actions: VisitAction, minutes: float = 0) -> None:
    for action in actions:
        with day.store.unit_of_work() as uow:
            visits.act(uow, visit, action)
        day.clock.advance(minutes=minutes)


def replay(client: Client, date: str = TODAY, **query: Any) -> dict[str, Any]:
    answer = client.get(f"history/{date}", params=query)
    assert answer.status_code == 200, answer.text
    ReplayDay.model_validate(answer.json())
    return dict(answer.json())


def of(shown: dict[str, Any], visit: str) -> dict[str, Any]:
    return next(one for one in shown["visits"] if one["id"] == visit)


def frames(shown: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in shown["frames"] if one["kind"] == kind]


DONE = (VisitAction.ACCEPT, VisitAction.DEPART, VisitAction.ARRIVE, VisitAction.START, VisitAction.COMPLETE)


def test_what_was_planned_first_stands_beside_what_was_done(day: Day, api: Api) -> None:
    before = day.stands()
    day.clock.advance(minutes=1)
    approve_in(day.store, SYSTEM, day.draft().id, TRAVEL)
    after = day.stands()
    moved = next(visit for visit in day.visits if before[visit][0] != after[visit][0])
    act(day, moved, *DONE, minutes=10)
    shown = replay(api())
    visit = of(shown, moved)
    assert {one["technician"] for one in visit["planned"]} == before[moved][0]
    assert {one["technician"] for one in visit["done"]} == after[moved][0]
    assert dt.datetime.fromisoformat(visit["planned"][0]["start"]) == before[moved][1]
    assert shown["first"]["edition"] == 1
    assert [one["edition"] for one in frames(shown, "published")] == [1, 2]
    assert moved in {one["visit"] for one in frames(shown, "assigned")}
    assert (shown["planned"]["visits"], shown["done"]["visits"]) == (4, 1)
    assert (shown["done"]["travel_seconds"], shown["done"]["service_seconds"]) == (600, 600)


def test_what_happened_is_told_in_its_order(day: Day, api: Api) -> None:
    act(day, day.visits[0], *DONE, minutes=7)
    shown = replay(api())
    steps = [one for one in frames(shown, "status") if one["visit"] == day.visits[0]]
    assert [one["data"]["after"] for one in steps][-5:] == ["accepted", "en_route", "on_site", "working", "completed"]
    instants = [dt.datetime.fromisoformat(one["at"]) for one in shown["frames"]]
    assert instants == sorted(instants)
    assert shown["complete"]


def test_what_a_phone_told_late_stands_where_it_happened(day: Day, api: Api) -> None:
    began = day.clock.now()
    day.clock.advance(hours=14)
    with day.store.unit_of_work() as uow:
        visits.act(uow, day.visits[0], VisitAction.ACCEPT, at=began + dt.timedelta(hours=2))
    shown = replay(api())
    (accepted,) = [one for one in frames(shown, "status") if one["data"]["after"] == "accepted"]
    assert dt.datetime.fromisoformat(accepted["at"]) == began + dt.timedelta(hours=2)


def test_work_that_came_in_later_is_there_without_a_plan(day: Day, api: Api) -> None:
    _, late = World(day.store).job()
    with day.store.unit_of_work() as uow:
        job = uow.get(Visit, late).job_id
        jobs.change(uow, job, title="Flood")
        visits.act(uow, late, VisitAction.CANCEL, reason="sold")
    shown = replay(api())
    assert of(shown, late)["planned"] == []
    assert late in {one["visit"] for one in frames(shown, "status")}


def test_a_day_is_judged_by_the_appointments_and_the_states_that_were_then(day: Day, api: Api) -> None:
    visit, other = day.visits[0], day.visits[1]
    now = day.clock.now()
    opens, closes = (now + dt.timedelta(minutes=minutes) for minutes in (0, 15))
    with day.store.unit_of_work() as uow:
        for one in (visit, other):
            row = uow.get(Visit, one)
            row.windows, row.appointment = [[opens.isoformat(), closes.isoformat()]], True
    day.clock.advance(hours=1)
    act(day, visit, *DONE, minutes=10)
    before = replay(api())
    assert (of(before, visit)["appointment"]["latest"], before["done"]["late"]) == (closes.isoformat(), 1)
    assert of(before, other)["status"] != "cancelled"
    late = before["done"]["late_seconds"]

    day.clock.advance(hours=30)
    later = [[(opens + dt.timedelta(days=7)).isoformat(), (closes + dt.timedelta(days=7)).isoformat()]]
    with day.store.unit_of_work() as uow:
        uow.get(Visit, visit).windows = later
        uow.get(Visit, other).windows = later
    act(day, other, VisitAction.CANCEL)

    after = replay(api())

    assert of(after, visit)["appointment"]["latest"] == closes.isoformat()
    assert (after["done"]["late"], after["done"]["late_seconds"]) == (1, late)
    assert after["planned"] == before["planned"]
    assert of(after, other)["windows"] == of(before, other)["windows"]


def test_each_sees_their_own_territories(day: Day, api: Api) -> None:
    act(day, day.visits[0], VisitAction.ACCEPT)
    act(day, day.visits[2], VisitAction.ACCEPT)
    shown = replay(api(**NORTH))
    assert {one["id"] for one in shown["visits"]} == set(day.visits[:2])
    assert {one["id"] for one in shown["technicians"]} == set(day.people[:2])
    assert {one["visit"] for one in shown["frames"]} <= {*day.visits[:2], None}
    assert day.people[2] not in str(shown)


def _drive(day: Day) -> None:
    with day.store.unit_of_work() as uow:
        duty.begin_shift(uow, day.shifts[0])
    for second in range(0, 180, 20):
        with day.store.unit_of_work() as uow:
            positions.report_position(uow, day.people[0], HERE[0] + second / 1e4, HERE[1])
        day.clock.advance(seconds=20)


def _looked(day: Day) -> list[str]:
    with day.store.reading() as uow:
        return list(uow.session.scalars(select(OutboxEntry.subject_id).where(OutboxEntry.kind == "TrailRead")))


def test_where_people_were_is_shown_once_a_minute_to_who_directs_them_and_that_is_recorded(day: Day, api: Api) -> None:
    _drive(day)
    dispatcher = api()
    assert frames(replay(dispatcher), "position") == []
    assert _looked(day) == []
    seen = frames(replay(dispatcher, positions=True), "position")
    assert [one["technician"] for one in seen] == [day.people[0]] * 3
    assert _looked(day) == [day.people[0]]
    assert frames(replay(api(territories=["territory_south"]), positions=True), "position") == []
    for role in ("planner", "agent"):
        assert api(role).get(f"history/{TODAY}", params={"positions": True}).status_code == 403


def test_a_day_whose_events_are_forgotten_is_told_by_its_visits(day: Day, api: Api) -> None:
    act(day, day.visits[0], *DONE, minutes=5)
    with day.store.unit_of_work() as uow:
        uow.session.execute(delete(OutboxEntry))
    shown = replay(api())
    assert not shown["complete"]
    steps = [one["data"]["after"] for one in shown["frames"] if one["visit"] == day.visits[0]]
    assert steps[-4:] == ["en_route", "on_site", "working", "completed"]


def test_a_day_on_which_nothing_was_planned_is_empty(day: Day, api: Api) -> None:
    shown = replay(api(), "2026-11-20")
    assert (shown["visits"], shown["frames"], shown["first"]) == ([], [], None)
    assert len(shown["technicians"]) == len(day.people)
    assert api().get("history/1066-10-14").status_code == 422
    assert api().get("history/yesterday").status_code == 422


@pytest.mark.usefixtures("day")
def test_technicians_and_strangers_replay_nothing(api: Api) -> None:
    assert api("technician").get(f"history/{TODAY}").status_code == 403
    assert api(None).get(f"history/{TODAY}").status_code == 401
