"""What an OpenStreetMap extract says about roads: which ways a car may drive, which way round, and how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import osmium

# From the widest to the narrowest; a map draws them in the opposite order.
ROAD_CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
)

# Speeds in km/h that a car keeps up along a street between two turns in a town, where no limit is tagged. They lie
# below the usual limits, for crossings, signals and parked cars. `road` means that nobody knows what it is.
CLASS_KMH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 70.0,
    "trunk_link": 40.0,
    "primary": 45.0,
    "primary_link": 30.0,
    "secondary": 40.0,
    "secondary_link": 25.0,
    "tertiary": 35.0,
    "tertiary_link": 20.0,
    "unclassified": 28.0,
    "residential": 24.0,
    "living_street": 10.0,
    "service": 15.0,
    "road": 24.0,
}

# Of a tagged limit, the share that is driven on average.
SHARE_OF_LIMIT = 0.8

KMH_PER_MPH = 1.609344
NAMED_LIMITS_KMH = {"walk": 7.0, "none": 130.0, "CL:urban": 50.0, "CL:rural": 100.0}
LIMIT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph)?")

FORBIDDEN = frozenset({"no", "private", "agricultural", "forestry", "delivery", "emergency"})
# The most specific tag that is present decides.
ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
SERVICE_NOT_DRIVEN = frozenset({"parking_aisle", "drive-through", "emergency_access"})


@dataclass(frozen=True, slots=True)
class Way:
    """A road as the extract draws it. ``direction`` 1: one way as drawn, -1: one way against it, 0: both."""

    refs: list[int]
    lats: list[float]
    lons: list[float]
    kmh: float
    direction: int
    road_class: str
    name: str


def limit_kmh(text: str | None) -> float | None:
    """A `maxspeed` tag in km/h; None where there is none or it says nothing that can be read."""
    if not text:
        return None
    match = LIMIT.match(text)
    if not match:
        return NAMED_LIMITS_KMH.get(text.strip())
    factor = {"mph": KMH_PER_MPH, "knots": 1.852}.get(match[2] or "", 1.0)
    return float(match[1]) * factor or None


def driving_kmh(tags: Mapping[str, str]) -> float | None:
    """The speed that a car keeps up on a way with these tags; None where it may not, or cannot, drive."""
    highway = tags.get("highway", "")
    if highway not in CLASS_KMH or tags.get("area") == "yes" or tags.get("service") in SERVICE_NOT_DRIVEN:
        return None
    for key in ACCESS_KEYS:
        if key in tags:
            if tags[key] in FORBIDDEN:
                return None
            break
    limit = limit_kmh(tags.get("maxspeed"))
    return CLASS_KMH[highway] if limit is None else limit * SHARE_OF_LIMIT


def driving_direction(tags: Mapping[str, str]) -> int:
    """1: one way as drawn, -1: one way against it, 0: both ways."""
    oneway = tags.get("oneway")
    if oneway in ("-1", "reverse"):
        return -1
    if oneway in ("yes", "true", "1"):
        return 1
    if oneway == "no":
        return 0
    implied = tags.get("highway") == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return 1 if implied else 0


def read_ways(path: Path) -> list[Way]:
    """All ways of the extract that a car may drive, in the file's order. Nodes without coordinates are left out.

    Raises what osmium raises (RuntimeError, ValueError) for a file that cannot be read to its end.
    """
    ways: list[Way] = []
    reader = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    for entity in reader:
        way = _way(entity)
        if way is not None:
            ways.append(way)
    return ways


def _way(entity: Any) -> Way | None:
    tags = {tag.k: tag.v for tag in entity.tags}
    kmh = driving_kmh(tags)
    if kmh is None:
        return None
    nodes = [(node.ref, node.lat, node.lon) for node in entity.nodes if node.location.valid()]
    # The same node twice running is a drawing slip without length.
    nodes = [node for index, node in enumerate(nodes) if index == 0 or node[0] != nodes[index - 1][0]]
    if len(nodes) < 2:
        return None
    refs, lats, lons = (list(column) for column in zip(*nodes, strict=True))
    road_class = tags["highway"].removesuffix("_link")
    return Way(
        refs=refs,
        lats=lats,
        lons=lons,
        kmh=kmh,
        direction=driving_direction(tags),
        road_class=road_class if road_class in ROAD_CLASSES else "unclassified",
        name=tags.get("name", ""),
    )
