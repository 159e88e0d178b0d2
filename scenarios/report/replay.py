"""The page of a replay: what the days could have been, what was lost by cause, what decisions by hand cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from scenarios.measuring.intervals import Interval
from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.measuring.minutes import MINUTES
from scenarios.replaying.running import Replayed
from scenarios.replaying.telling import number, when
from scenarios.report.assumed import dispatched
from scenarios.report.waterfall import waterfall
from scenarios.situation.situation import Situation
from scenarios.telling import value
from scenarios.words import ENGLISH, label, unit
from scenarios.words.replays import told
from scenarios.words.sentences import titled

STYLE = files("scenarios.report") / "page.css"
_DRAWN = "minutes"
"""The figure of the picture."""


def replay_page(situation: Situation, replayed: Replayed, language: str = ENGLISH) -> str:
    """The page as HTML, the same bytes for the same replay."""
    page = _Page(situation, replayed, language)
    title = escape(told("title", language, name=titled(situation.name, language)))
    return (
        f'<!doctype html>\n<html lang="{"en" if language == ENGLISH else "zh-CN"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n" + "\n".join(part for part in page.parts() if part) + "\n</main>\n</body>\n</html>\n"
    )


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
        recorded, hindsight = (
            self.replayed.mean(stage, _DRAWN).mean or 0.0 for stage in ("recorded", self.replayed.stages[-1])
        )
        most, lost = max(self.replayed.losses(_DRAWN), key=lambda one: one[1].mean or 0.0)
        cause = self.said(f"cause {most}")
        better = (lost.mean or 0.0) > 0 and hindsight < recorded
        text = self.said("answer" if better else "no loss", recorded=recorded, hindsight=hindsight, cause=cause)
        return f'<p class="question">{escape(text)}</p>'

    def _losses(self) -> str:
        lost = {name: dict(self.replayed.losses(name)) for name in MINUTES}
        stages = self.replayed.stages
        rows = [
            self._row(f"cause {stage}", f"because {stage}", [lost[name][stage] for name in MINUTES])
            for stage in stages[:-1]
        ]
        rows.append(self._row("whole", "because whole", [self.replayed.whole(name) for name in MINUTES]))
        steps = [(self.said(f"cause {stage}"), lost[_DRAWN][stage].mean or 0.0) for stage in stages[:-1]]
        ends = [
            (self.said(f"stage {stage}"), self.replayed.mean(stage, _DRAWN).mean or 0.0)
            for stage in (stages[0], stages[-1])
        ]
        spoken = "; ".join(f"{name} {one:,.0f}" for name, one in (ends[0], *steps, ends[1]))
        count = self.replayed.replications
        mean = self.said("of means", count=count) if count > 1 else self.said("of one")
        head = [self.said("cause"), *(self.said(name) for name in MINUTES)]
        return (
            f"<h2>{escape(self.said('losses'))}</h2>\n"
            f'<div class="scroll">{waterfall(ends[0], steps, ends[1], spoken)}</div>\n'
            f'<p class="note">{escape(self.said("losses note", mean=mean))}</p>\n{_table(head, rows)}'
        )

    def _row(self, word: str, meaning: str, found: Sequence[Interval]) -> str:
        cells = "".join(_cell(number(one, signed=True), surely=_tells(one)) for one in found)
        name, small = escape(self.said(word)), escape(self.said(meaning))
        return f'<tr><th scope="row">{name}<small>{small}</small></th>{cells}</tr>\n'

    def _stages(self) -> str:
        rows = []
        for stage in self.replayed.stages:
            cells = "".join(_cell(number(self.replayed.mean(stage, name))) for name in (*MINUTES, "jobs_per_day"))
            name, small = escape(self.said(f"stage {stage}")), escape(self.said(f"meaning {stage}"))
            rows.append(f'<tr><th scope="row">{name}<small>{small}</small></th>{cells}</tr>\n')
        head = [self.said("stage"), *(self.said(name) for name in MINUTES), self.said("jobs_per_day")]
        how = escape(self.said("policy is", how=dispatched(self.replayed.dispatch, self.language)))
        return f'<h2>{escape(self.said("stages"))}</h2>\n{_table(head, rows)}\n<p class="note">{how}</p>'

    def _by_hand(self) -> str:
        if not self.replayed.without:
            return ""
        cost = {name: list(self.replayed.by_hand(name)) for name in MINUTES}
        rows = []
        for at, (one, _) in enumerate(cost[_DRAWN]):
            cells = "".join(_cell(number(cost[name][at][1], signed=True)) for name in MINUTES)
            texts = (when(one, self.situation.zone), self.said(one.kind), one.about)
            rows.append(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts)}{cells}</tr>\n")
        head = [self.said("when"), self.said("what"), self.said("about"), *(self.said(name) for name in MINUTES)]
        note = f'<p class="note">{escape(self.said("by hand note"))}</p>'
        return f"<h2>{escape(self.said('by hand'))}</h2>\n{note}\n{_table(head, rows, texts=3)}"

    def _figures(self) -> str:
        rows = []
        for name, kpi in KPIS.items():
            cells = "".join(_cell(value(kpi, self.replayed.mean(stage, name))) for stage in self.replayed.stages)
            rows.append(f'<tr><th scope="row">{escape(self._named(kpi))}</th>{cells}</tr>\n')
        head = ["", *(self.said(f"stage {stage}") for stage in self.replayed.stages)]
        return f"<h2>{escape(self.said('figures'))}</h2>\n{_table(head, rows)}"

    def _named(self, kpi: Kpi) -> str:
        name = kpi.name if self.language == ENGLISH else label(kpi.name, self.language)
        return f"{name} ({unit(kpi.unit, self.language)})" if kpi.unit else name

    def _uncertain(self) -> str:
        visits, drawn = (self.replayed.mean("policy", name).mean or 0.0 for name in ("visits", "drawn_visits"))
        told_of = (
            self.said("drawn", visits=visits, drawn=drawn),
            *(self.said(one) for one in ("stays with", "search", "crews")),
        )
        listed = "".join(f"<li>{escape(one)}</li>" for one in told_of)
        digest = f'<p class="note" style="overflow-wrap: anywhere">{escape(self.replayed.digest)}</p>'
        return f"<h2>{escape(self.said('uncertain'))}</h2>\n<ul>{listed}</ul>\n{digest}"


def _tells(found: Interval) -> bool:
    return math.isfinite(found.half) and found.tells


def _table(head: Sequence[str], rows: Iterable[str], texts: int = 1) -> str:
    cells = "".join(
        f'<th scope="col"{" class=number" if at >= texts else ""}>{escape(name)}</th>' for at, name in enumerate(head)
    )
    body = f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table>\n{body}\n</table></div>'


def _cell(text: str, *, surely: bool = False) -> str:
    return f'<td class="number{" surely" if surely else ""}">{escape(text)}</td>'
