"""An extract, read once and written out as one file of GeoJSON features for each layer.

Nothing but the coordinates of nodes is held in memory; every feature goes to its file as it is read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import osmium

from dispatch.basemap.coastline import Coast
from dispatch.basemap.errors import BaseMapError
from dispatch.basemap.features import Drawn, Layer, of_area, of_boundary, of_line, of_point

Progress = Callable[[str, float], None]

_OBJECTS_PER_BYTE = 0.16
"""About so many objects lie in a byte of an extract; only the progress bar goes by it."""
_SAY_EVERY = 20_000


@dataclass(slots=True)
class Written:
    """What was written: features by layer, the files they are in, and the frame around everything (degrees)."""

    features: Counter[str] = field(default_factory=Counter)
    files: dict[Layer, Path] = field(default_factory=dict)
    west: float = 180.0
    south: float = 90.0
    east: float = -180.0
    north: float = -90.0
    flawed: int = 0
    """Things whose shape could not be made: a corner is missing, or an area is not closed."""

    def reach(self, lon: float, lat: float) -> None:
        """Widen the frame to a point."""
        self.west, self.east = min(self.west, lon), max(self.east, lon)
        self.south, self.north = min(self.south, lat), max(self.north, lat)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north


def write_layers(extract: Path, folder: Path, progress: Progress) -> Written:
    """Write ``LAYER.geojsonl`` into ``folder`` for every layer that the extract has something for.

    Raises :class:`BaseMapError` for a file that cannot be read to its end, or that holds nothing to draw.
    """
    written = Written()
    with ExitStack() as stack:
        pen = _Pen(stack, folder, written)
        try:
            coast = _read(extract, pen, written, progress)
        except (RuntimeError, ValueError) as error:
            raise BaseMapError(f"{extract.name} cannot be read as an OpenStreetMap extract: {error}") from error
        if not written.features:
            raise BaseMapError(f"{extract.name} holds nothing that a map could show. Is it the right extract?")
        for geometry in coast.sea(written.bounds):
            pen.write(Drawn(Layer.WATER, {"kind": "ocean", "min_zoom": 0}, 0), geometry)
        pen.write(Drawn(Layer.EARTH, {"kind": "earth", "min_zoom": 0}, 0), _frame(written.bounds))
    return written


def _read(extract: Path, pen: _Pen, written: Written, progress: Progress) -> Coast:
    shapes = osmium.geom.GeoJSONFactory()
    coast = Coast()
    expected = max(1.0, extract.stat().st_size * _OBJECTS_PER_BYTE)
    header = osmium.io.Reader(str(extract), osmium.osm.NOTHING)
    box = header.header().box()
    header.close()
    if box.valid():
        written.reach(box.bottom_left.lon, box.bottom_left.lat)
        written.reach(box.top_right.lon, box.top_right.lat)
    things: Iterator[Any] = iter(osmium.FileProcessor(str(extract)).with_locations().with_areas())
    for count, one in enumerate(things):
        if count % _SAY_EVERY == 0:
            progress("Reading what the map shows", min(count / expected, 0.99))
        if one.is_way() and not box.valid():
            for node in one.nodes:
                if node.location.valid():
                    written.reach(node.lon, node.lat)
        if not one.tags:
            continue
        try:
            for drawn, geometry in _drawn(one, shapes, coast):
                pen.write(drawn, json.loads(geometry))
        except (RuntimeError, osmium.InvalidLocationError):
            written.flawed += 1
    progress("Reading what the map shows", 1.0)
    return coast


def _drawn(one: Any, shapes: Any, coast: Coast) -> Iterator[tuple[Drawn, str]]:
    tags = {tag.k: tag.v for tag in one.tags}
    if one.is_node():
        for drawn in of_point(tags):
            yield drawn, shapes.create_point(one)
    elif one.is_way():
        for drawn in of_line(tags):
            yield drawn, shapes.create_linestring(one)
        if (boundary := of_boundary(tags)) is not None:
            yield boundary, shapes.create_linestring(one)
        if tags.get("natural") == "coastline":
            coast.add([(node.lon, node.lat) for node in one.nodes if node.location.valid()])
    elif one.is_area():
        for drawn in of_area(tags):
            yield drawn, shapes.create_multipolygon(one)


class _Pen:
    """Writes features, each into the file of its layer; a file begins when there is something for it."""

    def __init__(self, stack: ExitStack, folder: Path, written: Written) -> None:
        self._stack, self._folder, self._written = stack, folder, written
        self._files: dict[Layer, IO[str]] = {}

    def write(self, drawn: Drawn, geometry: dict[str, Any]) -> None:
        layer = drawn.layer
        if layer not in self._files:
            path = self._folder / f"{layer.value}.geojsonl"
            self._written.files[layer] = path
            self._files[layer] = self._stack.enter_context(path.open("w", encoding="utf-8"))
        feature = {
            "type": "Feature",
            "tippecanoe": {"minzoom": drawn.tile_zoom},
            "properties": drawn.properties,
            "geometry": geometry,
        }
        self._files[layer].write(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._written.features[layer.value] += 1


def _frame(bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    west, south, east, north = bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
