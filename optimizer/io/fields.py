"""Strict reading of one JSON object, field by field. What is wrong is noted with its place; reading goes on.

Only the shape is judged here: which keys there are and of what type the values. What the values must mean is
:mod:`optimizer.validation`'s. A key that need not be there may also be ``null``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from optimizer.invalid import Complaints, inside, nearest, shown
from optimizer.times import Unreadable, format_duration, parse_duration, parse_time

_LARGEST = 10**15
"""Beyond this a number cannot be meant, and whole numbers are soon no longer exact."""


class JsonObject(dict[str, object]):
    """A JSON object as it was read, with the keys that stood in it more than once."""

    repeated: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: list[tuple[str, object]]) -> JsonObject:
        """The ``object_pairs_hook`` of the JSON decoder."""
        found = cls(pairs)
        if len(found) != len(pairs):
            count = Counter(key for key, _ in pairs)
            found.repeated = tuple(key for key in found if count[key] > 1)
        return found


class Keys:
    """The keys an object must have and those it may have."""

    def __init__(self, required: str, optional: str = "") -> None:
        self.required = tuple(required.split())
        self.all = frozenset((*self.required, *optional.split()))
        self.order = (*self.required, *optional.split())


class Fields:
    """One JSON object. Each method reads one field and answers something of the right type, whatever it found."""

    __slots__ = ("_complaints", "_data", "place")

    def __init__(self, data: object, place: str, keys: Keys, complaints: Complaints) -> None:
        self.place, self._complaints = place, complaints
        self._data: dict[str, object] = {}
        if not isinstance(data, dict):
            complaints.add(
                place or "top level", shown(data), "must be an object", f"its keys are {_listed(keys.order)}"
            )
            return
        self._data = data
        note_repeated(data, place, complaints)
        if not keys.all.issuperset(data):
            for key in data:
                if key not in keys.all:
                    complaints.add(inside(place, str(key)), "", "is an unknown key", nearest(str(key), keys.order))
        for key in keys.required:
            if data.get(key) is None:
                if key in data:
                    complaints.add(inside(place, key), "null", "must have a value", "only optional keys may be null")
                else:
                    complaints.add(inside(place, key), "", "is missing", f"the keys found are {_listed(data)}")

    def at(self, key: str) -> str:
        """The place of one field."""
        return inside(self.place, key)

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(key) is not None

    def raw(self, key: str) -> object:
        """The field as the JSON decoder left it; None where it is missing."""
        return self._data.get(key)

    def complain(self, key: str, problem: str, remedy: str) -> None:
        """Note something about one field."""
        self._complaints.add(self.at(key), shown(self._data.get(key)), problem, remedy)

    def text(self, key: str, default: str = "") -> str:
        """A string."""
        value = self._data.get(key)
        return default if value is None else read_text(value, self.at(key), self._complaints, default)

    def number(self, key: str, default: float = 0) -> float:
        """A finite number."""
        value = self._data.get(key)
        return default if value is None else read_number(value, self.at(key), self._complaints)

    def whole(self, key: str, default: int = 0) -> int:
        """A whole number; ``3.0`` is one, as in JSON Schema."""
        value = self._data.get(key)
        return default if value is None else read_whole(value, self.at(key), self._complaints)

    def time(self, key: str) -> tuple[int, int]:
        """A date-time: seconds since the Unix epoch, and its UTC offset."""
        value = self._data.get(key)
        return (0, 0) if value is None else read_time(value, self.at(key), self._complaints)

    def moment(self, key: str) -> int | None:
        """A date-time in seconds since the Unix epoch; None where it is missing."""
        value = self._data.get(key)
        return None if value is None else read_time(value, self.at(key), self._complaints)[0]

    def duration(self, key: str, default: int = 0) -> int:
        """An ISO 8601 duration in seconds."""
        value = self._data.get(key)
        return default if value is None else read_duration(value, self.at(key), self._complaints)

    def items(self, key: str) -> list[object]:
        """A list; empty where it is missing."""
        value = self._data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.complain(key, "must be a list", "put it in [ ]")
            return []
        return value

    def objects(self, key: str, keys: Keys) -> Iterator[Fields]:
        """The objects of a list."""
        place = self.at(key)
        for index, item in enumerate(self.items(key)):
            yield Fields(item, f"{place}[{index}]", keys, self._complaints)

    def one(self, key: str, keys: Keys) -> Fields | None:
        """An object; None where it is missing."""
        value = self._data.get(key)
        return None if value is None else Fields(value, self.at(key), keys, self._complaints)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        items = self.items(key)
        if not items:
            return ()
        place = self.at(key)
        return tuple(read_text(item, f"{place}[{index}]", self._complaints) for index, item in enumerate(items))

    def members(self, key: str) -> dict[str, object]:
        """An object whose keys are names; empty where it is missing."""
        value = self._data.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.complain(key, "must be an object", 'as in {"name": 1}')
            return {}
        note_repeated(value, self.at(key), self._complaints)
        for name in value:
            read_text(name, self.at(key), self._complaints)
        return value

    def numbers(self, key: str) -> dict[str, float]:
        """An object whose values are finite numbers."""
        place = self.at(key)
        return {
            name: read_number(value, inside(place, name), self._complaints) for name, value in self.members(key).items()
        }

    def wholes(self, key: str) -> dict[str, int]:
        """An object whose values are whole numbers."""
        place = self.at(key)
        return {
            name: read_whole(value, inside(place, name), self._complaints) for name, value in self.members(key).items()
        }


def note_repeated(data: dict[str, object], place: str, complaints: Complaints) -> None:
    """Note the keys that stand in an object more than once."""
    for key in data.repeated if isinstance(data, JsonObject) else ():
        complaints.add(inside(place, key), "", "the key stands here more than once", "keep one of them")


def read_text(value: object, place: str, complaints: Complaints, default: str = "") -> str:
    """A string that can be written again as UTF-8."""
    if not isinstance(value, str):
        remedy = f'put it in quotes, as in "{value}"' if isinstance(value, int) else ""
        complaints.add(place, shown(value), "must be a string", remedy)
        return default
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            complaints.add(place, ascii(value)[:60], "holds half of a surrogate pair", "write the whole character")
            return default
    return value


def read_number(value: object, place: str, complaints: Complaints) -> float:
    """A finite number, as int where it was written as one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        remedy = "leave out the quotes" if isinstance(value, str) else ""
        complaints.add(place, shown(value), "must be a number", remedy)
        return 0
    if isinstance(value, float) and not math.isfinite(value):
        complaints.add(place, shown(value), "must be a finite number", "NaN and Infinity are no JSON")
        return 0
    if abs(value) > _LARGEST:
        complaints.add(place, shown(value), "is too large a number", "at most 10^15 can be meant")
        return 0
    return value


def read_whole(value: object, place: str, complaints: Complaints) -> int:
    """A whole number."""
    number = read_number(value, place, complaints)
    if number != int(number):
        complaints.add(place, shown(value), "must be a whole number", "round it")
        return 0
    return int(number)


def read_time(value: object, place: str, complaints: Complaints) -> tuple[int, int]:
    """A date-time: seconds since the Unix epoch, and its UTC offset in seconds."""
    if not isinstance(value, str):
        remedy = 'write it as "2026-11-23T08:00:00+01:00"'
        complaints.add(place, shown(value), "must be a date-time in quotes", remedy)
        return 0, 0
    try:
        return parse_time(value)
    except Unreadable as error:
        complaints.add(place, shown(value), error.problem, error.remedy)
        return 0, 0


def read_duration(value: object, place: str, complaints: Complaints) -> int:
    """A duration in seconds."""
    if not isinstance(value, str):
        remedy = 'write it as "PT1H30M"'
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LARGEST:
            remedy = f'if these are seconds, write "{format_duration(round(value))}"'
        complaints.add(place, shown(value), "must be an ISO 8601 duration in quotes", remedy)
        return 0
    try:
        return parse_duration(value)
    except Unreadable as error:
        complaints.add(place, shown(value), error.problem, error.remedy)
        return 0


def _listed(names: object) -> str:
    found = [f"`{name}`" for name in names] if isinstance(names, tuple | dict) else []
    return ", ".join(found[:20]) + (", …" if len(found) > 20 else "") if found else "none"
