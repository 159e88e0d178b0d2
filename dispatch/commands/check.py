"""`fieldwright check`: whether a plan keeps to what must hold and tells the truth of itself."""

from __future__ import annotations

import argparse
import sys

from dispatch.commands.base import load_plan, load_problem
from optimizer.check import check, checked_cost


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument("plan", metavar="PLAN", help="plan, .json or .json.gz")


def run(options: argparse.Namespace) -> int:
    """Print what is found; exit status 1 where there is anything."""
    problem = load_problem(options.problem)
    plan = load_plan(options.plan)
    found = check(problem, plan)
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    done = {stop.visit for route in plan.routes for stop in route.stops} & problem.visit_index.keys()
    verdict = "valid" if not found else f"{len(found)} violations and false claims"
    total = checked_cost(problem, plan)["total"]
    sys.stdout.write(f"{verdict}: total {total:.2f}, {len(done)} of {len(problem.visits)} visits done\n")
    return 1 if found else 0
