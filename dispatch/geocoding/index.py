"""Building the index of addresses from an OpenStreetMap extract.

The index is one SQLite file. Words lead to names, names to the streets, places, postcodes and named sites that are
called so, streets to their houses. ``slip`` holds each word with one letter left out, so that a word with one typing
error is found by looking up a dozen forms (deletion neighbourhoods, after Mor & Fraenkel 1982). Boxes in R-trees find
what is near a point.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dispatch.geocoding import numbers, tables
from dispatch.geocoding.localities import SETTLEMENTS, Localities, Place
from dispatch.geocoding.reading import Progress, RawSite, read
from dispatch.geocoding.streets import House, Street, streets_of
from dispatch.geocoding.tables import PLACE, POSTCODE, SITE, STREET
from dispatch.geocoding.words import key_of, may_be_misspelt, slips, spelled_out, words_of

LONGEST_JOINED = 32
PLACE_RANKS = {"city": 1.0, "town": 0.9, "municipality": 0.85, "village": 0.8, "suburb": 0.6, "borough": 0.6,
               "hamlet": 0.5, "country": 0.7, "state": 0.7, "region": 0.6, "county": 0.6}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """What an index holds."""

    addresses: int
    streets: int
    places: int
    postcodes: int
    sites: int


def build(extract: Path, file: Path, progress: Progress = lambda _, __: None) -> Counts:
    """Write the index of an extract to ``file``, which must not exist yet.

    Raises what osmium raises (RuntimeError, ValueError) for an extract that cannot be read, and
    :class:`sqlite3.OperationalError` where the disk is full.
    """
    raw = read(extract, progress)
    localities = Localities(raw)
    progress("putting addresses together", 0.0)
    streets = streets_of(raw, localities, lambda share: progress("putting addresses together", share))
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;")
        connection.executescript(tables.SCHEMA)
        connection.execute("BEGIN")
        counts = _Writing(connection, localities, progress).write(streets, raw.sites)
        connection.execute("COMMIT")
        connection.executescript(tables.INDEXES)
        connection.execute("VACUUM")
    finally:
        connection.close()
    progress("writing the index of addresses", 1.0)
    return counts


class _Writing:
    def __init__(self, connection: sqlite3.Connection, localities: Localities, progress: Progress) -> None:
        self.connection, self.localities, self.progress = connection, localities, progress
        self.things = 0
        self.names: dict[str, int] = {}
        self.kinds: dict[int, int] = defaultdict(int)
        self.called: dict[tuple[int, int], bool] = {}
        self.postings: dict[str, set[int]] = defaultdict(set)
        self.places: dict[int, int] = {}

    def write(self, streets: list[Street], sites: list[RawSite]) -> Counts:
        """Everything; what it was is counted."""
        places = self._write_places()
        addresses = 0
        postcodes: dict[str, list[House]] = defaultdict(list)
        for at, street in enumerate(streets):
            if at % 500 == 0:
                self.progress("writing the index of addresses", at / max(1, len(streets)) * 0.8)
            addresses += self._write_street(street)
            for house in street.houses:
                if house.postcode and "postcode" not in house.inferred:
                    postcodes[house.postcode].append(house)
        for code, houses in sorted(postcodes.items()):
            lats, lons = sorted(house.at[0] for house in houses), sorted(house.at[1] for house in houses)
            cities = sorted(house.city for house in houses)
            middle = (lats[len(lats) // 2], lons[len(lons) // 2])
            self._thing(POSTCODE, (code,), "postcode", middle, city=cities[len(cities) // 2], postcode=code,
                        inferred="position", rank=0.3)  # fmt: skip
        for site in sites:
            self._write_site(site)
        self._write_words()
        known = {
            "format": str(tables.FORMAT),
            "places": str(sum(place.kind in SETTLEMENTS for place in self.localities.places)),
            "addresses": str(addresses),
            "streets": str(len(streets)),
        }
        self.connection.executemany("INSERT INTO about VALUES (?, ?)", sorted(known.items()))
        return Counts(addresses, len(streets), places, len(postcodes), len(sites))

    def _write_places(self) -> int:
        for place in self.localities.places:
            if place.level and place.kind in ("municipality", "suburb", "county", "state", "region"):
                rank = 0.75
            else:
                rank = PLACE_RANKS.get(place.kind, 0.4)
            locality = self.localities.of(place.at)
            city = locality.city.name if locality.city is not None and locality.city is not place else ""
            number = self._thing(PLACE, place.names, place.kind, place.at, city=city, rank=rank)
            self.places[id(place)] = number
            self._lies_in(number, locality.places)
        return len(self.localities.places)

    def _write_street(self, street: Street) -> int:
        number = self._thing(
            STREET,
            street.names,
            street.road_class,
            street.at,
            city=street.city,
            part=street.part,
            postcode=street.postcode,
            inferred=" ".join(sorted(street.inferred)),
            rank=min(1.0, street.metres / 5_000),
        )
        self._lies_in(number, street.places)
        for house in street.houses:
            for key in numbers.numbers_in(house.number):
                row = self.connection.execute(
                    "INSERT INTO house (street, number, digits, shown, lat, lon, city, part, postcode, inferred,"
                    " places) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, key, numbers.digits_of(key), house.number, *house.at, house.city, house.part,
                     house.postcode, " ".join(sorted(house.inferred)), self._numbers_of(house.places)),
                ).lastrowid  # fmt: skip
                lat, lon = house.at
                self.connection.execute("INSERT INTO house_box VALUES (?, ?, ?, ?, ?)", (row, lat, lat, lon, lon))
        for line in street.lines:
            row = self.connection.execute(
                "INSERT INTO line (street, points) VALUES (?, ?)", (number, tables.packed(line))
            ).lastrowid
            lats, lons = [lat for lat, _ in line], [lon for _, lon in line]
            box = (row, min(lats), max(lats), min(lons), max(lons))
            self.connection.execute("INSERT INTO line_box VALUES (?, ?, ?, ?, ?)", box)
        return len(street.houses)

    def _write_site(self, site: RawSite) -> None:
        locality = self.localities.of(site.at)
        inferred = set()
        city = site.city
        if not city and locality.city is not None:
            city = locality.city.name
            inferred.add("city")
        number = self._thing(
            SITE,
            site.names,
            site.kind,
            site.at,
            city=city,
            part=locality.part.name if locality.part is not None else "",
            postcode=site.postcode or locality.postcode,
            number=site.number,
            street=site.street,
            inferred=" ".join(sorted(inferred)),
            rank=0.2,
        )
        own = self.localities.called(city, site.at) if site.city else None
        self._lies_in(number, (*locality.places, *([own] if own is not None else [])))

    def _thing(
        self,
        kind: int,
        names: tuple[str, ...],
        what: str,
        at: tuple[float, float],
        *,
        city: str = "",
        part: str = "",
        postcode: str = "",
        number: str = "",
        street: str = "",
        inferred: str = "",
        rank: float = 0.0,
    ) -> int:
        self.things += 1
        self.connection.execute(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.things, kind, names[0], what, *at, city, part, postcode, number, street, inferred, rank),
        )
        for name in names:
            if key := key_of(name):
                self._call(self._name(key, name), kind, usual=name == names[0])
        return self.things

    def _name(self, key: str, name: str) -> int:
        """The number of a name; the words of a new one are written down."""
        if key in self.names:
            return self.names[key]
        number = self.names[key] = len(self.names) + 1
        words = words_of(name)
        for forms in words:
            for form in forms:
                self.postings[form].add(number)
        joined = "".join(forms[0] for forms in words)
        if 1 < len(words) <= 3 and len(joined) <= LONGEST_JOINED:
            self.postings[joined].add(number)
        return number

    def _call(self, name: int, kind: int, *, usual: bool) -> None:
        self.kinds[name] |= kind
        self.called[name, self.things] = usual or self.called.get((name, self.things), False)

    def _lies_in(self, thing: int, places: Iterable[Place]) -> None:
        known = {self.places[id(place)] for place in places if id(place) in self.places}
        self.connection.executemany(
            "INSERT OR IGNORE INTO lies_in VALUES (?, ?)", [(thing, place) for place in sorted(known - {thing})]
        )

    def _numbers_of(self, places: Iterable[Place]) -> str:
        return " ".join(dict.fromkeys(str(self.places[id(place)]) for place in places))

    def _write_words(self) -> None:
        self.progress("writing the index of addresses", 0.85)
        add = self.connection.executemany
        add(
            "INSERT INTO name VALUES (?, ?, ?)",
            ((number, key, self.kinds[number]) for key, number in self.names.items()),
        )
        add("INSERT INTO called VALUES (?, ?, ?)", sorted((*pair, int(usual)) for pair, usual in self.called.items()))
        for number, (word, names) in enumerate(sorted(self.postings.items()), start=1):
            self.connection.execute("INSERT INTO word VALUES (?, ?, ?)", (number, word, len(names)))
            add("INSERT INTO posting VALUES (?, ?)", ((number, name) for name in sorted(names)))
            if may_be_misspelt(word):
                forms = slips(word) | slips(spelled_out(word))
                add("INSERT INTO slip VALUES (?, ?)", ((form, number) for form in sorted(forms)))
