"""The page of a replay: what the days could have been, what was lost by cause, what decisions by hand cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.measuring.minutes import MINUTES
from scenarios.replaying.running import Replayed
from scenarios.replaying.telling import ANSWERED_BY, answer_said, number, uncertain_said, when
from scenarios.report.assumed import dispatched
from scenarios.report.sheet import number as cell
from scenarios.report.sheet import sheet, table
from scenarios.report.waterfall import waterfall
from scenarios.situation.situation import Situation
from scenarios.telling import value
from scenarios.words import ENGLISH, label, unit
from scenarios.words.replays import told
from scenarios.words.sentences import titled


def replay_page(situation: Situation, replayed: Replayed, language: str = ENGLISH) -> str:
    """The page as HTML, the same bytes for the same replay."""
    page = _Page(situation, replayed, language)
    title = told("title", language, name=titled(situation.name, language))
    return sheet(title, page.parts(), language)


class _Page:
    def __init__(self, situation: Situation, replayed: Replayed, language: str) -> None:
        self.situation, self.replayed, self.language = situation, replayed, language

    def said(self, word: str, **values: object) -> str:
        return told(word, self.language, **values)

    def parts(self) -> Iterable[str]:
        yield self._answer()
        yield self._losses()
        yield self._stages()
        yield self._by_hand()
        yield self._figures()
        yield self._uncertain()

    def _answer(self) -> str:
        return f'<p class="question">{escape(answer_said(self.replayed, self.language))}</p>'

    def _losses(self) -> str:
        lost = {name: dict(self.replayed.losses(name)) for name in MINUTES}
        stages = self.replayed.stages
        rows = [
            self._row(f"cause {stage}", f"because {stage}", [lost[name][stage] for name in MINUTES])
            for stage in stages[:-1]
        ]
        rows.append(self._row("whole", "because whole", [self.replayed.whole(name) for name in MINUTES]))
        steps = [(self.said(f"cause {stage}"), lost[ANSWERED_BY][stage].mean or 0.0) for stage in stages[:-1]]
        ends = [
            (self.said(f"stage {stage}"), self.replayed.mean(stage, ANSWERED_BY).mean or 0.0)
            for stage in (stages[0], stages[-1])
        ]
        spoken = "; ".join(f"{name} {one:,.0f}" for name, one in (ends[0], *steps, ends[1]))
        count = self.replayed.replications
        mean = self.said("of means", count=count) if count > 1 else self.said("of one")
        head = [self.said("cause"), *(self.said(name) for name in MINUTES)]
        told_of = table(head, rows, range(1, len(head)))
        return (
            f"<h2>{escape(self.said('losses'))}</h2>\n"
            f'<div class="scroll">{waterfall(ends[0], steps, ends[1], spoken)}</div>\n'
            f'<p class="note">{escape(self.said("losses note", mean=mean))}</p>\n{told_of}'
        )

    def _row(self, word: str, meaning: str, found: Sequence[Interval]) -> str:
        cells = "".join(cell(number(one, signed=True), surely=_tells(one)) for one in found)
        name, small = escape(self.said(word)), escape(self.said(meaning))
        return f'<tr><th scope="row">{name}<small>{small}</small></th>{cells}</tr>\n'

    def _stages(self) -> str:
        rows = []
        for stage in self.replayed.stages:
            cells = "".join(cell(number(self.replayed.mean(stage, name))) for name in (*MINUTES, "jobs_per_day"))
            name, small = escape(self.said(f"stage {stage}")), escape(self.said(f"meaning {stage}"))
            rows.append(f'<tr><th scope="row">{name}<small>{small}</small></th>{cells}</tr>\n')
        head = [self.said("stage"), *(self.said(name) for name in MINUTES), self.said("jobs_per_day")]
        how = escape(self.said("policy is", how=dispatched(self.replayed.dispatch, self.language)))
        told_of = table(head, rows, range(1, len(head)))
        return f'<h2>{escape(self.said("stages"))}</h2>\n{told_of}\n<p class="note">{how}</p>'

    def _by_hand(self) -> str:
        if not self.replayed.without:
            return ""
        cost = {name: list(self.replayed.by_hand(name)) for name in MINUTES}
        rows = []
        for at, (one, _) in enumerate(cost[ANSWERED_BY]):
            cells = "".join(cell(number(cost[name][at][1], signed=True)) for name in MINUTES)
            texts = (when(one, self.situation.zone), self.said(one.kind), one.about)
            rows.append(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts)}{cells}</tr>\n")
        head = [self.said("when"), self.said("what"), self.said("about"), *(self.said(name) for name in MINUTES)]
        note = f'<p class="note">{escape(self.said("by hand note"))}</p>'
        return f"<h2>{escape(self.said('by hand'))}</h2>\n{note}\n{table(head, rows, range(3, len(head)))}"

    def _figures(self) -> str:
        rows = []
        for name, kpi in KPIS.items():
            cells = "".join(cell(value(kpi, self.replayed.mean(stage, name))) for stage in self.replayed.stages)
            rows.append(f'<tr><th scope="row">{escape(self._named(kpi))}</th>{cells}</tr>\n')
        head = ["", *(self.said(f"stage {stage}") for stage in self.replayed.stages)]
        return f"<h2>{escape(self.said('figures'))}</h2>\n{table(head, rows, range(1, len(head)))}"

    def _named(self, kpi: Kpi) -> str:
        name = kpi.name if self.language == ENGLISH else label(kpi.name, self.language)
        return f"{name} ({unit(kpi.unit, self.language)})" if kpi.unit else name

    def _uncertain(self) -> str:
        listed = "".join(f"<li>{escape(one)}</li>" for one in uncertain_said(self.replayed, self.language))
        digest = f'<p class="note" style="overflow-wrap: anywhere">{escape(self.replayed.digest)}</p>'
        return f"<h2>{escape(self.said('uncertain'))}</h2>\n<ul>{listed}</ul>\n{digest}"


def _tells(found: Interval) -> bool:
    return math.isfinite(found.half) and found.tells
