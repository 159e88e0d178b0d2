"""Travel over HTTP: the routes of plans for a map, ways between points, slices of the week."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from dispatch.sample.city import EXTRACT
from dispatch.store.engine import Store
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork
from tests.dispatch.planning.days import Day, badly_planned
from tests.dispatch.world import World

Api = Callable[..., Any]


@pytest.fixture
def day(sqlite_store: Store) -> Day:
    return badly_planned(sqlite_store, 5, people=3, visits=8)


@pytest.mark.usefixtures("day")
def test_the_published_routes_are_drawn_from_base_to_base(api: Api) -> None:
    answer = api("dispatcher").get("plans/today/routes")

    assert answer.status_code == 200, answer.text
    drawing = answer.json()
    board = api("dispatcher").get("plans/today").json()
    on_board = {
        (one["id"], shift["id"]): [stop["visit"] for stop in shift["stops"]]
        for one in board["technicians"]
        for shift in one["shifts"]
        if shift["stops"]
    }
    drawn = {(one["technician"], one["shift"]): [stop["visit"] for stop in one["stops"]] for one in drawing["routes"]}
    assert drawn == on_board
    for route in drawing["routes"]:
        assert len(route["legs"]) == len(route["stops"]) + 1
        assert route["legs"][0]["from"] == route["legs"][-1]["to"]
        assert {leg["source"] for leg in route["legs"]} == {"estimate"}
        ends = [leg["to"] for leg in route["legs"][:-1]]
        assert ends == [[round(stop["lat"], 5), round(stop["lon"], 5)] for stop in route["stops"]]
        assert all(leg["points"][0] == leg["from"] and leg["points"][-1] == leg["to"] for leg in route["legs"])


def test_the_routes_of_some_are_drawn_as_among_everybodys(api: Api, day: Day) -> None:
    client = api("dispatcher")
    everybodys = client.get("plans/today/routes").json()["routes"]

    asked = client.get("plans/today/routes", params={"technician": [day.people[0], day.people[2]]}).json()["routes"]

    assert asked == [route for route in everybodys if route["technician"] != day.people[1]]
    assert 0 < len(asked) < len(everybodys)


def test_a_draft_is_drawn_as_it_proposes(api: Api, day: Day) -> None:
    draft = day.draft()
    client = api("planner")

    drawing = client.get(f"plans/{draft.id}/routes").json()

    planned = client.get(f"plans/{draft.id}").json()["plan"]["routes"]
    assert {(one["shift"], tuple(stop["visit"] for stop in one["stops"])) for one in drawing["routes"]} == {
        (one["shift"], tuple(stop["visit"] for stop in one["stops"])) for one in planned
    }


@pytest.mark.usefixtures("day")
def test_routes_of_other_territories_are_not_drawn(api: Api, sqlite_store: Store) -> None:
    elsewhere = World(sqlite_store).territory()
    assert api("dispatcher", territories=[elsewhere]).get("plans/today/routes").status_code == 200
    assert api("technician").get("plans/today/routes").status_code == 403
    assert api("dispatcher").get("plans/nothing/routes").status_code == 404


RUSH = {"name": "Rush", "days": [0, 1, 2, 3, 4], "starts": "07:00", "ends": "09:30", "factor": 1.2}
HERE, THERE = [-29.9045, -71.2489], [-29.9533, -71.3436]


def test_slices_are_added_changed_and_removed(api: Api) -> None:
    client = api("administrator")
    added = client.post("travel/slices", json=RUSH)
    assert added.status_code == 201, added.text
    one = f"travel/slices/{added.json()['id']}"
    assert client.patch(one, json={"factor": 1.4}, headers={"If-Match": added.headers["ETag"]}).json()["factor"] == 1.4
    assert client.patch(one, json={"factor": 1.5}, headers={"If-Match": added.headers["ETag"]}).status_code == 412
    assert [row["name"] for row in client.get("travel/slices").json()["items"]] == ["Rush"]
    factors = client.get("travel/factors").json()
    assert [(row["configured"], row["learnt"], row["legs"], row["used"]) for row in factors] == [(1.4, None, 0, 1.4)]
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404


def test_the_standard_slices_are_added_once(api: Api) -> None:
    client = api("administrator")
    assert len(client.post("travel/slices/standard").json()) == 3
    assert client.post("travel/slices/standard").json() == []
    assert len(client.get("travel/slices").json()["items"]) == 3


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"factor": 9}, "factor"),
        ({"days": []}, "days"),
        ({"ends": "07:00"}, "ends"),
        ({"starts": "25:00"}, "starts"),
        ({"by_class": {"footpath": 1.1}}, "by_class.footpath"),
        ({"territory_id": "nowhere"}, "territory_id"),
    ],
)
def test_a_slice_that_cannot_be_is_refused_with_its_place(api: Api, wrong: dict[str, Any], place: str) -> None:
    refused = api("administrator").post("travel/slices", json=RUSH | wrong)
    assert refused.status_code == 422
    assert any(place in error["place"] for error in refused.json()["errors"])


def test_who_may_not_set_up_may_not_change_slices(api: Api) -> None:
    assert api("dispatcher").post("travel/slices", json=RUSH).status_code == 403
    assert api("technician").get("travel/slices").status_code == 403
    assert api(None).get("travel/slices").status_code == 401


def test_slices_of_other_territories_are_not_seen(api: Api, sqlite_store: Store) -> None:
    world = World(sqlite_store)
    mine, theirs = world.territory(), world.territory()
    client = api("administrator")
    for name, territory in (("everywhere", None), ("mine", mine), ("theirs", theirs)):
        answer = client.post("travel/slices", json=RUSH | {"name": name, "territory_id": territory})
        assert answer.status_code == 201, answer.text
        hidden = answer.json()["id"]
    narrow = api("administrator", territories=[mine])
    assert [one["name"] for one in narrow.get("travel/slices").json()["items"]] == ["everywhere", "mine"]
    assert narrow.get(f"travel/slices/{hidden}").status_code == 404
    assert narrow.post("travel/slices", json=RUSH).status_code == 403


def test_a_way_takes_as_long_as_the_hour_wants_it(api: Api) -> None:
    api("administrator").post("travel/slices", json=RUSH)
    client = api("agent")
    free = client.post("travel/route", json={"points": [HERE, THERE]})
    assert free.status_code == 200, free.text
    rush = client.post("travel/route", json={"points": [HERE, THERE], "departs": "2026-11-23T08:00:00Z"}).json()
    later = client.post("travel/route", json={"points": [HERE, THERE], "departs": "2026-11-23T10:00:00Z"}).json()
    assert free.json()["legs"][0]["points"] == [HERE, THERE]
    assert free.json()["legs"][0]["source"] == "estimate"
    assert rush["seconds"] == pytest.approx(free.json()["seconds"] * 1.2, abs=1)
    assert (later["seconds"], later["slice"]) == (free.json()["seconds"], "")
    assert client.post("travel/route", json={"points": [HERE]}).status_code == 422


def test_a_table_is_answered_with_its_sources(api: Api) -> None:
    answer = api("agent").post("travel/table", json={"starts": [HERE], "ends": [THERE, HERE]}).json()
    assert answer["sources"] == [["estimate", "estimate"]]
    assert answer["seconds"][0][0] > answer["seconds"][0][1] == 0


def test_a_draft_is_timed_by_the_hour(api: Api, day: Day) -> None:
    api("administrator").post("travel/slices", json=RUSH | {"ends": "23:00", "days": [0, 1, 2, 3, 4, 5, 6]})
    draft = day.draft()
    client = api("planner")
    timing = client.get(f"plans/{draft.id}/timing").json()
    difference = client.get(f"plans/{draft.id}").json()["difference"]
    assert difference["by_hour"] == timing["summary"]
    assert timing["sentences"][0] in difference["sentences"]
    legs = [stop["travel"] for route in timing["routes"] for stop in route["stops"]]
    assert legs
    assert {leg["source"] for leg in legs} == {"estimate"}
    approved = api("dispatcher").post(f"plans/{draft.id}/approve", json={})
    assert approved.status_code == 200, approved.text
    published = client.get(f"plans/{approved.json()['id']}/timing").json()
    assert published["summary"]["visits"] == 8
    nobody = api("planner", territories=[World(day.store).territory()])
    assert nobody.get(f"plans/{draft.id}/timing").json()["summary"] == {}


def test_what_can_be_reached_is_refused_where_there_are_no_roads(api: Api) -> None:
    asked = {"lat": HERE[0], "lon": HERE[1], "minutes": "10,5"}
    refused = api("dispatcher").get("travel/reach", params=asked)
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[1]) == (409, "no-reach")
    assert "region add" in refused.json()["detail"]
    assert api("technician").get("travel/reach", params=asked).status_code == 403
    for wrong in ({"minutes": "0"}, {"minutes": "121"}, {"minutes": "a"}, {"minutes": "1,2,3,4,5"}, {"lat": 91}):
        assert api("dispatcher").get("travel/reach", params={**asked, **wrong}).status_code == 422


def test_on_roads_what_can_be_reached_is_told_as_areas(app: FastAPI, api: Api) -> None:
    app.state.context.given_travel = RoadTravel(RoadNetwork.from_extract(EXTRACT))
    answer = api("dispatcher").get("travel/reach", params={"lat": HERE[0], "lon": HERE[1], "minutes": "5,10"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["type"] == "FeatureCollection"
    assert [one["properties"]["minutes"] for one in found["features"]] == [10, 5]
    assert {one["geometry"]["type"] for one in found["features"]} == {"MultiPolygon"}
    off = api("dispatcher").get("travel/reach", params={"lat": 0, "lon": 0, "minutes": "5"})
    assert (off.status_code, off.json()["type"].rsplit(":", 1)[1]) == (422, "invalid")
