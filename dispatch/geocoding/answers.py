"""What other geocoders answer, in our words. How sure that is we judge by ourselves, alike for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geopy.location import Location
from rapidfuzz.distance import OSA

from dispatch.geocoding import numbers
from dispatch.geocoding.candidates import Candidate, Precision
from dispatch.geocoding.countries import COUNTRIES
from dispatch.geocoding.measure import metres
from dispatch.geocoding.reading import Point
from dispatch.geocoding.words import Token, tokens, weight_of

_NUMBER = ("house_number", "housenumber", "houseNumber", "addressNumber", "streetNumber", "number", "AddNum")
_STREET = ("road", "street", "streetName", "route", "pedestrian", "StAddr")
_POSTCODE = ("postcode", "postalcode", "postalCode", "postal_code", "Postal")
_CITY = ("city", "town", "village", "locality", "municipality", "hamlet", "City", "localadmin")
_PART = ("suburb", "neighbourhood", "district", "quarter")
_INSIDE = ("address", "properties", "attributes", "components", "location")
"""Where services keep the parts of an address in what they answer."""

ALIKE = 0.75
_SHOWN = 300


def candidate_of(found: Location, source: str, query: str, point: Point | None = None) -> Candidate:
    """What a service found as a candidate.

    ``query``: what was asked; what of it cannot be found in the answer is listed as unused and lowers the score. A
    house number that the answer does not repeat was not found, whatever the service says. ``point``: where was looked.
    """
    raw: Mapping[str, Any] = found.raw if isinstance(found.raw, Mapping) else {}
    parts = _parts(raw)
    number, street = _first(parts, _NUMBER), _first(parts, _STREET)
    postcode, city = _first(parts, _POSTCODE), _first(parts, _CITY)
    label = str(found.address)[:_SHOWN]
    asked = tokens(query)
    answered = tokens(" ".join((label, street, number, postcode, city)))
    unused = [token for token in asked if not _said(token, answered, number)]
    words = [token for token in unused if not token.has_digits and weight_of(token.forms[0]) >= 0.5]
    precision: Precision = "place"
    if words or not parts:
        precision = "partial"
    elif number and (not query or _asks_for(asked, number)):
        precision = "exact"
    elif street:
        precision = "street"
    weights = {id(token): 1.0 if token.has_digits else weight_of(token.forms[0]) for token in asked}
    total = sum(weights.values())
    score = 1 - sum(weights[id(token)] for token in unused) / total if total else 1.0
    lat, lon = float(found.latitude), float(found.longitude)
    return Candidate(
        label=label,
        lat=round(lat, 7),
        lon=round(lon, 7),
        kind="address" if number else "street" if street else "place",
        precision=precision,
        score=round(max(0.0, score), 4),
        source=source,
        street=street,
        number=number,
        postcode=postcode,
        city=city,
        part=_first(parts, _PART),
        unused=tuple(token.typed for token in unused),
        distance=None if point is None else round(metres((lat, lon), point), 1),
    )


def _parts(raw: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for inside in (raw, *(raw.get(key) for key in _INSIDE)):
        if isinstance(inside, Mapping):
            parts |= {key: value for key, value in inside.items() if isinstance(value, str | int)}
    return {key: parts[key] for key in (*_NUMBER, *_STREET, *_POSTCODE, *_CITY, *_PART) if key in parts}


def _first(parts: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((str(parts[key])[:_SHOWN] for key in keys if parts.get(key)), "")


def _said(token: Token, answered: tuple[Token, ...], number: str) -> bool:
    if token.has_digits:
        own = numbers.key_of(token.typed)
        return own in numbers.numbers_in(number) or any(token.folded == other.folded for other in answered)
    if token.folded in COUNTRIES:
        return True
    return any(
        set(token.forms) & set(other.forms)
        or OSA.normalized_similarity(token.folded, other.folded) >= ALIKE
        or (len(token.folded) >= 4 and (token.folded in other.folded or other.forms[0] in token.forms[0]))
        for other in answered
        if not other.has_digits
    )


def _asks_for(asked: tuple[Token, ...], number: str) -> bool:
    keys = set(numbers.numbers_in(number))
    for at, token in enumerate(asked):
        following = asked[at + 1].folded if at + 1 < len(asked) else ""
        if {numbers.key_of(token.typed), numbers.key_of(token.typed + following[:1])} & keys:
            return True
    return False
