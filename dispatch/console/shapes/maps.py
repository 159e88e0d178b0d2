"""What a map is drawn from."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch.console.base_map import Kind
from dispatch.store.tables import Priority


class MapSourceShape(BaseModel):
    """Where a map's tiles come from.

    ``region``: one PMTiles file of ours; ``vector``, ``raster``: a configured address; ``none``: no base map, and
    ``missing`` says why. Vector tiles are in the Protomaps basemap schema.
    """

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    url: str | None = Field(description="Of the PMTiles file, or with `{z}`, `{x}` and `{y}`")
    attribution: str = Field(description="To be shown wherever the map is")
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)] | None = Field(
        description="West, south, east, north in degrees"
    )
    missing: str | None


class UnplacedVisitShape(BaseModel):
    """An open visit, and where it is to be made."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    job: str
    number: str
    title: str
    priority: Priority
    lat: float
    lon: float


class UnplacedShape(BaseModel):
    """Open visits at one instant of the operation's clock. ``cut``: there are more than are listed."""

    model_config = ConfigDict(from_attributes=True)

    now: AwareDatetime
    visits: list[UnplacedVisitShape]
    cut: bool
