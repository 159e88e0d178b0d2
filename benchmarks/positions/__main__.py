"""``python -m benchmarks.positions``: how long a round of expected arrivals takes, and by how much these are wrong."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import conditions
from benchmarks.positions.drives import drives
from benchmarks.positions.errors import error_table, errors, kept_errors
from benchmarks.positions.rounds import round_table, rounds
from benchmarks.tables import say
from dispatch.sample.city import EXTRACT
from dispatch.travel.provider import RoadTravel
from dispatch.travel.roads import RoadNetwork


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table for each."""
    given = _parser().parse_args(arguments)
    say(conditions().sentence())
    network = RoadNetwork.from_extract(given.extract)
    travel = RoadTravel(network)
    driven = list(drives(network, given.technicians, given.seed))
    kilometres = network.graph.street_kilometres
    say(f"{given.extract.name}: {kilometres:.0f} km of streets; {len(driven)} drives, seed {given.seed}")
    say()
    with tempfile.TemporaryDirectory() as folder:
        say(round_table(rounds(Path(folder), travel, driven, given.rounds, given.noise[0], given.seed)))
    say()
    found = []
    for noise in given.noise:
        found += errors(travel, driven, noise, given.moments, given.seed)
        found.append(kept_errors(travel, driven[: given.kept], noise, given.seed))
    say(error_table(found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.positions", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--extract", type=Path, default=EXTRACT, metavar="FILE", help="of the roads (default: the sample)"
    )
    parser.add_argument("--technicians", type=int, default=500, help="who are on the way at once (default 500)")
    parser.add_argument("--rounds", type=int, default=10, help="to be timed (default 10)")
    parser.add_argument("--moments", type=int, default=8, help="of each drive at which errors are taken (default 8)")
    parser.add_argument("--kept", type=int, default=200, help="drives followed from begin to end (default 200)")
    parser.add_argument("--noise", type=_noise, default=[8.0, 20.0], metavar="8,20", help="of phones, in metres")
    parser.add_argument("--seed", type=int, default=1, help="of drives and noise (default 1)")
    return parser


def _noise(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


if __name__ == "__main__":
    sys.exit(main())
