"""Queries made from the addresses of an extract, the way people write them, right and with one typing error."""

from __future__ import annotations

import random
import string
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dispatch.geocoding.localities import Localities
from dispatch.geocoding.measure import metres
from dispatch.geocoding.reading import Point, read
from dispatch.geocoding.words import key_of

NEAR = 50.0
"""Metres within which an address counts as found."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as the extract has it; ``twins`` are other points with the very same address."""

    at: Point
    street: str
    number: str
    city: str
    postcode: str
    twins: tuple[Point, ...]

    @property
    def scattered(self) -> bool:
        """Whether the extract has the same address somewhere else as well, too far away to be the same house."""
        return any(metres(self.at, twin) > NEAR for twin in self.twins)


def addresses_of(extract: Path) -> list[Address]:
    """All addresses with a street. Where the extract does not name the town, its boundary or nearest town does."""
    raw = read(extract, lambda _, __: None)
    localities = Localities(raw)
    found = []
    for one in raw.addresses:
        if one.street and not one.estimated:
            city = localities.of(one.at).city
            number = one.number.replace(";", ",").split(",")[0].strip()
            found.append((one.at, one.street, number, one.city or (city.name if city else ""), one.postcode))
    same: dict[tuple[str, ...], list[Point]] = defaultdict(list)
    for at, street, number, town, _ in found:
        same[key_of(street), number.casefold(), key_of(town)].append(at)
    return [
        Address(at, street, number, town, code,
                tuple(twin for twin in same[key_of(street), number.casefold(), key_of(town)] if twin != at))
        for at, street, number, town, code in found
    ]  # fmt: skip


def _usual(one: Address) -> str:
    return f"{one.street} {one.number}, {one.city}"


def _whole(one: Address) -> str:
    return f"{one.street} {one.number}, {one.postcode} {one.city}".replace(",  ", ", ")


def _without_commas(one: Address) -> str:
    return f"{one.street} {one.number} {one.city}".lower()


def _plain(one: Address) -> str:
    apart = unicodedata.normalize("NFKD", _usual(one).replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _shortened(one: Address) -> str:
    street = one.street.replace("strasse", "str.").replace("straße", "str.").replace("Strasse", "Str.")
    return f"{street} {one.number}, {one.city}"


def _number_first(one: Address) -> str:
    return f"{one.number} {one.street}, {one.city}"


def _town_first(one: Address) -> str:
    return f"{one.postcode} {one.city}, {one.street} {one.number}".strip()


FORMS: Mapping[str, Callable[[Address], str]] = {
    "street number, town": _usual,
    "with postcode": _whole,
    "lower case, no commas": _without_commas,
    "no diacritics": _plain,
    "shortened": _shortened,
    "number first": _number_first,
    "town first": _town_first,
}
"""How an address can be written."""


def with_error(one: Address, chance: random.Random) -> Address:
    """The address with one letter of its street or town wrong, too many, missing, or swapped with the next one."""
    names = [one.street, one.city]
    places = [(which, at) for which, name in enumerate(names) for at, letter in enumerate(name) if letter.isalpha()]
    which, at = chance.choice(places)
    names[which] = _slipped(names[which], at, chance)
    return Address(one.at, names[0], one.number, names[1], one.postcode, one.twins)


def _slipped(name: str, at: int, chance: random.Random) -> str:
    kind = chance.choice(("substitute", "insert", "delete", "transpose"))
    letter = chance.choice([other for other in string.ascii_lowercase if other != name[at].lower()])
    if kind == "substitute":
        return name[:at] + letter + name[at + 1 :]
    if kind == "insert":
        return name[:at] + letter + name[at:]
    if kind == "transpose":
        others = [one for one in (at, at - 1) if 0 <= one < len(name) - 1 and name[one : one + 2].isalpha()
                  and name[one].lower() != name[one + 1].lower()]  # fmt: skip
        if others:
            first = others[0]
            return name[:first] + name[first + 1] + name[first] + name[first + 2 :]
    return name[:at] + name[at + 1 :]


def sample(addresses: Sequence[Address], count: int, seed: int) -> list[Address]:
    """So many of them, the same for the same seed."""
    chance = random.Random(seed)
    return chance.sample(list(addresses), min(count, len(addresses)))
