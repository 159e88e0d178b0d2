"""Any two plans held against each other, on the problem of the second one.

Where the second one was made from the first, that is exact. Otherwise what the first one decides is carried over: its
routes as far as their shifts and visits are still there, walked and judged as if they were to be driven now; what is
not there any more is counted and left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.planning.buys import buys
from dispatch.planning.clusters import ShiftKey
from dispatch.planning.difference import Kind, Load, Place, compare
from dispatch.planning.difference_sentences import sentences
from dispatch.planning.documents import plan_of
from dispatch.planning.given_order import Stops, in_order
from dispatch.planning.ground import Ground
from dispatch.planning.part import Standing
from dispatch.planning.rule_sentences import Language, title
from dispatch.planning.trial_store import TODAY, Grounds
from dispatch.services.rights import require
from dispatch.store.tables import PlanHead, PlanRow
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan
from optimizer.explain.comparing import by_rule
from optimizer.rules import RULES, Level
from optimizer.scoring import Scorecard, score


@dataclass(frozen=True, slots=True)
class RuleCosts:
    """What a rule costs in both plans: money, or broken places of a must."""

    rule: str
    title: str
    level: str
    before: float
    after: float
    change: float


@dataclass(frozen=True, slots=True)
class Stand:
    """Who does a visit, and when."""

    technicians: tuple[str, ...]
    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit that does not stand as it did."""

    visit: str
    number: str
    kind: Kind
    before: Stand | None
    after: Stand | None


@dataclass(frozen=True, slots=True)
class Day:
    """What a technician's routes amount to, in seconds; ``late``: by how much promises are missed on them."""

    visits: int
    driving: int
    overtime: int
    late: int
    finish: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Affected:
    """A technician whose day is not the same."""

    technician: str
    name: str
    before: Day
    after: Day


@dataclass(frozen=True, slots=True)
class Totals:
    """What a plan costs, term by term, and how many musts it breaks."""

    total: float
    broken: int
    cost: Mapping[str, float]


@dataclass(frozen=True)
class Comparison:
    """All of it. ``exact``: both plans were made for the same problem. ``left_out``: visits that only the first one
    has a place for and the second one does not know any more. Whoever's rights end at territories gets the visits,
    people and sentences of those, the costs of the whole, and not what the whole buys.
    """

    before: str
    after: str
    exact: bool
    left_out: int
    scorecards: Mapping[str, Totals]
    by_rule: tuple[RuleCosts, ...]
    moved: tuple[Moved, ...]
    technicians: tuple[Affected, ...]
    sentences: tuple[str, ...]
    buys: Mapping[str, Any]


def compared(
    uow: UnitOfWork, grounds: Grounds, travel: TravelProvider, before: str, after: str, language: Language = "en"
) -> Comparison:
    """What ``after`` does differently from ``before``: ids of plans, or ``today``. Raises :class:`NotFound`."""
    require(uow, Right.READ_PLANS)
    ground = grounds.ground(uow, travel, after)
    problem, made_from = ground.problem, _made_from(uow, before, after)
    if made_from is not None:
        plan, left_out = plan_of(made_from, problem), 0
    else:
        plan, left_out = _carried(ground, grounds.ground(uow, travel, before).standing)
    cards = score(problem, plan, ground.weights), ground.card
    found = compare(
        problem,
        plan,
        ground.standing.plan,
        ground.weights,
        tolerance=ground.tolerance,
        cards=cards,
    )
    seen, names = ground.seen_by(uow.actor), ground.names_for(uow.actor)
    if seen is not None:
        found = found.within(seen)
    late = tuple(_late(ground, card) for card in cards)
    return Comparison(
        before=before,
        after=after,
        exact=made_from is not None,
        left_out=left_out,
        scorecards={name: _totals(card) for name, card in zip(("before", "after"), cards, strict=True)},
        by_rule=_by_rule(cards, language),
        moved=tuple(
            Moved(one.visit, names.get(one.visit, one.visit), one.kind, _stand(one.before), _stand(one.after))
            for one in found.visits
        ),
        technicians=tuple(
            Affected(who, names.get(who, who), _day(old, late[0].get(who, 0)), _day(new, late[1].get(who, 0)))
            for who, (old, new) in found.technicians.items()
        ),
        sentences=tuple(sentences(problem, found, names, language)),
        buys=buys(problem, *cards) if seen is None else {},
    )


def _made_from(uow: UnitOfWork, before: str, after: str) -> Mapping[str, Any] | None:
    """The plan that ``after`` was made from, on its own problem, where that is ``before``."""
    based_on = uow.session.scalar(select(PlanRow.based_on).where(PlanRow.id == after))
    head = uow.session.scalar(select(PlanHead.plan_id))
    if based_on is None or based_on != (head if before == TODAY else before) or after in (TODAY, head):
        return None
    snapshot = uow.session.scalar(select(PlanRow.snapshot).where(PlanRow.id == after))
    return snapshot["published"] if snapshot else None


def _carried(ground: Ground, standing: Standing) -> tuple[Plan, int]:
    """What another plan decides, on this problem, and how many of its visits are not there any more."""
    problem = ground.problem
    roles = {visit.id: len(visit.roles) for visit in problem.visits}
    routes: dict[ShiftKey, Stops] = {
        key: tuple(stop for stop in standing.stops(key) if stop[1] < roles.get(stop[0], 0))
        for key in standing.routes
        if key in problem.shift_index
    }
    kept = {visit for stops in routes.values() for visit, _ in stops}
    return in_order(problem, routes), len(standing.on.keys() - kept)


def _totals(card: Scorecard) -> Totals:
    return Totals(round(float(card.total), 4), card.hard, {term: round(cost, 4) for term, cost in card.cost.items()})


def _by_rule(cards: tuple[Scorecard, Scorecard], language: Language) -> tuple[RuleCosts, ...]:
    costs = by_rule(*cards)
    return tuple(
        RuleCosts(
            rule.id,
            title(rule.id, language),
            "must" if rule.level is Level.HARD else "prefer",
            round(float(before), 4),
            round(float(after), 4),
            round(float(after - before), 4),
        )
        for rule in RULES
        if rule.id in costs
        for before, after in (costs[rule.id],)
    )


def _late(ground: Ground, card: Scorecard) -> dict[str, int]:
    """Technician → seconds by which promises are missed on their routes."""
    found: dict[str, int] = {}
    for line in card.schedule.timelines:
        for stop in line.stops:
            visit = ground.problem.visits[ground.problem.visit_index[stop.visit]]
            late = 0 if visit.arrive_by is None else max(0, stop.start - visit.arrive_by.at)
            late += 0 if visit.complete_by is None else max(0, stop.end - visit.complete_by.at)
            found[line.technician.id] = found.get(line.technician.id, 0) + late
    return found


def _day(load: Load, late: int) -> Day:
    finish = None if load.finish is None else dt.datetime.fromtimestamp(load.finish, dt.UTC)
    return Day(len(load.visits), load.travel, load.overtime, late, finish)


def _stand(place: Place | None) -> Stand | None:
    if place is None:
        return None
    start, end = (dt.datetime.fromtimestamp(moment, dt.UTC) for moment in (place.start, place.end))
    return Stand(place.technicians, start, end)
