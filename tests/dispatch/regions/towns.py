"""Small towns as extracts, and building their regions without a process of its own."""

from __future__ import annotations

import threading
from pathlib import Path

import osmium

from dispatch.regions.order import Order, Told
from dispatch.regions.parts import make
from dispatch.regions.region import Region
from tests.dispatch.travel.streets import place, street

STREETS = 8
BLOCK_M = 150.0


def write_small_town(path: Path, *, addresses: bool = True, named: bool = True, roads: bool = True) -> Path:
    """A town of streets that cross at right angles; ``roads`` False: the same ways, but nobody may drive there."""
    writer = osmium.SimpleWriter(str(path))
    size = range(STREETS)
    for row in size:
        for column in size:
            lat, lon = place(column * BLOCK_M, row * BLOCK_M)
            writer.add_node(osmium.osm.mutable.Node(id=_node(row, column), version=1, location=(lon, lat)))
    if addresses:
        for row in size:
            lat, lon = place(40.0, row * BLOCK_M + 8.0)
            tags = {"addr:street": f"Row {row} Street", "addr:housenumber": str(row + 1), "addr:city": "Smalltown"}
            writer.add_node(osmium.osm.mutable.Node(id=1000 + row, version=1, location=(lon, lat), tags=tags))
    lines = [("Row", number, [_node(number, column) for column in size]) for number in size]
    lines += [("Column", number, [_node(row, number) for row in size]) for number in size]
    for way, (kind, number, refs) in enumerate(lines, start=1):
        name = {"name": f"{kind} {number} Street"} if named else {}
        tags = street(**name) if roads else {"highway": "footway", **name}
        writer.add_way(osmium.osm.mutable.Way(id=way, version=1, nodes=refs, tags=tags))
    writer.close()
    return path


def _node(row: int, column: int) -> int:
    return row * STREETS + column + 1


def corner(row: int, column: int) -> tuple[float, float]:
    """(lat, lon) of a crossing."""
    return place(column * BLOCK_M, row * BLOCK_M)


def made_here(order: Order, told: Told, _cancel: threading.Event, _lock: int) -> Region:
    """Make the region in this process, where a test can reach in."""
    return make(order, told)


def everything_in(folder: Path) -> list[str]:
    """Every file and folder below, to see that nothing was left."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
