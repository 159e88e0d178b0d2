"""What the base map is drawn from here: tiles of the region, tiles from a configured address, or nothing yet."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dispatch.basemap import ATTRIBUTION
from dispatch.domain.errors import DispatchError, NotFound
from dispatch.regions.opening import current
from dispatch.regions.region import Region
from dispatch.settings import Settings

Kind = Literal["region", "vector", "raster", "none"]
Bounds = tuple[float, float, float, float]

_NO_REGION = "This server has no region. `fieldwright region add FILE.osm.pbf` makes one, with its map."
TILES_AT = "/api/v1/map/tiles"
_VECTOR = re.compile(r"\.(mvt|pbf|pmtiles)(\?|$)")


@dataclass(frozen=True, slots=True)
class MapSource:
    """Where a map's tiles come from. ``bounds``: west, south, east, north; ``missing`` says what to do where there is
    no map.
    """

    kind: Kind
    url: str | None
    attribution: str
    bounds: Bounds | None
    missing: str | None = None


def source_of(settings: Settings) -> MapSource:
    """The configured address goes before the region's own map: somebody wants it so."""
    refused = None
    try:
        region = current(settings)
    except DispatchError as error:
        region, refused = None, error.detail
    bounds = None
    if region is not None:
        south, west, north, east = region.bounds
        bounds = (west, south, east, north)
    if settings.tile_url is not None:
        kind: Kind = "vector" if _VECTOR.search(settings.tile_url) else "raster"
        return MapSource(kind, settings.tile_url, settings.tile_attribution, bounds)
    if region is None:
        return MapSource("none", None, ATTRIBUTION, None, refused or _NO_REGION)
    if region.map_file is None:
        missing = f"Region {region.name} was made without a map. Install tippecanoe and add the region again."
        return MapSource("none", None, ATTRIBUTION, bounds, missing)
    return MapSource("region", f"{TILES_AT}/{region.name}.pmtiles?version={region.version}", ATTRIBUTION, bounds)


def region_with_map(settings: Settings, name: str) -> tuple[Region, Path]:
    """The region of this name and the file of its map. Raises :class:`NotFound` where it is not the one in use."""
    with suppress(DispatchError):  # what keeps a region from being opened is said by the source, not here
        region = current(settings)
        if region is not None and region.name == name and region.map_file is not None:
            return region, region.map_file
    raise NotFound(f"No map of a region {name!r} is in use here.")


def tiles_origin(settings: Settings) -> str | None:
    """The origin, other than our own, that a browser must be let to reach for tiles: `https://tiles.example.org`."""
    if settings.tile_url is None:
        return None
    parts = urlsplit(settings.tile_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
