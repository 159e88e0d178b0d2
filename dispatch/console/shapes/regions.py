"""Regions as documents."""

from __future__ import annotations

from typing import Self

from pydantic import AwareDatetime, BaseModel, Field

from dispatch.regions.region import Region
from dispatch.services.regions import Regions


class EstimateShape(BaseModel):
    """Where no road is known, a way of `d` metres as the crow flies takes `factor * d ** exponent` seconds."""

    factor: float
    exponent: float
    detour: float = Field(description="Metres driven for each metre as the crow flies")
    median_error: float | None = Field(description="A share; null where the region is too small to measure it")


class RegionShape(BaseModel):
    """A region: all that was made of one OpenStreetMap extract."""

    name: str
    version: str
    built_at: AwareDatetime
    data_of: AwareDatetime | None = Field(description="When the data was fresh, where the extract says so")
    extract: str = Field(description="The name of the file that it was made of")
    bounds: tuple[float, float, float, float] = Field(description="South, west, north, east")
    counts: dict[str, int | float] = Field(description="What it holds: `road_km`, `addresses`, `tiles`, …")
    bytes: int
    has_map: bool
    estimate: EstimateShape
    notes: list[str] = Field(description="What it cannot do, in sentences")
    attribution: str

    @classmethod
    def of(cls, region: Region) -> Self:
        """The document of a region."""
        law, estimate = region.law, region.estimate
        return cls(
            name=region.name,
            version=region.version,
            built_at=region.built_at,
            data_of=region.extract.of,
            extract=region.extract.file,
            bounds=region.bounds,
            counts=region.counts,
            bytes=region.bytes,
            has_map=region.map_file is not None,
            estimate=EstimateShape(
                factor=law.factor,
                exponent=law.exponent,
                detour=estimate.detour,
                median_error=estimate.median_error,
            ),
            notes=list(region.notes),
            attribution=region.attribution,
        )


class RegionsShape(BaseModel):
    """Every region of this installation."""

    current: str | None = Field(description="The name of the region that is wanted; null: travel times are estimated")
    used: str | None = Field(description="The version of the region that travel times come from in this process")
    items: list[RegionShape]

    @classmethod
    def of(cls, regions: Regions) -> Self:
        """The document of what there is."""
        return cls(
            current=regions.current,
            used=None if regions.used is None else regions.used.version,
            items=[RegionShape.of(region) for region in regions.there],
        )
