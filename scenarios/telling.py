"""What came of scenarios, told: as tables for people, and as a document of which a second run writes the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Column, Table

from scenarios.measuring.intervals import Interval, rounded
from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.running import Outcome
from scenarios.scenario import Acceptance, Sweep
from scenarios.sweeping import knee_of, steps
from scenarios.words import ENGLISH, label, said, unit

FORMAT = "fieldwright scenario result 1"


def tables(outcome: Outcome, kpis: Sequence[str], language: str = ENGLISH) -> Iterator[Table]:
    """The figures of every alternative with their differences to the first one, and the conditions."""
    yield figures_table(outcome, kpis, language)
    if outcome.judged:
        head = (said(word, language) for word in ("condition", "found", "is"))
        table = Table(*head, box=None, pad_edge=False)
        for one in outcome.judged:
            found = value(KPIS[one.rule.kpi], one.found, signed=one.rule.compares)
            table.add_row(condition(one.rule, language), found, said("kept" if one.holds else "not kept", language))
        yield table


def figures_table(outcome: Outcome, kpis: Sequence[str], language: str = ENGLISH) -> Table:
    """One row for each figure. A difference that is more than chance (95 %) is marked with a star."""
    first, *others = outcome.alternatives
    numbers = [Column(said(name, language), justify="right") for name in (first, *_columns(others))]
    table = Table(said("figure", language), *numbers, box=None, pad_edge=False)
    for name in kpis:
        kpi = KPIS[name]
        cells = [value(kpi, outcome.mean(first, name))]
        for other in others:
            change = outcome.change(other, name)
            cells += [value(kpi, outcome.mean(other, name)), value(kpi, change, signed=True) + marked(change)]
        table.add_row(headed(kpi, language), *cells)
    return table


def sweep_table(outcome: Outcome, sweep: Sweep, language: str = ENGLISH) -> Table:
    """One row for each value: the figure, what the step to it brings, and which of them is the knee."""
    kpi, found = KPIS[sweep.kpi], knee_of(outcome, sweep)
    head = (said(sweep.kind, language), headed(kpi, language), said("step", language))
    table = Table(*(Column(name, justify="right") for name in head), "", box=None, pad_edge=False)
    knee = said("knee", language)
    told = zip(outcome.alternatives, sweep.values, steps(outcome, sweep.kpi), strict=True)
    for name, at, step in told:
        gained = "" if step is None else value(kpi, step, signed=True) + marked(step)
        table.add_row(name, value(kpi, outcome.mean(name, sweep.kpi)), gained, knee if at == found else "")
    return table


def headed(kpi: Kpi, language: str) -> str:
    """A figure with its unit: in English by the name that files use for it."""
    name = kpi.name if language == ENGLISH else label(kpi.name, language)
    return f"{name} ({unit(kpi.unit, language)})" if kpi.unit else name


def _columns(others: Sequence[str]) -> Iterator[str]:
    for other in others:
        yield other
        yield "difference"


def marked(change: Interval) -> str:
    """A star where it is more than chance (95 %)."""
    return " *" if change.tells else "  "


def value(kpi: Kpi, found: Interval, *, signed: bool = False) -> str:
    """A figure with half of its interval; shares in percent. ``signed``: it is a difference."""
    if found.mean is None:
        return "–"
    times = 100 if kpi.share else 1
    mean = f"{found.mean * times:+.2f}" if signed else f"{found.mean * times:.2f}"
    return f"{mean} ± {found.half * times:.2f}" if math.isfinite(found.half) else mean


def condition(rule: Acceptance, language: str = ENGLISH, *, name: str | None = None) -> str:
    """A condition as a sentence without its end; ``name``: another one for its figure than the one files use."""
    kpi = KPIS[rule.kpi]
    given = {
        "at least": (rule.at_least, there),
        "at most": (rule.at_most, there),
        "falls": (rule.may_fall_by, apart),
        "rises": (rule.may_rise_by, apart),
    }
    word, limit, told = next((word, limit, told) for word, (limit, told) in given.items() if limit is not None)
    name = name or (rule.kpi if language == ENGLISH else label(rule.kpi, language))
    sure = "" if rule.sure else said("on average", language)
    return said(word, language, kpi=name, value=told(kpi, limit, language), sure=sure)


def there(kpi: Kpi, limit: float, language: str) -> str:
    """A value of a figure with its unit: 85 %, 12 jobs."""
    if kpi.share:
        return f"{100 * limit:g} %"
    return f"{limit:g} {unit(kpi.unit, language)}" if kpi.unit else f"{limit:g}"


def apart(kpi: Kpi, difference: float, language: str) -> str:
    """How far two values of a figure lie apart: 1 point, 0.5 h."""
    if not kpi.share:
        return there(kpi, difference, language)
    points = f"{100 * difference:g}"
    return points + said("point" if points == "1" else "points", language)


def document(outcome: Outcome, kpis: Sequence[str]) -> dict[str, Any]:
    """All that was found, as JSON values: every replication, every mean and difference with its 95 % interval."""
    return {
        "format": FORMAT,
        "situation": outcome.digest,
        "replications": outcome.replications,
        "alternatives": [
            {
                "name": name,
                "figures": {kpi: outcome.mean(name, kpi).document() for kpi in kpis},
                "differences": {kpi: outcome.change(name, kpi).document() for kpi in kpis} if number else {},
                "each": [{kpi: rounded(one[kpi]) for kpi in kpis} for one in outcome.figures[name]],
            }
            for number, name in enumerate(outcome.alternatives)
        ],
        "conditions": [
            {"condition": condition(one.rule), "found": one.found.document(), "holds": one.holds}
            for one in outcome.judged
        ],
        "accepted": outcome.accepted,
    }


def as_text(told: Mapping[str, Any]) -> str:
    """The document as the text of a file."""
    return json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
