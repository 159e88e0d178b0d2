"""What lies at a point, and the index behind geopy's interface."""

from __future__ import annotations

from pathlib import Path

import pytest
from geopy.geocoders.base import Geocoder

from dispatch.geocoding.measure import Area, metres, nearest_on
from dispatch.geocoding.offline import OfflineGeocoder
from dispatch.geocoding.opened import Index
from tests.dispatch.geocoding.towns import OBERDORF, UNTERDORF, near


def test_at_a_house_its_address_comes_first_then_the_street_and_the_place(towns: Index) -> None:
    found = towns.near(near(OBERDORF, 15, -100))
    assert [one.precision for one in found] == ["exact", "street", "place"]
    assert (found[0].street, found[0].number, found[0].distance) == ("Hauptstraße", "5", 0.0)
    assert found[1].distance == pytest.approx(15, abs=1)


def test_far_from_houses_the_street_comes_first(towns: Index) -> None:
    found = towns.near(near(OBERDORF, 850, 0))
    assert (found[0].street, found[0].precision) == ("中山路", "street")
    assert found[0].distance == pytest.approx(50, abs=2)


def test_farther_than_250_metres_from_everything_there_is_only_the_place(towns: Index) -> None:
    found = towns.near(near(UNTERDORF, 3_000, 0))
    assert [(one.precision, one.name) for one in found] == [("place", "Unterdorf")]
    assert towns.near((0.0, 0.0)) == []


@pytest.mark.parametrize("point", [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0)])
def test_at_the_ends_of_the_earth_there_is_nothing(towns: Index, point: tuple[float, float]) -> None:
    assert towns.near(point) == []


def test_the_index_is_a_geocoder_of_geopy(towns_file: Path) -> None:
    geocoder = OfflineGeocoder(towns_file)
    assert isinstance(geocoder, Geocoder)
    one = geocoder.geocode("Hauptstraße 5, Oberdorf")
    assert not isinstance(one, list)
    assert one is not None
    assert one.raw["precision"] == "exact"
    assert {"kind", "score", "street", "number", "postcode", "city"} <= one.raw.keys()
    several = geocoder.geocode("Hauptstraße 5", exactly_one=False, limit=2)
    assert isinstance(several, list)
    assert len(several) == 2
    assert geocoder.geocode("Quetzalcoatl") is None
    back = geocoder.reverse((one.latitude, one.longitude))
    assert not isinstance(back, list)
    assert back is not None
    assert back.raw["number"] == "5"
    assert geocoder.reverse((0.0, 0.0)) is None


def test_a_hole_in_an_area_lies_outside() -> None:
    square = [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 0.0), (0.0, 0.0)]
    hole = [(1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 1.0), (1.0, 1.0)]
    area = Area([square, hole])
    assert area.holds((3.0, 3.0))
    assert not area.holds((1.5, 1.5))
    assert not area.holds((5.0, 1.0))


def test_lengths() -> None:
    assert metres((47.0, 9.0), (48.0, 9.0)) == pytest.approx(111_195, abs=1)
    assert metres((0.0, 179.9), (0.0, -179.9)) == pytest.approx(0.2 * 111_195, abs=1)
    distance, at = nearest_on([(0.0, 0.0), (0.0, 1.0)], (0.001, 0.5))
    assert distance == pytest.approx(111.2, abs=0.1)
    assert at == pytest.approx((0.0, 0.5))
    assert nearest_on([(1.0, 1.0)], (1.0, 1.0))[0] == 0
