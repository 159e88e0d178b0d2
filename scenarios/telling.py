"""What came of scenarios, told: as tables for people, and as a document of which a second run writes the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Column, Table

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.running import Outcome
from scenarios.scenario import Acceptance, Sweep
from scenarios.sweeping import knee_of, steps

FORMAT = "fieldwright scenario result 1"
_DIGITS = 6


def tables(outcome: Outcome, kpis: Sequence[str]) -> Iterator[Table]:
    """The figures of every alternative with their differences to the first one, and the conditions."""
    yield figures_table(outcome, kpis)
    if outcome.judged:
        table = Table("condition", "found", "is", box=None, pad_edge=False)
        for one in outcome.judged:
            kpi = KPIS[one.rule.kpi]
            found = value(kpi, one.found, signed=one.rule.compares)
            table.add_row(condition(one.rule), found, "kept" if one.holds else "not kept")
        yield table


def figures_table(outcome: Outcome, kpis: Sequence[str]) -> Table:
    """One row for each figure. A difference that is more than chance (95 %) is marked with a star."""
    first, *others = outcome.alternatives
    numbers = [Column(name, justify="right") for name in (first, *_columns(others))]
    table = Table("figure", *numbers, box=None, pad_edge=False)
    for name in kpis:
        kpi = KPIS[name]
        cells = [value(kpi, outcome.mean(first, name))]
        for other in others:
            change = outcome.change(other, name)
            cells += [value(kpi, outcome.mean(other, name)), value(kpi, change, signed=True) + _mark(change)]
        table.add_row(f"{name} ({kpi.unit})" if kpi.unit else name, *cells)
    return table


def sweep_table(outcome: Outcome, sweep: Sweep) -> Table:
    """One row for each value: the figure, what the step to it brings, and which of them is the knee."""
    kpi, found = KPIS[sweep.kpi], knee_of(outcome, sweep)
    head = (sweep.kind, f"{kpi.name} ({kpi.unit})" if kpi.unit else kpi.name, "step")
    table = Table(*(Column(name, justify="right") for name in head), "", box=None, pad_edge=False)
    told = zip(outcome.alternatives, sweep.values, steps(outcome, sweep.kpi), strict=True)
    for name, at, step in told:
        said = "" if step is None else value(kpi, step, signed=True) + _mark(step)
        table.add_row(name, value(kpi, outcome.mean(name, sweep.kpi)), said, "knee" if at == found else "")
    return table


def _columns(others: Sequence[str]) -> Iterator[str]:
    for other in others:
        yield other
        yield "difference"


def _mark(change: Interval) -> str:
    return " *" if change.tells else "  "


def value(kpi: Kpi, found: Interval, *, signed: bool = False) -> str:
    """A figure with half of its interval; shares in percent. ``signed``: it is a difference."""
    if found.mean is None:
        return "–"
    times = 100 if kpi.share else 1
    mean = f"{found.mean * times:+.2f}" if signed else f"{found.mean * times:.2f}"
    return f"{mean} ± {found.half * times:.2f}" if math.isfinite(found.half) else mean


def condition(rule: Acceptance) -> str:
    """A condition as a sentence without its end."""
    kpi = KPIS[rule.kpi]
    times, unit = (100, " %") if kpi.share else (1, f" {kpi.unit}" if kpi.unit else "")
    sure = "" if rule.sure else " on average"
    if rule.at_least is not None:
        return f"{rule.kpi} is at least {rule.at_least * times:g}{unit}{sure}"
    if rule.at_most is not None:
        return f"{rule.kpi} is at most {rule.at_most * times:g}{unit}{sure}"
    points = " points" if kpi.share else unit
    if rule.may_fall_by is not None:
        return f"{rule.kpi} falls by at most {rule.may_fall_by * times:g}{points}{sure}"
    return f"{rule.kpi} rises by at most {(rule.may_rise_by or 0) * times:g}{points}{sure}"


def document(outcome: Outcome, kpis: Sequence[str]) -> dict[str, Any]:
    """All that was found, as JSON values: every replication, every mean and difference with its 95 % interval."""
    return {
        "format": FORMAT,
        "situation": outcome.digest,
        "replications": outcome.replications,
        "alternatives": [
            {
                "name": name,
                "figures": {kpi: _interval(outcome.mean(name, kpi)) for kpi in kpis},
                "differences": {kpi: _interval(outcome.change(name, kpi)) for kpi in kpis} if number else {},
                "each": [{kpi: _rounded(one[kpi]) for kpi in kpis} for one in outcome.figures[name]],
            }
            for number, name in enumerate(outcome.alternatives)
        ],
        "conditions": [
            {"condition": condition(one.rule), "found": _interval(one.found), "holds": one.holds}
            for one in outcome.judged
        ],
        "accepted": outcome.accepted,
    }


def as_text(told: Mapping[str, Any]) -> str:
    """The document as the text of a file."""
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _interval(found: Interval) -> dict[str, Any]:
    half = _rounded(found.half) if math.isfinite(found.half) else None
    return {"mean": _rounded(found.mean), "half": half, "count": found.count}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
