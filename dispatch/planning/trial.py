"""Trying something by hand before it is done: what it would cost by rule, break, move and take, and nothing is written.

Only the shifts that hang together with what is tried are timed and judged (see :mod:`dispatch.planning.part`); the
price is the one that :func:`dispatch.planning.edit.edit` would write down. Times are by the hour.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dispatch.domain.errors import Forbidden, Invalid
from dispatch.domain.roles import Actor, Right
from dispatch.planning.clusters import ShiftKey
from dispatch.planning.difference import Kind, Place, VisitChange, visit_changes
from dispatch.planning.edit import Edit, edited_on
from dispatch.planning.ground import SET_ASIDE, Ground, Holding
from dispatch.planning.part import Standing
from dispatch.planning.retiming import HourRoute, by_hour
from dispatch.planning.rule_sentences import Language, RuleSentences, title
from dispatch.planning.traffic import Traffic
from optimizer.domain import Problem
from optimizer.rules.base import Level, Match
from optimizer.scoring import Scorecard, score

TOLD = frozenset({"overtime", "lateness", "unassigned", "preference", "stability"})
"""The soft rules of which every breach is worth a sentence; the others cost on every route."""
RELAXED = frozenset(
    {
        "missing_skill",
        "only_named",
        "closed_window",
        "missed_break",
        "overtime_limit",
        "duty_limit",
        "over_capacity",
        "after_order",
    }
)
"""The musts that are relaxed for what a person has pinned, see :mod:`dispatch.planning.mend`. Whom a visit must never
be given to (they declined it, the customer will not have them) is no such thing."""
HOLDING = frozenset({"committed_first", "must_be_done"})
"""The musts that say nothing but that something is held."""


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What a rule costs before and after: money, or broken places of a must."""

    rule: str
    title: str
    level: str
    before: float
    after: float
    change: float


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken, in a sentence. ``new``: it holds, or is broken less, without what is tried."""

    rule: str
    level: str
    sentence: str
    visits: tuple[str, ...]
    technicians: tuple[str, ...]
    new: bool


@dataclass(frozen=True, slots=True)
class TriedStop:
    """A stop of a shift that is touched, by the hour."""

    visit: str
    role: int
    technician: str
    shift: str
    position: int
    arrival: dt.datetime
    start: dt.datetime
    end: dt.datetime
    travel_seconds: int
    travel_metres: int
    leave_at: dt.datetime
    late: int


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Who does a visit, and when it starts."""

    technician: str
    technicians: tuple[str, ...]
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A visit that stands elsewhere."""

    visit: str
    number: str
    kind: Kind
    before: Standpoint | None
    after: Standpoint | None


@dataclass(frozen=True, slots=True)
class Fenced:
    """A visit that must not be touched, and why; ``may_force``: a person may set that aside."""

    visit: str
    why: Holding
    sentence: str
    may_force: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """All of it. ``shifts``: those that change, with or without stops left on them."""

    plan: str | None
    edition: int | None
    version: int | None
    before: float
    after: float
    change: float
    by_rule: tuple[RulePrice, ...]
    broken: tuple[Breach, ...]
    shifts: tuple[ShiftKey, ...]
    stops: tuple[TriedStop, ...]
    moved: tuple[Move, ...]
    may_publish: bool
    may_force: bool
    fence: tuple[Fenced, ...]


@dataclass(frozen=True)
class Outcome:
    """What comes of edits on the part of the problem that they touch. ``change`` is exact."""

    part: Problem
    keys: frozenset[ShiftKey]
    before: Scorecard
    after: Scorecard
    standing: Standing

    @property
    def change(self) -> Fraction:
        """What it costs more."""
        return self.after.total - self.before.total

    @property
    def by_rule(self) -> Mapping[str, Fraction]:
        """Rule → what it costs more."""
        return {new.rule.id: new.cost - old.cost for old, new in zip(self.before.lines, self.after.lines, strict=True)}


def outcome(ground: Ground, edits: Sequence[Edit]) -> Outcome:
    """Do the edits, one after another, on the part that they touch.

    Raises :class:`Invalid` for visits, technicians, shifts or positions that do not exist.
    """
    standing, problem = ground.standing, ground.problem
    for number, one in enumerate(edits):
        if one.visit not in problem.visit_index:
            raise _unknown(f"edits[{number}].visit", one.visit)
    visits = {one.visit for one in edits}
    targets = {
        key
        for one in edits
        if one.technician is not None
        for key in standing.shifts_of(one.technician)
        if one.shift in (None, key[1])
    }
    keys = standing.around(targets, visits)
    part = standing.part(keys, visits)
    old = Standing(part, standing.plan_of(keys))
    new = old
    for number, one in enumerate(edits):
        new = edited_on(new, one, ground.weights, f"edits[{number}]")
    before, after = (score(part, each.plan, ground.weights) for each in (old, new))
    return Outcome(part, keys, before, after, new)


def tried(ground: Ground, edits: Sequence[Edit], actor: Actor, language: Language = "en") -> Trial:
    """What these edits would do. Raises :class:`Invalid`, and :class:`Forbidden` beyond the actor's territories."""
    _require_territories(ground, edits, actor)
    found = outcome(ground, edits)
    names, seen = ground.names_for(actor), ground.seen_by(actor)
    routes = by_the_hour(ground, found)
    changed = changed_shifts(found)
    moved = tuple(visit_changes(found.part, found.before, found.after, ground.tolerance))
    fence = fenced(ground, edits, moved, names, language)
    broken = tuple(breaches(found, names, language))
    new = [one for one in broken if one.new and one.level == "must"]
    mine = actor.may(Right.APPROVE_PLANS) and all(actor.covers(ground.territories.get(one.visit)) for one in moved)
    before = ground.card.total
    return Trial(
        plan=ground.plan,
        edition=ground.edition,
        version=ground.version,
        before=_money(before),
        after=_money(before + found.change),
        change=_money(found.change),
        by_rule=prices(ground, found, language),
        broken=broken,
        shifts=tuple(sorted(changed)),
        stops=tuple(one for one in _stops(routes, changed) if seen is None or one.visit in seen),
        moved=tuple(_moves(moved, routes, names, seen)),
        may_publish=mine and not new and not fence,
        may_force=mine and may_be_forced(new, fence),
        fence=fence,
    )


def prices(ground: Ground, found: Outcome, language: Language, *, all_rules: bool = False) -> tuple[RulePrice, ...]:
    """Rule by rule, those that change; ``all_rules``: the others as well."""
    made = []
    for line in found.after.lines:
        change, before = found.by_rule[line.rule.id], ground.costs[line.rule.id]
        if change or all_rules:
            level = "must" if line.rule.level is Level.HARD else "prefer"
            told = (_money(before), _money(before + change), _money(change))
            made.append(RulePrice(line.rule.id, title(line.rule.id, language), level, *told))
    return tuple(made)


def breaches(found: Outcome, names: Mapping[str, str], language: Language) -> Iterator[Breach]:
    """What is broken afterwards on the part that is touched: every must, and of the rest what is new or worse."""
    say = RuleSentences(found.part, found.after.schedule, names, language)
    was: dict[tuple[str | None, ...], Fraction] = {}
    for line in found.before.lines:
        for match in line.matches:
            was[_breach(match)] = was.get(_breach(match), Fraction(0)) + Fraction(match.amount)
    for line in found.after.lines:
        must = line.rule.level is Level.HARD
        for match in line.matches if must or line.rule.id in TOLD else ():
            new = Fraction(match.amount) > was.get(_breach(match), Fraction(0))
            if new or must:
                visits = (match.visit,) if match.visit is not None else ()
                people = (match.technician,) if match.technician is not None else ()
                level = "must" if must else "prefer"
                yield Breach(line.rule.id, level, say.say(match), visits, people, new)


def fenced(
    ground: Ground,
    edits: Sequence[Edit],
    moved: Collection[VisitChange],
    names: Mapping[str, str],
    language: Language,
) -> tuple[Fenced, ...]:
    """What is held and would be moved: what is edited, and what others notice of it."""
    touched = dict.fromkeys(one.visit for one in edits if one.technician is not None or one.unassign)
    touched |= dict.fromkeys(change.visit for change in moved if change.touches)
    moving = {change.visit for change in moved}
    return tuple(
        Fenced(visit, why, why.said(names.get(visit, "?"), language), why in SET_ASIDE)
        for visit in touched
        if (why := ground.held.get(visit)) is not None and visit in moving
    )


def may_be_forced(broken: Collection[Breach], fence: Collection[Fenced]) -> bool:
    """Whether a person may set all of this aside: what is relaxed for what is pinned, what is held but not begun."""
    held = {one.visit for one in fence}
    return all(one.may_force for one in fence) and all(
        one.rule in RELAXED or (one.rule in HOLDING and bool(held) and set(one.visits) <= held) for one in broken
    )


def changed_shifts(found: Outcome) -> frozenset[ShiftKey]:
    """The shifts whose routes are not what they were: their order, or their times."""
    lines = [
        {(line.technician.id, line.shift.id): line.stops for line in card.schedule.timelines}
        for card in (found.before, found.after)
    ]
    return frozenset(key for key in found.keys if lines[0].get(key) != lines[1].get(key))


def by_the_hour(ground: Ground, found: Outcome) -> Sequence[HourRoute]:
    """The routes that are touched, at the speeds of the hours in which they are driven."""
    plan = found.standing.plan
    if ground.hours is None:
        return by_hour(found.part, plan, Traffic(next(iter(found.part.travel.values())))).routes
    return ground.hours.time(found.part, plan).routes


def _stops(routes: Sequence[HourRoute], changed: Collection[ShiftKey]) -> Iterator[TriedStop]:
    for route in routes:
        if (route.technician, route.shift) not in changed:
            continue
        leaves = route.depart
        for position, stop in enumerate(route.stops):
            yield TriedStop(
                visit=stop.visit,
                role=stop.role,
                technician=route.technician,
                shift=route.shift,
                position=position,
                arrival=_instant(stop.arrival),
                start=_instant(stop.start),
                end=_instant(stop.end),
                travel_seconds=stop.leg.seconds,
                travel_metres=stop.leg.metres,
                leave_at=_instant(leaves),
                late=stop.late,
            )
            leaves = stop.end


def _moves(
    moved: Collection[VisitChange],
    routes: Sequence[HourRoute],
    names: Mapping[str, str],
    seen: Collection[str] | None,
) -> Iterator[Move]:
    """The visits that move; where they go by the hour."""
    times = {stop.visit: (stop.start, stop.end) for route in routes for stop in route.stops}
    for change in moved:
        if seen is not None and change.visit not in seen:
            continue
        after = None if change.after is None else _standpoint(change.after, times.get(change.visit))
        before = None if change.before is None else _standpoint(change.before, None)
        yield Move(change.visit, names.get(change.visit, change.visit), change.kind, before, after)


def _standpoint(place: Place, times: tuple[int, int] | None) -> Standpoint:
    start, end = times or (place.start, place.end)
    return Standpoint(place.technicians[0], place.technicians, _instant(start), _instant(end))


def _require_territories(ground: Ground, edits: Sequence[Edit], actor: Actor) -> None:
    beyond = sorted({one.visit for one in edits if not actor.covers(ground.territories.get(one.visit))})
    if beyond:
        raise Forbidden("Some of these visits lie in territories that are not yours.", visits=beyond)


def _unknown(place: str, visit: str) -> Invalid:
    problem, remedy = "is no visit that can be planned now", "use the id of a visit that is open and not over"
    errors = [{"place": place, "value": visit, "problem": problem, "remedy": remedy}]
    return Invalid(f"{place}: {visit} {problem}; {remedy}.", errors=errors)


def _breach(match: Match) -> tuple[str | None, ...]:
    return match.rule, match.visit, match.technician, match.shift


def _money(amount: Fraction) -> float:
    return round(float(amount), 4)


def _instant(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, dt.UTC)
