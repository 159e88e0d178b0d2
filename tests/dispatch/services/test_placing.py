"""Sites get their place from their address where that is sure, from people where it is not, and wait in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.domain.clock import FixedClock
from dispatch.domain.errors import Forbidden, Invalid, Unavailable
from dispatch.geocoding.candidates import Candidate
from dispatch.geocoding.finding import Finder
from dispatch.geocoding.index import build
from dispatch.geocoding.measure import metres
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.providers import GeocoderDown, Offline
from dispatch.planning.board import board
from dispatch.planning.policies import standard_policy
from dispatch.planning.replan import asked_by
from dispatch.planning.slots import NotBookable, bookable
from dispatch.planning.snapshot import take_snapshot
from dispatch.services import imports, placing, sites
from dispatch.services.placing import HIT_LASTS, MISS_LASTS, NO_POSITION, NoGeocoder, Remembered
from dispatch.services.retention import purge_all
from dispatch.settings import Settings
from dispatch.store.door import StoreDoor
from dispatch.store.engine import Store
from dispatch.store.tables import AuditEntry, GeocodedAnswer, OutboxEntry, PlacedBy, Site
from dispatch.travel.provider import EstimatedTravel
from tests.dispatch.geocoding.towns import OBERDORF, UNTERDORF, near, two_towns
from tests.dispatch.services.acting import assign, somebody
from tests.dispatch.services.test_customers import square
from tests.dispatch.world import World

AGENT, TECHNICIAN, MANAGER = somebody("agent"), somebody("technician", "technician_1"), somebody("manager")
SURE, UNSURE, UNKNOWN = "Hauptstraße 5, Oberdorf", "Hauptstraße 5", "Quetzalcoatl 12"


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    folder = tmp_path_factory.mktemp("towns")
    build(two_towns(folder / "towns.osm.pbf"), folder / "places.db")
    geocoder = OfflineGeocoder(folder / "places.db")
    return Offline(lambda: geocoder)


@pytest.fixture
def finder(offline: Offline) -> Finder:
    return Finder([offline])


class Faraway:
    """A service that answers from a list, counts, and may be down."""

    name, version, remote = "faraway", "", True

    def __init__(self, *answers: Candidate) -> None:
        self.answers, self.asked, self.down = list(answers), 0, False

    def search(self, query: str, limit: int, around: Any) -> list[Candidate]:
        self.asked += 1
        if self.down:
            raise GeocoderDown("faraway does not answer.", 12)
        return self.answers

    def reverse(self, point: Any) -> list[Candidate]:
        return self.search("", 1, None)


HERE = Candidate("Calle 5", -29.9, -71.25, "address", "exact", 1.0, "faraway", street="Calle", number="5")


def added(store: Store, finder: Finder, address: str, **fields: Any) -> Site:
    """A new site, the way the API adds one."""
    customer = World(store).customer()
    door = StoreDoor(store, AGENT)
    located = placing.located(door, finder, Remembered(store), {"customer_id": customer, "address": address, **fields})
    with door.unit_of_work() as uow:
        return sites.create_site(uow, **located)


def changed(store: Store, finder: Finder, site: Site, **change: Any) -> Site:
    door = StoreDoor(store, AGENT)
    located = placing.located_change(door, finder, Remembered(store), site.id, change)
    with door.unit_of_work() as uow:
        return sites.change_site(uow, site.id, **located)


def kinds(store: Store) -> list[str]:
    with store.reading() as uow:
        return list(uow.session.scalars(select(OutboxEntry.kind).order_by(OutboxEntry.id)))


def test_a_sure_address_gives_a_new_site_its_position(store: Store, finder: Finder) -> None:
    site = added(store, finder, SURE)
    assert site.at == pytest.approx(near(OBERDORF, 15, -100), abs=1e-6)
    assert (site.placed_by, site.precision) == (PlacedBy.ADDRESS, "exact")


@pytest.mark.parametrize("address", [UNSURE, UNKNOWN, "Lindenweg 2, Oberdorf"])
def test_an_unsure_address_leaves_the_site_without_a_position(
    sqlite_store: Store, finder: Finder, address: str
) -> None:
    site = added(sqlite_store, finder, address)
    assert (site.lat, site.lon, site.placed_by, site.precision) == (None, None, None, None)
    with pytest.raises(LookupError):
        _ = site.at


def test_a_position_that_is_sent_is_taken_as_it_is(sqlite_store: Store, finder: Finder) -> None:
    site = added(sqlite_store, finder, SURE, lat=1.0, lon=2.0)
    assert (site.at, site.placed_by) == ((1.0, 2.0), PlacedBy.GIVEN)


def test_half_a_position_is_refused(sqlite_store: Store, finder: Finder) -> None:
    with pytest.raises(Invalid):
        added(sqlite_store, finder, SURE, lat=1.0)


def test_sites_that_somebody_must_look_at_can_be_listed(store: Store, finder: Finder) -> None:
    sure, unsure = added(store, finder, SURE), added(store, finder, UNSURE)
    moved = changed(store, finder, added(store, finder, SURE), address=UNKNOWN)
    given = added(store, finder, UNKNOWN, lat=1.0, lon=2.0)
    with store.reading(AGENT) as uow:
        listed = {
            placed: {site.id for site in uow.session.scalars(sites.found(uow, placed=placed))}
            for placed in (True, False)
        }
    assert listed == {True: {sure.id, given.id}, False: {unsure.id, moved.id}}


def test_another_address_moves_a_site_that_was_found_by_its_address(store: Store, finder: Finder) -> None:
    site = changed(store, finder, added(store, finder, SURE), address="Hauptstraße 5, Unterdorf")
    assert site.at == pytest.approx(near(UNTERDORF, 15, -100), abs=1e-6)
    assert site.precision == "exact"


def test_an_unsure_new_address_keeps_the_place_and_says_that_it_is_not_sure(store: Store, finder: Finder) -> None:
    before = added(store, finder, SURE)
    site = changed(store, finder, before, address=UNSURE)
    assert (site.at, site.precision) == (before.at, "partial")


def test_a_pin_stays_where_it_was_set_whatever_the_address(store: Store, finder: Finder) -> None:
    site = added(store, finder, UNKNOWN)
    with store.unit_of_work(AGENT) as uow:
        placing.place(uow, site.id, lat=47.0, lon=9.0, placed_by="map", precision="partial")
    site = changed(store, finder, site, address=SURE)
    assert (site.at, site.placed_by, site.precision) == ((47.0, 9.0), PlacedBy.MAP, "exact")


def test_setting_a_pin_is_an_event_is_audited_and_asks_for_a_plan(store: Store, finder: Finder) -> None:
    world, site = World(store), added(store, finder, UNKNOWN)
    _, visit = world.job(customer=site.customer_id, site=site.id)
    with store.unit_of_work(AGENT) as uow:
        placing.place(uow, site.id, lat=47.0, lon=9.0, placed_by="map")
    with store.reading() as uow:
        entry = uow.session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "SitePlaced")).one()
        assert (entry.subject_id, entry.payload["placed_by"], entry.payload["moved"]) == (site.id, "map", False)
        changes = uow.session.scalars(
            select(AuditEntry.changes).where(AuditEntry.row_id == site.id).order_by(AuditEntry.id.desc())
        ).first()
        assert changes is not None
        assert changes["lat"] == [None, 47.0]
        about = uow.session.scalars(select(OutboxEntry.subject_id).where(OutboxEntry.kind == "VisitChanged")).all()
        assert list(about) == [visit]


def test_a_moved_site_asks_for_a_plan_soon_where_somebody_is_to_come_and_not_at_all_without_work(
    sqlite_store: Store, finder: Finder
) -> None:
    from dispatch.domain.events import SitePlaced

    world, site = World(sqlite_store), added(sqlite_store, finder, SURE)
    event = SitePlaced(site=site.id, customer=site.customer_id, placed_by="map", moved=True)
    with sqlite_store.reading() as uow:
        assert asked_by(uow, event) is None
    _, visit = world.job(customer=site.customer_id, site=site.id)
    with sqlite_store.reading() as uow:
        later = asked_by(uow, event)
    assign(world, visit, world.technician())
    with sqlite_store.reading() as uow:
        soon = asked_by(uow, event)
    assert later is not None
    assert soon is not None
    assert soon.debounce < later.debounce


@pytest.mark.parametrize(
    "wrong", [{"lat": 91.0}, {"lon": 181.0}, {"lat": float("nan")}, {"placed_by": "import"}, {"placed_by": "guess"}]
)
def test_a_place_that_makes_no_sense_is_refused(sqlite_store: Store, finder: Finder, wrong: dict[str, Any]) -> None:
    site = added(sqlite_store, finder, SURE)
    with pytest.raises(Invalid), sqlite_store.unit_of_work(AGENT) as uow:
        placing.place(uow, site.id, **{"lat": 47.0, "lon": 9.0, "placed_by": "map", **wrong})


def test_a_position_can_be_replaced_but_never_taken_away(sqlite_store: Store, finder: Finder) -> None:
    site = added(sqlite_store, finder, SURE)
    with pytest.raises(Invalid), sqlite_store.unit_of_work(AGENT) as uow:
        sites.change_site(uow, site.id, lat=None, lon=None)


def test_technicians_may_neither_search_nor_place(sqlite_store: Store, finder: Finder) -> None:
    site = added(sqlite_store, finder, SURE)
    door, memory = StoreDoor(sqlite_store, TECHNICIAN), Remembered(sqlite_store)
    with pytest.raises(Forbidden):
        placing.search(door, finder, memory, SURE, 5, None, typing=False)
    with pytest.raises(Forbidden):
        placing.reverse(door, finder, memory, OBERDORF)
    with pytest.raises(Forbidden):
        placing.located(door, finder, memory, {"address": SURE})
    with pytest.raises(Forbidden), sqlite_store.unit_of_work(TECHNICIAN) as uow:
        placing.place(uow, site.id, lat=1.0, lon=2.0, placed_by="map")


def test_a_pin_in_somebody_elses_territory_is_refused(sqlite_store: Store, finder: Finder) -> None:
    world = World(sqlite_store)
    own, other = world.territory(boundary=square(47.1, 9.5, 1)), world.territory(boundary=square(10, 10, 1))
    site = added(sqlite_store, finder, SURE, territory_id=own)
    dispatcher = somebody("dispatcher", None, own)
    with pytest.raises(Forbidden, match=other), sqlite_store.unit_of_work(dispatcher) as uow:
        placing.place(uow, site.id, lat=10.0, lon=10.0, placed_by="map")


# -- planning ----------------------------------------------------------------------------------------------------------


def test_a_visit_without_a_position_waits_with_a_reason_and_is_planned_once_it_is_known(
    store: Store, finder: Finder
) -> None:
    world = World(store)
    world.planning_policy()
    world.shift(world.technician())
    site = added(store, finder, UNKNOWN)
    _, visit = world.job(customer=site.customer_id, site=site.id)
    _, other = world.job()

    def planned() -> set[str]:
        with store.reading() as uow:
            snapshot = take_snapshot(uow, standard_policy(uow.session), EstimatedTravel(40, 1.3))
        return {one.id for one in snapshot.problem.visits}

    assert planned() == {other}
    with store.reading(somebody("dispatcher")) as uow:
        reasons = {one.visit: one.reasons for one in board(uow, uow.now, uow.now + dt.timedelta(days=1)).unassigned}
        assert reasons == {visit: (NO_POSITION,), other: ()}
        with pytest.raises(NotBookable, match="point at it"):
            bookable(uow, visit)
    with store.unit_of_work(AGENT) as uow:
        placing.place(uow, site.id, lat=-29.9, lon=-71.25, placed_by="map")
    assert planned() == {visit, other}
    with store.reading() as uow:
        assert bookable(uow, visit).id == visit


# -- geocoders far away ------------------------------------------------------------------------------------------------


def searched(store: Store, finder: Finder, query: str = "Calle 5", **options: Any) -> Sequence[Candidate]:
    options = {"typing": False, **options}
    door = StoreDoor(store, AGENT)
    return placing.search(door, finder, Remembered(store), query, 5, None, **options).candidates


def test_answers_from_far_away_are_remembered_in_the_store_for_all_servers(store: Store, clock: FixedClock) -> None:
    one, other = Faraway(HERE), Faraway(HERE)
    assert searched(store, Finder([one])) == searched(store, Finder([other])) == (HERE,)
    assert (one.asked, other.asked) == (1, 0)
    clock.advance(seconds=HIT_LASTS.total_seconds())
    assert searched(store, Finder([other])) == (HERE,)
    assert other.asked == 1


def test_that_there_is_nothing_is_remembered_for_a_day_only(store: Store, clock: FixedClock) -> None:
    far = Faraway()
    for _ in range(2):
        assert searched(store, Finder([far])) == ()
    assert far.asked == 1
    clock.advance(seconds=MISS_LASTS.total_seconds())
    far.answers = [HERE]
    assert searched(store, Finder([far])) == (HERE,)


def test_what_is_remembered_too_long_is_forgotten(store: Store, clock: FixedClock) -> None:
    searched(store, Finder([Faraway(HERE)]))
    assert purge_all(store, Settings()) == 0
    clock.advance(seconds=HIT_LASTS.total_seconds() + 1)
    assert purge_all(store, Settings()) == 1
    with store.reading() as uow:
        assert uow.session.scalars(select(GeocodedAnswer)).all() == []


def test_down_is_a_refusal_that_says_when_to_come_back_and_not_an_empty_list(sqlite_store: Store) -> None:
    far = Faraway()
    far.down = True
    with pytest.raises(Unavailable) as refused:
        searched(sqlite_store, Finder([far]))
    assert refused.value.facts["retry_after"] == 12
    with sqlite_store.reading() as uow:
        assert uow.session.scalars(select(GeocodedAnswer)).all() == []


def test_with_nobody_to_ask_it_says_so(sqlite_store: Store) -> None:
    with pytest.raises(NoGeocoder, match="region add"):
        searched(sqlite_store, Finder([Offline(lambda: None)]))


def test_who_is_still_writing_asks_nobody_far_away(sqlite_store: Store, offline: Offline) -> None:
    far = Faraway(HERE)
    assert searched(sqlite_store, Finder([far]), typing=True) == ()
    found = searched(sqlite_store, Finder([far, offline]), "Hauptstr", typing=True)
    assert found[0].street == "Hauptstraße"
    assert far.asked == 0


def test_a_geocoder_that_is_down_keeps_nobody_from_adding_a_site(sqlite_store: Store) -> None:
    far = Faraway()
    far.down = True
    assert added(sqlite_store, Finder([far]), SURE).lat is None


# -- sheets ------------------------------------------------------------------------------------------------------------

SHEET = (
    "customer_id,customer_name,site_id,address,lat,lon\n"
    f'C-1,One,S-1,"{SURE}",,\n'
    f'C-1,One,S-2,"{UNSURE}",,\n'
    f'C-1,One,S-3,"{UNKNOWN}",,\n'
    f'C-1,One,S-4,"{UNKNOWN}",1.5,2.5\n'
)


def brought(store: Store, finder: Finder | None, sheet: str = SHEET) -> tuple[list[dict[str, Any]], dict[str, Site]]:
    with store.unit_of_work(MANAGER) as uow:
        made = imports.preview(uow, "customers", sheet.encode(), "customers.csv", finder)
        assert made.errors == []
        notes = imports.notes(made)
    with store.unit_of_work(MANAGER) as uow:
        imports.apply(uow, made.id)
    with store.reading() as uow:
        return notes, {str(site.external_id): site for site in uow.session.scalars(select(Site))}


def test_a_sheet_without_positions_takes_sure_ones_and_names_the_others_with_candidates(
    store: Store, finder: Finder
) -> None:
    notes, found = brought(store, finder)
    assert [(note["row"], note["column"]) for note in notes] == [(3, "address"), (4, "address")]
    assert "Oberdorf" in notes[0]["problem"]
    assert "Unterdorf" in notes[0]["problem"]
    assert "not found" in notes[1]["problem"]
    assert metres(found["S-1"].at, near(OBERDORF, 15, -100)) < 1
    assert (found["S-1"].placed_by, found["S-1"].precision) == (PlacedBy.IMPORT, "exact")
    assert found["S-2"].lat is found["S-3"].lat is None
    assert (found["S-4"].at, found["S-4"].placed_by) == ((1.5, 2.5), PlacedBy.IMPORT)


def test_bringing_the_same_sheet_in_again_changes_nothing_and_moves_no_pin(store: Store, finder: Finder) -> None:
    _, found = brought(store, finder)
    with store.unit_of_work(AGENT) as uow:
        placing.place(uow, found["S-1"].id, lat=47.0, lon=9.0, placed_by="map")
    _, again = brought(store, finder)
    assert again["S-1"].at == (47.0, 9.0)
    assert again["S-4"].version == found["S-4"].version


def test_a_sheet_never_asks_far_away(sqlite_store: Store) -> None:
    far = Faraway(HERE)
    notes, found = brought(sqlite_store, Finder([far]))
    assert far.asked == 0
    assert len(notes) == 3
    assert "not looked for" in notes[0]["problem"]
    assert found["S-1"].lat is None


def test_half_a_position_in_a_sheet_is_a_bad_cell(sqlite_store: Store, finder: Finder) -> None:
    sheet = f'customer_id,customer_name,site_id,address,lat,lon\nC-1,One,S-1,"{SURE}",1.5,\n'
    with sqlite_store.unit_of_work(MANAGER) as uow:
        made = imports.preview(uow, "customers", sheet.encode(), "customers.csv", finder)
    assert [error["column"] for error in made.errors] == ["lon"]


def test_an_index_that_cannot_be_read_is_down(tmp_path: Path) -> None:
    broken = Offline(lambda: OfflineGeocoder(tmp_path / "nothing.db"))
    with pytest.raises(GeocoderDown, match="Build it again"):
        broken.search("x", 1, None)
