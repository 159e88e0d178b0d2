"""The base map: what it is drawn from, and the tiles of a region."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from dispatch.console.base_map import region_with_map, source_of
from dispatch.console.byte_ranges import ranged
from dispatch.console.deps import Reading, SignedIn, TheSettings, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.maps import MapSourceShape, UnplacedShape
from dispatch.domain.roles import Right
from dispatch.planning.unplaced import unplaced

router = Router(prefix="/map")

PMTILES = "application/vnd.pmtiles"
_YEAR = "private, max-age=31536000, immutable"
_TILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file", "content": {PMTILES: {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The piece of it", "content": {PMTILES: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "You have it"},
}


@router.get("/source", summary="What maps are drawn from", responses=problems(401))
def map_source(_: SignedIn, settings: TheSettings) -> MapSourceShape:
    """Tiles of the region that this server has, or those of a configured address, and whom to name beside them."""
    return MapSourceShape.model_validate(source_of(settings))


@router.get(
    "/unassigned",
    summary="Where the work lies that nobody has",
    dependencies=[right(Right.READ_PLANS)],
    responses=problems(401, 403),
)
def unassigned_work(uow: Reading) -> UnplacedShape:
    """Open visits with their places, as of now; the published plan says why it left them out."""
    return UnplacedShape.model_validate(unplaced(uow))


@router.get(
    "/tiles/{region}.pmtiles",
    summary="Read the tiles of a region",
    response_class=Response,
    responses={**_TILES, **problems(401, 404, 416, 422)},
)
def region_tiles(
    region: Annotated[str, Path(max_length=64)],
    request: Request,
    _: SignedIn,
    settings: TheSettings,
    version: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """A PMTiles archive; ask for byte ranges. With the `version` of the map's source it may be kept for ever."""
    found, file = region_with_map(settings, region)
    kept = _YEAR if version == found.version else "private, no-cache"
    return ranged(file, f'"{found.version}"', PMTILES, request.headers, {"Cache-Control": kept})
