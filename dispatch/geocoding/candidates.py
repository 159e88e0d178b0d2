"""What a search for an address answers: places it may mean, each with how precisely and how surely."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from dispatch.geocoding.measure import metres

Precision = Literal["exact", "street", "place", "partial"]
"""``exact``: the house number is there. ``street``: the street is, the number is not (or none was asked for).
``place``: only a town, a postcode or a named site. ``partial``: some of what was asked for found no use, and is listed.
"""

MARGIN = 0.04
"""A candidate whose score is within so much of the best one may as well be meant."""
SAME_SPOT = 50.0
"""Two candidates no farther apart (metres) are one spot: choosing the wrong one does no harm."""
SURE = 0.75
"""The score from which a candidate can be taken without asking anybody."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant. Degrees are WGS 84.

    ``kind``: ``address``, ``street``, ``place``, ``postcode`` or ``site``. ``score``: 0 to 1. ``inferred`` names the
    parts that the source does not say itself but that follow from where it lies; ``unused`` the words that found no
    use. ``source``: who says so. ``distance``: metres from the point that was asked about.
    """

    label: str
    lat: float
    lon: float
    kind: str
    precision: Precision
    score: float
    source: str
    street: str = ""
    number: str = ""
    postcode: str = ""
    city: str = ""
    part: str = ""
    name: str = ""
    inferred: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    distance: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def raw(self) -> dict[str, Any]:
        """As the ``raw`` of a geopy location."""
        document = asdict(self)
        return {**document.pop("facts"), **document, "inferred": list(self.inferred), "unused": list(self.unused)}


def ambiguous(candidates: list[Candidate]) -> bool:
    """Whether somewhere else may be meant as well as the first candidate says."""
    if not candidates:
        return False
    first, *others = candidates
    return any(
        first.score - other.score < MARGIN
        and metres((first.lat, first.lon), (other.lat, other.lon)) > SAME_SPOT
        and other.kind == first.kind
        for other in others
    )


def safe(candidates: list[Candidate]) -> bool:
    """Whether the first candidate can be taken unasked: a house or a street, all words used, nothing else as likely."""
    return (
        bool(candidates)
        and candidates[0].precision in ("exact", "street")
        and candidates[0].score >= SURE
        and not ambiguous(candidates)
    )


def label_of(*, name: str, street: str, number: str, postcode: str, city: str, part: str) -> str:
    """An address in one line: "Städtle 32, 9490 Vaduz"."""
    house = f"{street} {number}".strip()
    town = f"{postcode} {city}".strip()
    return ", ".join(dict.fromkeys(part for part in (name, house, part, town) if part))
