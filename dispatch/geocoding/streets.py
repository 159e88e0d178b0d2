"""Streets put together from their pieces, with their houses: one for each name and locality."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dispatch.geocoding.localities import Localities, Locality, Place
from dispatch.geocoding.measure import line_metres, metres, nearest_on
from dispatch.geocoding.reading import Point, Raw, RawAddress, RawWay, along
from dispatch.geocoding.words import key_of

SAME_STREET = 400.0
"""Pieces with one name and ends no farther apart (metres) are one street."""
HOUSE_TO_STREET = 1_500.0
"""A house belongs to the nearest street of its name up to here (metres)."""


@dataclass(slots=True)
class House:
    """An address. ``inferred``: what the extract does not say itself (``city``, ``postcode``, ``position``)."""

    at: Point
    number: str
    city: str
    part: str
    postcode: str
    inferred: frozenset[str]
    places: tuple[Place, ...]


@dataclass(slots=True)
class Street:
    """A street: a point on it, its pieces and its houses. ``places``: all that it, or a house of it, lies in."""

    names: tuple[str, ...]
    road_class: str
    at: Point
    metres: float
    lines: list[list[Point]]
    city: str = ""
    part: str = ""
    postcode: str = ""
    places: list[Place] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)
    inferred: set[str] = field(default_factory=set)


def streets_of(raw: Raw, localities: Localities, done: Callable[[float], None]) -> list[Street]:
    """All streets, and the houses on them. Houses whose street is not drawn make one by themselves."""
    _add_towns_of_addresses(raw, localities)
    by_name: dict[str, list[RawWay]] = defaultdict(list)
    for way in raw.ways:
        if key := key_of(way.names[0]):
            by_name[key].append(way)
    streets: dict[str, list[Street]] = {}
    for at, (key, ways) in enumerate(by_name.items()):
        if at % 500 == 0:
            done(0.5 * at / len(by_name))
        streets[key] = [street for group in _connected(ways) for street in _by_town(group, localities)]
    aliases = {key_of(name): key for key, found in streets.items() for street in found for name in street.names[1:]}
    for at, address in enumerate(raw.addresses):
        if at % 500 == 0:
            done(0.5 + 0.5 * at / len(raw.addresses))
        _take_house(address, streets, aliases, localities)
    for found in streets.values():
        for street in found:
            _finish(street)
    return [street for _, found in sorted(streets.items()) for street in found]


def _add_towns_of_addresses(raw: Raw, localities: Localities) -> None:
    unknown: dict[str, list[RawAddress]] = defaultdict(list)
    for address in raw.addresses:
        if address.city and key_of(address.city) and localities.called(address.city, address.at) is None:
            unknown[key_of(address.city)].append(address)
    for addresses in unknown.values():
        name = Counter(address.city for address in addresses).most_common(1)[0][0]
        localities.add(name, [address.at for address in addresses])


def _connected(ways: Sequence[RawWay]) -> list[list[RawWay]]:
    """Ways of one name in groups: those whose ends (or middles) come near each other belong together."""
    groups: list[tuple[list[RawWay], list[Point]]] = []
    for way in ways:
        marks = [way.line[0], way.line[len(way.line) // 2], way.line[-1]]
        joined = [one for one in groups if any(metres(a, b) <= SAME_STREET for a in marks for b in one[1])]
        merged = ([way], marks)
        for one in joined:
            merged[0].extend(one[0])
            merged[1].extend(one[1])
        groups = [one for one in groups if not any(one is gone for gone in joined)] + [merged]
    return [members for members, _ in groups]


def _by_town(ways: list[RawWay], localities: Localities) -> list[Street]:
    """A street that runs through several towns is one in each."""
    towns: dict[int, list[tuple[RawWay, Locality]]] = defaultdict(list)
    for way in ways:
        locality = localities.of(along(way.line, 0.5))
        towns[id(locality.city)].append((way, locality))
    return [_street(pieces) for pieces in towns.values()]


def _street(pieces: list[tuple[RawWay, Locality]]) -> Street:
    names = tuple(dict.fromkeys(name for way, _ in pieces for name in way.names))
    lengths = [line_metres(way.line) for way, _ in pieces]
    centre = _centre([along(way.line, 0.5) for way, _ in pieces], lengths)
    at = min((nearest_on(way.line, centre) for way, _ in pieces), key=lambda found: found[0])[1]
    classes = Counter[str]()
    for (way, _), length in zip(pieces, lengths, strict=True):
        classes[way.road_class] += int(length) + 1
    street = Street(names, classes.most_common(1)[0][0], at, sum(lengths), [way.line for way, _ in pieces])
    locality = max(zip(lengths, range(len(pieces)), strict=True))[1]
    main = pieces[locality][1]
    street.city = main.city.name if main.city is not None else ""
    street.part = main.part.name if main.part is not None else ""
    street.postcode = main.postcode
    street.inferred = {name for name, value in (("city", street.city), ("postcode", street.postcode)) if value}
    for _, one in pieces:
        street.places.extend(one.places)
    return street


def _centre(points: Sequence[Point], weights: Sequence[float]) -> Point:
    total = sum(weights) or 1.0
    if not sum(weights):
        weights = [1.0 / len(points)] * len(points)
    pairs = list(zip(points, weights, strict=True))
    return sum(lat * w for (lat, _), w in pairs) / total, sum(lon * w for (_, lon), w in pairs) / total


def _take_house(
    address: RawAddress, streets: dict[str, list[Street]], aliases: dict[str, str], localities: Localities
) -> None:
    locality = localities.of(address.at)
    own = localities.called(address.city, address.at) if address.city else None
    inferred = set()
    if address.estimated:
        inferred.add("position")
    city = address.city
    if not city and locality.city is not None:
        city = locality.city.name
        inferred.add("city")
    postcode = address.postcode
    if not postcode and locality.postcode:
        postcode = locality.postcode
        inferred.add("postcode")
    part = address.suburb or (locality.part.name if locality.part is not None else "")
    # A house without a street is numbered within its place, as in villages without street names.
    name = address.street or city
    key = key_of(name)
    if not key or not address.number:
        return
    places = tuple(place for place in (own or locality.city, *locality.places) if place is not None)
    house = House(address.at, address.number, city, part if part != city else "", postcode, frozenset(inferred), places)
    known = streets.setdefault(aliases.get(key, key), [])
    street = _street_for(house, known)
    if street is None:
        street = Street((name,), "place" if not address.street else "", address.at, 0.0, [], city, house.part)
        known.append(street)
    street.houses.append(house)
    street.places.extend(places)


def _street_for(house: House, streets: Sequence[Street]) -> Street | None:
    """The nearest street of the name, up to :data:`HOUSE_TO_STREET`; one in the house's town goes before others."""
    best: tuple[bool, float] | None = None
    found = None
    for street in streets:
        lines = street.lines or [[other.at] for other in street.houses]
        distance = min(nearest_on(line, house.at)[0] for line in lines)
        if distance <= HOUSE_TO_STREET:
            # Just across a boundary the street goes on: its own town counts only where both are about as near.
            rank = (key_of(street.city) != key_of(house.city) and distance > 100, distance)
            if best is None or rank < best:
                best, found = rank, street
    return found


def _finish(street: Street) -> None:
    """What houses say of their street, and what a street says of houses that do not say it."""
    if not street.lines and street.houses:
        lats = sorted(house.at[0] for house in street.houses)
        lons = sorted(house.at[1] for house in street.houses)
        middle = (lats[len(lats) // 2], lons[len(lons) // 2])
        street.at = min((house.at for house in street.houses), key=lambda at: metres(at, middle))
    said = Counter(house.postcode for house in street.houses if house.postcode and "postcode" not in house.inferred)
    if said:
        street.postcode = said.most_common(1)[0][0]
        street.inferred.discard("postcode")
        if len(said) > 1:
            street.inferred.add("postcode")
        for house in street.houses:
            if not house.postcode:
                house.postcode, house.inferred = street.postcode, house.inferred | {"postcode"}
    towns = Counter(house.city for house in street.houses if "city" not in house.inferred)
    if towns and (not street.city or key_of(street.city) not in {key_of(town) for town in towns}):
        street.city = towns.most_common(1)[0][0]
        street.inferred.discard("city")
    if street.part == street.city:
        street.part = ""
    street.places = list({id(place): place for place in street.places}.values())
