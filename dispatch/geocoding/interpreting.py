"""What a query means as a whole: which of its words are the street, the number, the town, the postcode; and how well.

Every street (or named site) that may be meant is tried with every town that may be meant. A reading is the better the
more of the query it explains: a word that finds no use, a number that is not there, a town in which the street does not
lie, all count against it. Nothing is left out silently: what found no use is listed.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.geocoding import numbers
from dispatch.geocoding.asking import CODE, NUMBER, Number, Query
from dispatch.geocoding.candidates import SAME_SPOT, Candidate, Precision, label_of
from dispatch.geocoding.matching import Hit, Matcher
from dispatch.geocoding.measure import metres
from dispatch.geocoding.reading import Point
from dispatch.geocoding.tables import KIND_WORDS, PLACE, POSTCODE, SITE, STREET
from dispatch.geocoding.words import Token, key_of

MOST_HITS = 24
"""Names that are tried as streets or sites, and as towns."""
MOST_THINGS = 400
"""Streets that are looked at; of one name there may be many in a country."""
MOST_NUMBERED = 24
"""Readings whose house numbers are looked up."""

HOPELESS = 0.55
"""A reading that explains so small a share of what the best one does is not looked at closely."""

SIMILAR_NUMBER, MISSING_NUMBER, NO_NUMBERS = 0.7, 0.45, 0.6
"""The share of a number's weight that counts where it is not there: next to it, without any near, on a street whose
numbers nobody has recorded."""
UNKNOWN_CODE, WRONG_CODE = 0.6, 0.2
"""The share of a postcode's weight where the address has none, and where it has another."""
AROUND, ACROSS = 0.98, 0.8
"""The share of a town's weight that counts where the house lies in it but has another town in its address; and where
only the street reaches into it."""
NEARBY_GAIN = 0.02
"""What nearness to the point one looks around may add: it decides between equals."""
FAR_AWAY = 30_000.0
LEAST_SCORE = 0.42
"""A reading that explains less than this is none: nothing was found."""
_NEIGHBOURS = 40


@dataclass(slots=True)
class _Thing:
    id: int
    kind: int
    name: str
    what: str
    at: Point
    city: str
    part: str
    postcode: str
    number: str
    street: str
    inferred: tuple[str, ...]
    rank: float


@dataclass(slots=True)
class _House:
    number: str
    shown: str
    digits: int | None
    at: Point
    city: str
    part: str
    postcode: str
    inferred: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(slots=True)
class _Reading:
    """One meaning of the query: a thing, the hit that found it, and the towns in which it lies that are named.

    ``gain``: what the town explains; ``towns``: the places that are called so.
    """

    thing: _Thing
    hit: Hit
    gain: float
    towns: frozenset[int]
    value: float
    used: dict[int, float]


class Interpreter:
    """Finds candidates in an index. Not for several threads at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.matcher = Matcher(connection)
        about = dict(connection.execute("SELECT key, value FROM about"))
        self.knows_places = int(about["places"]) > 0

    def candidates(self, tokens: Sequence[Token], limit: int, around: Point | None = None) -> list[Candidate]:
        """What the query may mean, the best first. Empty where nothing fits."""
        if not tokens:
            return []
        query = Query(tokens, self.knows_places)
        found = self._found(query, self.matcher.hits(tokens), limit, around)
        if not found or found[0].precision == "partial" or found[0].score < 0.75:
            again = self._found(query, self.matcher.hits(tokens, far=True), limit, around)
            if again and (not found or again[0].score > found[0].score):
                found = again
        return found

    def _found(self, query: Query, hits: Sequence[Hit], limit: int, around: Point | None) -> list[Candidate]:
        readings = self._readings(query, hits)
        readings.sort(key=lambda one: (-one.value, one.thing.id))
        # Ties among many streets of one name: near ones must not be cut off before they are looked at.
        if around is not None:
            cut = readings[MOST_NUMBERED - 1].value - 0.05 if len(readings) >= MOST_NUMBERED else 0.0
            first = [one for one in readings if one.value >= cut]
            first.sort(key=lambda one: (-round(one.value, 2), metres(one.thing.at, around)))
            readings = first
        most = max((one.value for one in readings), default=0.0)
        readings = [one for one in readings if one.value >= HOPELESS * most][:MOST_NUMBERED]
        made = [one for one in self._with_numbers(query, readings) if one.score >= LEAST_SCORE]
        ranked = sorted(made, key=lambda one: (-_rank(one, query, around), one.label, one.lat))
        return _different(ranked)[:limit]

    # -- streets and towns -----------------------------------------------------------------------------------------

    def _readings(self, query: Query, hits: Sequence[Hit]) -> list[_Reading]:
        mains = [hit for hit in hits if hit.kinds & (STREET | SITE)][:MOST_HITS]
        towns = [hit for hit in hits if hit.kinds & PLACE][:MOST_HITS]
        codes = [hit for hit in hits if hit.kinds & POSTCODE][:4]
        things = self._things(mains, STREET | SITE)
        places = self._things(towns, PLACE)
        by_place: dict[int, list[Hit]] = defaultdict(list)
        called = {hit.name: frozenset(thing.id for thing in places[hit.name]) for hit in towns}
        for hit in towns:
            for place in called[hit.name]:
                by_place[place].append(hit)
        lies_in = self._lies_in([thing.id for group in (*things.values(), *places.values()) for thing in group])
        found = [
            self._reading(query, hit, thing, lies_in[thing.id], by_place, called)
            for hits_, group in ((mains, things), (towns, places))
            for hit in hits_
            for thing in group[hit.name]
        ]
        for name, group in self._things(codes, POSTCODE).items():
            hit = next(one for one in codes if one.name == name)
            value = query.explained(hit.used) * hit.recall * 0.9
            found += [_Reading(thing, hit, 0.0, frozenset(), value, dict(hit.used)) for thing in group]
        return found

    def _reading(
        self,
        query: Query,
        hit: Hit,
        thing: _Thing,
        inside: Collection[int],
        by_place: Mapping[int, list[Hit]],
        called: Mapping[int, frozenset[int]],
    ) -> _Reading:
        """A thing with the town that agrees with it best."""
        best: Hit | None = None
        gain = 0.0
        for place in inside:
            for town in by_place.get(place, ()):
                fresh = {at: how for at, how in town.used.items() if at not in hit.used}
                if not fresh:
                    continue
                # A word that both could use is the street's; what is left must still name the town.
                left = town.recall * sum(fresh.values()) / sum(town.used.values())
                more = query.explained(fresh) * (0.4 + 0.6 * left)
                if more > gain:
                    best, gain = town, more
        used = dict(hit.used)
        for at, how in (best.used if best is not None else {}).items():
            used.setdefault(at, how)
        value = query.explained(hit.used) * (0.4 + 0.6 * hit.recall) + gain
        towns = called[best.name] if best is not None else frozenset[int]()
        return _Reading(thing, hit, gain, towns, value, used)

    def _things(self, hits: Sequence[Hit], kinds: int) -> dict[int, list[_Thing]]:
        found: dict[int, list[_Thing]] = {hit.name: [] for hit in hits}
        if not found:
            return found
        marks = ",".join("?" * len(found))
        rows = self.connection.execute(
            f"SELECT called.name, thing.* FROM called JOIN thing ON thing.id = called.thing"
            f" WHERE called.name IN ({marks}) AND thing.kind & ? LIMIT ?",
            (*found, kinds, MOST_THINGS),
        )
        for name, number, kind, shown, what, lat, lon, city, part, postcode, house, street, inferred, rank in rows:
            found[name].append(
                _Thing(number, kind, shown, what, (lat, lon), city, part, postcode, house, street,
                       tuple(inferred.split()), rank)
            )  # fmt: skip
        return found

    def _lies_in(self, things: Sequence[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {thing: [] for thing in things}
        marks = ",".join("?" * len(found))
        for thing, place in self.connection.execute(
            f"SELECT thing, place FROM lies_in WHERE thing IN ({marks})", list(found)
        ):
            found[thing].append(place)
        return found

    # -- numbers ---------------------------------------------------------------------------------------------------

    def _with_numbers(self, query: Query, readings: Sequence[_Reading]) -> list[Candidate]:
        streets = [one.thing.id for one in readings if one.thing.kind == STREET]
        houses = self._houses(streets, query.numbers)
        found = []
        for reading in readings:
            choices = query.numbers_beside(reading.used, reading.hit.used)
            if reading.thing.kind != STREET or not choices:
                found.append(self._candidate(query, reading, None, None))
                continue
            exact = [
                self._candidate(query, reading, choice, house)
                for choice in choices
                for house in houses.get((reading.thing.id, choice.key), ())
            ]
            found += exact or [self._candidate(query, reading, choices[0], None)]
        return found

    def _houses(self, streets: Sequence[int], choices: Sequence[Number]) -> dict[tuple[int, str], list[_House]]:
        found: dict[tuple[int, str], list[_House]] = defaultdict(list)
        if not streets or not choices:
            return found
        keys = [choice.key for choice in choices]
        rows = self.connection.execute(
            "SELECT street, number, shown, digits, lat, lon, city, part, postcode, inferred, places FROM house"
            f" WHERE street IN ({','.join('?' * len(streets))}) AND number IN ({','.join('?' * len(keys))})",
            (*streets, *keys),
        )
        for street, *house in rows:
            found[street, house[0]].append(_house(house))
        return found

    def _beside(self, street: int, digits: int | None) -> tuple[_House | None, Point | None, bool]:
        """The house with nearly this number, where the number itself would be, and whether there are houses at all."""
        if digits is None:
            return None, None, False
        rows = self.connection.execute(
            "SELECT number, shown, digits, lat, lon, city, part, postcode, inferred, places FROM house WHERE street = ?"
            " AND digits BETWEEN ? AND ? ORDER BY digits, number",
            (street, digits - _NEIGHBOURS, digits + _NEIGHBOURS),
        )
        near = [_house(row) for row in rows]
        same = next((one for one in near if one.digits == digits), None)
        if same is not None:
            return same, same.at, True
        side = [one for one in near if one.digits is not None and one.digits % 2 == digits % 2]
        below = [one for one in side if one.digits is not None and one.digits < digits]
        above = [one for one in side if one.digits is not None and one.digits > digits]
        if below and above:
            low, high = below[-1], above[0]
            share = (digits - (low.digits or 0)) / ((high.digits or 0) - (low.digits or 0))
            at = (low.at[0] + share * (high.at[0] - low.at[0]), low.at[1] + share * (high.at[1] - low.at[1]))
            return low, at, True
        known = bool(near) or bool(
            self.connection.execute("SELECT 1 FROM house WHERE street = ? LIMIT 1", (street,)).fetchone()
        )
        return None, None, known

    # -- candidates ------------------------------------------------------------------------------------------------

    def _candidate(self, query: Query, reading: _Reading, choice: Number | None, house: _House | None) -> Candidate:
        thing = reading.thing
        used = dict(reading.used)
        at, city, part, postcode = thing.at, thing.city, thing.part, thing.postcode
        inferred = set(thing.inferred)
        gained = reading.value
        unused_numbers: list[int] = []
        if house is not None and choice is not None:
            at, city, part, postcode = house.at, house.city, house.part, house.postcode
            inferred = set(house.inferred)
            gained += NUMBER
            if reading.towns and not reading.towns & set(house.places[:1]):
                gained -= reading.gain * (1 - (AROUND if reading.towns & set(house.places) else ACROSS))
            used.update(dict.fromkeys(choice.places, 1.0))
        elif choice is not None:
            beside, spot, known = self._beside(thing.id, numbers.digits_of(choice.key))
            if spot is not None and beside is not None:
                at, city, part, postcode = spot, beside.city, beside.part, beside.postcode
                inferred = set(beside.inferred) | {"position"}
            gained += NUMBER * (SIMILAR_NUMBER if beside is not None else MISSING_NUMBER if known else NO_NUMBERS)
            unused_numbers += choice.places
        elif thing.kind == SITE and thing.number and (own := query.number_called(thing.number, used)) is not None:
            gained += NUMBER
            used.update(dict.fromkeys(own.places, 1.0))
        handled = set(used) | set(unused_numbers)
        for code in query.codes:
            if code in handled or (choice is None and thing.kind == STREET and code in query.number_places):
                continue
            same = postcode and key_of(postcode) == query.tokens[code].forms[0]
            if same:
                used[code] = 1.0
                gained += CODE
            elif not postcode:
                gained += CODE * UNKNOWN_CODE
                unused_numbers.append(code)
            else:
                gained += CODE * WRONG_CODE
        words = [at for at in query.significant if at not in used and at not in unused_numbers]
        score = min(1.0, gained / query.total(choice))
        exact = house is not None
        precision = self._precision(query, thing, exact=exact, unused=words)
        name = thing.name if thing.kind != STREET else ""
        street = thing.name if thing.kind == STREET else thing.street
        shown = house.shown if house is not None else thing.number if thing.kind == SITE else ""
        if thing.kind == PLACE:
            city = city if city != thing.name else ""
        if thing.what == "place" and thing.kind == STREET and street == city:
            street = ""
        return Candidate(
            label=label_of(
                name=name if thing.kind != POSTCODE else "",
                street=street if street else (city if shown else ""),
                number=shown,
                postcode=postcode,
                city=city,
                part=part if thing.kind == STREET and part != city and not exact else "",
            ),
            lat=round(at[0], 7),
            lon=round(at[1], 7),
            kind="address" if exact else KIND_WORDS[thing.kind],
            precision=precision,
            score=round(score, 4),
            source="offline",
            street=street,
            number=shown,
            postcode=postcode,
            city=city or (thing.name if thing.kind == PLACE else ""),
            part=part,
            name=name,
            inferred=tuple(sorted(inferred & {"position"} | {one for one in inferred if one in ("city", "postcode")})),
            unused=tuple(query.tokens[at].typed for at in sorted({*words, *unused_numbers})),
            facts={"class": thing.what, "rank": thing.rank},
        )

    def _precision(self, query: Query, thing: _Thing, *, exact: bool, unused: Sequence[int]) -> Precision:
        telling = [at for at in unused if not (query.may_be_town(at) and not self.knows_places)]
        if telling:
            return "partial"
        if exact:
            return "exact"
        return "street" if thing.kind == STREET else "place"


def _house(row: Sequence[Any]) -> _House:
    number, shown, digits, lat, lon, city, part, postcode, inferred, places = row
    inside = tuple(int(place) for place in places.split())
    return _House(number, shown, digits, (lat, lon), city, part, postcode, tuple(inferred.split()), inside)


def _rank(one: Candidate, query: Query, around: Point | None) -> float:
    """The score, and what decides between equals: what kind it is, how large, how near."""
    if query.numbers:
        order = {"address": 4, "street": 3, "site": 2, "place": 1, "postcode": 0}
    else:
        order = {"place": 4, "street": 3, "site": 2, "postcode": 1, "address": 0}
    asked = one.number and any(number.key == numbers.key_of(one.number) for number in query.numbers)
    rank = one.score + order[one.kind] * 0.002 + (0.0005 if asked else 0.0) + min(1.0, float(one.facts["rank"])) * 0.001
    if around is not None:
        rank += NEARBY_GAIN * max(0.0, 1 - metres((one.lat, one.lon), around) / FAR_AWAY)
    return rank


def _different(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without what says the same of the same spot again: a house that is a node and a building."""
    found: list[Candidate] = []
    for one in candidates:
        twin = any(
            other.kind == one.kind
            and (other.street, other.number, other.name) == (one.street, one.number, one.name)
            and metres((other.lat, other.lon), (one.lat, one.lon)) <= SAME_SPOT
            for other in found
        )
        if not twin:
            found.append(one)
    return found
