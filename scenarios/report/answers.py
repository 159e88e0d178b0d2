"""The answer of a page in a sentence, before any table: what is better, what is worse, where more stops helping."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scenarios.measuring.kpis import KPIS
from scenarios.running import Outcome
from scenarios.scenario import Sweep
from scenarios.sweeping import knee_of, steps, sure_of_knee
from scenarios.telling import value
from scenarios.words import ENGLISH, label, said, unit


def answered(outcome: Outcome, kpis: Sequence[str], sweep: Sweep | None, language: str) -> Iterator[str]:
    """One for each alternative that is held against the first; of a sweep, where more stops bringing much."""
    if sweep is not None:
        yield _bend(outcome, sweep, language)
        return
    others = outcome.alternatives[1:]
    if not others:
        yield said("as they are", language)
    for other in others:
        told = _changed(outcome, other, kpis, language)
        name = said(other, language)
        colon = ": " if language == ENGLISH else "："
        yield told if len(others) == 1 else f"{name}{colon}{told}"


def _changed(outcome: Outcome, other: str, kpis: Sequence[str], language: str) -> str:
    """What is more than chance, with how much."""
    found = {"better": list[str](), "worse": list[str]()}
    for kpi in map(KPIS.__getitem__, kpis):
        change = outcome.change(other, kpi.name)
        if change.mean is not None and change.tells:
            word = "better" if (change.mean > 0) == kpi.more_is_better else "worse"
            own = said("points", language) if kpi.share else f" {unit(kpi.unit, language)}" if kpi.unit else ""
            found[word].append(f"{label(kpi.name, language)} {value(kpi, change, signed=True)}{own}")
    comma = said("comma", language)
    told = [said(word, language, figures=comma.join(several)) for word, several in found.items() if several]
    return (" " if language == ENGLISH else "").join(told) or said("no difference", language)


def _bend(outcome: Outcome, sweep: Sweep, language: str) -> str:
    if not any(step is not None and step.tells for step in steps(outcome, sweep.kpi)):
        return said("steps by chance", language)
    knee, sure = knee_of(outcome, sweep), sure_of_knee(outcome, sweep)
    if knee is None or sure is None:
        return said("bends nowhere", language)
    told = said("bends at" if sweep.kind == "demand" else "more at", language, value=valued(sweep, knee))
    return told + said("so sure of it", language, share=f"{sure:.0%}")


def valued(sweep: Sweep, value: float) -> str:
    """A value as people read it: so many technicians, or so much more demand than there is."""
    if sweep.kind == "technicians":
        return f"{value:g}"
    more = round(100 * (value - 1), 1)
    return f"{more:+g} %" if more else "±0 %"
