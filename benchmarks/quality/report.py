"""Rows as lines while they come, and as a table a family with its means at the end."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.quality.families import FAMILIES
from benchmarks.quality.run import OK, Row
from benchmarks.tables import NOTHING, amount, count, mean, number, table


def line(row: Row, done: int, of: int, threads: int) -> str:
    """One run, as soon as it is over."""
    head = f"[{done:>{len(str(of))}}/{of}] {row.family} {row.instance} seed {row.seed}, {row.budget_seconds:g} s: "
    head += f"{row.solver} ({row.setup}): " if row.setup else ""
    if row.solve_seconds is None:
        return f"{head}{row.status.upper()}: {row.message}"
    known = ""
    if row.best_known is not None:
        known = f", best known {amount(row.best_known)}, gap {_gap(row)} %"
    cpu = f"{number(row.cpu_seconds)} s CPU, {number(row.cpu_percent(threads), 0)} %"
    tail = f"; {row.message}" if row.violations else ""
    return (
        f"{head}{amount(row.value)}{known}, {row.unassigned} unassigned, {row.violations} violations,"
        f" {_made(row)}, {number(row.solve_seconds)} s ({cpu}), {number(row.peak_mb, 0)} MB{tail}"
    )


def _made(row: Row) -> str:
    """How the plan came about."""
    if row.own_visits is None:
        return f"{row.iterations} iterations"
    return f"{row.own_visits} its own, {row.taken_out} taken out, {row.put_in} put in"


def family_table(family: str, rows: Sequence[Row], threads: int) -> str:
    """The rows of one family and one budget, all ours, and what they come to."""
    kind = FAMILIES.get(family)
    with_unserved = any(row.best_known_unassigned is not None for row in rows)
    with_routes = any(row.best_known_routes is not None for row in rows)
    headings = ["instance", "seed", "total" if kind is None else kind.value, "best known", "gap %", "unassigned"]
    headings += ["(ref.)"] if with_unserved else []
    headings += ["routes", "(ref.)"] if with_routes else []
    headings += ["violations", "iterations", "seconds", "CPU s", "CPU %", "peak MB", ""]
    cells = []
    for row in rows:
        one = [row.instance, str(row.seed), amount(row.value), amount(row.best_known), _gap(row), count(row.unassigned)]
        one += [count(row.best_known_unassigned)] if with_unserved else []
        one += [count(row.routes), count(row.best_known_routes)] if with_routes else []
        one += [count(row.violations), count(row.iterations), number(row.solve_seconds), number(row.cpu_seconds)]
        one += [number(row.cpu_percent(threads), 0), number(row.peak_mb, 0), "" if row.status == OK else row.status]
        cells.append(one)
    title = family if kind is None else f"{family}: {kind.title} ({kind.unit})"
    title += "".join(sorted({f", {row.budget_seconds:g} s" for row in rows}))
    return "\n".join([title, table(headings, cells), *means(rows, threads)])


def means(rows: Sequence[Row], threads: int) -> list[str]:
    """What the rows of one family come to, in sentences; nothing in them is left out without being counted."""
    good = [row for row in rows if row.status == OK]
    said = [f"{len(rows)} runs, {len(good)} with a plan without violation"]
    for status in dict.fromkeys(row.status for row in rows if row.status != OK):
        said[0] += f", {sum(1 for row in rows if row.status == status)} {status}"
    gaps = [row.gap_percent for row in good if row.gap_percent is not None and row.comparable]
    apart = [row for row in good if row.gap_percent is not None and not row.comparable]
    if gaps:
        said.append(
            f"gap: mean {number(mean(gaps))} %, median {number(median(gaps))} %, worst {number(max(gaps))} %,"
            f" over {len(gaps)} of {len(rows)} runs"
        )
    if apart:
        said.append(
            f"* {len(apart)} runs serve another number, or use other vehicles, than the record: not in the mean"
        )
    if any(row.best_known_unassigned is not None for row in good):
        ours = sum(row.unassigned or 0 for row in good if row.best_known_unassigned is not None)
        theirs = sum(row.best_known_unassigned or 0 for row in good)
        said.append(f"unserved: {ours} against {theirs} in the records")
    shares = [share for row in rows if (share := row.cpu_percent(threads)) is not None]
    said.append(
        f"means: unassigned {_mean([row.unassigned for row in rows])}, iterations"
        f" {_mean([row.iterations for row in rows], 0)}, seconds {_mean([row.solve_seconds for row in rows])},"
        f" CPU seconds {_mean([row.cpu_seconds for row in rows])} ({_mean(shares, 0)} %, lowest"
        f" {number(min(shares, default=None), 0)} %), peak {_mean([row.peak_mb for row in rows], 0)} MB"
    )
    said += [f"{row.instance} seed {row.seed}: {row.status}: {row.message}" for row in rows if row.status != OK]
    return said


def _gap(row: Row) -> str:
    if row.gap_percent is None:
        return NOTHING
    return number(row.gap_percent) + ("" if row.comparable else "*")


def _mean(values: Sequence[float | None], places: int = 1) -> str:
    return number(mean([value for value in values if value is not None]), places)
