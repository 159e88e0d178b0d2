"""What a scenario changes, made on a situation: the answer is another situation, and the first one stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.invalid import InvalidInput, nearest, shown
from scenarios.scenario import (
    Change,
    DemandChange,
    DispatchChange,
    Hire,
    Leave,
    MoveShifts,
    NewBase,
    Overtime,
    PromiseChange,
    Train,
    TravelChange,
    VanStock,
)
from scenarios.simulation.demand import HEADROOM
from scenarios.situation.amending import from_the_old_base, moved_by, promised_anew, slowed, stocked, with_shifts
from scenarios.situation.placing import with_place
from scenarios.situation.situation import Growth, Person, Rest, Situation, Terms, Urgency


def changed(situation: Situation, changes: Sequence[Change]) -> Situation:
    """The situation with the changes made on it in their order.

    Raises :class:`InvalidInput` that names the place, the value and a remedy where a change speaks of somebody, a
    territory or a skill that there is not, or would leave nobody at work.
    """
    for index, change in enumerate(changes):
        situation = _MADE[type(change)](situation, change, f"changes[{index}]")
    most = np.prod([max(1.0, one.factor) for one in situation.demand.growth] or [1.0])
    if most > HEADROOM:
        remedy = f"the factors that raise demand may come to {HEADROOM:g} together; start from a larger situation"
        raise InvalidInput("changes", f"{most:g}", "is too many times the demand", remedy)
    return situation


def _demand(situation: Situation, change: DemandChange, place: str) -> Situation:
    _known(change.territory, situation.territories, f"{place}.territory", "is no territory")
    _known(change.skill, situation.skills, f"{place}.skill", "is no skill")
    growth = Growth(change.factor, change.territory, change.skill, change.priority)
    demand = replace(situation.demand, growth=(*situation.demand.growth, growth))
    return replace(situation, demand=demand)


def _leave(situation: Situation, change: Leave, place: str) -> Situation:
    gone = _named(situation, change.technicians, place)
    stay = tuple(person for person in situation.people if person.id not in gone)
    if not stay:
        raise InvalidInput(f"{place}.technicians", shown(change.technicians), "leaves nobody at work", "name fewer")
    return replace(situation, people=stay)


def _hire(situation: Situation, change: Hire, place: str) -> Situation:
    """Who is new lives where the one lives that they are like, and is numbered behind them: T03+1, T03+2."""
    ids = [person.id for person in situation.people]
    _known(change.like, ids, f"{place}.like", "is no technician")
    like = situation.person(change.like)
    already = sum(one.startswith(f"{like.id}+") for one in ids)
    new = tuple(replace(like, id=f"{like.id}+{already + number + 1}") for number in range(change.count))
    return replace(situation, people=(*situation.people, *new))


def _train(situation: Situation, change: Train, place: str) -> Situation:
    _known(change.skill, situation.skills, f"{place}.skill", "is no skill")

    def taught(person: Person) -> Person:
        level = max(change.level, person.skills.get(change.skill, 0))
        return replace(person, skills={**person.skills, change.skill: level})

    return _each(situation, _named(situation, change.technicians, place), taught)


def _move_shifts(situation: Situation, change: MoveShifts, place: str) -> Situation:
    by = change.minutes

    def moved(person: Person) -> Person:
        if person.start + by < 0:
            told = f"would begin the shift of {person.id} on the day before"
            raise InvalidInput(f"{place}.minutes", str(by), told, f"give {-person.start} or more")
        rests = tuple(Rest(one.id, one.earliest + by, one.latest + by, one.minutes) for one in person.rests)
        return replace(person, start=person.start + by, end=person.end + by, rests=rests)

    named = _named(situation, change.technicians, place)
    return with_shifts(_each(situation, named, moved), named, lambda shift: moved_by(shift, by * 60))


def _overtime(situation: Situation, change: Overtime, place: str) -> Situation:
    named = _named(situation, change.technicians, place)
    allowed = _each(situation, named, lambda person: replace(person, max_overtime=change.minutes))
    return with_shifts(allowed, named, lambda shift: replace(shift, max_overtime=change.minutes * 60))


def _base(situation: Situation, change: NewBase, place: str) -> Situation:
    """Ways that were driven from the old base are remembered as such, or else they would tell of the new one."""
    named = _named(situation, change.technicians, place)
    made, home = _where(situation, change, place)
    before = {person.id: person.home for person in situation.people}
    moved = _each(made, named, lambda person: replace(person, home=home))
    return with_shifts(moved, named, lambda shift: from_the_old_base(shift, before[shift.technician]))


def _where(situation: Situation, change: NewBase, place: str) -> tuple[Situation, int]:
    """The situation with the place of a new base, and which one it is."""
    if change.point is not None:
        return with_place(situation, change.point, f"{place}.lat, lon")
    if change.like is not None:
        _known(change.like, (person.id for person in situation.people), f"{place}.like", "is no technician")
        return situation, situation.person(change.like).home
    sites = {situation.places[site].id: site for site in situation.sites}
    _known(change.site, sites, f"{place}.site", "is no site")
    return situation, sites[str(change.site)]


def _promise(situation: Situation, change: PromiseChange, _: str) -> Situation:
    def promised(one: Urgency) -> Urgency:
        if one.priority is not change.priority:
            return one
        on_site, resolve = _within(one.on_site, change.on_site_hours), _within(one.resolve, change.resolve_hours)
        return replace(one, on_site=on_site, resolve=resolve)

    made = replace(situation, urgencies=tuple(promised(one) for one in situation.urgencies))
    return promised_anew(made, change.priority, on_site=bool(change.on_site_hours), resolve=bool(change.resolve_hours))


def _within(terms: Terms | None, hours: float | None) -> Terms | None:
    if hours is None:
        return terms
    return replace(terms or Terms(0), within=round(hours * 3600))


def _travel(situation: Situation, change: TravelChange, _: str) -> Situation:
    seconds = np.rint(situation.seconds * change.factor).astype(np.int32)
    ways = None if situation.ways is None else situation.ways.slowed(change.factor)
    return slowed(replace(situation, seconds=seconds, ways=ways), change.factor)


def _van_stock(situation: Situation, change: VanStock, place: str) -> Situation:
    if situation.stock is None:
        remedy = "say what they carry in [situation]: parts = { needed = 0.5, filled = 0.8, hours = 24 }"
        if situation.record is not None:
            remedy = "its history tells of too few visits that ended for want of a part; take more days of it"
        told = "changes the stock of vans of which this situation says nothing"
        raise InvalidInput(place, "", told, remedy)
    return stocked(situation, situation.stock.altered(change.filled, change.hours))


def _nothing(situation: Situation, _: DispatchChange, __: str) -> Situation:
    """Who decides is no part of the situation."""
    return situation


_MADE: Mapping[type, Callable[[Situation, Any, str], Situation]] = {
    DemandChange: _demand,
    Leave: _leave,
    Hire: _hire,
    Train: _train,
    MoveShifts: _move_shifts,
    Overtime: _overtime,
    NewBase: _base,
    PromiseChange: _promise,
    TravelChange: _travel,
    VanStock: _van_stock,
    DispatchChange: _nothing,
}


def _each(situation: Situation, named: frozenset[str], make: Callable[[Person], Person]) -> Situation:
    return replace(
        situation, people=tuple(make(person) if person.id in named else person for person in situation.people)
    )


def _named(situation: Situation, names: Sequence[str] | None, place: str) -> frozenset[str]:
    ids = [person.id for person in situation.people]
    if names is None:
        return frozenset(ids)
    for index, name in enumerate(names):
        _known(name, ids, f"{place}.technicians[{index}]", "is no technician")
    return frozenset(names)


def _known(name: str | None, names: Iterable[str], place: str, problem: str) -> None:
    known = list(names)
    if name is not None and name not in known:
        raise InvalidInput(place, shown(name), problem, nearest(name, known, '"'))
