"""Travel as documents: ways between points, the routes of a plan, slices of the week."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from dispatch.console.shapes.base import Sent, unsent
from dispatch.console.shapes.common import At, Degrees, Latitude, Ref, When
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.travel.slices import LEAST_FACTOR, MOST_FACTOR, WORKING_DAYS


def _rounded(point: tuple[float, float]) -> list[float]:
    return [round(point[0], 5), round(point[1], 5)]


LatLon = Annotated[tuple[float, float], PlainSerializer(_rounded, return_type=list[float])]
"""Latitude and longitude in degrees; answered to five decimals, about a metre."""


class _FromRow(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class DrawnStopShape(_FromRow):
    """A visit on a drawn route."""

    visit: str
    job: str
    number: str
    title: str
    status: VisitStatus
    lat: float
    lon: float
    arrival: At
    start: At
    end: At


class DrawnLegShape(_FromRow):
    """One leg: seconds in free traffic, metres, who says so (``road``, ``cached``, ``estimate``), and the way."""

    from_: LatLon = Field(serialization_alias="from", validation_alias="from_")
    to: LatLon
    seconds: int
    metres: int
    source: str
    points: list[LatLon]


class DrawnRouteShape(_FromRow):
    """One shift's route: base, stops, base. ``colour`` null: choose one."""

    technician: str
    technician_name: str
    shift: str
    colour: str | None
    legs: list[DrawnLegShape]
    stops: list[DrawnStopShape]


class DrawingShape(_FromRow):
    """The routes of a plan, for a map. ``cut``: there are more than are answered."""

    plan: str | None
    edition: int
    cut: bool
    routes: list[DrawnRouteShape]


class RouteLegShape(BaseModel):
    """One leg of a way: seconds at the time of departure, metres, who says so, and the points along it."""

    seconds: int
    metres: int
    source: str
    points: list[LatLon]


class WayShape(BaseModel):
    """A way through points. ``slice``: in which slice of the week it is driven; empty: free traffic."""

    seconds: int
    metres: int
    slice: str
    legs: list[RouteLegShape]


class TableShape(BaseModel):
    """From each start (rows) to each end (columns): seconds, metres, and who says so."""

    seconds: list[list[int]]
    metres: list[list[int]]
    sources: list[list[str]]


Coordinates = Annotated[tuple[Latitude, Degrees], Field(description="Latitude and longitude in degrees")]
Factor = Annotated[float, Field(ge=LEAST_FACTOR, le=MOST_FACTOR, allow_inf_nan=False)]
TimeOfDay = Annotated[str, Field(max_length=5, pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", description="Local time")]
Days = Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
ByClass = Annotated[dict[str, Factor], Field(max_length=20)]


class WayAsked(Sent):
    """A way through ``points`` in this order. ``departs``: at that time's speeds, in ``territory``; left out: free."""

    points: list[Coordinates] = Field(min_length=2, max_length=100)
    departs: When | None = None
    territory: Ref | None = None


class TableAsked(Sent):
    """Ways from each of ``starts`` to each of ``ends``, in free traffic."""

    starts: list[Coordinates] = Field(min_length=1, max_length=100)
    ends: list[Coordinates] = Field(min_length=1, max_length=100)


class AreaShape(BaseModel):
    """A GeoJSON feature (RFC 7946). ``properties``: ``minutes``, the ``engine`` that says so, and of the roads in this
    process ``cell_metres``, the size of the cells that the area is made of."""

    type: Literal["Feature"]
    properties: dict[str, Any]
    geometry: dict[str, Any]


class ReachShape(BaseModel):
    """A GeoJSON FeatureCollection of (multi)polygons, the widest first."""

    type: Literal["FeatureCollection"]
    features: list[AreaShape]


class SliceShape(_FromRow):
    """A slice of the week: on ``days`` (0 Monday) from ``starts`` to ``ends``, driving takes ``factor`` times as long
    as in free traffic, times ``by_class`` on roads of a class. ``learning``: a learnt factor may take its place."""

    id: str
    version: int
    name: str
    days: list[int]
    starts: str
    ends: str
    factor: float
    by_class: dict[str, float]
    territory_id: str | None
    learning: bool


class NewSlice(Sent):
    """A new slice of the week. One that ends at or before its start ends the day after."""

    name: str = Field(min_length=1, max_length=80)
    days: Days = Field(default_factory=lambda: list(WORKING_DAYS))
    starts: TimeOfDay
    ends: TimeOfDay
    factor: Factor = 1.0
    by_class: ByClass = Field(default_factory=dict)
    territory_id: Ref | None = None
    learning: bool = True


class SliceChange(Sent):
    """What is to be changed of a slice."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = unsent()
    days: Days = unsent()
    starts: TimeOfDay = unsent()
    ends: TimeOfDay = unsent()
    factor: Factor = unsent()
    by_class: ByClass = unsent()
    territory_id: Ref | None = unsent()
    learning: bool = unsent()


class TimingShape(BaseModel):
    """A plan by the hour: each leg at the speeds of the hour in which it begins, with what slack it has."""

    summary: dict[str, Any]
    sentences: list[str]
    routes: list[dict[str, Any]]
