"""What an OpenStreetMap extract says about roads: the ways that a car drives, what stands on them, forbidden turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium

from dispatch.travel.car import (
    blocks,
    carries_cars,
    delays,
    driving_direction,
    driving_speeds,
    ferry_seconds,
    for_visitors,
    roundabout,
)

# From the widest to the narrowest; a map draws them in the opposite order. A ferry is no road, but drives like one.
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
    "ferry",
)
RESTRICTION_KEYS = ("restriction:motorcar", "restriction:motor_vehicle", "restriction")
CARS = frozenset({"motorcar", "motor_vehicle", "vehicle"})
EARTH_RADIUS_M = 6_371_009.0


@dataclass(frozen=True, slots=True)
class Way:
    """A road as the extract draws it. ``direction`` 1: one way as drawn, -1: one way against it, 0: both.

    ``kmh`` is driven as drawn, ``kmh_back`` against it. ``for_visitors``: nobody drives through. ``round_an_island``:
    nobody comes the other way.
    """

    id: int
    refs: list[int]
    lats: list[float]
    lons: list[float]
    kmh: float
    kmh_back: float
    direction: int
    road_class: str
    name: str
    for_visitors: bool
    round_an_island: bool


@dataclass(frozen=True, slots=True)
class Restriction:
    """At node ``via``, from a way of ``start`` into a way of ``end``: forbidden, or, with ``only``, all there is."""

    start: frozenset[int]
    via: int
    end: frozenset[int]
    only: bool


@dataclass(frozen=True, slots=True)
class Roads:
    """All that an extract says about roads for cars, in the file's order.

    ``delays`` holds, by node, the seconds that passing it costs as drawn and against it; no car passes a node of
    ``blocked``.
    """

    ways: list[Way] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    delays: dict[int, tuple[float, float]] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)


def read_roads(path: Path) -> Roads:
    """Everything about roads for cars. Nodes without coordinates are left out.

    Raises what osmium raises (RuntimeError, ValueError) for a file that cannot be read to its end.
    """
    roads = Roads()
    reader = (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway", "barrier", "route", *RESTRICTION_KEYS))
    )
    entity: Any
    for entity in reader:
        tags = {tag.k: tag.v for tag in entity.tags}
        if entity.is_node():
            if blocks(tags):
                roads.blocked.add(entity.id)
            elif any(lost := delays(tags)):
                roads.delays[entity.id] = lost
        elif entity.is_way():
            way = _way(entity, tags)
            if way is not None:
                roads.ways.append(way)
        elif entity.is_relation() and tags.get("type") == "restriction":
            roads.restrictions.extend(_restrictions(entity, tags))
    return roads


def _way(entity: Any, tags: Mapping[str, str]) -> Way | None:
    ferry = "highway" not in tags and carries_cars(tags)
    speeds = driving_speeds(tags)
    if speeds is None and not ferry:
        return None
    nodes = [(node.ref, node.lat, node.lon) for node in entity.nodes if node.location.valid()]
    # The same node twice running is a drawing slip without length.
    nodes = [node for index, node in enumerate(nodes) if index == 0 or node[0] != nodes[index - 1][0]]
    if len(nodes) < 2:
        return None
    refs, lats, lons = (list(column) for column in zip(*nodes, strict=True))
    if speeds is None:
        metres = _length(lats, lons)
        speeds = (max(metres, 1.0) / ferry_seconds(tags, max(metres, 1.0)) * 3.6,) * 2
    road_class = "ferry" if ferry else tags["highway"].removesuffix("_link")
    return Way(
        id=entity.id,
        refs=refs,
        lats=lats,
        lons=lons,
        kmh=speeds[0],
        kmh_back=speeds[1],
        direction=driving_direction(tags),
        road_class=road_class if road_class in ROAD_CLASSES else "unclassified",
        name=tags.get("name", ""),
        for_visitors=for_visitors(tags),
        round_an_island=roundabout(tags),
    )


def _length(lats: list[float], lons: list[float]) -> float:
    """Metres along a line; near enough for the speed of a ferry."""
    total = 0.0
    for (lat, lon), (next_lat, next_lon) in pairwise(zip(lats, lons, strict=True)):
        total += float(np.hypot(next_lat - lat, (next_lon - lon) * np.cos(np.radians(lat))))
    return float(np.radians(total)) * EARTH_RADIUS_M


def _restrictions(entity: Any, tags: Mapping[str, str]) -> list[Restriction]:
    """The restriction at each node that it goes via. Those via a whole way, which are few, are not understood."""
    rule = next((tags[key] for key in RESTRICTION_KEYS if key in tags), "")
    if not rule.startswith(("no_", "only_")) or CARS & {word.strip() for word in tags.get("except", "").split(";")}:
        return []
    members = [(member.role, member.type, member.ref) for member in entity.members]
    start = frozenset(ref for role, kind, ref in members if (role, kind) == ("from", "w"))
    end = frozenset(ref for role, kind, ref in members if (role, kind) == ("to", "w"))
    via = [ref for role, kind, ref in members if (role, kind) == ("via", "n")]
    return [Restriction(start, node, end, rule.startswith("only_")) for node in via if start and end]
