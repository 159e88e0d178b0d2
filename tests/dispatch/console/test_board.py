"""The board over HTTP: its shape, who may see what of it, and what changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dispatch.console.shapes.board import BoardChanges, DayBoard
from dispatch.domain.visit_lifecycle import VisitAction
from dispatch.messaging.relay import relay
from dispatch.services import visits
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api, Client
from tests.dispatch.planning.days import Day, two_towns
from tests.dispatch.world import World

NORTH = {"territories": ["territory_north"]}


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    World(sqlite_store).sla_policy("standard")
    made = two_towns(sqlite_store)
    relay(sqlite_store)
    return made


def act(day: Day, visit: str, action: VisitAction) -> None:
    with day.store.unit_of_work() as uow:
        visits.act(uow, visit, action)
    relay(day.store)


def board(client: Client, **query: Any) -> dict[str, Any]:
    answer = client.get("board", params=query)
    assert answer.status_code == 200, answer.text
    DayBoard.model_validate(answer.json())
    return dict(answer.json())


def changes(client: Client, since: int, **query: Any) -> dict[str, Any]:
    answer = client.get("board/changes", params={"since": since, **query})
    assert answer.status_code == 200, answer.text
    BoardChanges.model_validate(answer.json())
    return dict(answer.json())


def ids(rows: list[dict[str, Any]]) -> set[str]:
    return {one["id"] for one in rows}


def test_the_board_has_everybody_and_every_visit_of_the_day(day: Day, api: Api) -> None:
    shown = board(api())
    assert ids(shown["technicians"]) == set(day.people)
    assert ids(shown["visits"]) == set(day.visits)
    assert (shown["edition"], shown["time_zone"], shown["day"]) == (1, "America/Santiago", "2026-11-23")
    visit = next(one for one in shown["visits"] if one["id"] == day.visits[0])
    (role,) = visit["planned"]
    who = next(one for one in shown["technicians"] if one["id"] == role["technician"])
    assert who["shifts"][0]["stops"] == [{"visit": visit["id"], "role": 0}]
    assert role["shift"] == who["shifts"][0]["id"]
    assert visit["status"] == "dispatched"


def test_what_changed_is_whole_rows_and_nothing_else(day: Day, api: Api) -> None:
    dispatcher = api()
    before = board(dispatcher)
    assert changes(dispatcher, before["position"])["visits"] == []
    act(day, day.visits[0], VisitAction.ACCEPT)
    said = changes(dispatcher, before["position"])
    assert ids(said["visits"]) == {day.visits[0]}
    assert (said["reset"], said["gone"]) == (False, [])
    assert said["position"] > before["position"]
    after = board(dispatcher)
    (row,) = said["visits"]
    assert row in after["visits"]
    assert changes(dispatcher, after["position"])["visits"] == []


@pytest.mark.usefixtures("day")
def test_who_has_seen_what_is_not_known_begins_anew(api: Api) -> None:
    dispatcher = api()
    position = board(dispatcher)["position"]
    for unknown in (0, position + 1):
        said = changes(dispatcher, unknown)
        assert (said["reset"], said["visits"], said["technicians"]) == (True, [], [])


def test_each_sees_their_own_territories(day: Day, api: Api) -> None:
    northern = api(**NORTH)
    shown = board(northern)
    assert ids(shown["technicians"]) == set(day.people[:2])
    assert ids(shown["visits"]) == set(day.visits[:2])
    assert ids(shown["territories"]) == {"territory_north"}
    act(day, day.visits[2], VisitAction.ACCEPT)
    act(day, day.visits[1], VisitAction.ACCEPT)
    said = changes(northern, shown["position"])
    assert ids(said["visits"]) == {day.visits[1]}
    assert said["gone"] == []


def test_a_visit_that_goes_to_another_territory_is_gone_for_those_who_do_not_see_that(day: Day, api: Api) -> None:
    northern, everybody = api(**NORTH), api()
    act(day, day.visits[0], VisitAction.DECLINE)
    before = board(northern)
    assert day.visits[0] in ids(before["visits"])
    with day.store.reading() as uow:
        site = visits.seen(uow, day.visits[0]).site_id
    assert everybody.patch(f"sites/{site}", json={"territory_id": "territory_south"}).status_code == 200
    relay(day.store)
    assert changes(northern, before["position"])["gone"] == [day.visits[0]]
    assert day.visits[0] in ids(changes(everybody, before["position"])["visits"])


def test_the_work_of_a_technician_who_comes_to_a_territory_is_seen_there(day: Day, api: Api) -> None:
    northern, everybody = api(**NORTH), api("administrator")
    before = board(northern)
    theirs = {one["visit"] for one in _stops(board(everybody), day.people[2])}
    changed = everybody.patch(f"technicians/{day.people[2]}", json={"territory_id": "territory_north"})
    assert changed.status_code == 200, changed.text
    relay(day.store)
    said = changes(northern, before["position"])
    assert day.people[2] in ids(said["technicians"])
    assert ids(said["visits"]) == theirs
    back = everybody.patch(f"technicians/{day.people[2]}", json={"territory_id": "territory_south"})
    assert back.status_code == 200
    relay(day.store)
    assert set(changes(northern, said["position"])["gone"]) == {day.people[2], *theirs}


def _stops(shown: dict[str, Any], who: str) -> list[dict[str, Any]]:
    row = next(one for one in shown["technicians"] if one["id"] == who)
    return [stop for shift in row["shifts"] for stop in shift["stops"]]


def test_sentences_are_in_the_language_that_was_asked_for(day: Day, api: Api) -> None:
    dispatcher = api()
    world = World(day.store)
    world.job(job_type=world.job_type(skills={"gas": 2}))
    relay(day.store)

    def why(language: str) -> list[str]:
        (row,) = [one for one in board(dispatcher, language=language)["visits"] if one["id"] not in day.visits]
        return list(row["reasons"])

    assert why("en") == ["No technician holds gas at level 2 (highest held: –)."]
    assert why("zh") == ["没有技师具备 2 级的“gas”技能（现有最高：–）。"]
    assert dispatcher.get("board", params={"language": "fr"}).status_code == 422


def test_other_days_hold_what_is_theirs(day: Day, api: Api) -> None:
    dispatcher = api()
    _, waiting = World(day.store).job()
    relay(day.store)
    tomorrow, yesterday = (board(dispatcher, day=one) for one in ("2026-11-24", "2026-11-22"))
    assert ids(tomorrow["visits"]) == {waiting}
    assert yesterday["visits"] == []
    assert [one["shifts"] for one in tomorrow["technicians"]] == [[]] * 4
    assert dispatcher.get("board", params={"day": "1066-10-14"}).status_code == 422


def test_a_day_of_long_ago_keeps_its_visits_when_today_becomes_yesterday(day: Day, api: Api) -> None:
    dispatcher = api()
    World(day.store).job()
    relay(day.store)
    assert len(board(dispatcher)["visits"]) == 5
    day.clock.advance(hours=26)
    assert ids(board(dispatcher, day="2026-11-23")["visits"]) == set(day.visits)
    assert board(dispatcher)["day"] == "2026-11-24"


def test_who_has_the_board_is_told_that_it_is_still_that_one(day: Day, api: Api) -> None:
    dispatcher = api()
    tag = dispatcher.get("board").headers["ETag"]
    assert dispatcher.get("board", headers={"If-None-Match": tag}).status_code == 304
    assert dispatcher.get("board", params={"language": "zh"}, headers={"If-None-Match": tag}).status_code == 200
    act(day, day.visits[0], VisitAction.ACCEPT)
    assert dispatcher.get("board", headers={"If-None-Match": tag}).status_code == 200


def test_who_has_the_board_is_told_that_somebody_has_frozen_the_plan_since(day: Day, api: Api) -> None:
    dispatcher = api()
    before = dispatcher.get("board")
    tag = before.headers["ETag"]
    until = (dt.datetime.fromisoformat(before.json()["now"]) + dt.timedelta(hours=3)).isoformat()
    assert dispatcher.put("plans/fence", json={"until": until}).status_code == 200
    frozen = dispatcher.get("board", headers={"If-None-Match": tag})
    assert frozen.status_code == 200
    assert dt.datetime.fromisoformat(frozen.json()["fence"]) == dt.datetime.fromisoformat(until)
    assert dispatcher.get("board", headers={"If-None-Match": frozen.headers["ETag"]}).status_code == 304
    day.clock.advance(hours=4)
    assert dispatcher.get("board", headers={"If-None-Match": frozen.headers["ETag"]}).status_code == 200


@pytest.mark.usefixtures("day")
def test_the_board_is_for_those_who_may_read_plans(api: Api) -> None:
    for role in ("agent", "planner", "manager", "administrator"):
        assert len(board(api(role))["visits"]) == 4
    for path in ("board", "board/changes?since=0"):
        assert api("technician").get(path).status_code == 403
        assert api(None).get(path).status_code == 401


def test_the_clock_of_the_operation_is_told(day: Day, api: Api) -> None:
    shown = board(api())
    assert dt.datetime.fromisoformat(shown["now"]) == day.clock.now()
    assert shown["pace"] == 1
    assert dt.datetime.fromisoformat(shown["fence"]) == day.clock.now()


def test_a_sheet_says_how_to_get_in_and_whom_to_ask_for(day: Day, api: Api) -> None:
    dispatcher = api()
    visit = next(one for one in board(dispatcher)["visits"] if one["id"] == day.visits[0])
    dispatcher.patch(f"sites/{visit['site']['id']}", json={"access_notes": "Ring twice"})
    contact = dispatcher.post(f"customers/{visit['customer']['id']}/contacts", json={"name": "Eva", "phone": "+56 2 1"})
    assert contact.status_code == 201, contact.text
    changed = {"description": "The pump leaks", "contact_id": contact.json()["id"]}
    assert dispatcher.patch(f"jobs/{visit['job']}", json=changed).status_code == 200
    notes = {one["visit"]: one for one in dispatcher.get("board/sheets").json()}
    assert set(notes) == set(day.visits)
    told = notes[day.visits[0]]
    assert (told["access_notes"], told["description"], told["contact"]) == ("Ring twice", "The pump leaks", "Eva")
    assert {one["visit"] for one in api(**NORTH).get("board/sheets").json()} == set(day.visits[:2])
    assert api("technician").get("board/sheets").status_code == 403
    assert dispatcher.get("board/sheets", params={"day": "2026-11-24"}).json() == []
