"""`fieldwright contradictions`: the smallest sets of pins and musts of a problem that cannot hold together."""

from __future__ import annotations

import argparse
import sys

from dispatch.commands import limits
from dispatch.commands.base import load_problem
from dispatch.commands.explanation_words import said_must
from optimizer.explain import Contradiction, contradictions

MOST_LINES = 40
"""Of a contradiction among more musts than this, only so many are said."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument(
        "--most", type=limits.whole(1), default=5, metavar="N", help="look for at most so many (default 5)"
    )


def run(options: argparse.Namespace) -> int:
    """Print what was found; exit status 1 where there is, or may be, a contradiction."""
    found = contradictions(load_problem(options.problem), most=options.most)
    for number, one in enumerate(found.found, 1):
        broken = dict.fromkeys(match.because for match in one.broken)
        lines = [_heading(number, one), *_some([f"  {said_must(must)}" for must in one.musts])]
        lines += _some([f"    the nearest plan: {because}" for because in broken])
        sys.stdout.write("\n".join(lines) + "\n")
    if not found.settled:
        sys.stdout.write("There may be more: no plan was found for the rest.\n")
    elif found.found:
        sys.stdout.write("Everything else can hold together.\n")
    else:
        sys.stdout.write("Everything that must hold can hold together.\n")
    return 0 if found.settled and not found.found else 1


def _some(lines: list[str]) -> list[str]:
    """The lines, or of very many the first."""
    return lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], f"  … and {len(lines) - MOST_LINES} more"]


def _heading(number: int, one: Contradiction) -> str:
    if not one.proved:
        return f"{number}. No plan was found in which these hold together; that there is none is not proved:"
    if not one.minimal:
        return f"{number}. These cannot hold together; that all of them are needed for that is not proved:"
    return f"{number}. These cannot hold together, and without any one of them the others can:"
