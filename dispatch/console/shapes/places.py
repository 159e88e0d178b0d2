"""Places that an address may mean, as documents."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import Degrees, Latitude
from dispatch.geocoding.candidates import Precision
from dispatch.geocoding.finding import Found


class PlaceShape(BaseModel):
    """A place that may be meant.

    ``precision``: ``exact`` (the house number is there), ``street`` (the street is, the number is not), ``place`` (a
    town, a postcode or a named site), ``partial`` (some of what was asked for found no use: ``unused``). ``inferred``:
    parts that nobody says but that follow from where it lies. ``distance``: metres from the point that was asked about.
    """

    model_config = ConfigDict(from_attributes=True)

    label: str
    kind: str
    lat: float
    lon: float
    precision: Precision
    score: float = Field(description="0 to 1")
    source: str
    name: str
    street: str
    number: str
    postcode: str
    part: str
    city: str
    inferred: list[str]
    unused: list[str]
    distance: float | None


class PlacesShape(BaseModel):
    """What was found, the best first; nothing: there is no such place.

    ``sure``: the first can be taken without asking anybody. ``ambiguous``: another one is as likely. ``instead_of``:
    who should have answered, and did not; ``source`` answers in their place.
    """

    places: list[PlaceShape]
    sure: bool
    ambiguous: bool
    source: str
    instead_of: str

    @classmethod
    def of(cls, found: Found) -> PlacesShape:
        """What was found, as a document."""
        return cls(
            places=[PlaceShape.model_validate(one) for one in found.candidates],
            sure=found.sure,
            ambiguous=found.ambiguous,
            source=found.source,
            instead_of=found.instead_of,
        )


class SitePlace(Sent):
    """Where a site is: pointed at on the ``map``, or the candidate for its ``address`` that somebody confirmed."""

    lat: Latitude
    lon: Degrees
    placed_by: Literal["map", "address"] = "map"
    precision: Precision | None = Field(None, description="That of the candidate; pointing at the map is exact")
