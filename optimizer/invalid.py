"""What is said when something given from outside cannot be used: where, what, why, and what to do about it."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_COMPLAINTS = 20
"""So many complaints are collected before the rest is left unread."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong: its ``place`` (``visits[17].windows[0]``), the ``value`` found there (shortened; empty
    where there is none to show), the ``problem`` with it and the ``remedy``."""

    place: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        found = f" (found {self.value})" if self.value else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.place}: {self.problem}{found}{remedy}"


class InvalidInput(ValueError):  # noqa: N818  it says what is wrong, as KeyError does not
    """Something given from outside cannot be used. The message has one line for each complaint.

    ``place``, ``value``, ``problem`` and ``remedy`` are those of the first complaint; ``complaints`` holds all that
    were found, at most :data:`MOST_COMPLAINTS`.
    """

    def __init__(self, place: str, value: str, problem: str, remedy: str = "", more: Iterable[Complaint] = ()) -> None:
        self.complaints = (Complaint(place, value, problem, remedy), *more)
        self.place, self.value, self.problem, self.remedy = place, value, problem, remedy
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[object, ...]]:
        return type(self), (self.place, self.value, self.problem, self.remedy, self.complaints[1:])


class Complaints:
    """Collects complaints, so that somebody who repairs a file by hand sees more than one at a time."""

    def __init__(self) -> None:
        self._found: list[Complaint] = []

    def add(self, place: str, value: str, problem: str, remedy: str = "") -> None:
        """Note one complaint. Raises :class:`InvalidInput` with all of them when there are enough."""
        self._found.append(Complaint(place, value, problem, remedy))
        if len(self._found) >= MOST_COMPLAINTS:
            self.raise_any()

    def raise_any(self) -> None:
        """Raise :class:`InvalidInput` if anything was noted."""
        if self._found:
            first, *more = self._found
            raise InvalidInput(first.place, first.value, first.problem, first.remedy, more)

    def __bool__(self) -> bool:
        return bool(self._found)


def shown(value: object, width: int = 60) -> str:
    """A value as it would stand in JSON, cut where it is long. Never deep: a list says only how long it is."""
    match value:
        case dict():
            return f"an object with {len(value)} keys" if len(value) != 1 else "an object with 1 key"
        case list() | tuple():
            flat = all(item is None or isinstance(item, str | int | float) for item in value)
            return "[" + ", ".join(shown(item) for item in value) + "]" if len(value) <= 2 and flat else _long(value)
        case str():
            return json.dumps(value if len(value) <= width else value[: width - 1] + "…", ensure_ascii=False)
        case None | bool() | float():
            return json.dumps(value)
        case int() if abs(value) >= 10**30:
            return "a number of more than 30 digits"
        case _:
            return str(value)


def _long(value: list[object] | tuple[object, ...]) -> str:
    return f"a list of {len(value)}"


def nearest(name: str, known: Iterable[str], quote: str = "`") -> str:
    """The remedy for a name nobody knows: the nearest known one, or the first few of them."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {quote}{close[0]}{quote}?"
    if not names:
        return "there are none"
    few = ", ".join(f"{quote}{item}{quote}" for item in names[:12])
    return f"known are {few}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def inside(place: str, key: str) -> str:
    """The place of ``key`` in the object at ``place``."""
    if not _PLAIN_KEY.match(key):
        return f"{place}[{shown(key, 40)}]"
    return f"{place}.{key}" if place else key
