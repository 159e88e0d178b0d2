"""What lies at a point: the nearest address or street, and the place around it."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import replace

from dispatch.geocoding import tables
from dispatch.geocoding.candidates import Candidate, label_of
from dispatch.geocoding.measure import METRES_PER_DEGREE, metres, nearest_on
from dispatch.geocoding.reading import Point

FARTHEST = 250.0
"""Metres beyond which an address or a street says nothing about a point."""
HOUSE_REACH = 75.0
"""A house so near (metres) is what a point means, even where the street is nearer still."""
PLACE_REACH = 20_000.0
_FIRST_LOOK = 60.0


class Nearby:
    """Looks around points in an index. Not for several threads at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def candidates(self, point: Point) -> list[Candidate]:
        """The nearest house or street within :data:`FARTHEST`, the better one first, and the place."""
        house, street = self._house(point), self._street(point)
        found = [one for one in (house, street) if one is not None]
        if house is not None and street is not None:
            beside = house.distance is not None and house.distance <= HOUSE_REACH
            found = [house, street] if beside or house.street == street.street else [street, house]
        place = self._place(point)
        return found + ([place] if place is not None else [])

    def _house(self, point: Point) -> Candidate | None:
        best = None
        for reach in (_FIRST_LOOK, FARTHEST):
            rows = self.connection.execute(
                "SELECT house.lat, house.lon, house.number, house.shown, house.city, house.part, house.postcode,"
                " house.inferred, thing.name, thing.class FROM house_box JOIN house ON house.id = house_box.id"
                " JOIN thing ON thing.id = house.street WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?",
                _box(point, reach),
            ).fetchall()
            near = sorted((metres((row[0], row[1]), point), row[3], row) for row in rows)
            if near and near[0][0] <= reach:
                best = near[0]
                break
        if best is None:
            return None
        distance, _, (lat, lon, _, shown, city, part, postcode, inferred, street, what) = best
        name = "" if what == "place" and street == city else street
        return Candidate(
            label=label_of(name="", street=name or city, number=shown, postcode=postcode, city=city, part=""),
            lat=round(lat, 7), lon=round(lon, 7), kind="address", precision="exact", score=_score(distance),
            source="offline", street=street, number=shown, postcode=postcode, city=city, part=part,
            inferred=tuple(inferred.split()), distance=round(distance, 1),
        )  # fmt: skip

    def _street(self, point: Point) -> Candidate | None:
        best: tuple[float, Point, int] | None = None
        for reach in (_FIRST_LOOK, FARTHEST):
            rows = self.connection.execute(
                "SELECT line.street, line.points FROM line_box JOIN line ON line.id = line_box.id"
                " WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?",
                _box(point, reach),
            )
            for street, blob in rows:
                distance, at = nearest_on(tables.unpacked(blob), point)
                if distance <= reach and (best is None or (distance, street) < (best[0], best[2])):
                    best = distance, at, street
            if best is not None:
                break
        if best is None:
            return None
        distance, (lat, lon), street = best
        name, city, part, postcode, inferred = self.connection.execute(
            "SELECT name, city, part, postcode, inferred FROM thing WHERE id = ?", (street,)
        ).fetchone()
        return Candidate(
            label=label_of(name="", street=name, number="", postcode=postcode, city=city, part=part),
            lat=round(lat, 7), lon=round(lon, 7), kind="street", precision="street", score=_score(distance),
            source="offline", street=name, postcode=postcode, city=city, part=part,
            inferred=tuple(inferred.split()), distance=round(distance, 1),
        )  # fmt: skip

    def _place(self, point: Point) -> Candidate | None:
        """The settlement whose middle is nearest, for its size."""
        rows = self.connection.execute(
            "SELECT name, class, lat, lon, city FROM thing WHERE kind = 2"
            " AND class NOT IN ('country', 'state', 'region', 'county', 'locality', 'farm', 'isolated_dwelling')"
        )
        near = []
        for name, what, lat, lon, city in rows:
            distance = metres((lat, lon), point)
            if distance <= PLACE_REACH:
                near.append((distance / _REACH.get(what, 1.0), name, what, lat, lon, city, distance))
        if not near:
            return None
        _, name, _, lat, lon, city, distance = min(near)
        made = Candidate(
            label=label_of(name=name, street="", number="", postcode="", city=city, part=""),
            lat=lat, lon=lon, kind="place", precision="place", score=0.5, source="offline",
            city=city or name, name=name, distance=round(distance, 1),
        )  # fmt: skip
        return replace(made, inferred=("place",))


_REACH = {"city": 5.0, "town": 2.5, "village": 1.0, "suburb": 1.0, "hamlet": 0.5, "municipality": 1.5}


def _score(distance: float) -> float:
    return round(max(0.0, 1 - distance / (2 * FARTHEST)), 4)


def _box(point: Point, reach: float) -> tuple[float, float, float, float]:
    north = reach / METRES_PER_DEGREE
    east = north / max(0.01, math.cos(math.radians(point[0])))
    # R-trees keep 32-bit numbers, rounded outwards: a little more is looked at, nothing is lost.
    return point[0] - north, point[0] + north, point[1] - east, point[1] + east
