"""The page of what one more is worth: of each thing that was asked for, what is worth most first."""

from __future__ import annotations

from html import escape

from scenarios.advising import an_hour, money, more_said, worth_said
from scenarios.measuring.kpis import KPIS
from scenarios.report.assumed import headed
from scenarios.report.bars import bars
from scenarios.report.page import foot
from scenarios.report.sheet import number, row, scrolled, sheet, table
from scenarios.running import WITH_CHANGES
from scenarios.scenario import Scenario
from scenarios.telling import value
from scenarios.words import ENGLISH, said
from scenarios.words.questions import answered
from scenarios.worth import Valuation, Valued

BESIDE = ("sla", "backlog")
"""The figures that are told beside the money."""


def worth_page(scenario: Scenario, valuation: Valuation, language: str = ENGLISH) -> str:
    """The page as HTML, the same bytes for the same valuation."""
    named = [(more_said(one.more, language), one.money) for one in valuation.valued]
    spoken = "; ".join(f"{name}: {money(found)}" for name, found in named)
    head = [said("one more", language), said("worth a week", language), said("an hour", language)]
    head += [headed(KPIS[kpi], language) for kpi in BESIDE]
    note = answered("worth note", language, count=valuation.outcome.replications)
    rows = (_row(one, language) for one in valuation.valued)
    parts = [
        f'<p class="question">{escape(scenario.question)}</p>' if scenario.question else "",
        f'<p class="surely">{escape(worth_said(valuation, language))}</p>',
        f"<h2>{answered('worths', language)}</h2>\n{scrolled(bars(named, spoken))}",
        f'<p class="note">{escape(note)}</p>\n{table(head, rows, range(1, len(head)))}',
        *foot({WITH_CHANGES: scenario}, valuation.outcome.digest, language, "worth"),
    ]
    return sheet(scenario.title, parts, language)


def _row(one: Valued, language: str) -> str:
    hour = an_hour(one)
    beside = zip(BESIDE, (one.sla, one.backlog), strict=True)
    return row(
        f'<th scope="row">{escape(more_said(one.more, language))}</th>',
        number(money(one.money), surely=one.money.tells),
        number("" if hour is None else f"{hour:+.2f}"),
        *(number(value(KPIS[kpi], found, signed=True), surely=found.tells) for kpi, found in beside),
    )
