"""vrp-cli (Apache-2.0), by its "pragmatic" format: https://github.com/reinterpretcat/vrp

It knows windows, skills, breaks, loads, several bases, prices of legs and vehicles, and the value of a visit. It knows
no lateness and no price of overtime: promises are hard windows, a little wider where they could not be kept at all, and
the time is simply allowed. First comes the value of what is done (drop costs), then the number, then the cost.

Its Python package (vrp-cli) is taken where it is installed, else a program ``vrp-cli`` on the path.
"""

from __future__ import annotations

import importlib.util
import json
import math
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import Limits, Missing, Peer, Routes, Search, library, version_of
from benchmarks.peers.stating import Stated, StatedShift, StatedVisit, Table, alike
from benchmarks.peers.strict import HARD, latest

PACKAGE, PROGRAM = "vrp_cli", "vrp-cli"
FLAT_OBJECTIVES = (1, 23)
"""The release from which objectives are a list; before, each is a list of its own."""

MOST_VALUE = 100.0
"""The value of the visit that is dearest to leave out; the others' are in proportion, that of a must is twice that."""


def prepare(stated: Stated, setup: str, limits: Limits) -> Search:
    """A problem, its tables and settings as texts of JSON, and a search that hands them over."""
    problem = json.dumps(_problem(stated, setup, nested=_release() < FLAT_OBJECTIVES))
    tables = [json.dumps(_table(f"way {number}", way.durations, way.costs)) for number, way in enumerate(stated.ways)]
    pool = {"numThreadPools": 1, "threadsPerPool": limits.threads}
    settings = json.dumps(
        {
            "termination": {"maxTime": max(1, math.ceil(limits.seconds))},
            "environment": {"parallelism": pool},
            "telemetry": {"progress": {"enabled": False}},
        }
    )
    ask = _by_package if importlib.util.find_spec(PACKAGE) is not None else _by_program

    def search() -> Routes:
        return _routes(json.loads(ask(problem, tables, settings)), len(stated.shifts))

    return search


def _by_package(problem: str, tables: Sequence[str], settings: str) -> str:
    return str(library(PACKAGE).solve_pragmatic(problem=problem, matrices=list(tables), config=settings))


def _by_program(problem: str, tables: Sequence[str], settings: str) -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        raise Missing(_lacking())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = {"problem.json": problem, "settings.json": settings}
        texts |= {f"table-{number}.json": table for number, table in enumerate(tables)}
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        command = [program, "solve", "pragmatic", "problem.json", "-c", "settings.json", "-o", "plan.json"]
        for number in range(len(tables)):
            command += ["-m", f"table-{number}.json"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
        if ended.returncode:
            raise RuntimeError(f"{PROGRAM} ended with status {ended.returncode}: {ended.stderr.strip()[-300:]}")
        return (folder / "plan.json").read_text(encoding="utf-8")


def _release() -> tuple[int, ...]:
    """The release of the package; a program is taken for a new one."""
    numbers = version_of("vrp-cli")().split(".")[:2]
    return tuple(map(int, numbers)) if all(part.isdigit() for part in numbers) else FLAT_OBJECTIVES


def _problem(stated: Stated, setup: str, nested: bool) -> dict[str, Any]:
    dearest = max((visit.drop_cost or 0 for visit in stated.visits), default=0)
    # A break counts as much as ten of the dearest visits: leaving it out is no way to do one more.
    values = [{"type": "maximize-value", "breaks": 10 * MOST_VALUE}] if dearest else []
    objectives = [*values, {"type": "minimize-unassigned", "breaks": 10.0}, {"type": "minimize-cost"}]
    return {
        "plan": {"jobs": [_job(stated, number, visit, setup, dearest) for number, visit in enumerate(stated.visits)]},
        "fleet": {
            "vehicles": [_vehicles(stated, shift, numbers) for shift, numbers in alike(stated.shifts).items()],
            "profiles": [{"name": f"way {number}"} for number in range(len(stated.ways))],
        },
        "objectives": [[one] for one in objectives] if nested else objectives,
    }


def _job(stated: Stated, number: int, visit: StatedVisit, setup: str, dearest: int) -> dict[str, Any]:
    earliest = visit.earliest
    times = [[_time(stated, earliest), _time(stated, max(earliest + 1, latest(visit, setup)))]]
    task: dict[str, Any] = {
        "places": [{"location": {"index": visit.place}, "duration": float(visit.service), "times": times}]
    }
    if stated.resources:
        task["demand"] = list(visit.demand)
    worth = 2 * dearest if visit.drop_cost is None else visit.drop_cost
    job: dict[str, Any] = {"id": str(number), "deliveries" if stated.resources else "services": [task]}
    if visit.needs:
        job["skills"] = {"allOf": [str(need) for need in visit.needs]}
    if dearest:
        job["value"] = MOST_VALUE * worth / dearest
    return job


def _vehicles(stated: Stated, shift: StatedShift, numbers: Sequence[int]) -> dict[str, Any]:
    """One type for all shifts that are the same."""
    until = _time(stated, shift.end + shift.max_overtime)
    start = _time(stated, shift.start)
    period: dict[str, Any] = {
        "start": {"earliest": start, "location": {"index": shift.start_place}},
        "end": {"latest": until, "location": {"index": shift.end_place}},
    }
    if shift.rest is not None:
        period["start"]["latest"] = start
        times = [_time(stated, shift.rest.earliest), _time(stated, shift.rest.latest)]
        period["breaks"] = [{"time": times, "places": [{"duration": float(shift.rest.duration)}]}]
    return {
        "typeId": f"like {numbers[0]}",
        "vehicleIds": [str(number) for number in numbers],
        "profile": {"matrix": f"way {shift.way}"},
        "costs": {"fixed": float(shift.fixed), "distance": 1.0, "time": 0.0},
        "capacity": list(shift.capacity) if stated.resources else [len(stated.visits)],
        "skills": [str(met) for met in sorted(shift.meets)],
        "shifts": [period],
    }


def _table(name: str, durations: Table, costs: Table) -> dict[str, Any]:
    """What a leg costs is told as its distance, at a price of 1."""
    return {"profile": name, "travelTimes": durations.ravel().tolist(), "distances": costs.ravel().tolist()}


def _time(stated: Stated, moment: int) -> str:
    return datetime.fromtimestamp(stated.zero + moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _routes(found: dict[str, Any], shifts: int) -> Routes:
    routes: list[list[int]] = [[] for _ in range(shifts)]
    for tour in found["tours"]:
        for stop in tour["stops"]:
            done = [activity["jobId"] for activity in stop["activities"] if activity["type"] in ("service", "delivery")]
            routes[int(tour["vehicleId"])] += [int(job) for job in done]
    return routes


def _lacking() -> str:
    if importlib.util.find_spec(PACKAGE) is not None or shutil.which(PROGRAM) is not None:
        return ""
    return (
        f"neither the Python package {PROGRAM} nor a program {PROGRAM} on the path is here: pip install --only-binary"
        f" {PROGRAM} {PROGRAM} (its older releases have wheels for more versions of Python), or build it with cargo"
    )


PEER = Peer(
    id="vrpcli", title="vrp-cli", setups=(HARD,), prepare=prepare, lacking=_lacking, version=version_of("vrp-cli")
)
