"""Ways between points, slices of the week, and what the legs that were driven taught of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import BeforeValidator, Field

from dispatch.console.deps import Reading, Travel, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.travel import (
    NewSlice,
    ReachShape,
    SliceChange,
    SliceShape,
    TableAsked,
    TableShape,
    WayAsked,
    WayShape,
)
from dispatch.domain.roles import Right
from dispatch.services import travel as slices
from dispatch.services import ways
from dispatch.services.history import unchanged
from dispatch.store.tables import TravelSlice
from dispatch.travel.reach import MOST_MINUTES

router = Router(prefix="/travel")

Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)]
Minutes = Annotated[
    list[Annotated[int, Field(ge=1, le=MOST_MINUTES)]],
    BeforeValidator(lambda sent: [part for text in sent for part in str(text).split(",")]),
    Query(min_length=1, max_length=4, description="Up to four times, such as 10,20"),
]

_MAY_ASK = [right(Right.READ_JOBS)]
_MAY_READ = [right(Right.READ_SETUP)]


@router.post("/route", summary="Ask for a way", dependencies=_MAY_ASK, responses=problems(401, 403, 422))
def way(uow: Reading, travel: Travel, asked: WayAsked) -> WayShape:
    """The way through points, leg by leg with who says how long it takes; for drawing and for asking "how far"."""
    return WayShape.model_validate(ways.way(uow, travel, **asked.model_dump()))


@router.post("/table", summary="Ask for ways", dependencies=_MAY_ASK, responses=problems(401, 403, 422))
def table(uow: Reading, travel: Travel, asked: TableAsked) -> TableShape:
    """From each start to each end, in free traffic."""
    return TableShape.model_validate(ways.table(uow, travel, **asked.model_dump()))


@router.get(
    "/reach",
    summary="See what can be reached",
    dependencies=_MAY_ASK,
    responses=problems(401, 403, 409, 422, 503),
)
def reach(uow: Reading, travel: Travel, lat: Lat, lon: Lon, minutes: Minutes) -> ReachShape:
    """Where one can be within so many minutes, as GeoJSON, in free traffic. Made of cells: one belongs to an area where
    the road nearest to its middle (within 500 m) is reached in time. Refused where no engine can say: never guessed."""
    return ReachShape.model_validate(ways.reach(uow, travel, point=(lat, lon), minutes=minutes))


@router.get("/slices", summary="List slices of the week", dependencies=_MAY_READ, responses=problems(401, 403, 422))
def list_slices(uow: Reading, paging: Paging) -> Page[SliceShape]:
    """By name. Without any, traffic is free at all hours."""
    return paged(uow, slices.found(uow), paging, [TravelSlice.name, TravelSlice.id], SliceShape.model_validate)


@router.post(
    "/slices",
    status_code=201,
    summary="Add a slice of the week",
    dependencies=_MAY_READ,
    responses=problems(401, 403, 409, 422),
)
def add_slice(response: Response, uow: Uow, wanted: NewSlice) -> SliceShape:
    """Its speeds count from the next plan on."""
    return SliceShape.model_validate(tagged(response, slices.create_slice(uow, **wanted.model_dump())))


@router.post(
    "/slices/standard",
    summary="Add slices to begin with",
    dependencies=_MAY_READ,
    responses=problems(401, 403, 409, 422),
)
def add_standard_slices(uow: Uow) -> list[SliceShape]:
    """Two rushes and the night, unless they are there. They are a guess; what is driven teaches better."""
    return [SliceShape.model_validate(row) for row in slices.create_standard_slices(uow)]


@router.get(
    "/slices/{slice_id}", summary="Read a slice", dependencies=_MAY_READ, responses=problems(401, 403, 404, 422)
)
def one_slice(slice_id: RowId, response: Response, uow: Reading) -> SliceShape:
    """A slice, with the ETag to change it by."""
    return SliceShape.model_validate(tagged(response, slices.seen(uow, slice_id)))


@router.patch(
    "/slices/{slice_id}",
    summary="Change a slice",
    dependencies=_MAY_READ,
    responses=problems(401, 403, 404, 409, 412, 422),
)
def edit_slice(
    slice_id: RowId, response: Response, uow: Uow, change: SliceChange, if_match: IfMatch = None
) -> SliceShape:
    """Change when it is or how fast one drives then."""
    slices.seen(uow, slice_id)
    unchanged(uow, TravelSlice, slice_id, if_match)
    return SliceShape.model_validate(tagged(response, slices.change_slice(uow, slice_id, **change.sent())))


@router.delete(
    "/slices/{slice_id}",
    status_code=204,
    summary="Remove a slice",
    dependencies=_MAY_READ,
    responses=problems(401, 403, 404, 422),
)
def drop_slice(slice_id: RowId, uow: Uow) -> None:
    """Traffic is free at that time from then on."""
    slices.remove_slice(uow, slice_id)


@router.get("/factors", summary="Read what was learnt", dependencies=_MAY_READ, responses=problems(401, 403))
def factors(uow: Reading) -> list[slices.KnownFactor]:
    """Slice by slice: configured, learnt, how sure, from how many legs, and which is used."""
    return slices.known_factors(uow)
