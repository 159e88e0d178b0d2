"""The page of a staffing: the cheapest one, what every other one that was simulated costs and keeps, who is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from scenarios.advising import staffing_said
from scenarios.measuring.kpis import KPIS
from scenarios.report.assumed import headed
from scenarios.report.page import foot
from scenarios.report.scatter import Circle, scatter
from scenarios.report.sheet import number, row, scrolled, sheet, table
from scenarios.running import WITH_CHANGES
from scenarios.scenario import Acceptance, Group, Scenario, Staffing
from scenarios.staffing import Staffed, Tried, told
from scenarios.telling import condition, value
from scenarios.words import ENGLISH, label, said
from scenarios.words.questions import answered


def staffing_page(scenario: Scenario, staffed: Staffed, language: str = ENGLISH) -> str:
    """The page as HTML, the same bytes for the same staffing. Raises :class:`ValueError` for a scenario that asks for
    none.
    """
    if scenario.staffing is None:
        raise ValueError(f"{scenario.title}: asks for no staffing")
    answer = staffing_said(staffed, scenario.staffing, language)
    parts = [
        f'<p class="question">{escape(scenario.question)}</p>' if scenario.question else "",
        f'<p class="{"kept" if staffed.best else "broken"}">{escape(answer)}</p>',
        *_pictures(staffed, scenario.staffing, language),
        _table(staffed, scenario.staffing, language),
        _groups(scenario.staffing.groups, language),
        *foot({WITH_CHANGES: scenario}, staffed.digest, language, "staff"),
    ]
    return sheet(scenario.title, parts, language)


def _pictures(staffed: Staffed, asked: Staffing, language: str) -> Iterator[str]:
    for at, target in enumerate(asked.targets):
        kpi = KPIS[target.kpi]
        circles = [
            Circle(told(one.counts), one.cost, one.found[at], one.meets, one is staffed.best) for one in staffed.tried
        ]
        spoken = "; ".join(f"{one.name} ({one.cost:g}): {value(kpi, one.found)}" for one in circles)
        picture = scatter(circles, limit_of(target), kpi, spoken)
        yield f"<h2>{escape(answered('by cost', language, kpi=headed(kpi, language)))}</h2>\n{scrolled(picture)}"
    yield f'<p class="note">{answered("by cost note", language)}</p>'


def limit_of(target: Acceptance) -> float:
    """The limit of a target. Raises :class:`ValueError` for a condition that compares with other days."""
    limit = target.at_least if target.at_least is not None else target.at_most
    if limit is None:
        raise ValueError("a target has at_least or at_most")
    return limit


def _table(staffed: Staffed, asked: Staffing, language: str) -> str:
    groups = [who(one, language) for one in asked.groups]
    targets = [condition(one, language, name=label(one.kpi, language)) for one in asked.targets]
    head = [*groups, said("cost a day", language), *targets, said("so often", language), ""]

    def told_of(one: Tried) -> str:
        found = [value(KPIS[rule.kpi], what) for rule, what in zip(asked.targets, one.found, strict=True)]
        word = "the cheapest" if one is staffed.best else "meets" if one.meets else "misses"
        verdict = f'<td class="{"kept" if one.meets else "broken"}">{escape(said(word, language))}</td>'
        cells = [*map(str, one.counts), f"{one.cost:g}", *found, str(one.replications)]
        return row(*map(number, cells), verdict)

    rows = map(told_of, sorted(staffed.tried, key=lambda one: (one.cost, one.counts)))
    note = f'<p class="note">{answered("staffing note", language)}</p>'
    return f"<h2>{answered('staffings', language)}</h2>\n{note}\n{table(head, rows, range(len(head) - 1))}"


def who(group: Group, language: str) -> str:
    """The technicians of a group, the first one by name."""
    first, *others = group.technicians
    return answered("group short", language, who=first, more=len(others), all=len(others) + 1) if others else first


def _groups(groups: Sequence[Group], language: str) -> str:
    listed = "".join(f"<li>{escape(_group(one, language))}</li>" for one in groups)
    return f"<h2>{answered('groups', language)}</h2>\n<ul>{listed}</ul>"


def _group(group: Group, language: str) -> str:
    everybody = said("comma", language).join(group.technicians)
    now, cost = len(group.technicians), f"{group.cost_per_day:g}"
    return answered("group", language, who=everybody, least=group.least, most=group.most, cost=cost, now=now)
