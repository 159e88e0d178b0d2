"""Positions, trails and expected arrivals as documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import Accuracy, At, Degrees, Heading, Latitude, Speed, When
from dispatch.services import positions
from dispatch.services.position_lists import STALE
from dispatch.store.tables import ExpectedArrival, Position
from dispatch.travel.ports import Fix


class FixShape(Sent):
    """One position, as a phone knows it."""

    at: When
    lat: Latitude
    lon: Degrees
    heading: Heading | None = None
    speed: Speed | None = None
    accuracy: Accuracy | None = None

    def fix(self) -> Fix:
        """As services take it."""
        return Fix(self.at.timestamp(), self.lat, self.lon, self.heading, self.accuracy, self.speed)


class FixBatch(Sent):
    """What a phone has to say of where it was: up to 500 positions, in any order."""

    fixes: list[FixShape] = Field(min_length=1, max_length=positions.MOST)


class Taken(BaseModel):
    """What became of a batch: how many positions were kept, and how many not, by why.

    ``off_duty``: nobody is followed outside of work; ``duplicate``: known already; ``in_the_future``: set the phone's
    clock; ``too_old``: older than a day.
    """

    model_config = ConfigDict(from_attributes=True)

    kept: int
    dropped: dict[str, int]


class Whereabouts(BaseModel):
    """Where somebody is who is at work. ``age`` in seconds; ``stale``: that was too long ago to be where they are.

    ``matched_lat`` and ``matched_lon`` lie on the road ``street``. ``visit_id``: the visit that they are on the way to,
    with when they are expected there, by ``source``.
    """

    technician_id: str
    at: At
    lat: float
    lon: float
    heading: float | None
    speed: float | None
    accuracy: float | None
    delay: int
    matched_lat: float | None
    matched_lon: float | None
    street: str | None
    age: int
    stale: bool
    visit_id: str | None = None
    expected_at: At | None = None
    late: int | None = None
    source: str | None = None

    @classmethod
    def of(
        cls,
        position: Position,
        now: dt.datetime,
        destinations: Mapping[str, tuple[str, ExpectedArrival | None]],
    ) -> Whereabouts:
        """The position as a document."""
        visit, arrival = destinations.get(position.technician_id, (None, None))
        age = max(dt.timedelta(), now - position.at)
        own = ("technician_id", "at", "lat", "lon", "heading", "speed", "accuracy", "delay")
        matched = ("matched_lat", "matched_lon", "street")
        return cls(
            **{name: getattr(position, name) for name in (*own, *matched)},
            age=round(age.total_seconds()),
            stale=age > STALE,
            visit_id=visit,
            expected_at=arrival.expected_at if arrival is not None else None,
            late=arrival.late if arrival is not None else None,
            source=arrival.source if arrival is not None else None,
        )


class TrailPointShape(BaseModel):
    """Where somebody was; ``received_at`` is when the phone said so."""

    model_config = ConfigDict(from_attributes=True)

    at: At
    received_at: At
    lat: float
    lon: float
    heading: float | None
    speed: float | None
    accuracy: float | None
    matched_lat: float | None
    matched_lon: float | None
    street: str | None
    confidence: float | None


class ArrivalShape(BaseModel):
    """When somebody who is on the way is expected: by a position of ``seen_at``, from which it was ``remaining``
    seconds and ``metres``, says ``source``. ``proposed_at``: when they seem to have come.
    """

    model_config = ConfigDict(from_attributes=True)

    visit_id: str
    technician_id: str
    expected_at: At
    seen_at: At
    remaining: int
    metres: int
    source: str
    late: int
    proposed_at: At | None


class Arrivals(BaseModel):
    """Everybody who is on the way to a visit."""

    items: list[ArrivalShape]


class Erased(BaseModel):
    """How many points were forgotten."""

    points: int
