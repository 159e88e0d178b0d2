"""Customers found by number and by name, seen whole; sites, equipment and territories; job types."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.errors import Forbidden, Invalid, NotFound
from dispatch.domain.words import fold
from dispatch.services import customers, job_types, sites, territories
from dispatch.services.contacts import phone_key, region_of, searched_number
from dispatch.services.places import contains, territory_at
from dispatch.services.warranty import Warranty, warranty
from dispatch.store.engine import Store
from dispatch.store.tables import Customer, Job, OutboxEntry, Site, Visit
from tests.dispatch.services.acting import bring, somebody
from tests.dispatch.world import World

AGENT = somebody("agent")


def square(lat: float, lon: float, half: float) -> dict[str, Any]:
    """A square around a point, as GeoJSON has it."""
    south, north, west, east = lat - half, lat + half, lon - half, lon + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def names(store: Store, words: str, actor: Any = AGENT) -> list[str]:
    with store.reading(actor) as uow:
        return sorted(one.name for one in uow.session.scalars(customers.found(uow, words)))


@pytest.mark.parametrize(
    ("number", "region", "key"),
    [
        ("+56 51 234 5678", None, "+56512345678"),
        ("51 234 5678", "CL", "+56512345678"),
        ("0049 30 901820", "DE", "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("ext. 12", None, "12"),
        ("", None, None),
        (None, "CL", None),
    ],
)
def test_a_number_has_one_form(number: str | None, region: str | None, key: str | None) -> None:
    assert phone_key(number, region) == key


def test_a_search_is_for_a_number_where_it_looks_like_one() -> None:
    assert searched_number("+56 51 234 5678") == "+56512345678%"
    assert searched_number("(051) 234-5678") == "%512345678"
    assert searched_number("1234") is None
    assert searched_number("Núñez 51234") is None


def test_time_zones_know_their_country() -> None:
    assert region_of("America/Santiago") == "CL"
    assert region_of("Europe/Berlin") == "DE"
    assert region_of("UTC") is None


def test_words_are_searched_without_case_and_accents() -> None:
    assert fold("  Núñez &  SÖHNE ") == "nunez & sohne"
    assert fold("Straße Ødegård Łódź") == "strasse odegard lodz"
    assert fold("上海 公司") == "上海 公司"


def test_a_customer_is_found_by_name_number_contact_and_address(store: Store, world: World) -> None:
    world.territory()
    with store.unit_of_work(AGENT) as uow:
        nunez = customers.create_customer(uow, name="Panadería Núñez").id
        customers.add_contact(uow, nunez, name="María José", phone="51 2 345 678", email="maria@example.org")
        sites.create_site(uow, nunez, address="Calle Cordovez 480", lat=-29.9, lon=-71.25)
        customers.create_customer(uow, name="Hotel Faro", external_id="H_100%")
    for words in ("nunez", "PANADERIA", "maria", "cordovez 480", "jose panaderia", "+56 51 2345678", "512345678"):
        assert names(store, words) == ["Panadería Núñez"], words
    assert names(store, "") == ["Hotel Faro", "Panadería Núñez"]
    assert names(store, "h_100%") == ["Hotel Faro"]
    assert names(store, "%") == ["Hotel Faro"]
    assert names(store, "nunez faro") == []
    with store.reading() as uow:
        assert uow.session.get(Customer, nunez).search_key == "panaderia nunez"


def test_a_new_name_is_found_and_the_old_one_is_not(store: Store, world: World) -> None:
    customer = world.customer("Ibáñez")
    with store.unit_of_work(AGENT) as uow:
        customers.change_customer(uow, customer, name="Zúñiga")
    assert names(store, "zuniga") == ["Zúñiga"]
    assert names(store, "ibanez") == []


def test_a_customer_seen_whole(store: Store, world: World) -> None:
    here, there = world.territory(), world.territory()
    customer = world.customer()
    near, far = world.site(customer, territory=here), world.site(customer, territory=there)
    world.equipment(near, warranty_until=dt.date(2026, 11, 22), model="A")
    world.equipment(near, warranty_until=dt.date(2026, 12, 24), model="B")
    world.equipment(far, model="C")
    job, _ = world.job(customer=customer, site=near, territory=here)
    with store.unit_of_work(AGENT) as uow:
        customers.add_contact(uow, customer, name="Ana")
        whole = customers.whole(uow, customer)
        assert [one.name for one in whole.contacts] == ["Ana"]
        assert {one.id for one in whole.sites} == {near, far}
        state = {machine.model: warranty for machine, warranty in whole.equipment}
        assert state == {"A": Warranty.ENDED, "B": Warranty.ENDING, "C": Warranty.UNKNOWN}
        assert [one.id for one in whole.jobs] == [job]
    with store.reading(somebody("agent", None, there)) as uow:
        whole = customers.whole(uow, customer)
        assert [one.id for one in whole.sites] == [far]
        assert list(whole.jobs) == []


@pytest.mark.parametrize(
    ("days", "state"),
    [(None, "unknown"), (-1, "ended"), (0, "ending"), (60, "ending"), (61, "valid")],
)
def test_where_a_warranty_stands(days: int | None, state: str) -> None:
    today = dt.date(2026, 11, 23)
    assert warranty(None if days is None else today + dt.timedelta(days=days), today) == state


def test_customers_of_other_territories_are_not_there(store: Store, world: World) -> None:
    here, there = world.territory(), world.territory()
    customer = world.customer("Far away")
    site = world.site(customer, territory=there)
    machine = world.equipment(site)
    stranger = somebody("dispatcher", None, here)
    assert names(store, "far", stranger) == []
    with store.unit_of_work(stranger) as uow:
        for attempt in (
            lambda: customers.whole(uow, customer),
            lambda: customers.change_customer(uow, customer, name="Mine"),
            lambda: sites.seen(uow, site),
            lambda: sites.change_site(uow, site, name="Mine"),
            lambda: sites.seen_equipment(uow, machine),
        ):
            with pytest.raises(NotFound):
                attempt()
    with store.unit_of_work(somebody("planner")) as uow, pytest.raises(Forbidden):
        customers.create_customer(uow, name="Nobody")


def test_contacts_and_machines_can_be_taken_away(store: Store, world: World) -> None:
    customer = world.customer()
    site = world.site(customer)
    with store.unit_of_work(AGENT) as uow:
        contact = customers.add_contact(uow, customer, name="Ana")
        machine = sites.create_equipment(uow, site, model="X1", serial=" ")
        assert machine.serial is None
    with store.unit_of_work(AGENT) as uow:
        customers.remove_contact(uow, contact.id)
        sites.remove_equipment(uow, machine.id)
    with store.reading(AGENT) as uow, pytest.raises(NotFound):
        customers.seen_contact(uow, contact.id)


@pytest.mark.parametrize(
    "wrong",
    [{"lat": 91.0}, {"lon": float("nan")}, {"address": " "}, {"time_zone": "Mars/Olympus"}, {"territory_id": "t"}],
)
def test_a_site_that_lies_nowhere_is_refused(sqlite_store: Store, wrong: dict[str, Any]) -> None:
    customer = World(sqlite_store).customer()
    with sqlite_store.unit_of_work(AGENT) as uow, pytest.raises(Invalid):
        sites.create_site(uow, customer, **{"address": "Here", "lat": 0.0, "lon": 0.0, **wrong})


# -- territories -------------------------------------------------------------------------------------------------------


def test_a_point_lies_in_a_polygon_but_not_in_its_hole() -> None:
    boundary = square(0, 0, 2)
    boundary["coordinates"].append(square(0, 0, 1)["coordinates"][0])
    assert contains(boundary, 1.5, 0)
    assert not contains(boundary, 0, 0)
    assert not contains(boundary, 3, 0)
    both = {"type": "MultiPolygon", "coordinates": [square(0, 0, 1)["coordinates"], square(10, 10, 1)["coordinates"]]}
    assert contains(both, 10, 10)


def test_a_site_gets_the_smallest_territory_that_it_lies_in(store: Store, world: World) -> None:
    town = world.territory("Town", boundary=square(-29.9, -71.25, 0.1))
    world.territory("Country", boundary=square(-29.9, -71.25, 2))
    with store.unit_of_work(AGENT) as uow:
        assert territory_at(uow.session, -29.9, -71.25) == town
        assert territory_at(uow.session, 50, 8) is None
        customer = customers.create_customer(uow, name="C").id
        site = sites.create_site(uow, customer, address="A", lat=-29.9, lon=-71.25)
        assert site.territory_id == town


def test_what_is_to_be_done_goes_with_its_site_into_another_territory(store: Store, world: World) -> None:
    west = world.territory(boundary=square(0, -1, 0.9))
    east = world.territory(boundary=square(0, 1, 0.9))
    customer = world.customer()
    site = world.site(customer, territory=west, at=(0.0, -1.0))
    job, visit = world.job(customer=customer, site=site, territory=west)
    done, past = world.job(customer=customer, site=site, territory=west)
    bring(store, past, "completed")
    with store.unit_of_work(AGENT) as uow:
        sites.change_site(uow, site, lon=1.0)
    with store.reading() as uow:
        assert uow.get(Site, site).territory_id == east
        assert (uow.get(Job, job).territory_id, uow.get(Visit, visit).territory_id) == (east, east)
        assert uow.get(Visit, past).territory_id == west
        assert uow.get(Job, done).territory_id == east  # it is not closed yet


def test_drawing_a_territory_gathers_the_sites_that_lie_in_it(store: Store, world: World) -> None:
    site = world.site(at=(5.0, 5.0))
    with store.unit_of_work() as uow:
        made = territories.create_territory(uow, name="New", time_zone="UTC", boundary=square(5, 5, 1))
        assert uow.get(Site, site).territory_id == made.id
    with store.unit_of_work() as uow:
        other = territories.create_territory(uow, name="Other", time_zone="UTC", boundary=square(5, 5, 0.5))
        territories.change_territory(uow, made.id, boundary=square(50, 5, 1))
        assert uow.get(Site, site).territory_id == other.id
    with store.reading() as uow:
        told = uow.session.scalars(select(OutboxEntry.kind)).all()
    assert "RecordChanged" in told


@pytest.mark.parametrize(
    "boundary",
    [
        {"type": "Point", "coordinates": [0, 0]},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [200, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[["a", 0], [1, 0], [1, 1], ["a", 0]]]},
        {"type": "Polygon", "coordinates": 7},
        {},
    ],
)
def test_a_boundary_that_bounds_nothing_is_refused(sqlite_store: Store, boundary: dict[str, Any]) -> None:
    with sqlite_store.unit_of_work() as uow, pytest.raises(Invalid):
        territories.create_territory(uow, name="New", time_zone="UTC", boundary=boundary)


def test_job_types_are_checked_as_visits_are(store: Store) -> None:
    administrator = somebody("administrator")
    with store.unit_of_work(administrator) as uow:
        made = job_types.create_job_type(uow, name="Boiler", duration=3600, roles=[{"skills": {" gas ": 2}}])
        assert made.roles == [{"skills": {"gas": 2}}]
        assert job_types.change_job_type(uow, made.id, active=False).active is False
        for wrong in ({"roles": []}, {"duration": -1}, {"name": ""}, {"colour": "red"}, {"demand": {"x": -1}}):
            with pytest.raises(Invalid):
                job_types.change_job_type(uow, made.id, **wrong)
    with store.unit_of_work(AGENT) as uow, pytest.raises(Forbidden):
        job_types.create_job_type(uow, name="Mine", duration=1)
