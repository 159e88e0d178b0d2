"""Who could come sooner to an emergency if a visit of theirs gave way: asked where nobody could come in time otherwise.

It foretells what :mod:`dispatch.planning.emergency` looks for once the job is there, in its smallest form: one visit
goes to somebody else, or to later, or out of the plan, and the emergency takes the time that it leaves. Either is put
where that costs least, all of it timed and priced exactly, and what would break a must is not told. A pinned visit
never gives way, and one that was accepted only under the price of :mod:`dispatch.planning.making_way`. Nothing is
written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.planning.at_hand import Candidate, Day, Telling, best_of, day_anew
from dispatch.planning.edit import Edit, edited_on
from dispatch.planning.imagined import Asked, Imagined
from dispatch.planning.part import Standing
from dispatch.planning.placements import Placement, placements
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.urgent import critical_visits
from dispatch.services.rights import require
from dispatch.store.tables import Position, Priority, Technician
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.distance import leg
from optimizer.domain import Visit
from optimizer.policy import Policy
from optimizer.scoring import Scorecard, score
from optimizer.timeline import Schedule

NEAR = 8
"""So many technicians are asked, those with the shortest way from where they start,"""
EACH = 6
"""so many visits of each of them are tried,"""
ELSEWHERE = 12
"""and so many people who could do such a visit instead."""
MOST = 4
"""So many ways are told, one for each technician."""


@dataclass(frozen=True, slots=True)
class GivesWay:
    """The visit that gives way: who has it and when, and who does it instead, and when; None: it is left out.

    ``later``: seconds by which it starts later. ``accepted``: its technician has accepted it. ``breaks_promise``: it
    would have kept a promise that it misses then.
    """

    visit: str
    number: str
    technician: str
    name: str
    start: dt.datetime
    to: str | None
    to_name: str | None
    to_start: dt.datetime | None
    later: int
    accepted: bool
    breaks_promise: bool


@dataclass(frozen=True, slots=True)
class MadeWay:
    """Somebody who could come because a visit gives way. The candidate's ``cost`` is that of both changes."""

    candidate: Candidate
    gives_way: GivesWay


@dataclass(frozen=True, slots=True)
class _Try:
    """The emergency at a place of a plan without one visit."""

    other: str
    standing: Standing
    at: Placement
    late: int


def made_ways(uow: UnitOfWork, travel: TravelProvider, asked: Asked) -> tuple[MadeWay, ...]:
    """Who could come sooner than anybody can as things stand, those in time first, then the cheapest. Reads only.

    Empty where somebody can come in time as it is, where the emergency is not critical, and for a crew, of which too
    much would have to be tried. Raises :class:`NotFound`, :class:`Forbidden`, or :class:`Invalid` for a place that
    nobody knows.
    """
    require(uow, Right.CREATE_JOBS)
    require(uow, Right.READ_PLANS)
    thought = Imagined(uow, asked)
    if thought.job.priority is not Priority.CRITICAL or len(thought.visit.roles) > 1:
        return ()
    row = standard_policy(uow.session)
    people = {one.id: one for one in uow.session.scalars(select(Technician).order_by(Technician.id))}
    positions = {one.technician_id: one for one in uow.session.scalars(select(Position))}
    day = day_anew(uow, travel, thought, row, 0, making_way=True)
    mine = frozenset(key for key, one in people.items() if uow.actor.covers(one.territory_id))
    search = _Search(
        day, Telling(day, thought, people, positions), people, mine, weights_of(row), critical_visits(uow.session)
    )
    return search.ways()


class _Search:
    def __init__(
        self,
        day: Day,
        telling: Telling,
        people: Mapping[str, Technician],
        mine: frozenset[str],
        weights: Policy,
        critical: frozenset[str],
    ) -> None:
        self.day, self.telling, self.people, self.mine, self.weights = day, telling, people, mine, weights
        self.problem, self.asked, self.critical = day.problem, telling.asked, critical
        self.standing = Standing(day.problem, day.published)
        self.own = best_of(day, weights, mine)
        self.least_late = min((telling.late(one) for one in self.own.values()), default=None)

    def ways(self) -> tuple[MadeWay, ...]:
        """One for each technician who could be sooner than whoever is soonest without."""
        if self.least_late == 0:
            return ()
        near = [who for who in self._near(self.asked) if who in self.mine]
        found = [way for who in near[:NEAR] for way in self._of(who)]
        found.sort(key=lambda one: (one.candidate.late_by > 0, one.candidate.cost, one.candidate.arrival))
        cheapest: dict[str, MadeWay] = {}
        for one in found:
            cheapest.setdefault(one.candidate.technician, one)
        return tuple(cheapest.values())[:MOST]

    def _of(self, who: str) -> Iterator[MadeWay]:
        """What somebody could do: with the visit that costs least to give away, of those that make them soonest."""
        tries = [one for other in self._could_give(who) if (one := self._without(who, other))]
        soonest = min((one.late for one in tries), default=0)
        for one in tries:
            if one.late == soonest and (way := self._made(one)):
                yield way

    def _could_give(self, who: str) -> list[str]:
        """The visits of somebody that could give way, those before the emergency's place as it is."""
        until = self.own[who].start if who in self.own else None
        starts, found = self._before.schedule.starts, []
        for key in self.standing.shifts_of(who):
            committed = set(self.problem.shifts[self.problem.shift_index[key]][1].committed)
            for visit, _ in self.standing.stops(key):
                fixed = visit in self.day.held or visit in self.critical or visit in committed
                linked = len(self._visit(visit).roles) > 1 or self.standing.links.get(visit)
                if not fixed and not linked and (until is None or starts[visit] < until):
                    found.append(visit)
        return found[:EACH]

    def _without(self, who: str, other: str) -> _Try | None:
        """The emergency for somebody who does not do the other visit; None where that makes nobody sooner."""
        rest = edited_on(self.standing, Edit(other, unassign=True), self.weights)
        places = self._placed(rest, self.asked.id, [who])
        best = min(places, key=lambda one: (self.telling.late(one), one.cost, one.start), default=None)
        if best is None:
            return None
        late = self.telling.late(best)
        if self.least_late is not None and late >= self.least_late:
            return None
        return _Try(other, _put(rest, best, self.weights), best, late)

    def _made(self, tried: _Try) -> MadeWay | None:
        """The other visit put where that costs least, or left out; None where what comes of it does not hold."""
        other, standing = self._visit(tried.other), tried.standing
        who = [tried.at.technicians[0], *self._near(other)[:ELSEWHERE]]
        places = self._placed(standing, other.id, who)
        instead = places[0] if places and (places[0].cost < 0 or other.drop_cost is None) else None
        if instead is not None:
            standing = _put(standing, instead, self.weights)
        elif other.drop_cost is None:
            return None
        card = score(self.problem, standing.plan, self.weights)
        at = self._as_it_is_then(tried.at, standing, card)
        late = self.telling.late(at)
        if card.hard > self._before.hard or (self.least_late is not None and late >= self.least_late):
            return None
        return MadeWay(self.telling.candidate(at), self._gives_way(other, card, instead))

    def _as_it_is_then(self, at: Placement, standing: Standing, card: Scorecard) -> Placement:
        """The emergency's placement on the plan in which the other visit has its new place."""
        (key, _) = at.places[0]
        route, starts = standing.routes[key], self._before.schedule.starts
        place = next(number for number, stop in enumerate(route.stops) if stop.visit == at.visit)
        ((_, stop),) = card.schedule.stops_of[at.visit]
        delays = {
            visit: start - starts[visit]
            for visit, start in card.schedule.starts.items()
            if visit in starts and start != starts[visit] and self._whose(standing, visit) == self._whose(None, visit)
        }
        return replace(
            at,
            places=((key, place),),
            arrival=stop.arrival,
            start=stop.start,
            end=stop.end,
            cost=card.total - self._before.total,
            delays=delays,
            routes={key: route},
            cards=(self._before, card),
        )

    def _gives_way(self, other: Visit, card: Scorecard, instead: Placement | None) -> GivesWay:
        was, now = self._before.schedule, card.schedule
        technician = self._whose(None, other.id)[0]
        to = None if instead is None else instead.technicians[0]
        start = now.starts.get(other.id)
        return GivesWay(
            visit=other.id,
            number=self.day.names.get(other.id, other.id),
            technician=technician,
            name=self.people[technician].name,
            start=_at(was.starts[other.id]),
            to=to,
            to_name=None if to is None else self.people[to].name,
            to_start=None if start is None else _at(start),
            later=0 if start is None else max(0, start - was.starts[other.id]),
            accepted=other.id in self.day.accepted,
            breaks_promise=_keeps(other, was) and not _keeps(other, now),
        )

    @cached_property
    def _before(self) -> Scorecard:
        return score(self.problem, self.day.published, self.weights)

    def _whose(self, standing: Standing | None, visit: str) -> list[str]:
        return [who for who, _ in (standing or self.standing).on.get(visit, ())]

    def _visit(self, visit: str) -> Visit:
        return self.problem.visits[self.problem.visit_index[visit]]

    def _placed(self, standing: Standing, visit: str, technicians: list[str]) -> list[Placement]:
        return placements(
            self.problem, standing.plan, visit, policy=self.weights, technicians=technicians, fitting_only=True
        )

    def _near(self, visit: Visit) -> list[str]:
        """Those who may do a visit, whose way from where they start is shortest."""
        needs = visit.roles[0].skills
        able = [
            (leg(self.problem, who.profile, who.shifts[0].start_location, visit.location)[0], who.id)
            for who in self.problem.technicians
            if who.shifts
            and who.id not in visit.never
            and (not visit.only or who.id in visit.only)
            and all(who.skills.get(skill, 0) >= level for skill, level in needs.items())
        ]
        return [who for _, who in sorted(able)]


def _put(standing: Standing, at: Placement, weights: Policy) -> Standing:
    for role, ((technician, shift), position) in enumerate(at.places):
        standing = edited_on(standing, Edit(at.visit, technician, shift, position, role), weights)
    return standing


def _keeps(visit: Visit, schedule: Schedule) -> bool:
    """Whether it has a promise to keep, and every one of them is kept."""
    start, end = schedule.starts.get(visit.id), schedule.ends.get(visit.id)
    promises = [(visit.arrive_by, start), (visit.complete_by, end)]
    asked = [(promise.at, moment) for promise, moment in promises if promise is not None]
    return bool(asked) and all(moment is not None and moment <= at for at, moment in asked)


def _at(moment: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, dt.UTC)
