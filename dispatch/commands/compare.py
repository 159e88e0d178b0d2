"""`fieldwright compare`: two plans for one problem, visit by visit, technician by technician and rule by rule."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from fractions import Fraction

from rich.console import Console
from rich.table import Column, Table

from dispatch.commands.base import load_plan, load_problem
from dispatch.commands.explanation_words import said_costs, when
from optimizer.domain import Plan, Problem
from optimizer.explain import Comparison, compare
from optimizer.explain.comparing import Fate, Standing, Workload
from optimizer.rules.base import span

_PLAIN_WIDTH = 160


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument("before", metavar="PLAN_A", help="plan, .json or .json.gz")
    parser.add_argument("after", metavar="PLAN_B", help="another plan for the same problem")


def run(options: argparse.Namespace) -> int:
    """Print what is different; both plans are timed and judged anew."""
    problem = load_problem(options.problem)
    before, after = (load_plan(path, problem) for path in (options.before, options.after))
    found = compare(problem, Plan(before.routes), Plan(after.routes))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    console.print(_rules(found))
    for table in (_visits(problem, found), _technicians(found)):
        if table.row_count:
            console.print()
            console.print(table)
    return 0


def _table(*columns: str | Column) -> Table:
    return Table(*columns, box=None, pad_edge=False)


def _numbers(*names: str) -> list[Column]:
    return [Column(name, justify="right") for name in names]


def _rules(found: Comparison) -> Table:
    table = _table("rule", *_numbers("before", "after", "change"))
    for rule, (before, after) in found.rules.items():
        table.add_row(rule, f"{float(before):.2f}", f"{float(after):.2f}", f"{float(after - before):+.2f}")
    table.add_row("total", *(f"{float(one):.2f}" for one in found.totals), f"{float(found.change):+.2f}")
    table.add_row("musts broken", *map(str, found.broken), f"{found.broken[1] - found.broken[0]:+d}")
    return table


def _visits(problem: Problem, found: Comparison) -> Table:
    table = _table("visit", "is", "before", "after", "costs by rule")
    for one in found.visits:
        costs = _changes(one.cost_before, one.cost_after)
        if one.fate is not Fate.SAME or costs:
            stands = (_stands(problem, standing) for standing in (one.before, one.after))
            table.add_row(one.visit, one.fate, *stands, said_costs(costs))
    return table


def _technicians(found: Comparison) -> Table:
    table = _table("technician", "before", "after", *_numbers("change"), "costs by rule")
    for one in found.technicians:
        if one.affected:
            costs = _changes(one.cost_before, one.cost_after)
            loads = (_load(load) for load in (one.before, one.after))
            table.add_row(one.technician, *loads, f"{float(one.change):+.2f}", said_costs(costs))
    return table


def _changes(before: Mapping[str, Fraction], after: Mapping[str, Fraction]) -> dict[str, Fraction]:
    rules = dict.fromkeys([*before, *after])
    changes = {rule: after.get(rule, Fraction(0)) - before.get(rule, Fraction(0)) for rule in rules}
    return {rule: change for rule, change in changes.items() if change}


def _stands(problem: Problem, one: Standing | None) -> str:
    if one is None:
        return "nobody"
    return f"{' and '.join(one.technicians)} at {when(problem, one.technicians[0], one.shifts[0], one.start)}"


def _load(one: Workload) -> str:
    return f"{one.visits} visits, {span(one.driving)} driving, {span(one.overtime)} overtime"
