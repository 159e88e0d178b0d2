"""The page: what was asked, whether the conditions are kept, every figure with its interval, and what was assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path

from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.report.answers import answered, valued
from scenarios.report.assumed import assumed, changes, dispatched, headed
from scenarios.report.curves import curve
from scenarios.report.difference_map import Cell, changes_by_place, difference_map
from scenarios.report.plots import differences, strips
from scenarios.report.sheet import number, row, scrolled, sheet, table
from scenarios.running import AS_IT_IS, WITH_CHANGES, Outcome, ground
from scenarios.scenario import Acceptance, Scenario, Sweep, TakenSituation
from scenarios.sweeping import knee_of, steps
from scenarios.telling import condition, value
from scenarios.words import ENGLISH, label, meaning, said, unit
from scenarios.writing import as_toml


def page(
    title: str,
    scenarios: Mapping[str, Scenario],
    outcome: Outcome,
    sweep: Sweep | None = None,
    language: str = ENGLISH,
) -> str:
    """The page as HTML, the same bytes for the same outcome. ``scenarios``: by the names of their alternatives;
    ``sweep``: the alternatives are its values; ``language``: "en" or "zh".
    """
    first = next(iter(scenarios.values()))
    words = _Words(language)
    shown = words.figures(outcome, first.kpis) if sweep is None else words.swept(outcome, sweep, first.kpis)
    parts = [
        *(f'<p class="question">{escape(one.question)}</p>' for one in scenarios.values() if one.question),
        *(f'<p class="surely">{escape(one)}</p>' for one in answered(outcome, first.kpis, sweep, language)),
        words.verdict(outcome),
        shown,
        words.maps(outcome) if sweep is None else "",
        *foot(scenarios, outcome.digest, language, _command(scenarios, sweep)),
    ]
    return sheet(title, parts, language)


def _command(scenarios: Mapping[str, Scenario], sweep: Sweep | None) -> str:
    return "sweep" if sweep is not None else "run" if len(scenarios) == 1 else "compare"


def foot(scenarios: Mapping[str, Scenario], digest: str, language: str, command: str) -> list[str]:
    """What is changed, what is assumed, and the files that give the same again: how every page ends."""
    words = _Words(language)
    return [
        words.alternatives(scenarios),
        words.assumed(next(iter(scenarios.values())), digest),
        words.files(scenarios, command),
    ]


class _Words:
    """The parts of the page in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def said(self, word: str, **values: object) -> str:
        return said(word, self.language, **values)

    def verdict(self, outcome: Outcome) -> str:
        if not outcome.judged:
            return ""
        told = self.said("all kept" if outcome.accepted else "not all kept")
        look = "kept" if outcome.accepted else "broken"
        rows = (
            row(
                f'<th scope="row">{escape(self._condition(one.rule))}</th>',
                number(value(KPIS[one.rule.kpi], one.found, signed=one.rule.compares)),
                self._holds(one.holds),
            )
            for one in outcome.judged
        )
        head = [self.said(word) for word in ("condition", "found", "is")]
        return f'<h2>{self.said("conditions")}</h2>\n<p class="{look}">{told}</p>\n{table(head, rows, {1})}'

    def _condition(self, rule: Acceptance) -> str:
        return condition(rule, self.language, name=label(rule.kpi, self.language))

    def _holds(self, holds: bool) -> str:
        return f'<td class="{"kept" if holds else "broken"}">{self.said("kept" if holds else "not kept")}</td>'

    def figures(self, outcome: Outcome, kpis: Sequence[str]) -> str:
        names = [self.said(name) for name in outcome.alternatives]
        first, *others = names
        difference, each = self.said("difference"), self.said("each replication")
        head, numbers = [self.said("figure"), first], {1}
        for other in others:
            numbers |= {len(head), len(head) + 1}
            head += [other, difference]
        head += [each, difference] if others else [each]
        keys = [f'<span class="key b{number % 4}"></span>{escape(name)}' for number, name in enumerate(names)]
        note = self.said("figures note", count=outcome.replications)
        rows = (self._figure(outcome, KPIS[name], names) for name in kpis)
        return (
            f"<h2>{self.said('figures')}</h2>\n<p>{' &nbsp; '.join(keys)}</p>\n"
            f'<p class="note">{note}</p>\n{table(head, rows, numbers)}'
        )

    def _figure(self, outcome: Outcome, kpi: Kpi, names: Sequence[str]) -> str:
        others = outcome.alternatives[1:]
        name = label(kpi.name, self.language)
        about = meaning(kpi.name, kpi.meaning, self.language)
        cells = [f'<th scope="row">{name}{escape(self._unit(kpi))}<small>{escape(about)}</small></th>']
        means = [outcome.mean(one, kpi.name) for one in outcome.alternatives]
        cells.append(number(value(kpi, means[0])))
        found = [outcome.change(other, kpi.name) for other in others]
        for mean, change in zip(means[1:], found, strict=True):
            cells += [number(value(kpi, mean)), number(value(kpi, change, signed=True), surely=change.tells)]
        values = [[one[kpi.name] for one in outcome.figures[other]] for other in outcome.alternatives]
        told = "; ".join(f"{one}: {value(kpi, mean)}" for one, mean in zip(names, means, strict=True))
        cells.append(f"<td>{strips(values, means, kpi, escape(f'{name}, {told}', quote=True))}</td>")
        if others:
            told = "; ".join(value(kpi, one, signed=True) for one in found)
            words = self.said("difference of", kpi=name, told=told)
            cells.append(f"<td>{differences(found, escape(words, quote=True))}</td>")
        return row(*cells)

    def _unit(self, kpi: Kpi) -> str:
        return f" ({unit(kpi.unit, self.language)})" if kpi.unit else ""

    def maps(self, outcome: Outcome) -> str:
        """Where promises are missed that were kept before, and where it is the other way round."""
        parts = []
        others = outcome.alternatives[1:]
        for other in others:
            cells = changes_by_place(outcome, other)
            if not cells:
                continue
            heading = self.said("where") if len(others) == 1 else self.said("where in", name=self.said(other))
            parts.append(f"<h2>{escape(heading)}</h2>\n{self._map(cells)}")
        return "\n".join(parts)

    def _map(self, cells: Sequence[Cell]) -> str:
        more, fewer = sum(one.mean > 0 for one in cells), sum(one.mean < 0 for one in cells)
        surely = sum(one.change.tells for one in cells)
        told = self.said("where told", more=more, fewer=fewer, all=len(cells), surely=surely)
        picture = difference_map(cells, escape(told, quote=True))
        if not picture:
            return f'<p class="note">{self.said("where nothing")}</p>'
        note = self.said("where note", most=f"{max(abs(one.mean) for one in cells):.2f}")
        keys = " &nbsp; ".join(
            f'<span class="key {look}"></span>{self.said(word)}'
            for look, word in (("bad", "where more"), ("good", "where fewer"))
        )
        end = "." if self.language == ENGLISH else "。"
        return f'<p class="note">{note}</p>\n<p>{keys}</p>\n{picture}\n<p class="note">{told.capitalize()}{end}</p>'

    def swept(self, outcome: Outcome, sweep: Sweep, kpis: Sequence[str]) -> str:
        """The figure of a sweep as a curve, what each step brings, and every other figure at every value."""
        kpi, found = KPIS[sweep.kpi], knee_of(outcome, sweep)
        name, kind = label(kpi.name, self.language), self.said(sweep.kind)
        told_as = [valued(sweep, one) for one in sweep.values]
        means = [outcome.mean(one, kpi.name) for one in outcome.alternatives]
        told = "; ".join(f"{one}: {value(kpi, mean)}" for one, mean in zip(told_as, means, strict=True))
        knee = self.said("no knee") if found is None else self.said("knee at", value=valued(sweep, found))
        words = escape(f"{name}, {told}; {knee}", quote=True)
        marked = f"<small>{self.said('knee')}</small>"
        picture = curve(sweep.values, told_as, means, found, kpi, words)
        rows = (
            row(
                f'<th scope="row">{one}{marked if at == found else ""}</th>',
                number(value(kpi, mean)),
                "<td></td>" if step is None else number(value(kpi, step, signed=True), surely=step.tells),
            )
            for one, at, mean, step in zip(told_as, sweep.values, means, steps(outcome, kpi.name), strict=True)
        )
        others = (
            row(
                f'<th scope="row">{escape(headed(one, self.language))}</th>',
                *(number(value(one, outcome.mean(other, one.name))) for other in outcome.alternatives),
            )
            for one in map(KPIS.__getitem__, kpis)
        )
        note = self.said("sweep note", count=outcome.replications, knee=knee)
        everywhere = range(1, len(outcome.alternatives) + 1)
        heading = escape(self.said("by", kpi=name + self._unit(kpi), kind=kind))
        return (
            f'<h2>{heading}</h2>\n<p class="note">{note}</p>\n{scrolled(picture)}\n'
            f"{table((kind, name, self.said('step')), rows, {1, 2})}\n<h2>{self.said('every figure')}</h2>\n"
            f"{table((self.said('figure'), *told_as), others, set(everywhere))}"
        )

    def alternatives(self, scenarios: Mapping[str, Scenario]) -> str:
        parts = []
        for name, one in scenarios.items():
            told = changes(one, self.language) or [self.said("nothing changed")]
            listed = "".join(f"<li>{escape(sentence)}</li>" for sentence in told)
            plain = name in (WITH_CHANGES, AS_IT_IS)
            heading = self.said("changed") if plain else self.said("changed in", name=name)
            how = self.said("dispatch then", how=dispatched(one.agent_after, self.language))
            then = f"\n<p>{escape(how)}</p>" if len(scenarios) > 1 or one.agent_after != one.dispatch else ""
            parts.append(f"<h2>{escape(heading)}</h2>\n<ul>{listed}</ul>{then}")
        return "\n".join(parts)

    def assumed(self, scenario: Scenario, digest: str) -> str:
        end = "." if self.language == ENGLISH else "。"
        told = assumed(scenario, ground(scenario.situation), digest, self.language)
        rows = "".join(f"<dt>{escape(about)}</dt><dd>{escape(what)}{end}</dd>\n" for about, what in told)
        return f"<h2>{self.said('assumed')}</h2>\n<dl>\n{rows}</dl>"

    def files(self, scenarios: Mapping[str, Scenario], command: str) -> str:
        named = " ".join(["FILE"] * len(scenarios))
        note = escape(self.said("file note", command=f"{command} {named}", version=version("fieldwright")))
        each = "".join(f"<pre>{escape(as_toml(_here(one)))}</pre>" for one in scenarios.values())
        return f'<details><summary>{self.said("about file")}</summary><p class="note">{note}</p>{each}</details>'


def _here(scenario: Scenario) -> Scenario:
    """The scenario without the folders of the machine that simulated it."""
    if not isinstance(scenario.situation, TakenSituation):
        return scenario
    beside = scenario.situation.model_copy(update={"file": Path(scenario.situation.file).name})
    return scenario.model_copy(update={"situation": beside})
