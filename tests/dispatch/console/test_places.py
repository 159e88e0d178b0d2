"""Addresses over HTTP: candidates, what lies at a point, pointing at the map, and sites that wait for a place."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from dispatch.geocoding.finding import Finder
from dispatch.geocoding.index import build
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.providers import GeocoderDown, Offline
from dispatch.store.engine import Store
from tests.dispatch.console.conftest import Api
from tests.dispatch.geocoding.towns import OBERDORF, UNTERDORF, near, two_towns
from tests.dispatch.world import World


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> OfflineGeocoder:
    folder = tmp_path_factory.mktemp("towns")
    build(two_towns(folder / "towns.osm.pbf"), folder / "places.db")
    return OfflineGeocoder(folder / "places.db")


@pytest.fixture
def towns(app: FastAPI, geocoder: OfflineGeocoder) -> None:
    """The application asks the index of the two towns."""
    app.state.context.finder = Finder([Offline(lambda: geocoder)])


@pytest.fixture
def world(sqlite_store: Store) -> World:
    return World(sqlite_store)


@pytest.mark.usefixtures("towns")
def test_candidates_for_an_address(api: Api) -> None:
    found = api("agent").get("places", params={"query": "hauptstr 5 oberdorf"}).json()
    assert (found["sure"], found["ambiguous"], found["source"], found["instead_of"]) == (True, False, "offline", "")
    one = found["places"][0]
    assert {name: one[name] for name in ("label", "precision", "street", "number", "postcode", "city", "unused")} == {
        "label": "Hauptstraße 5, 9001 Oberdorf",
        "precision": "exact",
        "street": "Hauptstraße",
        "number": "5",
        "postcode": "9001",
        "city": "Oberdorf",
        "unused": [],
    }


@pytest.mark.usefixtures("towns")
def test_between_equals_the_nearer_goes_first_and_people_are_told_that_it_is_not_sure(api: Api) -> None:
    agent = api("agent")
    for (lat, lon), town in ((OBERDORF, "Oberdorf"), (UNTERDORF, "Unterdorf")):
        found = agent.get("places", params={"query": "Hauptstraße 5", "lat": lat, "lon": lon, "limit": 2}).json()
        assert found["places"][0]["city"] == town
        assert (found["sure"], found["ambiguous"], len(found["places"])) == (False, True, 2)


@pytest.mark.usefixtures("towns")
def test_what_lies_at_a_point(api: Api) -> None:
    lat, lon = near(OBERDORF, 15, -100)
    found = api("dispatcher").get("places/reverse", params={"lat": lat, "lon": lon}).json()
    assert [one["precision"] for one in found["places"]] == ["exact", "street", "place"]


@pytest.mark.usefixtures("towns")
def test_nothing_found_is_an_empty_list(api: Api) -> None:
    answer = api("agent").get("places", params={"query": "Quetzalcoatl"})
    assert (answer.status_code, answer.json()["places"]) == (200, [])


@pytest.mark.parametrize(
    "params",
    [{}, {"query": ""}, {"query": "x" * 301}, {"query": "x", "limit": 21}, {"query": "x", "lat": 91, "lon": 0}],
)
def test_questions_that_make_no_sense_are_refused(api: Api, params: dict[str, object]) -> None:
    assert api("agent").get("places", params=params).status_code == 422


def test_without_a_region_somebody_has_to_set_one_up(api: Api) -> None:
    answer = api("agent").get("places", params={"query": "x"})
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (409, "no-geocoder")


def test_a_geocoder_that_is_down_says_when_to_come_back(api: Api, app: FastAPI) -> None:
    class Down:
        name, version, remote = "down", "", True

        def search(self, *_: object) -> list[object]:
            raise GeocoderDown("down does not answer.", 12.2)

    app.state.context.finder = Finder([Down()])  # type: ignore[list-item]
    answer = api("agent").get("places", params={"query": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "12")


@pytest.mark.usefixtures("towns")
def test_technicians_may_not_and_planners_may_look_but_not_place(api: Api, world: World) -> None:
    site = world.site()
    technician, planner = api("technician", technician_id=world.technician()), api("planner")
    pointed = {"lat": 47.0, "lon": 9.0}
    assert technician.get("places", params={"query": "x"}).status_code == 403
    assert technician.get("places/reverse", params=pointed).status_code == 403
    assert technician.post(f"sites/{site}/place", json=pointed).status_code == 403
    assert planner.get("places", params={"query": "x"}).status_code == 200
    assert planner.post(f"sites/{site}/place", json=pointed).status_code == 403


@pytest.mark.usefixtures("towns")
def test_from_an_unsure_address_to_a_pin(api: Api, world: World) -> None:
    agent = api("agent")
    customer = world.customer()
    sure = agent.post("sites", json={"customer_id": customer, "address": "Hauptstr. 5, Oberdorf"}).json()
    assert (sure["placed_by"], sure["precision"]) == ("address", "exact")
    made = agent.post("sites", json={"customer_id": customer, "address": "Hauptstr. 5"})
    assert made.status_code == 201
    site, tag = made.json(), made.headers["ETag"]
    assert (site["lat"], site["placed_by"]) == (None, None)
    assert [one["id"] for one in agent.get("sites", params={"placed": False}).json()["items"]] == [site["id"]]
    pinned = agent.post(f"sites/{site['id']}/place", json={"lat": 47.0, "lon": 9.0}, headers={"If-Match": tag})
    assert (pinned.json()["lat"], pinned.json()["placed_by"], pinned.json()["precision"]) == (47.0, "map", "exact")
    late = agent.post(f"sites/{site['id']}/place", json={"lat": 1.0, "lon": 2.0}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert agent.get("sites", params={"placed": False}).json()["items"] == []


@pytest.mark.usefixtures("towns")
def test_a_site_is_added_once_however_often_it_is_sent(api: Api, world: World) -> None:
    agent, wanted = api("agent"), {"customer_id": world.customer(), "address": "Hauptstr. 5, Oberdorf"}
    first, again = (agent.post("sites", json=wanted, headers={"Idempotency-Key": "one-and-only"}) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    assert len(agent.get("sites").json()["items"]) == 1


@pytest.mark.usefixtures("towns")
def test_another_address_is_looked_for(api: Api, world: World) -> None:
    agent = api("agent")
    site = agent.post("sites", json={"customer_id": world.customer(), "address": "Hauptstr. 5, Oberdorf"}).json()
    moved = agent.patch(f"sites/{site['id']}", json={"address": "Hauptstr. 7, Unterdorf"}).json()
    assert moved["lat"] == pytest.approx(near(UNTERDORF, 15, 0)[0], abs=1e-6)


@pytest.mark.usefixtures("towns")
def test_the_preview_of_a_sheet_names_addresses_that_are_not_sure(api: Api) -> None:
    sheet = 'customer_id,customer_name,site_id,address\nC-1,One,S-1,Hauptstr. 5\nC-2,Two,S-2,"Hauptstr. 5, Oberdorf"\n'
    manager = api("manager")
    made = manager.post("imports", params={"kind": "customers"}, files={"file": ("c.csv", sheet.encode())}).json()
    assert made["errors"] == []
    assert [(note["row"], note["column"]) for note in made["notes"]] == [(2, "address")]
    assert "9001 Oberdorf" in made["notes"][0]["problem"]
    assert manager.post(f"imports/{made['id']}/apply").status_code == 200
    found = {site["external_id"]: site for site in manager.get("sites").json()["items"]}
    assert found["S-1"]["lat"] is None
    assert found["S-2"]["placed_by"] == "import"
