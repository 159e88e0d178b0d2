"""``python -m benchmarks.travel``: the sample day planned on estimates and on roads, and driven on the roads."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import conditions
from benchmarks.tables import complain, mean, number, say, table
from benchmarks.travel.effect import FITTED, PLANNED_ON, Driven, driven, law_in_words, planned_on, travels
from dispatch.sample.city import EXTRACT, drawn_day
from dispatch.travel.graph import RoadDataError
from dispatch.travel.roads import RoadNetwork

HEADINGS = (
    "planned on",
    "seed",
    "believed h",
    "driven h",
    "km",
    "off min",
    "promises late",
    "late min",
    "windows missed",
    "breaks late",
    "overtime min",
    "left out",
    "musts broken",
    "cost",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan, drive and print."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    try:
        network = RoadNetwork.from_extract(given.extract)
    except RoadDataError as error:
        complain(f"error: {error}")
        return 2
    engines = travels(network, 1)
    limit = f"{given.iterations} iterations" if given.iterations else f"{given.seconds:g} s"
    say(f"{given.extract.name}; each plan searched for {limit}; fitted law: {law_in_words(engines[FITTED])}")
    say("believed: driving time by the planner's own travel times; all else as the plan is driven on the roads, free")
    say("traffic; off: how far the arrivals are from what was planned, on average")
    say()
    rows: list[list[str]] = []
    found: dict[str, list[Driven]] = {name: [] for name in PLANNED_ON}
    for seed in range(1, given.seeds + 1):
        truth = drawn_day(seed, network=network).problem
        for name in PLANNED_ON:
            believed = planned_on(truth, engines[name])
            seconds = None if given.iterations else given.seconds
            one = driven(truth, believed, seconds=seconds, iterations=given.iterations, seed=seed)
            found[name].append(one)
            rows.append(_row(name, str(seed), [one]))
    rows += [_row(name, "all", found[name]) for name in PLANNED_ON]
    say(table(HEADINGS, rows))
    return 0


def _row(name: str, seed: str, days: Sequence[Driven]) -> list[str]:
    columns = (
        ([one.expected / 3600 for one in days], 1),
        ([one.travel / 3600 for one in days], 1),
        ([one.metres / 1000 for one in days], 0),
        ([one.astray / 60 for one in days], 1),
        ([float(one.late) for one in days], 1),
        ([one.lateness / 60 for one in days], 0),
        ([float(one.windows) for one in days], 1),
        ([float(one.breaks) for one in days], 1),
        ([one.overtime / 60 for one in days], 0),
        ([float(one.unassigned) for one in days], 1),
        ([float(one.musts) for one in days], 1),
        ([one.cost for one in days], 0),
    )
    return [name, seed, *(number(mean(values), places) for values, places in columns)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.travel", description=__doc__)
    parser.add_argument("--extract", type=Path, default=EXTRACT, help="an OpenStreetMap extract; the sample city's")
    parser.add_argument("--seeds", type=int, default=3, help="so many days (%(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="search time of each plan (%(default)s)")
    parser.add_argument("--iterations", type=int, help="a limit that is the same on every machine, instead of seconds")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
