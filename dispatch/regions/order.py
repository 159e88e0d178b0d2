"""What is asked of whoever makes a region, and what they say meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS: Mapping[str, float] = {
    "extract": 1.0,
    "roads": 18.0,
    "estimate": 3.0,
    "places": 30.0,
    "map": 48.0,
    "osrm": 80.0,
}
"""How long the parts take, against each other: only progress bars go by it."""
STEPS: Mapping[str, int] = {"roads": 2, "places": 3, "map": 2}
"""In how many steps a part is made, where not in one; for progress bars as well."""
ALWAYS = ("extract", "roads", "estimate")
USUAL = ("places", "map")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: of which extract, in which folder, under which name and version; ``of`` is when the extract's
    data was fresh. ``wanted`` names the parts besides the roads: ``places``, ``map``, ``osrm``.
    """

    extract: Path
    folder: Path
    name: str
    version: str
    of: dt.datetime | None = None
    wanted: tuple[str, ...] = USUAL

    def as_document(self) -> dict[str, Any]:
        """For another process."""
        return {
            "extract": str(self.extract),
            "folder": str(self.folder),
            "name": self.name,
            "version": self.version,
            "of": self.of and self.of.isoformat(),
            "wanted": list(self.wanted),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Order:
        """What :meth:`as_document` made."""
        of = document["of"]
        return cls(
            Path(document["extract"]),
            Path(document["folder"]),
            document["name"],
            document["version"],
            of and dt.datetime.fromisoformat(of),
            tuple(document["wanted"]),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """How far a build is: what it does for which part, the share of that, and the share of everything (0 to 1)."""

    part: str
    doing: str
    share: float
    overall: float


Told = Callable[[Step], None]


def overall(order: Order, part: str, share: float) -> float:
    """The share of everything that is done once ``share`` of a part is."""
    every = [name for name in WEIGHTS if name in (*ALWAYS, *order.wanted)]
    before = sum(WEIGHTS[name] for name in every[: every.index(part)])
    return (before + share * WEIGHTS[part]) / sum(WEIGHTS[name] for name in every)
