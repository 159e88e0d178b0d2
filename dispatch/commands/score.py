"""`fieldwright score`: what a plan costs, rule by rule, and why."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from dispatch.commands.base import load_plan, load_problem
from optimizer.domain import Plan
from optimizer.rules import Level
from optimizer.scoring import Line, score

_PLAIN_WIDTH = 160


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("problem", metavar="PROBLEM", help="problem, .json or .json.gz")
    parser.add_argument("plan", metavar="PLAN", help="plan, .json or .json.gz")
    parser.add_argument(
        "--reasons", type=int, default=3, metavar="N", help="at most so many reasons a rule, dearest first (default 3)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the table; exit status 1 where a must is broken."""
    problem = load_problem(options.problem)
    plan = load_plan(options.plan, problem)
    scorecard = score(problem, Plan(plan.routes, plan.unassigned))
    table = Table("rule", Column("cost", justify="right"), "reasons", box=None, pad_edge=False)
    for line in scorecard.lines:
        if line.matches:
            table.add_row(line.rule.id, _amount(line), Text("\n".join(_reasons(line, options.reasons))))
    table.add_row("total", f"{float(scorecard.total):.2f}", _summary(scorecard.hard))
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    console.print(table)
    return 1 if scorecard.hard else 0


def _amount(line: Line) -> str:
    if line.rule.level is Level.HARD:
        return f"{int(line.amount)} broken"
    return f"{float(line.cost):.2f}"


def _reasons(line: Line, most: int) -> list[str]:
    dearest = sorted(line.matches, key=lambda match: -match.amount)
    shown = [match.because for match in dearest[: max(0, most)]]
    left = len(line.matches) - len(shown)
    return [*shown, f"… and {left} more"] if left else shown


def _summary(broken: int) -> str:
    return "every must holds" if not broken else f"{broken} musts are broken: this plan cannot be published"
