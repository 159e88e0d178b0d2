"""Which things of an extract a map shows."""

from __future__ import annotations

import pytest

from dispatch.basemap.features import MAX_ZOOM, Layer, of_area, of_boundary, of_line, of_point


@pytest.mark.parametrize(
    ("tags", "kind", "zoom"),
    [
        ({"highway": "motorway"}, "highway", 3),
        ({"highway": "primary"}, "major_road", 7),
        ({"highway": "residential"}, "minor_road", 12),
        ({"highway": "footway"}, "path", 14),
        ({"railway": "tram"}, "rail", 11),
    ],
)
def test_roads_and_rails_appear_by_their_importance(tags: dict[str, str], kind: str, zoom: int) -> None:
    (drawn,) = of_line(tags)
    assert (drawn.layer, drawn.properties["kind"], drawn.min_zoom) == (Layer.ROADS, kind, zoom)


def test_a_road_says_its_names_its_number_and_how_it_lies() -> None:
    tags = {"highway": "trunk_link", "name": "Ruta 5", "name:zh": "五号公路", "ref": "5;CH-5", "bridge": "yes"}
    (drawn,) = of_line(tags)
    assert drawn.properties == {
        "kind": "major_road",
        "kind_detail": "trunk",
        "min_zoom": 9,
        "name": "Ruta 5",
        "name:zh-Hans": "五号公路",
        "is_link": True,
        "is_bridge": True,
        "ref": "5",
        "shield_text": "5",
    }


def test_what_is_closed_but_a_square_is_no_road() -> None:
    assert list(of_line({"highway": "pedestrian", "area": "yes"})) == []


@pytest.mark.parametrize(
    ("population", "rank"), [(None, 8), ("1200", 2), ("52,000", 7), ("12 000 000", 14), ("many", 8)]
)
def test_a_town_ranks_by_its_population_where_that_is_a_number(population: str | None, rank: int) -> None:
    tags = {"place": "town", "name": "Vaduz"} | ({} if population is None else {"population": population})
    (drawn,) = of_point(tags)
    assert (drawn.properties["kind"], drawn.properties["population_rank"]) == ("locality", rank)


def test_a_place_without_a_name_is_not_drawn() -> None:
    assert list(of_point({"place": "city"})) == []


@pytest.mark.parametrize(
    ("tags", "height"),
    [({"height": "12.5 m"}, 12.5), ({"building:levels": "4"}, 12.0), ({}, 6.0), ({"height": "tall"}, 6.0)],
)
def test_a_house_is_as_high_as_it_says_or_as_its_storeys_make_it(tags: dict[str, str], height: float) -> None:
    (drawn,) = of_area({"building": "yes", **tags})
    assert (drawn.layer, drawn.properties["height"]) == (Layer.BUILDINGS, height)


def test_a_hospital_is_ground_and_a_name_to_be_found() -> None:
    ground, point = of_area({"amenity": "hospital", "name": "San Pablo"})
    assert (ground.layer, ground.properties) == (Layer.LANDUSE, {"kind": "hospital"})
    assert (point.layer, point.properties["name"]) == (Layer.POIS, "San Pablo")


def test_only_boundaries_that_people_know_are_drawn() -> None:
    country = of_boundary({"boundary": "administrative", "admin_level": "2"})
    assert country is not None
    assert country.properties == {"kind": "country", "kind_detail": 2}
    assert of_boundary({"boundary": "administrative", "admin_level": "9"}) is None
    assert of_boundary({"boundary": "maritime", "admin_level": "2"}) is None


def test_what_is_shown_closer_than_the_deepest_tiles_still_lies_in_them() -> None:
    (drawn,) = of_point({"amenity": "library", "name": "Regional"})
    assert drawn.min_zoom > MAX_ZOOM
    assert drawn.tile_zoom == MAX_ZOOM
