"""The families of instances: how their files are told apart and read, and what of a plan is held against records."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CONVENTIONS = ("dimacs", "sintef")
UNKNOWN = "unknown"
SUFFIXES = (".json.gz", ".json", ".txt", ".vrp")


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of instance. ``reader`` is a kind of :mod:`optimizer.convert`, or ``json`` for the project's own format;
    ``value`` the part of a plan's cost that best known values speak of, in ``unit``; ``columns`` where the tables of
    best known values hold it, whatever comes first; ``unserved`` the column with the visits a record leaves undone.
    """

    id: str
    title: str
    reader: str
    unit: str
    columns: tuple[str, ...]
    value: str = "total"
    unserved: str = ""


_ANY = ("best_known",)
FAMILIES: dict[str, Family] = {
    family.id: family
    for family in (
        Family("fsr", "field-service problems in the project's own JSON", "json", "cost", _ANY),
        Family("solomon", "VRPTW of Solomon", "solomon", "distance", ("dimacs_best_distance", *_ANY)),
        Family("gh", "VRPTW of Gehring and Homberger", "solomon", "distance", ("dimacs_best_distance", *_ANY)),
        Family("sdvrptw", "site-dependent VRPTW", "vrplib", "distance / 1000", ("bks_cost_file_units", *_ANY)),
        Family("mdvrptw", "multi-depot VRPTW", "vrplib", "distance / 1000", ("bks_cost_file_units", *_ANY)),
        Family(
            "pcvrptw", "prize-collecting VRPTW", "vrplib", "(distance + prizes) / 10", ("bks_cost_file_units", *_ANY)
        ),
        Family(
            "praxedo",
            "field-service days on road matrices",
            "praxedo",
            "duty, minutes",
            ("ref_total_working_time", *_ANY),
            "duty",
            "ref_unserved",
        ),
        Family(
            "pillac",
            "technician routing (TRSP)",
            "praxedo",
            "duty, time units",
            ("bks_duration", *_ANY),
            "duty",
            "ref_unserved",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Instance:
    """One file. ``label`` is its path below the folder given, without the suffix; ``customers`` the number that tables
    of best known values may go by (Solomon files only), else 0; ``problem`` why it cannot be read, if so."""

    family: str
    label: str
    path: Path
    customers: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        """What tables of best known values call it."""
        return self.label.rsplit("/", 1)[-1]


def find(folder: Path, family: str | None, only: str | None) -> tuple[list[Instance], list[str]]:
    """Every instance below a folder, in the order people would sort them, and the names of files left out on purpose.

    With ``family`` those of that family alone; a file that no family knows is then tried as one of it. ``only`` is a
    pattern for the label or the name.
    """
    found: list[Instance] = []
    left_out: list[str] = []
    for path in sorted(folder.rglob("*"), key=lambda path: _natural(str(path))):
        suffix = next((suffix for suffix in SUFFIXES if path.name.endswith(suffix)), None)
        if suffix is None or not path.is_file():
            continue
        label = path.relative_to(folder).as_posix().removesuffix(suffix)
        name = label.rsplit("/", 1)[-1]
        if only is not None and not (fnmatch.fnmatch(label, only) or fnmatch.fnmatch(name, only)):
            continue
        kind, customers, problem = _told_apart(path, suffix)
        if kind == "":
            left_out.append(label)
        elif family is None or kind == family:
            found.append(Instance(kind, label, path, customers, problem))
        elif kind == UNKNOWN:
            found.append(Instance(family, label, path))
    return found, left_out


def families_in(instances: Iterable[Instance]) -> list[str]:
    """The families that occur, in the order of :data:`FAMILIES`, unknown ones last."""
    present = {instance.family for instance in instances}
    return [family for family in [*FAMILIES, UNKNOWN] if family in present]


def _told_apart(path: Path, suffix: str) -> tuple[str, int, str]:
    """The family of a file (empty: it is not meant to be an instance), its customers, and why it is of no family."""
    if suffix in (".json", ".json.gz"):
        return "fsr", 0, ""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    if suffix == ".vrp":
        kind = next((line.split(":", 1)[1].strip() for line in lines if re.match(r"TYPE\s*:", line)), "")
        if kind.lower() in FAMILIES:
            return kind.lower(), 0, ""
        return UNKNOWN, 0, f"VRPLIB of TYPE {kind!r}; known are SDVRPTW, MDVRPTW and PCVRPTW"
    if any(line.startswith("CREW COUNT") for line in lines):
        return ("praxedo" if "TRAVEL TIMES" in lines else "pillac"), 0, ""
    if any(line.upper() == "CUSTOMER" for line in lines):
        start = next(index for index, line in enumerate(lines) if line.upper() == "CUSTOMER")
        customers = sum(1 for line in lines[start:] if line[:1].isdigit()) - 1
        return ("solomon" if customers <= 100 else "gh"), customers, ""
    if text.startswith("# Instance") and "dynamic requests" in lines[0]:
        return "", 0, ""  # release times, which belong to an instance elsewhere
    return UNKNOWN, 0, "text of no known format"


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]
