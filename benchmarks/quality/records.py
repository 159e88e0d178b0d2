"""Best known values: ``bks.csv`` or ``reference.csv`` beside an instance, or in the folder above it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.quality.families import FAMILIES, Family, Instance

FILES = ("bks.csv", "reference.csv")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an instance; None where nothing is."""

    value: float | None = None
    unserved: int | None = None
    routes: int | None = None


NONE = Record()


def record_of(instance: Instance, convention: str) -> Record:
    """What is known of an instance. Raises :class:`ValueError` naming the line of a table that cannot be read."""
    family = FAMILIES.get(instance.family)
    if family is None:
        return NONE
    for folder in (instance.path.parent, instance.path.parent.parent):
        for name in FILES:
            if (folder / name).is_file():
                return _look_up(folder / name, family, instance, convention)
    return NONE


def _look_up(path: Path, family: Family, instance: Instance, convention: str) -> Record:
    sintef = convention == "sintef" and family.reader == "solomon"
    columns = ("sintef_distance",) if sintef else family.columns
    for line, row in _rows(path):
        if row.get("instance") != instance.name:
            continue
        if row.get("n") and instance.customers and row["n"] != str(instance.customers):
            continue
        value = next((found for column in columns if (found := _number(path, line, row, column)) is not None), None)
        if value is None:
            return NONE
        unserved = _number(path, line, row, family.unserved)
        if unserved is None and family.value == "duty":
            unserved = 0  # a record of working time alone serves everybody
        routes = _number(path, line, row, "sintef_vehicles") if sintef else None
        return Record(value, None if unserved is None else round(unserved), None if routes is None else round(routes))
    return NONE


@cache
def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if "instance" not in (reader.fieldnames or ()):
            raise ValueError(f"{path.name}: has no column `instance`")
        return [(reader.line_num, row) for row in reader]


def _number(path: Path, line: int, row: dict[str, str], column: str) -> float | None:
    text = (row.get(column) or "").strip()
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{path.name}, line {line}: {column} is {text!r}, which is no number") from None
