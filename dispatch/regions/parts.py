"""Making the parts of a region, one after the other, in a folder that nobody knows yet."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from dispatch import basemap
from dispatch.basemap.errors import BaseMapError, NoTileCutterError
from dispatch.geocoding import index, tables
from dispatch.regions.home import size_of
from dispatch.regions.order import STEPS, Order, Step, Told, overall
from dispatch.regions.region import MAP, OSRM, PLACES, ROADS, Bounds, Estimate, Extract, Part, Region, RegionRefused
from dispatch.travel import fitting, osrm_binaries, storage
from dispatch.travel.embedded import EmbeddedRoads
from dispatch.travel.estimate import TYPICAL_DETOUR, PowerLaw
from dispatch.travel.graph import RoadDataError, RoadGraph

VERSIONS: Mapping[str, str] = {
    "roads": f"{storage.FORMAT}.{storage.RULES}",
    "places": str(tables.FORMAT),
    "map": "1",
    "osrm": "1",
}
"""With what each part is made. Whoever changes what a part looks like on the disk counts up."""

_LEAST_NEWS = 0.005
_FEW_ADDRESSES = 0.2
"""House numbers for each street, below which most of them are missing."""
_FIT_SEED = 1
_FIT_PLACES = 3000
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_HARDLY_ANY = 1_000_000
"""Bytes free at a failure that was not said to be one of room, below which it was."""
_CHUNK = 1 << 20


def make(order: Order, told: Told) -> Region:
    """Make all parts and answer the region that they make up. Raises :class:`RegionRefused`."""
    return _Making(order, told).region()


@dataclass
class _Making:
    """One build: the parts made so far, and what is to be said about them."""

    order: Order
    told: Told
    parts: dict[str, Part] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def region(self) -> Region:
        order = self.order
        with self._refusing("osrm"):
            if "osrm" in order.wanted:
                osrm_binaries.find("osrm-extract")
        with self._refusing("extract"):
            extract = Extract(order.extract.name, self._sha256(), order.extract.stat().st_size, order.of)
        with self._refusing("roads"):
            engine = self._roads()
        with self._refusing("estimate"):
            estimate = self._estimate(engine)
        bounds = _bounds(engine.network.graph)
        del engine  # its memory is needed for what follows
        for part, made in (("places", self._places), ("map", self._map), ("osrm", self._osrm)):
            if part in order.wanted:
                with self._refusing(part):
                    made()
        return Region(
            name=order.name,
            folder=order.folder.parent / order.version,
            version=order.version,
            bounds=bounds,
            built_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            extract=extract,
            parts=self.parts,
            estimate=estimate,
            notes=tuple(self.notes),
        )

    def _sha256(self) -> str:
        digest, done, size = hashlib.sha256(), 0, max(1, self.order.extract.stat().st_size)
        say = self._says("extract")
        with self.order.extract.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                say("reading it through once", done / size)
        return digest.hexdigest()

    def _roads(self) -> EmbeddedRoads:
        folder = self.order.folder / ROADS
        with self._part("roads", folder) as counts:
            engine = EmbeddedRoads.build(self.order.extract, folder, self._says("roads"))
            graph = engine.network.graph
            counts |= {
                "road_km": round(graph.street_kilometres, 1),
                "junctions": graph.node_count,
                "arcs": graph.arc_count,
            }
        return engine

    def _estimate(self, engine: EmbeddedRoads) -> Estimate:
        say = self._says("estimate")
        say("fitting the estimate", 0.0)
        graph = engine.network.graph
        chosen = np.random.default_rng(_FIT_SEED).permutation(graph.node_count)[:_FIT_PLACES]
        places = [(float(graph.node_lat[node]), float(graph.node_lon[node])) for node in chosen]
        try:
            fit = fitting.fit(engine, places, seed=_FIT_SEED)
        except fitting.CannotFitError:
            self.notes.append("The region is too small to fit an estimate of travel times to; a usual one stands in.")
            return Estimate(PowerLaw(), TYPICAL_DETOUR, None, 0)
        say("fitting the estimate", 1.0)
        return Estimate(fit.law, round(fit.detour, 4), round(fit.median_error, 4), fit.pairs)

    def _places(self) -> None:
        file = self.order.folder / PLACES
        with self._part("places", file) as counts:
            counts |= asdict(index.build(self.order.extract, file, self._says("places")))
        addresses, streets = counts["addresses"], counts["streets"]
        if not addresses and not streets:
            self.notes.append("The extract holds no addresses and no named streets: addresses cannot be found offline.")
        elif addresses < streets * _FEW_ADDRESSES:
            some = f"hardly any addresses with house numbers ({addresses})" if addresses else "no house numbers"
            self.notes.append(f"The extract holds {some}: offline, an address is found by its street only.")

    def _map(self) -> None:
        file = self.order.folder / MAP
        try:
            with self._part("map", file) as counts:
                made = basemap.build(self.order.extract, file, self._says("map"))
                counts |= {"features": sum(made.features.values()), "tiles": _tiles_in(file)}
        except NoTileCutterError as error:
            self.notes.append(f"There is no base map: {error}")

    def _osrm(self) -> None:
        folder = self.order.folder / OSRM
        with self._part("osrm", folder):
            osrm_binaries.prepare(self.order.extract, folder, self._says("osrm"))

    @contextlib.contextmanager
    def _part(self, name: str, path: Path) -> Iterator[dict[str, int | float]]:
        """Note down what was made: the caller puts in what it holds."""
        began, counts = time.monotonic(), dict[str, int | float]()
        yield counts
        self.parts[name] = Part(VERSIONS[name], round(time.monotonic() - began, 2), size_of(path), counts)

    def _says(self, part: str) -> Callable[[str, float], None]:
        """How a part reports, in terms of the whole. A part is made in steps, each from 0 to 1."""
        steps, at, doing, last, reached = STEPS.get(part, 1), 0, "", -1.0, 0.0

        def say(now_doing: str, share: float) -> None:
            nonlocal at, doing, last, reached
            share = min(1.0, max(0.0, share))
            if now_doing == doing and abs(share - last) < _LEAST_NEWS and share < 1:
                return
            if now_doing != doing and share < last:
                at += 1
            doing, last = now_doing, share
            reached = max(reached, min(1.0, (at + share) / steps))
            self.told(Step(part, doing, share, overall(self.order, part, reached)))

        return say

    @contextlib.contextmanager
    def _refusing(self, part: str) -> Iterator[None]:
        """Say in words what keeps a part from being made."""
        try:
            yield
        except RegionRefused:
            raise
        except Exception as error:
            if _for_want_of_room(error) or shutil.disk_usage(self.order.folder).free < _HARDLY_ANY:
                raise RegionRefused(
                    f"The disk is full: there was no room for {_WORDS[part]} in {self.order.folder.parent}. Make room, "
                    "or name another data folder with FIELDWRIGHT_DATA_FOLDER."
                ) from error
            if isinstance(error, RoadDataError | BaseMapError | osrm_binaries.OsrmMissing | osrm_binaries.OsrmRefused):
                raise RegionRefused(_sentence(str(error))) from error
            if isinstance(error, OSError):
                where = f"{error.filename}: " if error.filename else ""
                raise RegionRefused(
                    f"{_WORDS[part]} could not be made: {where}{(error.strerror or str(error)).lower()}."
                ) from error
            if part == "places" and type(error) is RuntimeError:  # what osmium raises for blobs that are damaged
                raise RegionRefused(
                    f"{self.order.extract} cannot be read as an OpenStreetMap extract: {error}. Fetch it again."
                ) from error
            if isinstance(error, MemoryError):
                raise RegionRefused(f"There is too little memory for {_WORDS[part]}.") from error
            raise


_WORDS = {
    "extract": "reading the extract",
    "roads": "the road network",
    "estimate": "the estimate",
    "places": "the index of addresses",
    "map": "the base map",
    "osrm": "the files of OSRM",
}


def _for_want_of_room(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            return True
        if "no space left on device" in str(error).lower():  # other programs, and osmium, only say so
            return True
        error = error.__cause__
    return False


def _tiles_in(archive: Path) -> int:
    """The tiles that a PMTiles archive (version 3) addresses, as its header says."""
    with archive.open("rb") as file:
        return int.from_bytes(file.read(80)[72:80], "little")


def _bounds(graph: RoadGraph) -> Bounds:
    """The box around all roads."""
    lat, lon = graph.shape_lat, graph.shape_lon
    south, west, north, east = (round(float(side), 6) for side in (lat.min(), lon.min(), lat.max(), lon.max()))
    return south, west, north, east


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."
