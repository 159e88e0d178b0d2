"""From what is missed to what would have to be different: for each miss the changes that make up for just that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from optimizer.explain.changes import (
    AlsoNamed,
    Change,
    EarlierShift,
    EarlierWindow,
    LaterBreak,
    LaterWindow,
    LessSkill,
    LongerGap,
    LongerShift,
    MoreDuty,
    MoreOnBoard,
    MoreOvertime,
    NotExcluded,
    Taught,
    WithoutOrder,
    merged,
    visit_of,
)
from optimizer.explain.misses import Miss
from optimizer.explain.places import Placement

_MOST_WAYS = 6
"""Where the misses of a placement could be made up for in more ways than this, only the first of each is taken."""


def repairs(placement: Placement, step: int) -> Iterator[tuple[Change, ...]]:
    """Sets of changes, each of which makes up for all that a placement misses, as far as that can be seen from here.

    Times are made up for in whole ``step`` seconds. Nothing where something is missed that no change makes up for.
    """
    found = placement.misses
    options = [list(_makes_up(miss, step)) for miss in found]
    if not all(options):
        return
    ways = 1
    for one in options:
        ways *= len(one)
    for way in product(*options) if ways <= _MOST_WAYS else (tuple(one[0] for one in options),):
        yield merged(way)
    yield from _in_one(placement, found, step)


def pains(changes: Sequence[Change]) -> float:
    """How much would have to be different, roughly and in minutes: what is tried first, and nothing else."""
    return sum(_pain(one) for one in changes)


def _makes_up(miss: Miss, step: int) -> Iterator[Change]:
    who, shift, visit = miss.technician or "", miss.shift or "", miss.visit or ""
    seconds = _rounded(miss.short, step)
    match miss.rule, miss.measure:
        case "closed_window", "seconds":
            yield LaterWindow(visit, seconds)
            yield WithoutOrder(visit, miss.about) if miss.about else EarlierShift(who, shift, seconds)
        case "missed_break", "seconds":
            yield LaterBreak(who, shift, miss.about, seconds)
        case "overtime_limit", _:
            yield MoreOvertime(who, shift, seconds)
            yield LongerShift(who, shift, seconds)
        case "duty_limit", _:
            yield MoreDuty(who, shift, seconds)
        case "missing_skill", _:
            yield Taught(who, miss.about, int(miss.needed), int(miss.allowed))
            yield LessSkill(visit, miss.role, miss.about, int(miss.allowed), int(miss.needed))
        case "only_named", _:
            yield AlsoNamed(visit, who)
        case "never_named", _:
            yield NotExcluded(visit, who)
        case "over_capacity", _:
            yield MoreOnBoard(who, miss.about, round(miss.short, 3))
        case "after_order", "seconds":
            yield LongerGap(visit, miss.about, seconds)
            yield WithoutOrder(visit, miss.about)
        case "after_order" | "closed_window", _ if miss.about:
            yield WithoutOrder(visit, miss.about)


def _in_one(placement: Placement, found: Sequence[Miss], step: int) -> Iterator[tuple[Change, ...]]:
    """One change that makes all of it earlier, in place of one for each moment that is too late."""
    late = [miss for miss in found if miss.measure == "seconds" and miss.rule != "duty_limit"]
    if not late:
        return
    rest = [next(_makes_up(miss, step)) for miss in found if miss not in late]
    much = _rounded(max(miss.short for miss in late), step)
    visit = visit_of(placement.part, placement.visit)
    if (opens := placement.start) > placement.arrival and any(one.earliest == opens for one in visit.windows):
        by = min(much, opens - placement.arrival)
        yield merged([EarlierWindow(placement.visit, opens, by), *rest])
    if len(placement.places) == 1 and (len(late) > 1 or late[0].rule != "closed_window"):
        (who, shift), _ = placement.places[0]
        yield merged([EarlierShift(who, shift, much), *rest])


def _rounded(seconds: float, step: int) -> int:
    return -(-int(seconds) // step) * step


def _pain(change: Change) -> float:
    match change:
        case LaterWindow(by=by) | EarlierWindow(by=by) | LongerShift(by=by) | EarlierShift(by=by):
            return by / 60
        case MoreOvertime(by=by) | MoreDuty(by=by) | LaterBreak(by=by) | LongerGap(by=by):
            return by / 60
        case Taught(level=level, held=held):
            return 60 * (level - held)
        case LessSkill(level=level, asked=asked):
            return 60 * (asked - level)
        case _:
            return 60
