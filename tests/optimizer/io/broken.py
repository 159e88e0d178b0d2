"""Every kind of broken input: how a good file is broken, and where and with what words that is said.

`python -m tests.optimizer.io.broken` writes docs/reference/broken-input.md from it; a test keeps the two equal.
"""

from __future__ import annotations

import copy
import gzip
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimizer.io import InvalidInput, plan_from, problem_from
from optimizer.io.files import parse_json, read_json
from tests.optimizer.io.good import GOOD, GOOD_PLAN, Json

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "broken-input.md"


@dataclass(frozen=True)
class Row:
    """One kind: how to break a good file (change it in place, or answer other bytes); the place and a few words."""

    name: str
    break_it: Callable[[Json], bytes | None]
    place: str
    words: str
    plan: bool = False

    def content(self) -> bytes:
        """The broken file."""
        good = copy.deepcopy(GOOD_PLAN if self.plan else GOOD)
        other = self.break_it(good)
        return json.dumps(good).encode() if other is None else other


def put(path: str, value: object) -> Callable[[Json], None]:
    """Breaks a file by setting one value: ``put("visits.0.duration", 3)``."""

    def break_it(good: Json) -> None:
        *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
        target: Any = good
        for step in way:
            target = target[step]
        target[last] = value

    return break_it


def take(path: str) -> Callable[[Json], None]:
    """Breaks a file by taking a key out."""

    def break_it(good: Json) -> None:
        *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
        target: Any = good
        for step in way:
            target = target[step]
        del target[last]

    return break_it


def again(path: str) -> Callable[[Json], None]:
    """Breaks a file by putting the first element of a list at its end as well."""

    def break_it(good: Json) -> None:
        target: Any = good
        for step in path.split("."):
            target = target[int(step) if step.isdigit() else step]
        target.append(copy.deepcopy(target[0]))

    return break_it


def text(change: Callable[[bytes], bytes]) -> Callable[[Json], bytes]:
    """Breaks the bytes of a file."""
    return lambda good: change(json.dumps(good, indent=1).encode())


def wrong(name: str, path: str, value: object, words: str, *, plan: bool = False) -> Row:
    """A kind that is made by one wrong value, and told at its place."""
    return Row(name, put(path, value), re.sub(r"\.(\d+)", r"[\1]", path), words, plan)


WINDOW = ["2026-11-23T12:00:00-03:00", "2026-11-23T08:00:00-03:00"]
REST = {"earliest": "2026-11-23T12:00:00-03:00", "latest": "2026-11-23T14:00:00-03:00", "duration": "PT10M"}
DEEP = b"[" * 100_000 + b"]" * 100_000

ROWS: tuple[Row, ...] = (
    # the file
    Row("empty file", text(lambda _: b""), "the file", "is empty"),
    Row("not JSON", text(lambda c: c.replace(b'"lat"', b"lat", 1)), "line 6, column 4", "is no JSON"),
    Row("cut-off JSON", text(lambda c: c[:500]), "line 46, column 5", "is no JSON"),
    Row("not UTF-8", text(lambda c: c.replace(b"harbour", b"h\xe4fen")), "the file", "is not UTF-8: byte"),
    Row("cut-off gzip", text(lambda c: gzip.compress(c, mtime=0)[:300]), "the file", "broken or cut-off gzip"),
    Row("damaged gzip", text(lambda c: gzip.compress(c, mtime=0)[:20] + b"\xff" * 99), "the file", "broken or cut-off"),
    Row("larger than the limit", text(lambda c: c + b" " * 2**20), "the file", "holds more than 1 MB"),
    Row("gzip that swells past the limit", text(lambda _: gzip.compress(b" " * 2**24)), "the file", "holds more than"),
    Row("nested too deep", text(lambda _: DEEP), "the file", "is nested too deep"),
    Row("number of thousands of digits", text(lambda _: b"[" + b"9" * 5000 + b"]"), "the file", "thousands of digits"),
    Row("top level is a list", text(lambda c: b"[" + c + b"]"), "top level", "must be an object"),
    Row("key that stands twice", text(lambda c: c.replace(b'"lat"', b'"id"', 1)), "locations[0].id", "more than once"),
    # keys and types
    wrong("unknown key", "visits.0.dropcost", 5, "did you mean `drop_cost`?"),
    wrong("unknown key at the top", "technicains", [], "did you mean `technicians`?"),
    Row("missing key", take("visits.1.duration"), "visits[1].duration", "is missing"),
    wrong("null where a value must be", "visits.1.id", None, "must have a value"),
    wrong("number for a string", "visits.0.id", 7, "must be a string"),
    wrong("string for a number", "locations.0.lat", "48.1", "must be a number"),
    wrong("true for a number", "visits.1.drop_cost", True, "must be a number"),
    wrong("true for an index", "visits.1.location", True, "must be a number"),
    wrong("broken number for an index", "visits.1.location", 1.5, "must be a whole number"),
    wrong("object for a list", "visits.1.after", {}, "must be a list"),
    wrong("list for an object", "visits.0.demand", [], "must be an object"),
    wrong("string in place of a visit", "visits.2", "v3", "must be an object"),
    wrong("NaN", "visits.2.drop_cost", float("nan"), "must be a finite number"),
    wrong("Infinity", "technicians.0.pace", float("inf"), "must be a finite number"),
    wrong("number too large", "locations.0.lat", 10**40, "is too large a number"),
    wrong("half a character", "visits.0.id", "\ud83d", "half of a surrogate pair"),
    # times and durations
    wrong("date-time without an offset", "technicians.0.shifts.0.start", "2026-11-23T08:00:00", "has no UTC offset"),
    wrong("date without a time", "visits.0.arrive_by.at", "2026-11-23", "RFC 3339"),
    wrong("day that does not exist", "visits.0.arrive_by.at", "2026-02-30T08:00:00Z", "no moment"),
    wrong("fraction of a second", "visits.0.arrive_by.at", "2026-02-20T08:00:00.5Z", "fraction"),
    wrong("number for a date-time", "visits.0.arrive_by.at", 1795420800, "in quotes"),
    wrong("number for a duration", "visits.0.duration", 5400, 'write "PT1H30M"'),
    wrong("text that is no duration", "visits.0.duration", "45 min", "is not an ISO 8601"),
    wrong("duration in weeks", "balance.target", "P2W", "years, months or weeks"),
    wrong("duration with broken seconds", "visits.0.duration", "PT0.5S", "fraction of a second"),
    wrong("negative duration", "visits.0.duration", "-PT5M", "is negative"),
    wrong("duration of years", "visits.0.duration", "P900D", "longer than 366 days"),
    wrong("window of one time", "visits.0.windows.0", WINDOW[:1], "must be a pair"),
    wrong("window that ends before it starts", "visits.0.windows.0", WINDOW, "ends before"),
    Row(
        "shift that ends before it starts",
        put("technicians.1.shifts.0.end", "2026-11-23T08:00:00-03:00"),
        "technicians[1].shifts[0]",
        "ends before it starts",
    ),
    Row(
        "break with its latest before its earliest",
        put("technicians.0.shifts.0.breaks.0.latest", "2026-11-23T11:00:00-03:00"),
        "technicians[0].shifts[0].breaks[0]",
        "before its earliest",
    ),
    Row(
        "more breaks than a shift may have",
        put("technicians.0.shifts.0.breaks", [{**REST, "id": f"rest {i}"} for i in range(7)]),
        "technicians[0].shifts[0].breaks",
        "at most 6",
    ),
    # numbers in their ranges
    wrong("latitude out of range", "locations.1.lat", 95, "between -90 and 90"),
    wrong("longitude out of range", "locations.1.lon", -271.3, "between -180 and 180"),
    wrong("location index out of range", "visits.1.location", 3, "no index into the 3 locations"),
    wrong("negative location index", "technicians.0.shifts.0.end_location", -1, "no index"),
    wrong("pace of zero", "technicians.0.pace", 0, "greater than 0"),
    wrong("negative cost", "technicians.0.costs.per_shift", -1, "must not be negative"),
    wrong("cost without end", "visits.1.drop_cost", 1e12, "null"),
    wrong("negative quantity", "visits.0.demand.valve", -1, "must lie between"),
    wrong("quantity with four decimals", "visits.0.demand.valve", 0.1234, "three decimals"),
    wrong("negative level", "visits.0.skills.boiler", -1, "must lie between"),
    wrong("speed of zero", "travel.car.speed_kmh", 0, "must lie between"),
    wrong("negative detour", "travel.car.detour_factor", -1.3, "greater than 0"),
    # names
    Row("two visits with one id", again("visits"), "visits[3].id", "is the id of visits[0] too"),
    wrong("two technicians with one id", "technicians.1.id", "ana", "technicians[0] too"),
    wrong("two shifts of a technician with one id", "technicians.0.shifts.1.id", "mon", "too"),
    wrong("two locations with one id", "locations.1.id", "base", "is the id of locations[0] too"),
    Row(
        "two breaks of a shift with one id",
        again("technicians.0.shifts.0.breaks"),
        "technicians[0].shifts[0].breaks[1].id",
        "too",
    ),
    wrong("empty id", "visits.1.id", "", "must not be empty"),
    wrong("unknown profile", "technicians.0.profile", "vann", "did you mean `van`?"),
    wrong("unknown kind of travel", "travel.car.kind", "geodetic", 'did you mean "geodesic"?'),
    wrong("unknown technician in only", "visits.0.only.1", "bem", 'did you mean "ben"?'),
    wrong("unknown technician in never", "visits.2.never.0", "zoe", "is the id of no technician"),
    wrong("unknown technician in preferred", "visits.2.preferred.0", "anna", 'mean "ana"?'),
    wrong("unknown technician in previous", "visits.0.previous.technician", "x", "no technician"),
    wrong("unknown visit in after", "visits.1.after.0.visit", "w1", "is the id of no visit"),
    wrong("unknown visit in committed", "technicians.0.shifts.0.committed.0", "v9", "no visit"),
    # matrices
    wrong("matrix with too few rows", "travel.van.durations", [[0, 1, 2]], "must have 3 rows"),
    wrong("matrix that is not square", "travel.van.durations.1", [690, 0], "list of 3 numbers"),
    wrong("distances of another shape", "travel.van.distances", [[0]], "must have 3 rows"),
    wrong("NaN in a matrix", "travel.van.durations.1.2", float("nan"), "whole number from 0"),
    wrong("negative entry of a matrix", "travel.van.distances.2.0", -5, "whole number from 0"),
    wrong("broken number in a matrix", "travel.van.durations.1.2", 0.5, "whole number"),
    wrong("text in a matrix", "travel.van.durations.0.1", "700", "must be a number"),
    wrong("true in a matrix", "travel.van.durations.0.0", False, "must be a number"),
    # what contradicts itself
    wrong("visit after itself", "visits.1.after.0.visit", "v2", "after itself"),
    wrong("circle of after", "visits.0.after", [{"visit": "v3"}], '"v1" after "v3" after "v2" after "v1"'),
    wrong("longest gap shorter than the least", "visits.1.after.0.max_gap", "PT5M", "shorter than"),
    Row("skills and roles", put("visits.1.skills", {"boiler": 1}), "visits[1].roles", "stands beside `skills`"),
    wrong("no roles", "visits.1.roles", [], "must not be empty"),
    Row(
        "visit committed on two shifts of a technician",
        put("technicians.0.shifts.1.committed", ["v1"]),
        "technicians[0].shifts[1].committed[0]",
        "committed to this technician already",
    ),
    Row(
        "visit committed to more technicians than it has roles",
        put("technicians.1.shifts.0.committed", ["v1"]),
        "technicians[1].shifts[0].committed[0]",
        "more than one technician",
    ),
    # plans
    wrong("plan: unknown key", "route", [], "did you mean `routes`?", plan=True),
    Row("plan: missing stops", take("routes.1.stops"), "routes[1].stops", "is missing", plan=True),
    wrong("plan: unknown technician", "routes.1.technician", "bem", '"ben"', plan=True),
    wrong("plan: unknown shift", "routes.1.shift", "tue", "no shift of this technician", plan=True),
    wrong("plan: unknown visit", "routes.1.stops.0.visit", "v7", "no visit", plan=True),
    wrong("plan: role that is not", "routes.1.stops.0.role", 2, "no role", plan=True),
    wrong("plan: unknown break", "routes.0.breaks.0.break", "tea", "no break", plan=True),
    wrong("plan: gap beyond the route", "routes.0.breaks.0.gap", 4, "no gap", plan=True),
    Row("plan: two routes for a shift", again("routes"), "routes[2].shift", "has a route already", plan=True),
    Row("plan: visit done twice", again("routes.0.stops"), "routes[0].stops[2]", "is done already", plan=True),
    wrong("plan: unknown visit unassigned", "unassigned.0.visit", "v", "no visit", plan=True),
    wrong("plan: unknown term of the cost", "cost.fuel", 3, "is an unknown key", plan=True),
    wrong("plan: naive time", "routes.0.stops.0.start", "2026-11-23T08:11:40", "no UTC offset", plan=True),
)


def said(row: Row) -> str:
    """The first thing that is said of a broken file, under a limit of one megabyte."""
    try:
        if not row.plan:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "broken.json"
                path.write_bytes(row.content())
                problem_from(read_json(path, 2**20))
        else:
            plan_from(parse_json(row.content()), problem_from(copy.deepcopy(GOOD)))
    except InvalidInput as error:
        return str(error.complaints[0])
    return "nothing"


def page() -> str:
    """The page of the reference."""
    lines = [
        "# Broken input",
        "",
        "What is said of a file that cannot be used. The commands print it on stderr as `error: FILE: …`, one line for",
        "each of the first twenty complaints, and end with status 2; in Python it is the message of `InvalidInput`.",
        "Written by `python -m tests.optimizer.io.broken`; a test keeps the page in step.",
        "",
        "| kind | what is said |",
        "| --- | --- |",
    ]
    for row in ROWS:
        message = said(row).replace("|", "\\|")
        lines.append(f"| {row.name} | {message} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
