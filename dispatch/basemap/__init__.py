"""The base map: one file of vector tiles, made from an OpenStreetMap extract.

The file is a PMTiles archive (https://github.com/protomaps/PMTiles, version 3): a browser fetches the tiles that it
needs from it by byte ranges, so there is no tile server. The data is under the Open Database Licence, and every map
that shows it names its source (:data:`ATTRIBUTION`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dispatch.basemap.errors import BaseMapError, NoTileCutterError
from dispatch.basemap.reading import write_layers
from dispatch.basemap.tiles import ATTRIBUTION, cut_tiles, tile_cutter

__all__ = ["ATTRIBUTION", "BaseMapError", "Counts", "NoTileCutterError", "build", "tile_cutter"]

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a base map holds: features by layer; ``flawed``: things whose shape the extract does not give whole;
    ``bounds``: west, south, east, north in degrees; ``size`` in bytes.
    """

    features: Mapping[str, int]
    flawed: int
    bounds: tuple[float, float, float, float]
    size: int


def _silent(_what: str, _share: float) -> None:
    """Says nothing."""


def build(extract: Path, file: Path, progress: Progress = _silent) -> Counts:
    """Make the base map of an extract. ``file`` appears when it is whole, and not at all where something fails.

    Everything in between lies in a temporary folder beside ``file``, about four times the size of the extract.
    Raises :class:`NoTileCutterError` where tippecanoe is missing (before anything is read), :class:`BaseMapError` for
    an extract that cannot be read or drawn, OSError where the disk is full.
    """
    tile_cutter()
    with tempfile.TemporaryDirectory(prefix=".map-", dir=file.parent) as name:
        folder = Path(name)
        written = write_layers(extract, folder, progress)
        made = cut_tiles(written.files, folder, extract.name.removesuffix(".osm.pbf"), progress)
        size = made.stat().st_size
        shutil.move(made, file)
    return Counts(dict(sorted(written.features.items())), written.flawed, written.bounds, size)
