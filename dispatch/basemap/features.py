"""Which things of an extract a base map shows, in which layer, under which kind, and from which zoom on.

The layers and kinds are those of the Protomaps basemap schema, version 4 (https://docs.protomaps.com/basemaps/layers),
so that every style that is written for it draws this map, too. Of its layers we fill those that help somebody find a
door: earth, water, landuse, roads, buildings, boundaries, places and pois.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Tags = Mapping[str, str]
Properties = dict[str, Any]

MAX_ZOOM = 14
"""The deepest tiles; a map drawn closer shows these, enlarged."""


class Layer(StrEnum):
    """A layer of the tiles."""

    EARTH = "earth"
    LANDUSE = "landuse"
    WATER = "water"
    BOUNDARIES = "boundaries"
    ROADS = "roads"
    BUILDINGS = "buildings"
    POIS = "pois"
    PLACES = "places"


@dataclass(frozen=True, slots=True)
class Drawn:
    """How something is drawn. ``min_zoom`` above :data:`MAX_ZOOM` means: in the deepest tiles, but shown later."""

    layer: Layer
    properties: Properties
    min_zoom: int

    @property
    def tile_zoom(self) -> int:
        """The first zoom whose tiles hold it."""
        return min(self.min_zoom, MAX_ZOOM)


_ROADS: Mapping[str, tuple[str, int]] = {
    "motorway": ("highway", 3),
    "motorway_link": ("highway", 9),
    "trunk": ("major_road", 6),
    "trunk_link": ("major_road", 9),
    "primary": ("major_road", 7),
    "primary_link": ("major_road", 10),
    "secondary": ("major_road", 9),
    "secondary_link": ("major_road", 11),
    "tertiary": ("major_road", 10),
    "tertiary_link": ("major_road", 11),
    "unclassified": ("minor_road", 11),
    "residential": ("minor_road", 12),
    "living_street": ("minor_road", 12),
    "road": ("minor_road", 12),
    "raceway": ("minor_road", 13),
    "service": ("minor_road", 13),
    "pedestrian": ("path", 13),
    "track": ("path", 13),
    "bridleway": ("path", 14),
    "cycleway": ("path", 14),
    "footway": ("path", 14),
    "path": ("path", 14),
    "steps": ("path", 14),
}
_RAILS = frozenset({"rail", "light_rail", "tram", "narrow_gauge", "subway", "funicular"})
_WATERWAYS: Mapping[str, int] = {"river": 9, "canal": 10, "stream": 13, "drain": 14, "ditch": 14}
_PLACES: Mapping[str, tuple[str, int, int]] = {  # kind, zoom, rank of its population where no number is tagged
    "city": ("locality", 6, 11),
    "town": ("locality", 8, 8),
    "village": ("locality", 10, 5),
    "hamlet": ("locality", 12, 2),
    "isolated_dwelling": ("locality", 13, 1),
    "borough": ("macrohood", 10, 0),
    "suburb": ("neighbourhood", 11, 0),
    "quarter": ("neighbourhood", 12, 0),
    "neighbourhood": ("neighbourhood", 13, 0),
}
_POPULATIONS = (
    200,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
)
"""A rank of the schema counts how many of these a population reaches."""

_GROUND: Mapping[tuple[str, str], tuple[str, int]] = {
    ("natural", "wood"): ("wood", 8),
    ("landuse", "forest"): ("forest", 8),
    ("boundary", "national_park"): ("national_park", 8),
    ("leisure", "nature_reserve"): ("nature_reserve", 9),
    ("natural", "glacier"): ("glacier", 8),
    ("natural", "beach"): ("beach", 10),
    ("natural", "sand"): ("sand", 10),
    ("natural", "scrub"): ("scrub", 10),
    ("natural", "grassland"): ("grassland", 10),
    ("landuse", "meadow"): ("grassland", 10),
    ("landuse", "farmland"): ("farmland", 9),
    ("landuse", "orchard"): ("orchard", 10),
    ("landuse", "vineyard"): ("vineyard", 10),
    ("landuse", "residential"): ("residential", 9),
    ("landuse", "commercial"): ("commercial", 10),
    ("landuse", "retail"): ("commercial", 10),
    ("landuse", "industrial"): ("industrial", 10),
    ("landuse", "railway"): ("railway", 12),
    ("landuse", "military"): ("military", 10),
    ("landuse", "cemetery"): ("cemetery", 11),
    ("landuse", "allotments"): ("allotments", 12),
    ("landuse", "grass"): ("grass", 13),
    ("landuse", "recreation_ground"): ("recreation_ground", 11),
    ("landuse", "village_green"): ("village_green", 12),
    ("leisure", "park"): ("park", 10),
    ("leisure", "golf_course"): ("golf_course", 11),
    ("leisure", "garden"): ("garden", 13),
    ("leisure", "playground"): ("playground", 13),
    ("leisure", "pitch"): ("pitch", 13),
    ("leisure", "stadium"): ("stadium", 12),
    ("tourism", "zoo"): ("zoo", 11),
    ("amenity", "hospital"): ("hospital", 11),
    ("amenity", "university"): ("university", 11),
    ("amenity", "college"): ("college", 12),
    ("amenity", "school"): ("school", 12),
    ("aeroway", "aerodrome"): ("aerodrome", 10),
    ("aeroway", "runway"): ("runway", 11),
    ("aeroway", "taxiway"): ("taxiway", 13),
    ("man_made", "pier"): ("pier", 13),
    ("highway", "pedestrian"): ("pedestrian", 13),
}
_STILL_WATER = frozenset({("natural", "water"), ("waterway", "riverbank"), ("waterway", "dock")})
_BASINS = frozenset({("landuse", "reservoir"), ("landuse", "basin"), ("leisure", "swimming_pool")})
_POINTS: Mapping[tuple[str, str], tuple[str, int]] = {
    ("amenity", "hospital"): ("hospital", 14),
    ("amenity", "townhall"): ("townhall", 15),
    ("amenity", "university"): ("university", 14),
    ("amenity", "school"): ("school", 15),
    ("amenity", "library"): ("library", 16),
    ("amenity", "post_office"): ("post_office", 16),
    ("amenity", "fuel"): ("fuel", 16),
    ("shop", "supermarket"): ("supermarket", 16),
    ("railway", "station"): ("station", 13),
    ("aeroway", "aerodrome"): ("aerodrome", 12),
    ("amenity", "ferry_terminal"): ("ferry_terminal", 14),
}
_STOREY_M = 3.0
_ORDINARY_HEIGHT_M = 6.0


def of_point(tags: Tags) -> Iterator[Drawn]:
    """How a node is drawn: places, and the few points that people name when they say where something is."""
    name = _names(tags)
    place = _PLACES.get(tags.get("place", ""))
    if place is not None and name:
        kind, zoom, usual = place
        rank = _population_rank(tags.get("population"), usual)
        detail = {"kind": kind, "kind_detail": tags["place"], "min_zoom": zoom, "population_rank": rank}
        yield Drawn(Layer.PLACES, {**detail, **name}, zoom)
    elif name:
        yield from _pois(tags, name)


def of_line(tags: Tags) -> Iterator[Drawn]:
    """How a way is drawn as a line: roads, rails and waters that flow."""
    road = _ROADS.get(tags.get("highway", ""))
    if road is not None and tags.get("area") != "yes":
        kind, zoom = road
        yield Drawn(Layer.ROADS, {"kind": kind, "kind_detail": _detail(tags["highway"]), **_of_road(tags, zoom)}, zoom)
    elif tags.get("railway") in _RAILS:
        yield Drawn(Layer.ROADS, {"kind": "rail", "kind_detail": tags["railway"], **_of_road(tags, 11)}, 11)
    elif tags.get("route") == "ferry":
        yield Drawn(Layer.ROADS, {"kind": "ferry", **_of_road(tags, 11)}, 11)
    elif tags.get("aeroway") in ("runway", "taxiway"):
        yield Drawn(Layer.ROADS, {"kind": "aeroway", "kind_detail": tags["aeroway"], **_of_road(tags, 11)}, 11)
    water = _WATERWAYS.get(tags.get("waterway", ""))
    if water is not None:
        kind = tags["waterway"] if tags["waterway"] in ("river", "canal") else "stream"
        yield Drawn(Layer.WATER, {"kind": kind, "min_zoom": water, **_names(tags)}, water)


def of_area(tags: Tags) -> Iterator[Drawn]:
    """How a closed way or a multipolygon is drawn: houses, water, and what the ground is used for."""
    if tags.get("building", "no") != "no" or tags.get("building:part", "no") != "no":
        kind = "building" if tags.get("building", "no") != "no" else "building_part"
        yield Drawn(Layer.BUILDINGS, {"kind": kind, "height": _height(tags)}, 13)
    elif any(tags.get(key) == value for key, value in _STILL_WATER):
        yield Drawn(Layer.WATER, {"kind": "water", "min_zoom": 8, **_names(tags)}, 8)
    elif any(tags.get(key) == value for key, value in _BASINS):
        yield Drawn(Layer.WATER, {"kind": "basin", "min_zoom": 12, **_names(tags)}, 12)
    else:
        ground = next((found for (key, value), found in _GROUND.items() if tags.get(key) == value), None)
        if ground is not None:
            yield Drawn(Layer.LANDUSE, {"kind": ground[0]}, ground[1])
    name = _names(tags)
    if name:
        yield from _pois(tags, name)


def of_boundary(tags: Tags) -> Drawn | None:
    """How a way that is part of an administrative boundary is drawn, by the tags of the way itself."""
    level = tags.get("admin_level", "")
    if tags.get("boundary") != "administrative" or not level.isdecimal() or int(level) > 6:
        return None
    kind = {2: "country", 3: "region", 4: "region"}.get(int(level), "county")
    return Drawn(Layer.BOUNDARIES, {"kind": kind, "kind_detail": int(level)}, 2 if kind == "country" else 8)


def _pois(tags: Tags, name: Properties) -> Iterator[Drawn]:
    for (key, value), (kind, zoom) in _POINTS.items():
        if tags.get(key) == value:
            yield Drawn(Layer.POIS, {"kind": kind, "min_zoom": zoom, **name}, zoom)
            return


def _of_road(tags: Tags, zoom: int) -> Properties:
    highway = tags.get("highway", "")
    answer: Properties = {"min_zoom": zoom, **_names(tags)}
    if highway.endswith("_link"):
        answer["is_link"] = True
    if tags.get("bridge", "no") != "no":
        answer["is_bridge"] = True
    if tags.get("tunnel", "no") != "no":
        answer["is_tunnel"] = True
    if tags.get("oneway") in ("yes", "true", "1", "-1"):
        answer["oneway"] = "yes"
    if ref := tags.get("ref", "").split(";")[0].strip():
        answer["ref"] = answer["shield_text"] = ref
    return answer


def _detail(highway: str) -> str:
    return highway.removesuffix("_link")


def _names(tags: Tags) -> Properties:
    """The name as people there write it, and in the languages that we speak where the extract has it."""
    if not (name := tags.get("name", "").strip()):
        return {}
    answer: Properties = {"name": name}
    if english := tags.get("name:en"):
        answer["name:en"] = english
    if chinese := tags.get("name:zh-Hans") or tags.get("name:zh"):
        answer["name:zh-Hans"] = chinese
    return answer


def _height(tags: Tags) -> float:
    metres = _number(tags.get("height", "").removesuffix("m").strip())
    if metres is None:
        storeys = _number(tags.get("building:levels", ""))
        metres = None if storeys is None else storeys * _STOREY_M
    return round(metres, 1) if metres is not None and 0 < metres < 1000 else _ORDINARY_HEIGHT_M


def _population_rank(population: str | None, usual: int) -> int:
    people = _number((population or "").replace(" ", "").replace(",", ""))
    return usual if people is None else sum(people >= step for step in _POPULATIONS)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
