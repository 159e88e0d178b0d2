"""Columns of sheets: how a cell is read, and how a value is written so that reading gives it back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.domain.events import instant

Values = dict[str, Any]
FOUND = "found"
"""Among the values of a row: where its address lies, found beside what the row says itself."""


class BadCell(Exception):  # noqa: N818
    """A cell that cannot be taken over: its column, what is wrong, what to do."""

    def __init__(self, column: str, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.column, self.problem, self.remedy = column, problem, remedy


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. ``told`` is only written: when it is read it is passed over."""

    name: str
    read: Callable[[str], Any] = str
    required: bool = False
    told: bool = False


def read_row(columns: Iterable[Column], cells: Mapping[str, str]) -> tuple[Values, list[BadCell]]:
    """The values of a row, and its bad cells. An empty cell is None; a column that is not there has no value."""
    values: Values = {}
    bad: list[BadCell] = []
    for column in columns:
        text = cells.get(column.name, "" if column.required else None)
        if text is None or column.told:
            continue
        if not text:
            values[column.name] = None
            if column.required:
                bad.append(BadCell(column.name, "must not be empty", "fill it in"))
            continue
        try:
            values[column.name] = column.read(text)
        except BadCell as error:
            bad.append(BadCell(column.name, error.problem, error.remedy))
    return values, bad


def number(text: str) -> float:
    """A number; a comma may stand for the point."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        raise BadCell("", "is no number", "write it like 12.5") from None
    if not math.isfinite(value):
        raise BadCell("", "is no number", "write it like 12.5")
    return value


def yes_or_no(text: str) -> bool:
    """Yes or no, in the words and signs that people use."""
    word = text.casefold()
    if word in ("yes", "y", "true", "1", "sí", "si", "x", "是"):
        return True
    if word in ("no", "n", "false", "0", "否"):
        return False
    raise BadCell("", "is neither yes nor no", "write yes or no")


def day(text: str) -> dt.date:
    """A day, such as 2026-11-23."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadCell("", "is no day", "write it like 2026-11-23") from None


def whole(text: str) -> int:
    """A whole number."""
    value = number(text)
    if value != int(value) or abs(value) > 1e9:
        raise BadCell("", "is no whole number", "write it like 90")
    return int(value)


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def read(text: str) -> str:
        if text.casefold() not in words:
            raise BadCell("", "is not one of those possible", f"use {', '.join(words)}")
        return text.casefold()

    return read


def quantities(text: str) -> dict[str, float]:
    """Such as ``valve=3; pipe=1.5``."""
    found: dict[str, float] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, sign, value = part.rpartition("=")
        if not sign or not name.strip():
            raise BadCell("", f"has a part {part!r} without a quantity", "write it like valve=3; pipe=1.5")
        found[name.strip()] = number(value.strip())
    return found


def shown_quantities(values: Mapping[str, float]) -> str:
    """As :func:`quantities` reads them."""
    return "; ".join(f"{name}={value:.15g}" for name, value in sorted(values.items()))


def skills(text: str) -> list[dict[str, Any]]:
    """Such as ``boiler:2@2027-06-30; gas``: a level unless it is 1, and the last day of a certificate."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        rest, at, until = part.rpartition("@")
        named = rest if at else part
        name, colon, level = named.rpartition(":")
        skill: dict[str, Any] = {"skill": (name if colon else named).strip(), "level": 1, "valid_until": None}
        if colon:
            skill["level"] = whole(level.strip())
        if at:
            skill["valid_until"] = day(until.strip())
        if not skill["skill"]:
            raise BadCell("", f"has a part {part!r} without a skill", "write it like boiler:2@2027-06-30; gas")
        found.append(skill)
    return sorted(found, key=lambda one: str(one["skill"]))


def shown_skills(held: Iterable[tuple[str, int, dt.date | None]]) -> str:
    """As :func:`skills` reads them."""
    return "; ".join(f"{name}:{level}" + (f"@{until}" if until else "") for name, level, until in sorted(held))


def windows(text: str) -> list[list[str]]:
    """Such as ``2026-11-23T09:00-03:00/2026-11-23T12:00-03:00``; more of them after semicolons."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        ends = part.split("/")
        try:
            earliest, latest = (dt.datetime.fromisoformat(one.strip()) for one in ends)
            if earliest.tzinfo is None or latest.tzinfo is None:
                raise ValueError(part)
            found.append([instant(earliest), instant(latest)])
        except (ValueError, OverflowError):
            remedy = "write it like 2026-11-23T09:00-03:00/2026-11-23T12:00-03:00"
            raise BadCell("", f"has a part {part!r} that is no time window", remedy) from None
    return sorted(found)


def shown_windows(kept: Iterable[Iterable[str]]) -> str:
    """As :func:`windows` reads them."""
    return "; ".join("/".join(window) for window in kept)
