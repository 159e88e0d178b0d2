"""The page: what was asked, whether the conditions are kept, every figure with its interval, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from scenarios.measuring.kpis import KPIS, Kpi
from scenarios.report.assumed import assumed, changes, dispatched
from scenarios.report.curves import curve
from scenarios.report.plots import differences, strips
from scenarios.running import WITH_CHANGES, Outcome, ground
from scenarios.scenario import Scenario, Sweep
from scenarios.sweeping import knee_of, steps
from scenarios.telling import condition, value

STYLE = files("scenarios.report") / "page.css"


def page(title: str, scenarios: Mapping[str, Scenario], outcome: Outcome, sweep: Sweep | None = None) -> str:
    """The page as HTML, the same bytes for the same outcome. ``scenarios``: by the names of their alternatives;
    ``sweep``: the alternatives are its values.
    """
    first = next(iter(scenarios.values()))
    shown = _figures(outcome, first.kpis) if sweep is None else _swept(outcome, sweep, first.kpis)
    parts = [
        f"<h1>{escape(title)}</h1>",
        *(f'<p class="question">{escape(one.question)}</p>' for one in scenarios.values() if one.question),
        _verdict(outcome),
        shown,
        _alternatives(scenarios),
        _assumed(first, outcome.digest),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _verdict(outcome: Outcome) -> str:
    if not outcome.judged:
        return ""
    said = "Every condition is kept." if outcome.accepted else "Not every condition is kept."
    look = "kept" if outcome.accepted else "broken"
    rows = (
        _row(
            f'<th scope="row">{escape(condition(one.rule))}</th>',
            _number(value(KPIS[one.rule.kpi], one.found, signed=one.rule.compares)),
            f'<td class="{"kept" if one.holds else "broken"}">{"kept" if one.holds else "not kept"}</td>',
        )
        for one in outcome.judged
    )
    head = ("condition", "found", "is")
    return f'<h2>Conditions</h2>\n<p class="{look}">{said}</p>\n{_table(head, rows, {1})}'


def _figures(outcome: Outcome, kpis: Sequence[str]) -> str:
    first, *others = outcome.alternatives
    head, numbers = ["figure", first], {1}
    for other in others:
        numbers |= {len(head), len(head) + 1}
        head += [other, "difference"]
    head += ["each replication", "difference"] if others else ["each replication"]
    keys = [
        f'<span class="key b{number % 4}"></span>{escape(name)}' for number, name in enumerate(outcome.alternatives)
    ]
    note = (
        f"Means of {outcome.replications} replications, ± half of their 95 % interval. A dot is one replication, a bar"
        " the interval. Differences that are more than chance are bold."
    )
    rows = (_figure(outcome, KPIS[name]) for name in kpis)
    return (
        f'<h2>Figures</h2>\n<p>{" &nbsp; ".join(keys)}</p>\n<p class="note">{note}</p>\n{_table(head, rows, numbers)}'
    )


def _figure(outcome: Outcome, kpi: Kpi) -> str:
    others = outcome.alternatives[1:]
    unit = f" ({kpi.unit})" if kpi.unit else ""
    cells = [f'<th scope="row">{kpi.name}{escape(unit)}<small>{escape(kpi.meaning)}</small></th>']
    means = [outcome.mean(name, kpi.name) for name in outcome.alternatives]
    cells.append(_number(value(kpi, means[0])))
    found = [outcome.change(other, kpi.name) for other in others]
    for mean, change in zip(means[1:], found, strict=True):
        cells += [_number(value(kpi, mean)), _number(value(kpi, change, signed=True), surely=change.tells)]
    values = [[one[kpi.name] for one in outcome.figures[name]] for name in outcome.alternatives]
    said = "; ".join(f"{name}: {value(kpi, mean)}" for name, mean in zip(outcome.alternatives, means, strict=True))
    cells.append(f"<td>{strips(values, means, escape(f'{kpi.name}, {said}', quote=True))}</td>")
    if others:
        told = "; ".join(value(kpi, one, signed=True) for one in found)
        cells.append(f"<td>{differences(found, escape(f'difference of {kpi.name}: {told}', quote=True))}</td>")
    return _row(*cells)


def _swept(outcome: Outcome, sweep: Sweep, kpis: Sequence[str]) -> str:
    """The figure of a sweep as a curve, what each step brings, and every other figure at every value."""
    kpi, found = KPIS[sweep.kpi], knee_of(outcome, sweep)
    means = [outcome.mean(name, kpi.name) for name in outcome.alternatives]
    told = "; ".join(f"{name}: {value(kpi, mean)}" for name, mean in zip(outcome.alternatives, means, strict=True))
    knee = "no knee" if found is None else f"the knee is at {found:g}"
    picture = curve(
        sweep.values, means, found, escape(f"{kpi.name}, {told}; {knee}", quote=True), 100 if kpi.share else 1
    )
    rows = (
        _row(
            f'<th scope="row">{name}{"<small>knee</small>" if at == found else ""}</th>',
            _number(value(kpi, mean)),
            "<td></td>" if step is None else _number(value(kpi, step, signed=True), surely=step.tells),
        )
        for name, at, mean, step in zip(
            outcome.alternatives, sweep.values, means, steps(outcome, kpi.name), strict=True
        )
    )
    others = (
        _row(
            f'<th scope="row">{one.name}{escape(f" ({one.unit})" if one.unit else "")}</th>',
            *(_number(value(one, outcome.mean(name, one.name))) for name in outcome.alternatives),
        )
        for one in map(KPIS.__getitem__, kpis)
    )
    unit = f" ({kpi.unit})" if kpi.unit else ""
    note = (
        f"Means of {outcome.replications} replications, ± half of their 95 % interval. A step is the difference from"
        f" the value before, pair by pair; bold: more than chance. Here {knee}."
    )
    everywhere = range(1, len(outcome.alternatives) + 1)
    return (
        f'<h2>{escape(kpi.name + unit)} by {escape(sweep.kind)}</h2>\n<p class="note">{note}</p>\n{picture}\n'
        f"{_table((sweep.kind, kpi.name, 'step'), rows, {1, 2})}\n"
        f"<h2>Every figure</h2>\n{_table(('figure', *outcome.alternatives), others, set(everywhere))}"
    )


def _alternatives(scenarios: Mapping[str, Scenario]) -> str:
    parts = []
    for name, one in scenarios.items():
        said = changes(one)
        listed = "".join(f"<li>{escape(sentence)}</li>" for sentence in said) or "<li>Nothing is changed.</li>"
        heading = "What is changed" if name == WITH_CHANGES else f"What is changed in {name}"
        dispatch = f"<p>Dispatch then: {escape(dispatched(one.agent_after))}.</p>"
        parts.append(f"<h2>{escape(heading)}</h2>\n<ul>{listed}</ul>\n{dispatch}")
    return "\n".join(parts)


def _assumed(scenario: Scenario, digest: str) -> str:
    told = assumed(scenario, ground(scenario.situation), digest)
    rows = "".join(f"<dt>{escape(about)}</dt><dd>{escape(what)}.</dd>\n" for about, what in told)
    return f"<h2>What is assumed</h2>\n<dl>\n{rows}</dl>"


def _table(head: Sequence[str], rows: Iterable[str], numbers: set[int]) -> str:
    cells = "".join(
        f'<th scope="col"{" class=number" if at in numbers else ""}>{escape(name)}</th>' for at, name in enumerate(head)
    )
    body = f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table>\n{body}\n</table></div>'


def _row(*cells: str) -> str:
    return f"<tr>{''.join(cells)}</tr>\n"


def _number(text: str, *, surely: bool = False) -> str:
    return f'<td class="number{" surely" if surely else ""}">{escape(text)}</td>'
