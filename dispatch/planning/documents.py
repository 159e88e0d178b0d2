"""Problems and plans as the store keeps them: the planning model's JSON, with travel tables packed.

A table over two thousand places is four million numbers, which as text would be most of the database. It is kept as
little-endian 32-bit numbers, compressed, in base 64. :func:`problem_of` gives back an equal problem; who wants the
planning model's own form asks :func:`optimizer.io.problem.problem_to` for it.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from optimizer.domain import Geodesic, IntMatrix, Matrix, Plan, Problem, Travel
from optimizer.io.plan import plan_from, plan_to
from optimizer.io.problem import problem_from, problem_to

_PACKED = "packed"
_QUICKLY = 1
"""Compression level: four fifths of the saving for a tenth of the time."""
_ANY = Geodesic(40, 1)


def kept_problem(problem: Problem) -> dict[str, Any]:
    """The problem as the store keeps it."""
    bare = replace(problem, travel=dict.fromkeys(problem.travel, _ANY))
    document = cast("dict[str, Any]", problem_to(bare))
    document["travel"] = {profile: _packed(travel) for profile, travel in problem.travel.items()}
    return document


def problem_of(document: Mapping[str, Any]) -> Problem:
    """The problem that :func:`kept_problem` wrote."""
    bare = {**document, "travel": {profile: _estimate(_ANY) for profile in document["travel"]}}
    travel = {profile: _unpacked(table) for profile, table in document["travel"].items()}
    return replace(problem_from(bare), travel=travel)


def kept_plan(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The plan as the store keeps it: the planning model's form."""
    return cast("dict[str, Any]", plan_to(problem, plan))


def plan_of(document: Mapping[str, Any], problem: Problem | None = None) -> Plan:
    """The plan that :func:`kept_plan` wrote; with ``problem``, what it names must exist there."""
    return plan_from(dict(document), problem)


def _estimate(travel: Geodesic) -> dict[str, Any]:
    return {"kind": "geodesic", "speed_kmh": travel.speed_kmh, "detour_factor": travel.detour_factor}


def _packed(travel: Travel) -> dict[str, Any]:
    if isinstance(travel, Geodesic):
        return _estimate(travel)
    tables = {"durations": travel.durations, "distances": travel.distances}
    packed = {name: None if table is None else _pack(table) for name, table in tables.items()}
    return {"kind": _PACKED, "places": len(travel.durations), **packed}


def _unpacked(document: Mapping[str, Any]) -> Travel:
    if document["kind"] != _PACKED:
        return Geodesic(document["speed_kmh"], document["detour_factor"])
    places, distances = int(document["places"]), document["distances"]
    return Matrix(_unpack(document["durations"], places), None if distances is None else _unpack(distances, places))


def _pack(table: IntMatrix) -> str:
    return base64.b64encode(zlib.compress(table.astype("<i4").tobytes(), _QUICKLY)).decode()


def _unpack(text: str, places: int) -> IntMatrix:
    flat = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype="<i4")
    table = flat.reshape(places, places).astype(np.int32)
    table.flags.writeable = False
    return table
