"""`fieldwright convert`: a benchmark file of the literature as a problem."""

from __future__ import annotations

import argparse
import sys

from dispatch.commands.base import naming, refuse_unwritable, save
from optimizer.convert import CONVENTIONS, KINDS, read_benchmark
from optimizer.io import write_problem


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("file", metavar="FILE", help="benchmark file, plain or gzipped")
    parser.add_argument("--from", dest="kind", required=True, choices=tuple(KINDS), help="kind of benchmark file")
    parser.add_argument("--out", required=True, metavar="PROBLEM", help="problem to write, .json or .json.gz")
    parser.add_argument(
        "--convention",
        choices=CONVENTIONS,
        help="how numbers become whole: dimacs (times ten, cut off), thousandths (times a thousand, rounded); "
        "by default the one that the best-known values of this kind are in",
    )


def run(options: argparse.Namespace) -> int:
    """Read, convert, write."""
    refuse_unwritable(options.out)
    with naming(options.file):
        problem = read_benchmark(options.kind, options.file, options.convention)
    save(lambda path: write_problem(problem, path), options.out)
    people, visits = len(problem.technicians), len(problem.visits)
    sys.stdout.write(f"{options.out}: {visits} visits, {people} technicians, {len(problem.locations)} locations\n")
    return 0
