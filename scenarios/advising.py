"""What was found about staffing, told: as tables for people, and as documents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rich.table import Column, Table

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS
from scenarios.scenario import Staffing
from scenarios.staffing import Staffed, Tried
from scenarios.telling import condition, headed, marked, value
from scenarios.words import ENGLISH, said
from scenarios.words.questions import answered
from scenarios.worth import More, Valuation, Valued

FORMAT = "fieldwright staffing result 1"
WORTH_FORMAT = "fieldwright worth result 1"
_BESIDE = ("sla", "backlog")


def staffing_table(staffed: Staffed, asked: Staffing, language: str = ENGLISH) -> Table:
    """One row for each staffing that was simulated, the cheapest first."""
    groups = [f"{one.technicians[0]}…" if len(one.technicians) > 1 else one.technicians[0] for one in asked.groups]
    targets = (condition(one, language) for one in asked.targets)
    numbers = [*groups, said("cost a day", language), *targets, said("so often", language)]
    table = Table(*(Column(name, justify="right") for name in numbers), "", box=None, pad_edge=False)
    for one in sorted(staffed.tried, key=lambda one: (one.cost, one.counts)):
        found = [value(KPIS[rule.kpi], what) for rule, what in zip(asked.targets, one.found, strict=True)]
        verdict = said("the cheapest" if one is staffed.best else "meets" if one.meets else "misses", language)
        table.add_row(*map(str, one.counts), f"{one.cost:g}", *found, str(one.replications), verdict)
    return table


def staffing_said(staffed: Staffed, asked: Staffing, language: str = ENGLISH) -> str:
    """In one sentence."""
    if staffed.best is None:
        return said("no staffing", language)
    cost, tried = f"{staffed.best.cost:g}", len(staffed.tried)
    told = said("cheapest staffing", language, cost=cost, tried=tried, possible=staffed.possible)
    doubtful = sum(one.cost <= staffed.best.cost and one.doubtful(asked) for one in staffed.tried)
    return told + said("staffing in doubt", language, count=doubtful) if doubtful else told


def staffing_document(staffed: Staffed, asked: Staffing) -> dict[str, Any]:
    """All that was tried, as JSON values."""

    def told(one: Tried) -> dict[str, Any]:
        found = [what.document() for what in one.found]
        return {
            "counts": list(one.counts),
            "cost_per_day": one.cost,
            "found": found,
            "replications": one.replications,
            "meets": one.meets,
        }

    return {
        "format": FORMAT,
        "situation": staffed.digest,
        "groups": [one.technicians for one in asked.groups],
        "targets": [condition(one) for one in asked.targets],
        "best": None if staffed.best is None else list(staffed.best.counts),
        "possible": staffed.possible,
        "tried": [told(one) for one in staffed.tried],
    }


def worth_table(valuation: Valuation, language: str = ENGLISH) -> Table:
    """One row for each thing that there may be one more of. What is more than chance (95 %) is marked with a star."""
    numbers = [
        said("worth a week", language),
        said("an hour", language),
        *(headed(KPIS[kpi], language) for kpi in _BESIDE),
    ]
    table = Table(
        said("one more", language), *(Column(name, justify="right") for name in numbers), box=None, pad_edge=False
    )
    for one in valuation.valued:
        sla, backlog = (
            value(KPIS[kpi], found, signed=True) + marked(found)
            for kpi, found in zip(_BESIDE, (one.sla, one.backlog), strict=True)
        )
        hour = "" if (each := an_hour(one)) is None else f"{each:+.2f}"
        table.add_row(more_said(one.more, language), money(one.money) + marked(one.money), hour, sla, backlog)
    return table


def an_hour(one: Valued) -> float | None:
    """What an hour of it is worth; None where it adds none."""
    return one.money.mean / one.more.hours if one.money.mean is not None and one.more.hours else None


def worth_document(valuation: Valuation) -> dict[str, Any]:
    """All that was found, as JSON values."""

    def told(one: Valued) -> Mapping[str, Any]:
        return {
            "of": one.more.of,
            "territory": one.more.territory,
            "weekday": one.more.weekday,
            "skill": one.more.skill,
            "hours_a_week": one.more.hours,
            "worth_a_week": one.money.document(),
            "sla": one.sla.document(),
            "backlog": one.backlog.document(),
        }

    return {
        "format": WORTH_FORMAT,
        "situation": valuation.outcome.digest,
        "replications": valuation.outcome.replications,
        "one_more": [told(one) for one in valuation.valued],
    }


def more_said(more: More, language: str) -> str:
    """What there is one more of, as people read it."""
    weekday = more.weekday and answered(more.weekday, language)
    parts = (said(more.of, language), more.skill, more.territory, weekday)
    return said("comma", language).join(part for part in parts if part is not None)


def worth_said(valuation: Valuation, language: str = ENGLISH) -> str:
    """In a sentence: what is worth most, where that is more than chance even though it is the best of several."""
    count = len(valuation.valued)
    best = max(
        (one for one in valuation.valued if one.among_all.tells and (one.money.mean or 0.0) > 0),
        key=lambda one: one.money.mean or 0.0,
        default=None,
    )
    if best is None:
        return answered("worth nothing", language, count=count)
    name = more_said(best.more, language)
    return answered("worth most", language, name=name, money=money(best.money), count=count)


def money(found: Interval) -> str:
    """Money with its sign, and half of its interval."""
    if found.mean is None:
        return "–"
    half = f" ± {found.half:.2f}" if math.isfinite(found.half) else ""
    return f"{found.mean:+.2f}{half}"
