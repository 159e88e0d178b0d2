"""What explanations say on a terminal: changes, misses and prices in English, with ids as a problem file has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from optimizer.domain import Problem, Shift
from optimizer.explain.changes import (
    AlsoNamed,
    Change,
    EarlierShift,
    EarlierWindow,
    HigherDropCost,
    LaterBreak,
    LaterWindow,
    LessSkill,
    LongerGap,
    LongerShift,
    MoreDuty,
    MoreOnBoard,
    MoreOvertime,
    NotExcluded,
    OtherDay,
    Taught,
    Uncommitted,
    WithoutOrder,
)
from optimizer.explain.freeing import Freeing, GivesWay
from optimizer.explain.misses import Miss
from optimizer.explain.musts import Must, MustKind
from optimizer.invalid import InvalidInput, nearest, shown
from optimizer.rules.base import clock, span

_CENT = Fraction(1, 200)

_CHANGES: Mapping[type[Change], Callable[[Any], str]] = {
    LaterWindow: lambda one: f"the last window of {one.visit} closes {span(one.by)} later",
    EarlierWindow: lambda one: f"the window of {one.visit} opens {span(one.by)} earlier",
    OtherDay: lambda one: f"the windows of {one.visit} lie {_days(one.days)}",
    MoreOvertime: lambda one: f"{one.technician} may work {span(one.by)} more overtime on {one.shift}",
    LongerShift: lambda one: f"shift {one.shift} of {one.technician} ends {span(one.by)} later",
    EarlierShift: lambda one: f"shift {one.shift} of {one.technician} begins {span(one.by)} earlier",
    MoreDuty: lambda one: f"{one.technician} may be on duty {span(one.by)} longer on {one.shift}",
    LaterBreak: lambda one: f"{one.technician} may take break {one.rest} on {one.shift} {span(one.by)} later",
    MoreOnBoard: lambda one: f"{one.technician} takes {one.by:g} more of {one.resource} along",
    Taught: lambda one: f"{one.technician} holds {one.skill} at level {one.level} (now {_level(one.held)})",
    LessSkill: lambda one: f"{one.visit} needs {one.skill} at {_level(one.level)} (now level {one.asked})",
    AlsoNamed: lambda one: f"{one.visit} may be given to {one.technician} as well",
    NotExcluded: lambda one: f"{one.technician} is no longer excluded from {one.visit}",
    LongerGap: lambda one: f"{one.visit} may start {span(one.by)} later after {one.before}",
    WithoutOrder: lambda one: f"{one.visit} need not come after {one.before}",
    HigherDropCost: lambda one: f"leaving {one.visit} out costs {one.cost:.2f} (now {one.was:.2f})",
    Uncommitted: lambda one: f"{_all_of(one.visits)} need not stand first on {one.shift} of {one.technician}",
}

_MUSTS: Mapping[MustKind, Callable[[Must], str]] = {
    MustKind.DONE: lambda one: f"{one.visit} must be done",
    MustKind.COMMITTED: lambda one: f"{one.technician} is committed to {one.visit} first on {one.shift}",
    MustKind.ONLY: lambda one: f"{one.visit} is kept to certain technicians",
    MustKind.NEVER: lambda one: f"{one.technician} must never do {one.visit}",
    MustKind.WINDOWS: lambda one: f"{one.visit} has to start inside its windows",
    MustKind.AFTER: lambda one: f"{one.visit} comes after {one.before}",
}


def said_change(change: Change) -> str:
    """A change, as what comes after "if"."""
    return _CHANGES[type(change)](change)


def said_must(must: Must) -> str:
    """What is insisted on."""
    return _MUSTS[must.kind](must)


def said_way(freeing: Freeing) -> str:
    """All that has to be different, in one line."""
    parts = [said_change(one) for one in freeing.changes]
    parts += [_said_giving_way(one) for one in freeing.gives_way]
    return f"if {' and '.join(parts)}" if parts else "as things are"


def said_misses(found: Sequence[Miss]) -> str:
    """What is in the way, as its rules say it, and by how much."""
    told: dict[str, list[str]] = {}
    for miss in found:
        told.setdefault(miss.because, []).extend(_much(miss))
    return "; ".join(f"{because} ({', '.join(much)})" if much else because for because, much in told.items())


def said_costs(costs: Mapping[str, Fraction]) -> str:
    """Changes of costs by rule, the largest first."""
    told = sorted(((rule, cost) for rule, cost in costs.items() if abs(cost) >= _CENT), key=lambda one: -abs(one[1]))
    return ", ".join(f"{rule} {float(cost):+.2f}" for rule, cost in told)


def when(problem: Problem, technician: str, shift: str, instant: int) -> str:
    """An instant, by the clock of a shift."""
    return clock(instant, shift_called(problem, technician, shift))


def shift_called(problem: Problem, technician: str, shift: str) -> Shift:
    """A shift by its ids."""
    return problem.shifts[problem.shift_index[technician, shift]][1]


def known_visit(problem: Problem, visit: str) -> str:
    """A visit's id that somebody typed. Raises :class:`InvalidInput` where there is none like it."""
    if visit not in problem.visit_index:
        raise InvalidInput("--visit", shown(visit), "is the id of no visit", nearest(visit, problem.visit_index, '"'))
    return visit


def known_technician(problem: Problem, technician: str) -> str:
    """A technician's id that somebody typed. Raises :class:`InvalidInput` where there is none like it."""
    if technician not in problem.technician_index:
        remedy = nearest(technician, problem.technician_index, '"')
        raise InvalidInput("--technician", shown(technician), "is the id of no technician", remedy)
    return technician


def _said_giving_way(one: GivesWay) -> str:
    if not one.technicians:
        return f"{one.visit} is left out instead"
    return f"{one.visit} goes to {_all_of(one.technicians)} instead"


def _much(miss: Miss) -> list[str]:
    if miss.measure == "seconds" and miss.rule == "closed_window":
        waiting = f", waiting for {miss.about}" if miss.about else ""
        return [f"{span(round(miss.short))} too late{waiting}"]
    if miss.measure == "seconds" and miss.rule != "overtime_limit":
        return [f"{span(round(miss.short))} too much"]
    if miss.measure == "level" and miss.allowed:
        return [f"has {miss.about} at {_level(round(miss.allowed))}"]
    return []


def _days(days: int) -> str:
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{count} {'later' if days > 0 else 'earlier'}"


def _level(level: int) -> str:
    return f"level {level}" if level else "no level"


def _all_of(names: tuple[str, ...]) -> str:
    return " and ".join(names)
