"""What an OpenStreetMap extract says about addresses: house numbers, streets, places, boundaries and named sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import osmium

from dispatch.geocoding import numbers

Point = tuple[float, float]
"""Latitude and longitude in degrees."""
Progress = Callable[[str, float], None]

STREET_CLASSES = frozenset(
    [
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "pedestrian",
        "service",
        "road",
        "track",
        "footway",
        "path",
        "cycleway",
        "steps",
        "busway",
        "corridor",
        "primary_link",
        "secondary_link",
        "tertiary_link",
        "trunk_link",
        "motorway_link",
        "bridleway",
    ]
)
NAMED_SITES = (
    "amenity",
    "shop",
    "office",
    "healthcare",
    "craft",
    "tourism",
    "leisure",
    "public_transport",
    "railway",
    "aeroway",
    "historic",
    "emergency",
    "building",
    "industrial",
    "man_made",
)
"""Keys that make something with a name worth finding by it; the first that is there says what it is."""
NOT_SITES = frozenset({"rail", "abandoned", "disused", "razed", "platform", "signal", "switch", "crossing", "bench"})

PLACE_KINDS: Mapping[str, float] = {
    "city": 15_000,
    "borough": 5_000,
    "town": 6_000,
    "village": 2_500,
    "suburb": 2_500,
    "quarter": 1_200,
    "hamlet": 1_000,
    "neighbourhood": 800,
    "isolated_dwelling": 400,
    "farm": 400,
    "locality": 600,
    "country": 0,
    "state": 0,
    "region": 0,
    "county": 0,
    "municipality": 0,
    "island": 0,
}
"""Kinds of places, and how far (metres) one of that kind usually reaches; 0 where a single point says nothing."""

NAME_TAGS = ("name", "alt_name", "old_name", "loc_name", "short_name", "official_name", "int_name", "reg_name")


@dataclass(slots=True)
class RawAddress:
    """A house number where it stands; ``estimated`` where it lies on an interpolation way."""

    at: Point
    number: str
    street: str
    city: str
    postcode: str
    suburb: str
    estimated: bool = False


@dataclass(slots=True)
class RawWay:
    """A street, or a piece of one."""

    names: tuple[str, ...]
    line: list[Point]
    road_class: str


@dataclass(slots=True)
class RawPlace:
    """A settlement, or a part of one, as a point."""

    names: tuple[str, ...]
    at: Point
    kind: str
    population: int


@dataclass(slots=True)
class RawBoundary:
    """An area with a name (or a postcode): rings of (lat, lon), outer ones and holes alike."""

    names: tuple[str, ...]
    level: int
    postcode: str
    rings: list[list[Point]]


@dataclass(slots=True)
class RawSite:
    """Something with a name of its own: a shop, a school, an office."""

    names: tuple[str, ...]
    at: Point
    kind: str
    number: str
    street: str
    city: str
    postcode: str


@dataclass(slots=True)
class Raw:
    """All of it."""

    addresses: list[RawAddress] = field(default_factory=list)
    ways: list[RawWay] = field(default_factory=list)
    places: list[RawPlace] = field(default_factory=list)
    boundaries: list[RawBoundary] = field(default_factory=list)
    sites: list[RawSite] = field(default_factory=list)


def read(extract: Path, progress: Progress) -> Raw:
    """Read the extract. Raises what osmium raises (RuntimeError, ValueError) for a file that cannot be read."""
    raw = Raw()
    interpolations: list[tuple[str, list[int]]] = []
    numbered: dict[int, RawAddress] = {}
    entities = (
        osmium.FileProcessor(str(extract)).with_locations().with_areas().with_filter(osmium.filter.EmptyTagFilter())
    )
    entity: Any
    for count, entity in enumerate(entities):
        if count % 20_000 == 0:
            # How much there is cannot be known before the end: the share only ever comes nearer to it.
            progress("reading addresses", 1 - 1 / (1 + count / 200_000))
        tags = {tag.k: tag.v for tag in entity.tags}
        if entity.is_way():
            _take_way(raw, tags, entity, interpolations)
        elif entity.is_node():
            if entity.location.valid():
                before = len(raw.addresses)
                at = (entity.location.lat, entity.location.lon)
                _take_point(raw, tags, at)
                if len(raw.addresses) > before:
                    numbered[entity.id] = raw.addresses[before]
        elif entity.is_area():
            _take_area(raw, tags, entity)
    _interpolate(raw, interpolations, numbered, extract)
    progress("reading addresses", 1.0)
    return raw


def names_of(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Every name, in every language, the usual one first; nothing twice. Empty where it has no name."""
    if "name" not in tags:
        return ()
    usual = [tags[key] for key in NAME_TAGS if key in tags]
    foreign = [value for key, value in sorted(tags.items()) if key.split(":")[0] in NAME_TAGS and ":" in key]
    parts = (part.strip() for value in (*usual, *foreign) for part in value.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _take_way(raw: Raw, tags: Mapping[str, str], way: Any, interpolations: list[tuple[str, list[int]]]) -> None:
    if "addr:interpolation" in tags:
        interpolations.append((tags["addr:interpolation"], [node.ref for node in way.nodes]))
    if tags.get("highway") in STREET_CLASSES and "name" in tags:
        line = [(node.lat, node.lon) for node in way.nodes if node.location.valid()]
        if line:
            raw.ways.append(RawWay(names_of(tags), line, tags["highway"]))
    elif not way.is_closed() and "addr:housenumber" in tags:
        line = [(node.lat, node.lon) for node in way.nodes if node.location.valid()]
        if line:
            _take_point(raw, tags, line[len(line) // 2])


def _take_area(raw: Raw, tags: Mapping[str, str], area: Any) -> None:
    wanted = "addr:housenumber" in tags or "boundary" in tags or "place" in tags
    if not wanted and not ("name" in tags and any(key in tags for key in NAMED_SITES)):
        return
    outer = [list(ring) for ring in area.outer_rings()]
    holes = [list(hole) for ring in area.outer_rings() for hole in area.inner_rings(ring)]
    rings = [[(node.lat, node.lon) for node in ring] for ring in outer + holes]
    if not rings:
        return
    if tags.get("boundary") in ("administrative", "postal_code"):
        postcode = tags.get("postal_code", "") or (tags.get("ref", "") if tags["boundary"] == "postal_code" else "")
        level = int(tags["admin_level"]) if tags.get("admin_level", "").isdigit() else 0
        if tags["boundary"] == "postal_code" and postcode:
            raw.boundaries.append(RawBoundary((), 0, postcode, rings))
        elif names := names_of(tags):
            raw.boundaries.append(RawBoundary(names, level, tags.get("postal_code", ""), rings))
        return
    _take_point(raw, tags, middle(max(rings[: len(outer)], key=len)))


def _take_point(raw: Raw, tags: Mapping[str, str], at: Point) -> None:
    street = tags.get("addr:street") or tags.get("addr:place") or ""
    city = tags.get("addr:city") or tags.get("addr:town") or tags.get("addr:village") or ""
    postcode = tags.get("addr:postcode", "")
    number = tags.get("addr:housenumber") or tags.get("addr:conscriptionnumber") or ""
    suburb = tags.get("addr:suburb") or tags.get("addr:district") or tags.get("addr:hamlet") or ""
    if number:
        raw.addresses.append(RawAddress(at, number, street, city, postcode, suburb))
    names = names_of(tags)
    if not names:
        return
    if tags.get("place") in PLACE_KINDS:
        population = tags.get("population", "")
        raw.places.append(RawPlace(names, at, tags["place"], int(population) if population.isdigit() else 0))
        return
    key = next((key for key in NAMED_SITES if key in tags), None)
    if key is not None and tags[key] not in NOT_SITES:
        raw.sites.append(RawSite(names, at, tags[key] if tags[key] != "yes" else key, number, street, city, postcode))


def middle(ring: list[Point]) -> Point:
    """The centre of an area's outline (of its corners, where it has no area)."""
    lat0, lon0 = ring[0]
    twice = lat = lon = 0.0
    for (y1, x1), (y2, x2) in pairwise(ring):
        cross = (x1 - lon0) * (y2 - lat0) - (x2 - lon0) * (y1 - lat0)
        twice += cross
        lat += (y1 + y2 - 2 * lat0) * cross
        lon += (x1 + x2 - 2 * lon0) * cross
    if abs(twice) < 1e-14:
        return sum(y for y, _ in ring) / len(ring), sum(x for _, x in ring) / len(ring)
    return lat0 + lat / (3 * twice), lon0 + lon / (3 * twice)


def _interpolate(
    raw: Raw, ways: Iterable[tuple[str, list[int]]], numbered: Mapping[int, RawAddress], extract: Path
) -> None:
    """The numbers that lie between two others along an interpolation way, in proportion to the way's length."""
    ways = [way for way in ways if sum(ref in numbered for ref in way[1]) >= 2]
    if not ways:
        return
    wanted = {ref for _, refs in ways for ref in refs}
    places: dict[int, Point] = {}
    node: Any
    for node in osmium.FileProcessor(str(extract), osmium.osm.NODE).with_filter(osmium.filter.IdFilter(sorted(wanted))):
        places[node.id] = (node.location.lat, node.location.lon)
    known = {(one.street, one.number) for one in numbered.values()}
    for kind, refs in ways:
        ends = [at for at, ref in enumerate(refs) if ref in numbered]
        for start, end in pairwise(ends):
            first, last = numbered[refs[start]], numbered[refs[end]]
            low, high = numbers.digits_of(first.number), numbers.digits_of(last.number)
            line = [places[ref] for ref in refs[start : end + 1] if ref in places]
            if low is None or high is None or low == high or len(line) < 2:
                continue
            for number in numbers.between(low, high, kind):
                if (first.street, str(number)) in known:
                    continue
                at = along(line, (number - low) / (high - low))
                raw.addresses.append(
                    RawAddress(at, str(number), first.street or last.street, first.city or last.city,
                               first.postcode or last.postcode, first.suburb, estimated=True)
                )  # fmt: skip


def along(line: list[Point], share: float) -> Point:
    """The point at a share (0 to 1) of a line's length."""
    lengths = [((a[0] - b[0]) ** 2 + ((a[1] - b[1]) * 0.7) ** 2) ** 0.5 for a, b in pairwise(line)]
    left = share * sum(lengths)
    for (start, end), length in zip(pairwise(line), lengths, strict=True):
        if left <= length and length > 0:
            part = left / length
            return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
        left -= length
    return line[-1]
