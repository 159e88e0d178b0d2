"""Ratios to other results, instance by instance, and their geometric mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from benchmarks.machine import Conditions
from benchmarks.quality.results import Other, Others
from benchmarks.quality.run import OK, Budget, Row
from benchmarks.tables import amount, geometric_mean, mean, number, table

SAME = 1e-6
"""Ratios so close to 1 count as the same."""

SHARE_POINTS = 5
"""Shares of the processor may differ by so many points before it is worth a note."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One instance in both results: means over seeds, ``ratio`` ours / theirs (below 1 is better), or why not."""

    instance: str
    ours: float | None = None
    theirs: float | None = None
    seeds: str = ""
    ratio: float | None = None
    why_not: str = ""


def compare(rows: Sequence[Row], others: Others) -> list[Comparison]:
    """Every instance of ``rows``, which are ours, of one family and one budget.

    Runs with the same budget are compared where there are any, else all there are. An instance is compared by the seeds
    that both results have or, where they have none in common, by all of both. It counts only if all of these runs, here
    and there, ended with a plan without violation: leaving out the bad runs would flatter who has them.
    """
    found = []
    for name in dict.fromkeys(row.instance for row in rows):
        ours = {row.seed: row for row in rows if row.instance == name}
        theirs = _with_budget(others.runs.get((rows[0].family, name), ()), rows[0].budget_seconds)
        found.append(_compare(name, ours, {run.seed: run for run in theirs}))
    return found


def _with_budget(runs: Sequence[Other], seconds: float) -> Sequence[Other]:
    return [run for run in runs if run.seconds == seconds] or runs


def _compare(name: str, ours: dict[int, Row], theirs: dict[int, Other]) -> Comparison:
    if not theirs:
        return Comparison(name, why_not="not in the other results")
    seeds = str(len(set(ours) & set(theirs)))
    if set(ours) & set(theirs):
        ours = {seed: row for seed, row in ours.items() if seed in theirs}
        theirs = {seed: run for seed, run in theirs.items() if seed in ours}
    else:
        seeds = f"{len(ours)} and {len(theirs)} others"
    bad = [f"{row.status} here, seed {seed}" for seed, row in ours.items() if row.status != OK]
    bad += [f"{run.status} there, seed {seed}" for seed, run in theirs.items() if run.total is None]
    here = mean([row.total for row in ours.values() if row.total is not None and row.status == OK])
    there = mean([run.total for run in theirs.values() if run.total is not None])
    ratio, why_not = None, "; ".join(bad)
    if not bad and here is not None and there is not None:
        if min(here, there) > 0:
            ratio = here / there
        elif here == there:
            ratio = 1.0
        else:
            why_not = "a total of 0 has no ratio"
    return Comparison(name, here, there, seeds, ratio, why_not)


def comparison_table(found: Sequence[Comparison], others: Others) -> str:
    """The ratios of one family, and what they come to."""
    cells = [
        [one.instance, amount(one.ours), amount(one.theirs), one.seeds, number(one.ratio, 4), one.why_not]
        for one in found
    ]
    text = table(["instance", "total here", others.name, "seeds", "ratio", "not compared because"], cells)
    ratios = [one.ratio for one in found if one.ratio is not None]
    if not ratios:
        return f"{text}\nno instance could be compared with {others.name}"
    better = sum(1 for ratio in ratios if ratio < 1 - SAME)
    worse = sum(1 for ratio in ratios if ratio > 1 + SAME)
    return (
        f"{text}\nratio to {others.name}: geometric mean {number(geometric_mean(ratios), 4)} over {len(ratios)} of"
        f" {len(found)} instances (lower is better); better on {better}, same on {len(ratios) - better - worse},"
        f" worse on {worse}"
    )


def unequal(rows: Sequence[Row], others: Others, budget: Budget, conditions: Conditions) -> list[str]:
    """Where the other results were not made under the conditions of these rows."""
    seconds = {f"{row.budget_seconds:g}" for row in rows}
    same: dict[str, str] = {"budget_seconds": ", ".join(sorted(seconds))}
    same |= {"threads": str(budget.threads), "jobs": str(budget.jobs), "convention": budget.convention}
    same |= {
        field.name: str(getattr(conditions, field.name))
        for field in fields(conditions)
        if field.name in ("cpu", "cores")
    }
    found = []
    for column, value in same.items():
        theirs = {_plain(text) for text in others.given.get(column, ())}
        if not theirs:
            found.append(f"{others.name} does not say its {column}")
        elif theirs != (seconds if column == "budget_seconds" else {value}):
            found.append(f"{column} is {value} here and {', '.join(sorted(theirs))} in {others.name}")
    here_percent = mean([share for row in rows if (share := row.cpu_percent(budget.threads)) is not None])
    if None not in (here_percent, others.cpu_percent):
        ours, theirs_percent = here_percent or 0.0, others.cpu_percent or 0.0
        if abs(ours - theirs_percent) > SHARE_POINTS:
            found.append(f"runs got {ours:.0f} % of the processor here and {theirs_percent:.0f} % in {others.name}")
    return found


def _plain(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text
