"""Which places a point lies in: by boundaries where the extract has them, else by the nearest settlement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispatch.geocoding.measure import Area, metres
from dispatch.geocoding.reading import PLACE_KINDS, Point, Raw, RawBoundary, middle
from dispatch.geocoding.words import key_of

SETTLEMENTS = frozenset({"city", "town", "village", "hamlet", "municipality"})
MUNICIPALITY = 8
"""The ``admin_level`` of municipalities in most countries; what is smaller is a part of one."""
FARTHEST = 3.0
"""A settlement's name holds up to so many times the reach of its kind, where no boundary says otherwise."""
_BY_LEVEL: Mapping[int, str] = {2: "country", 3: "region", 4: "state", 5: "region", 6: "county", 7: "municipality"}
_CELL = 0.05


@dataclass(slots=True)
class Place:
    """A place to be found: all its names, a point, its kind and, where it is drawn, its area."""

    names: tuple[str, ...]
    at: Point
    kind: str
    population: int = 0
    level: int = 0
    area: Area | None = None

    @property
    def name(self) -> str:
        """Its usual name."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Locality:
    """Where a point lies: the town that belongs in its address, all places that hold it, and a postcode if areas say.

    ``part``: the part of the town, where it has a name.
    """

    city: Place | None
    part: Place | None
    places: tuple[Place, ...]
    postcode: str


class Localities:
    """All places of an extract."""

    def __init__(self, raw: Raw) -> None:
        self.places = [Place(one.names, one.at, one.kind, one.population) for one in raw.places]
        named: dict[str, list[Place]] = {}
        for place in self.places:
            named.setdefault(key_of(place.name), []).append(place)
        self._drawn: list[Place] = []
        self._postal: list[tuple[str, Area]] = []
        for boundary in sorted(raw.boundaries, key=lambda one: one.level):
            self._take(boundary, named)
        self._drawn.sort(key=lambda place: (place.level, place.area.size if place.area else 0.0))
        self._near: dict[tuple[int, int], list[Place]] = {}
        for place in self.places:
            if PLACE_KINDS.get(place.kind):
                self._near.setdefault(_cell(place.at), []).append(place)
        self._named = {key: list(places) for key, places in named.items()}
        self._far: list[Place] = [place for place in self.places if place.kind in ("city", "town")]

    def of(self, point: Point) -> Locality:
        """Where a point lies."""
        holding = [place for place in self._drawn if place.area is not None and place.area.holds(point)]
        near = sorted(
            (metres(place.at, point) / PLACE_KINDS[place.kind], index, place)
            for index, place in enumerate(self._around(point))
        )
        settlement = next((p for share, _, p in near if p.kind in SETTLEMENTS and share <= FARTHEST), None)
        part = next((p for share, _, p in near if p.kind not in SETTLEMENTS and share <= 1.0), None)
        municipality = next((p for p in reversed(holding) if 7 <= p.level <= MUNICIPALITY), None)
        city = municipality or settlement or next((p for p in reversed(holding) if p.level == 6), None)
        smaller = next((p for p in reversed(holding) if p.level > MUNICIPALITY), None)
        part = smaller or (settlement if settlement is not None and settlement is not city else part)
        all_of = [place for place in (*holding, settlement, part, city) if place is not None]
        unique = tuple({id(place): place for place in all_of}.values())
        postcode = next((code for code, area in self._postal if area.holds(point)), "")
        return Locality(city, part, unique, postcode)

    def called(self, name: str, near: Point) -> Place | None:
        """The place with this name (of an address): the nearest where there are several."""
        places = self._named.get(key_of(name), ())
        return min(places, key=lambda place: metres(place.at, near), default=None)

    def add(self, name: str, points: Iterable[Point]) -> Place:
        """A place that only addresses speak of; it lies in the middle of them."""
        points = sorted(points)
        lats, lons = sorted(lat for lat, _ in points), sorted(lon for _, lon in points)
        place = Place((name,), (lats[len(lats) // 2], lons[len(lons) // 2]), "locality")
        self.places.append(place)
        self._named.setdefault(key_of(name), []).append(place)
        return place

    def _take(self, boundary: RawBoundary, named: dict[str, list[Place]]) -> None:
        area = Area(boundary.rings)
        if boundary.postcode:
            self._postal.append((boundary.postcode, area))
        if not boundary.names:
            return
        # A town is often there twice, as a point and as an area: one place, with the names of both.
        twin = next((p for p in named.get(key_of(boundary.names[0]), ()) if p.area is None and area.holds(p.at)), None)
        if twin is None:
            kind = _BY_LEVEL.get(boundary.level, "municipality" if boundary.level == MUNICIPALITY else "suburb")
            twin = Place(boundary.names, middle(max(boundary.rings, key=len)), kind)
            self.places.append(twin)
            named.setdefault(key_of(twin.name), []).append(twin)
        else:
            twin.names = tuple(dict.fromkeys((*twin.names, *boundary.names)))
        twin.level, twin.area = boundary.level, area
        self._drawn.append(twin)

    def _around(self, point: Point) -> list[Place]:
        row, column = _cell(point)
        near = [
            place
            for y in range(row - 2, row + 3)
            for x in range(column - 2, column + 3)
            for place in self._near.get((y, x), ())
        ]
        return near + [place for place in self._far if place not in near] if len(self._far) < 50 else near


def _cell(point: Point) -> tuple[int, int]:
    return int(point[0] // _CELL), int(point[1] // _CELL)
