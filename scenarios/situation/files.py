"""Situations that were taken, as files: JSON, with their tables packed and their digest beside them.

What a file says is read strictly, and its digest is worked out again: a file that was changed is no record any more.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from pydantic import TypeAdapter, ValidationError

from optimizer.domain import IntMatrix
from optimizer.invalid import Complaints, InvalidInput, shown
from scenarios.situation.added import came_later, parts_of
from scenarios.situation.digest import digest_of
from scenarios.situation.situation import Situation

FORMAT = "fieldwright situation 1"
MOST_BYTES = 500_000_000
_TABLES = ("seconds", "metres")
_HEAD = ("format", "digest")
_LATER = frozenset(one.name for one in parts_of(Situation) if came_later(one))
"""What files say nothing of that were written before there was such a thing."""


def write_situation(situation: Situation, path: str | Path) -> str:
    """Write the file, whole or not at all; the digest. Raises :class:`OSError`."""
    target = Path(path)
    number, part = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    document = as_document(situation)
    try:
        with open(number, "w", encoding="utf-8") as file:  # noqa: PTH123  it is open already
            json.dump(document, file, indent=1, ensure_ascii=False)
            file.write("\n")
        os.chmod(part, 0o644)  # noqa: PTH101  the file is as readable as any that is written by hand
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    digest: str = document["digest"]
    return digest


def read_situation(path: str | Path) -> Situation:
    """The situation in a file. Raises :class:`InvalidInput` for what is none, and :class:`OSError`."""
    content = Path(path).read_bytes()
    if len(content) > MOST_BYTES:
        raise InvalidInput("the file", f"{len(content)} bytes", "is too large", f"{MOST_BYTES} bytes are the most")
    try:
        document = json.loads(content)
    except (UnicodeDecodeError, ValueError) as error:
        raise InvalidInput("the file", "", f"is no JSON: {error}", "take it again with `scenario take`") from None
    return situation_of(document)


def as_document(situation: Situation) -> dict[str, Any]:
    """The situation as JSON values."""
    told: dict[str, Any] = {"format": FORMAT, "digest": digest_of(situation)}
    for name, adapter in _adapters().items():
        told[name] = adapter.dump_python(getattr(situation, name), mode="json")
    return told | {name: _packed(getattr(situation, name)) for name in _TABLES}


def situation_of(document: Any) -> Situation:
    """The situation that a document tells. Raises :class:`InvalidInput`."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = shown(document.get("format")) if isinstance(document, dict) and "format" in document else ""
        remedy = f'this program reads "{FORMAT}"; take it again with `scenario take`'
        raise InvalidInput("format", found, "is no situation that this program reads", remedy)
    complaints = Complaints()
    known = {*_HEAD, *_TABLES, *_adapters()}
    for key in sorted(document.keys() - known):
        complaints.add(key, shown(document[key]), "is unknown here", "remove it")
    for key in sorted(known - document.keys() - _LATER):
        complaints.add(key, "", "is missing", "take the situation again with `scenario take`")
    complaints.raise_any()
    read: dict[str, Any] = {
        name: _read(name, adapter, document[name], complaints)
        for name, adapter in _adapters().items()
        if name in document
    }
    complaints.raise_any()
    read |= {name: _unpacked(name, document[name], len(read["places"])) for name in _TABLES}
    situation = Situation(**read)
    found = digest_of(situation)
    if document["digest"] != found:
        remedy = "it was changed since it was taken, or is damaged; take it again with `scenario take`"
        raise InvalidInput(
            "digest", shown(document["digest"], 80), f"is not that of what the file holds, {found}", remedy
        )
    return situation


@lru_cache(maxsize=1)
def _adapters() -> dict[str, TypeAdapter[Any]]:
    """What reads and writes each field but the tables."""
    hints = get_type_hints(Situation)
    return {one.name: TypeAdapter(hints[one.name]) for one in parts_of(Situation) if one.name not in _TABLES}


def _read(name: str, adapter: TypeAdapter[Any], value: Any, complaints: Complaints) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            place = name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in one["loc"])
            problem = (
                "is missing"
                if one["type"] == "missing"
                else f"cannot be used: {one['msg'][:1].lower()}{one['msg'][1:]}"
            )
            complaints.add(place, "" if one["type"] == "missing" else shown(one["input"]), problem, "correct the value")
        return None


def _packed(table: IntMatrix) -> str:
    """Little-endian 32-bit numbers, row by row, compressed, in base 64."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(table, "<i4").tobytes(), 6)).decode()


def _unpacked(name: str, text: Any, places: int) -> IntMatrix:
    wanted = places * places * 4
    try:
        inflating = zlib.decompressobj()
        content = inflating.decompress(base64.b64decode(text, validate=True), wanted + 1)
    except (TypeError, ValueError, binascii.Error, zlib.error):
        raise InvalidInput(name, "", "is no packed table", "take the situation again with `scenario take`") from None
    if len(content) != wanted:
        problem = f"has not {places} × {places} cells"
        raise InvalidInput(name, f"{len(content) // 4} cells", problem, "take the situation again with `scenario take`")
    return np.frombuffer(content, "<i4").astype(np.int32).reshape(places, places)
