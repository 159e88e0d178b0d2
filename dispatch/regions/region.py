"""What a region is: everything made of one OpenStreetMap extract, and the manifest that says what that is."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.travel.estimate import EstimateEngine, PowerLaw

FORMAT = 1
"""Of the manifest and of the folders it speaks of. A region of another format is built again."""
MANIFEST = "region.json"
ROADS, PLACES, MAP, OSRM = "roads", "places.db", "map.pmtiles", "routed"
"""The names of a region's parts inside the folder of its version."""
ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

Bounds = tuple[float, float, float, float]
"""South, west, north, east, in degrees."""


class RegionRefused(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A region cannot be built, opened or removed; the message says why, and what to do."""

    code, title = "region-refused", "The region cannot be used like that"


class NoRegion(NotFound):
    """There is no region of that name."""


def checked_name(name: str) -> str:
    """The name, if regions may have such names. Raises :class:`RegionRefused`."""
    if not _NAME.fullmatch(name):
        raise RegionRefused(
            f"{name!r} is no name for a region: up to 64 small letters (a to z), digits and dashes, and no dash first "
            "or last. Name it with --name."
        )
    return name


def name_for(extract: Path) -> str:
    """The name that an extract's file suggests: ``Rhein-Neckar_2024.osm.pbf`` is ``rhein-neckar-2024``.

    Raises :class:`RegionRefused` where the file's name holds nothing that a region's name may.
    """
    stem = extract.name.lower().removesuffix(".pbf").removesuffix(".osm")
    stem = stem.removesuffix("-latest")
    return checked_name(re.sub(r"[^a-z0-9]+", "-", stem)[:64].strip("-"))


@dataclass(frozen=True, slots=True)
class Extract:
    """The file that a region was made of: its name and content; ``of``: when its data was fresh, where it says so."""

    file: str
    sha256: str
    bytes: int
    of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a region: how many seconds it took to make, the bytes it takes, and how much of what it holds.

    ``version`` says with what it was made: a part whose version changes is made again.
    """

    version: str
    seconds: float
    bytes: int
    counts: Mapping[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The law of travel times that fits the region.

    ``median_error`` is a share, over ``pairs`` of places not fitted to; None and 0 where the region is too small to fit
    one, and a usual law stands in.
    """

    law: PowerLaw
    detour: float
    median_error: float | None
    pairs: int

    def engine(self) -> EstimateEngine:
        """The engine that estimates by it."""
        return EstimateEngine(self.law, self.detour)


@dataclass(frozen=True, slots=True)
class Region:
    """A region that is whole. ``folder`` holds its parts; a newer version lies in another folder.

    ``notes`` are sentences for people about what this region cannot do.
    """

    name: str
    folder: Path
    version: str
    bounds: Bounds
    built_at: dt.datetime
    extract: Extract
    parts: Mapping[str, Part]
    estimate: Estimate
    notes: tuple[str, ...] = ()

    attribution: ClassVar[str] = ATTRIBUTION

    @property
    def roads_folder(self) -> Path:
        """What :meth:`dispatch.travel.embedded.EmbeddedRoads.open` opens."""
        return self.folder / ROADS

    @property
    def places_file(self) -> Path:
        """What :class:`dispatch.geocoding.offline.OfflineGeocoder` searches."""
        return self.folder / PLACES

    @property
    def map_file(self) -> Path | None:
        """The base map (PMTiles); None where it could not be made."""
        return self.folder / MAP if "map" in self.parts else None

    @property
    def osrm_folder(self) -> Path | None:
        """The files of a local OSRM server; None where they were not asked for."""
        return self.folder / OSRM if "osrm" in self.parts else None

    @property
    def law(self) -> PowerLaw:
        """The fitted estimate of travel times."""
        return self.estimate.law

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        return sum(part.bytes for part in self.parts.values())

    @property
    def counts(self) -> dict[str, int | float]:
        """What all parts hold, together: ``road_km``, ``arcs``, ``addresses``, ``tiles``, …"""
        return {name: count for part in self.parts.values() for name, count in part.counts.items()}

    @property
    def square_kilometres(self) -> float:
        """The area of the box that its bounds make."""
        south, west, north, east = self.bounds
        degree = 111.195
        return (north - south) * degree * (east - west) * degree * math.cos(math.radians((north + south) / 2))

    def as_document(self) -> dict[str, Any]:
        """The manifest."""
        return {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "built_at": self.built_at.isoformat(),
            "attribution": ATTRIBUTION,
            "bounds": dict(zip(("south", "west", "north", "east"), self.bounds, strict=True)),
            "extract": {**asdict(self.extract), "of": self.extract.of and self.extract.of.isoformat()},
            "estimate": {
                **self.estimate.law.as_document(),
                "detour": self.estimate.detour,
                "median_error": self.estimate.median_error,
                "pairs": self.estimate.pairs,
            },
            "parts": {name: asdict(part) for name, part in self.parts.items()},
            "notes": list(self.notes),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any], home: Path) -> Region:
        """The region that a manifest speaks of; its parts lie in ``home / version``.

        Raises :class:`RegionRefused` for a manifest of another format, and one that says nothing that makes sense.
        """
        if document.get("format") != FORMAT:
            raise RegionRefused(
                f"region {home.name} has format {document.get('format')!r}, and this program knows {FORMAT}: build it "
                "again with `fieldwright region add`"
            )
        try:
            version = str(document["version"])
            if Path(version).name != version:
                raise ValueError(version)
            of = document["extract"]["of"]
            estimate = document["estimate"]
            error = estimate["median_error"]
            south, west, north, east = (float(document["bounds"][side]) for side in ("south", "west", "north", "east"))
            return cls(
                name=checked_name(document["name"]),
                folder=home / version,
                version=version,
                bounds=(south, west, north, east),
                built_at=dt.datetime.fromisoformat(document["built_at"]),
                extract=Extract(**{**document["extract"], "of": of and dt.datetime.fromisoformat(of)}),
                parts={name: Part(**part) for name, part in document["parts"].items()},
                estimate=Estimate(
                    PowerLaw.from_document(estimate),
                    float(estimate["detour"]),
                    None if error is None else float(error),
                    int(estimate["pairs"]),
                ),
                notes=tuple(map(str, document["notes"])),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RegionRefused(
                f"{home / MANIFEST} is no manifest of a region ({type(error).__name__}: {error}): build the region "
                "again with `fieldwright region add`"
            ) from error


def read_manifest(home: Path) -> Region:
    """The region whose manifest lies in ``home``.

    Raises FileNotFoundError where there is none, and :class:`RegionRefused` for one that cannot be read.
    """
    file = home / MANIFEST
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RegionRefused(
            f"{file} cannot be read as JSON ({error}): build the region again with `fieldwright region add`"
        ) from error
    if not isinstance(document, dict):
        raise RegionRefused(f"{file} is no manifest of a region: build it again with `fieldwright region add`")
    return Region.from_document(document, home)
