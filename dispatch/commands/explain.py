"""`fieldwright explain`: why a visit is where it is or nowhere, why not with somebody else, and what would free it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from dispatch.commands import limits
from dispatch.commands.base import load_plan, load_problem
from dispatch.commands.explanation_words import known_technician, known_visit, said_costs, said_misses, said_way, when
from optimizer.domain import Plan, Problem
from optimizer.explain import Explanation, Freeing, Placement, explain
from optimizer.explain.explaining import Here
from optimizer.invalid import InvalidInput


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument("plan", metavar="PLAN", help="plan, .json or .json.gz")
    parser.add_argument("--visit", metavar="ID", help="the visit to explain (default: each that nobody does)")
    parser.add_argument("--technician", metavar="ID", help="why not with this one; needs --visit")
    parser.add_argument(
        "--most",
        type=limits.whole(1),
        default=8,
        metavar="N",
        help="at most so many other places and ways to free a visit, best first (default 8)",
    )


def run(options: argparse.Namespace) -> int:
    """Print an explanation for each visit that was asked about."""
    problem = load_problem(options.problem)
    plan = load_plan(options.plan, problem)
    if options.technician is not None and options.visit is None:
        raise InvalidInput("--technician", "", "is given without a visit", "say which one with --visit")
    technician = None if options.technician is None else known_technician(problem, options.technician)
    visits = [known_visit(problem, options.visit)] if options.visit is not None else _undone(problem, plan)
    if not visits:
        sys.stdout.write("Every visit is done.\n")
    most = options.most if options.visit is not None else 1
    for visit in visits:
        found = explain(problem, plan, visit, technician=technician)
        sys.stdout.write("\n".join(_told(problem, found, most)) + "\n")
    return 0


def _undone(problem: Problem, plan: Plan) -> list[str]:
    done = {stop.visit for route in plan.routes for stop in route.stops}
    return [visit.id for visit in problem.visits if visit.id not in done]


def _told(problem: Problem, found: Explanation, most: int) -> Iterator[str]:
    yield _here(problem, found.visit, found.here)
    yield from _part("Elsewhere", [_elsewhere(problem, one) for one in found.elsewhere], most)
    free = [line for one in found.freeings for line in _freed(problem, one)]
    if found.freeings:
        yield from _part("It could be done", free, 2 * most)
    elif found.here is None:
        yield "  Nothing was found that would give it a place."


def _part(title: str, lines: Sequence[str], most: int) -> Iterator[str]:
    if lines:
        yield f"  {title}:"
        yield from (f"    {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"    … and {len(lines) - most} more"


def _here(problem: Problem, visit: str, here: Here | None) -> str:
    if here is None:
        price = problem.visits[problem.visit_index[visit]].drop_cost
        return f"{visit}: nobody does it; " + (
            "it must be done" if price is None else f"leaving it out costs {price:.2f}"
        )
    at = when(problem, here.technicians[0], here.shifts[0], here.start)
    who = " and ".join(f"{one} ({shift})" for one, shift in zip(here.technicians, here.shifts, strict=True))
    return (
        f"{visit}: {who} at {at}; against leaving it out the plan costs {float(here.change):+.2f}"
        f" ({said_costs(here.by_rule) or 'the same by every rule'})"
    )


def _elsewhere(problem: Problem, one: Placement) -> str:
    who = " and ".join(f"{technician} ({shift})" for (technician, shift), _ in one.places)
    if not one.fits:
        return f"{who}: {said_misses(one.misses)}"
    (technician, shift), _ = one.places[0]
    at = when(problem, technician, shift, one.start)
    return f"{who} at {at}: {float(one.cost):+.2f} ({said_costs(one.by_rule) or 'the same by every rule'})"


def _freed(problem: Problem, one: Freeing) -> Iterator[str]:
    at = when(problem, one.technicians[0], one.shifts[0], one.start)
    yield f"{float(one.change):+.2f} {said_way(one)}: {' and '.join(one.technicians)} at {at}"
    yield f"    {said_costs(one.by_rule) or 'the same by every rule'}"
