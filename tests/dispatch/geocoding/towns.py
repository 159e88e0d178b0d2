"""A tiny extract, written by the tests: two towns with a street of the same name, and all that addresses come with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import osmium
from osmium.osm.mutable import Node, Way

OBERDORF, UNTERDORF = (47.10, 9.50), (47.20, 9.60)
Point = tuple[float, float]


class Writing:
    """Collects nodes and ways, and writes them as osmium wants them: nodes first."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.ways: list[Any] = []

    def node(self, at: Point, **tags: str) -> int:
        self.nodes.append(Node(id=len(self.nodes) + 1, location=(at[1], at[0]), tags=_tags(tags)))
        return len(self.nodes)

    def way(self, points: Sequence[Point | int], **tags: str) -> int:
        refs = [one if isinstance(one, int) else self.node(one) for one in points]
        self.ways.append(Way(id=len(self.ways) + 1, nodes=refs, tags=_tags(tags)))
        return len(self.ways)

    def house(self, at: Point, number: str, street: str, **tags: str) -> int:
        return self.node(at, addr__housenumber=number, addr__street=street, **tags)

    def write(self, file: Path) -> Path:
        writer = osmium.SimpleWriter(str(file))
        for node in self.nodes:
            writer.add_node(node)
        for way in self.ways:
            writer.add_way(way)
        writer.close()
        return file


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("__", ":"): value for name, value in tags.items()}


def near(centre: Point, north: float, east: float) -> Point:
    """A point so many metres from another."""
    return centre[0] + north / 111_195, centre[1] + east / 75_500


def _street(centre: Point, north: float) -> Iterator[Point]:
    return (near(centre, north, east) for east in range(-400, 401, 100))


def two_towns(file: Path) -> Path:
    """Oberdorf and Unterdorf, fourteen kilometres apart; both have a Hauptstraße, and each something of its own."""
    made = Writing()
    made.node(OBERDORF, place="village", name="Oberdorf", name__en="Upper Village", alt_name="Überdorf")
    made.node(UNTERDORF, place="town", name="Unterdorf", old_name="Altunterdorf")
    for centre, town, code in ((OBERDORF, "Oberdorf", "9001"), (UNTERDORF, "Unterdorf", "9002")):
        made.way(list(_street(centre, 0)), highway="residential", name="Hauptstraße")
        for number in range(1, 12, 2):
            made.house(
                near(centre, 15, number * 20 - 200), str(number), "Hauptstraße", addr__city=town, addr__postcode=code
            )
    # Without a town of their own, and with umlauts.
    made.way(list(_street(OBERDORF, 300)), highway="residential", name="Müllerstraße", int_name="Miller Street")
    made.house(near(OBERDORF, 315, 0), "12a", "Müllerstraße")
    made.house(near(OBERDORF, 315, 50), "14;16", "Müllerstraße")
    made.house(near(OBERDORF, 315, 100), "21-25", "Müllerstraße")
    # Numbers between 2 and 10 stand on a line.
    made.way(list(_street(UNTERDORF, 300)), highway="residential", name="Lindenweg")
    ends = [made.house(near(UNTERDORF, 320, east), number, "Lindenweg") for east, number in ((-200, "2"), (200, "10"))]
    made.way(ends, addr__interpolation="even")
    # A building with its number, and one that is known by its name.
    corner = near(UNTERDORF, 620, 0)
    outline = [near(corner, north, east) for north, east in ((0, 0), (0, 20), (20, 20), (20, 0))]
    first = made.node(outline[0])
    made.way([first, *outline[1:], first], building="yes", addr__housenumber="7", addr__street="Am Markt")
    made.node(
        near(UNTERDORF, 640, 200),
        amenity="pharmacy",
        name="Löwen-Apotheke",
        addr__street="Am Markt",
        addr__housenumber="9",
    )
    made.way(list(_street(UNTERDORF, 900)), highway="tertiary", name="Avenida Presidente Ibáñez")
    made.way(list(_street(OBERDORF, 900)), highway="tertiary", name="中山路")
    return made.write(file)
