"""The digest of a situation: two situations with the same digest draw the same days, to the last byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import is_dataclass
from typing import Any

import numpy as np

from scenarios.situation.added import parts_of, tells
from scenarios.situation.situation import Situation

PREFIX = "sha256:"


def digest_of(situation: Situation) -> str:
    """``sha256:`` and the SHA-256 of all that a situation holds, in one canonical form."""
    held = {one.name: _plain(getattr(situation, one.name)) for one in parts_of(situation)}
    # What a situation does not have says nothing: those that were known before it could keep their digests.
    told = {name: value for name, value in held.items() if value is not None}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return PREFIX + hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """As JSON values; a table is told by its shape and the digest of its cells, least significant byte first."""
    if is_dataclass(value) and not isinstance(value, type):
        held = ((one, getattr(value, one.name)) for one in parts_of(value))
        return {one.name: _plain(own) for one, own in held if tells(one, own)}
    if isinstance(value, np.ndarray):
        cells = np.ascontiguousarray(value, dtype="<i4").tobytes()
        return [list(value.shape), hashlib.sha256(cells).hexdigest()]
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 70 and 70.0 mean the same, whoever wrote which
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(value)
