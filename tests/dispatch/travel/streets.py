"""Small towns to drive in, written as OpenStreetMap extracts: places in metres east and north of a corner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, degrees, radians
from pathlib import Path

import osmium

CORNER = (-30.0, -71.0)
EARTH_RADIUS_M = 6_371_009.0


def place(east: float, north: float) -> tuple[float, float]:
    """(lat, lon) of a place in the town."""
    lat = CORNER[0] + degrees(north / EARTH_RADIUS_M)
    return lat, CORNER[1] + degrees(east / EARTH_RADIUS_M) / cos(radians(CORNER[0]))


def write_town(
    path: Path,
    nodes: Mapping[int, tuple[float, float]],
    ways: Sequence[tuple[Sequence[int], Mapping[str, str]]],
    signs: Mapping[int, Mapping[str, str]] | None = None,
    restrictions: Sequence[tuple[str, int, int, int]] = (),
) -> Path:
    """Write an extract with these nodes (metres) and ways (their nodes and tags; numbered from 1).

    ``signs`` are tags of nodes; a restriction is its kind, from which way, via which node, into which way.
    """
    writer = osmium.SimpleWriter(str(path))
    for node, (east, north) in nodes.items():
        lat, lon = place(east, north)
        tags = dict((signs or {}).get(node, {}))
        writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=(lon, lat), tags=tags))
    for number, (refs, tags) in enumerate(ways, start=1):
        writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=list(refs), tags=dict(tags)))
    for number, (kind, start, via, end) in enumerate(restrictions, start=1):
        members = [("w", start, "from"), ("n", via, "via"), ("w", end, "to")]
        tags = {"type": "restriction", "restriction": kind}
        writer.add_relation(osmium.osm.mutable.Relation(id=number, version=1, members=members, tags=tags))
    writer.close()
    return path


def street(**tags: str) -> dict[str, str]:
    """Tags of a street with 36 km/h driven (10 m a second), unless said."""
    return {"highway": "residential", "maxspeed": "45"} | tags


# A block of 100 m with a name on each side:   4 --- 3
#                                              |     |
#                                              1 --- 2
BLOCK = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (100.0, 100.0), 4: (0.0, 100.0)}
