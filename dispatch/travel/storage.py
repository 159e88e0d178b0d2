"""Roads on disk: the graph and its order of contraction, in a folder that can be told whole from damaged."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.travel.graph import RoadDataError, RoadGraph

FORMAT = 1
"""Of the folder; another one cannot be read."""

RULES = 2
"""Of what tags mean for a car and what turns cost. To be raised with every change of them, for times change with it."""

MANIFEST = "roads.json"
NAMES = "names.json"
RANK = "rank.npy"
COLUMNS = tuple(field.name for field in fields(RoadGraph) if field.name != "names")
REMEDY = "Build the region again: fieldwright region add FILE.osm.pbf"


def version_of(extract: Path) -> str:
    """The version of the roads that an extract makes under the present rules."""
    with extract.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}-{RULES}"


def write(folder: Path, graph: RoadGraph, rank: NDArray[np.uint32], version: str) -> None:
    """Write the roads into a folder, which is made. The manifest comes last: a folder without one is not finished."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{name}.npy": _bytes(_narrow(getattr(graph, name))) for name in COLUMNS}
    contents[RANK] = _bytes(rank)
    contents[NAMES] = json.dumps(graph.names, ensure_ascii=False).encode()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    manifest = {
        "format": FORMAT,
        "version": version,
        "arcs": graph.arc_count,
        "street_kilometres": round(graph.street_kilometres, 1),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def read(folder: Path) -> tuple[RoadGraph, NDArray[np.uint32], str]:
    """The graph, its order of contraction, and its version.

    Raises :class:`~dispatch.travel.graph.RoadDataError` for a folder that is missing, foreign, of another format or
    damaged; the message says which file, and what to do.
    """
    manifest = _manifest(folder)
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        column = np.load(io.BytesIO(_whole(folder, f"{name}.npy", manifest)), allow_pickle=False)
        columns[name] = column.astype(np.int64) if column.dtype.kind == "i" else column
    names = json.loads(_whole(folder, NAMES, manifest))
    rank = np.load(io.BytesIO(_whole(folder, RANK, manifest)), allow_pickle=False)
    return RoadGraph(**columns, names=tuple(names)), rank, str(manifest["version"])


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise RoadDataError(f"{folder} holds no roads: {MANIFEST} is missing. {REMEDY}")
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise RoadDataError(
                f"{folder} holds roads in format {manifest['format']!r}, and this version reads {FORMAT}. {REMEDY}"
            )
        if (
            not {*(f"{name}.npy" for name in COLUMNS), RANK, NAMES} <= manifest["files"].keys()
            or "version" not in manifest
        ):
            raise KeyError("files")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RoadDataError(f"{path} is damaged: it does not say what belongs to the roads. {REMEDY}") from error
    return dict(manifest)


def _whole(folder: Path, name: str, manifest: dict[str, Any]) -> bytes:
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RoadDataError(f"{path} belongs to the roads and cannot be read: {error}. {REMEDY}") from error
    if hashlib.sha256(content).hexdigest() != manifest["files"][name]:
        raise RoadDataError(f"{path} is damaged: its content is not what was written. {REMEDY}")
    return content


def _bytes(column: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, column, allow_pickle=False)
    return file.getvalue()


def _narrow(column: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers in four bytes each where all of them fit."""
    if column.dtype != np.int64 or (len(column) and (column.min() < -(2**31) or column.max() >= 2**31)):
        return column
    return column.astype(np.int32)
