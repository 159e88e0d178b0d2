"""Putting a snapshot together: the parts as they are now, the published routes on them, what holds, what gives way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dispatch.domain.events import instant
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.planning.facts import Facts, Work, seconds
from dispatch.planning.mend import leave_out, relax_for
from dispatch.planning.people_now import people_now
from dispatch.planning.places import Places
from dispatch.planning.relaxable import Relaxable, Routes, promise_instead
from dispatch.planning.shifts_now import active_order, carrying_shift, passing_of, places_of, shifts_now, worked_in
from dispatch.planning.stock import without_what_is_gone
from dispatch.planning.traffic import Traffic, off_road_by
from dispatch.planning.urgent import urgent_visits
from dispatch.planning.visits_now import FAR, MISSED_APPOINTMENT, VisitsNow, united, within
from dispatch.store.tables import Assignment, Priority
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem, TimeWindow, Unassigned, Visit
from optimizer.scoring import score, timed
from optimizer.timeline import Schedule, walk
from optimizer.validation import validated

ELSEWHEN = 3600
"""A visit that may now start so many seconds after its published start at the soonest has lost its place."""

ACCEPTED_COST = 120.0
"""What it costs more, where it may be, to give an accepted visit to somebody else, to start it an hour later than it
was said to, or to leave it out.
"""


@dataclass(frozen=True)
class Assembled:
    """What :class:`dispatch.planning.snapshot.Snapshot` shows."""

    problem: Problem
    published: Plan
    expected: Plan
    held: frozenset[str]
    notes: tuple[str, ...]
    names: Mapping[str, str]
    traffic: Traffic
    followed: frozenset[str]
    """The shifts whose first leg is under way and takes as long as it is expected to."""
    urgent: frozenset[str]
    giving_way: frozenset[str]


def assemble(facts: Facts, travel: TravelProvider) -> Assembled:
    """The problem at ``facts.now`` with the published plan on it."""
    slices, worked = facts.slices, worked_in(facts)
    places = Places(places_of(facts), travel, passing=passing_of(facts), slices=slices, worked=worked)
    return _Assembling(facts, places).run()


class _Assembling:
    def __init__(self, facts: Facts, places: Places) -> None:
        self.facts, self.traffic = facts, places.traffic
        notes: list[str] = [*places.traffic.troubles]
        self.shifts = shifts_now(facts, places, notes)
        people, technicians = people_now(facts, self.shifts)
        self.work = {key: work for key, work in facts.work.items() if not work.active or facts.published.get(key)}
        notes += [
            f"{facts.work[key].name}: somebody is on it, and the plan does not say who; it is left out."
            for key in facts.work.keys() - self.work.keys()
        ]
        visits = VisitsNow(facts, places, people, notes)
        self.making = Relaxable(
            locations=places.locations(),
            travel=places.travels(who.profile for who in technicians.values()),
            technicians=technicians,
            shifts={key: one.shift for key, one in self.shifts.items()},
            owner={key: one.technician for key, one in self.shifts.items()},
            visits={key: visits.visit(work) for key, work in self.work.items()},
            notes=notes,
            name=f"Snapshot {instant(facts.now)}",
        )
        self.names = {key: work.name for key, work in self.work.items()}
        self.names |= {key: facts.technicians[key].name for key in technicians}
        self.gone: dict[str, str] = {}
        self.urgent: frozenset[str] = frozenset()
        self.giving_way: dict[str, Visit] = {}
        for key, visit in self.making.visits.items():
            if visit.location in self.traffic.off_road:
                away = off_road_by(self.traffic.off_road[visit.location])
                notes.append(f"{self.names[key]}: its place lies {away}; the ways there are estimated.")

    def run(self) -> Assembled:
        making = self.making
        self._mend_links()
        routes = self._routes()
        self._mend_order(routes)
        without_what_is_gone(making, self.shifts, routes)
        _, schedule = making.plan(making.problem(), routes)
        self.urgent = urgent_visits(self.work, self.making.visits, schedule)
        held = self._hold(routes, schedule)
        fixed = {shift: [stop for stop in stops if stop[0] in held] for shift, stops in routes.items()}
        relax_for(making, fixed, self.names)
        self._must_be_done(held)
        problem, plan, left = leave_out(making, routes, held, self.names)
        problem = validated(self._letting_go(problem))
        reasons = {**self.gone, **left}
        plan = replace(plan, unassigned=tuple(Unassigned(key, (why,)) for key, why in reasons.items()))
        schedule = walk(problem, plan)
        plan = timed(problem, plan, schedule)
        expected, as_expected = making.plan(problem, routes)
        return Assembled(
            problem=problem,
            published=replace(plan, cost=score(problem, plan, schedule=schedule).cost),
            expected=timed(problem, expected, as_expected),
            held=frozenset(held - self.giving_way.keys()),
            notes=tuple(dict.fromkeys(making.notes)),
            names=self.names,
            traffic=self.traffic,
            followed=frozenset(shift for shift, one in self.shifts.items() if one.followed),
            urgent=self.urgent,
            giving_way=frozenset(self.giving_way),
        )

    # -- order between visits --------------------------------------------------------------------------------------

    def _mend_links(self) -> None:
        """Take out links to what is not in the problem, and one link of every circle."""
        for key, visit in self.making.visits.items():
            known = tuple(link for link in visit.after if link.visit in self.making.visits and link.visit != key)
            if known != visit.after:
                self.making.change_visit(key, after=known)
        for key in self.making.visits:
            seen, at = {key}, key
            while links := self.making.visits[at].after:
                at = links[0].visit
                if at in seen:
                    note = f"{self.names[at]}: it comes after a visit that comes after it; that order is dropped."
                    self.making.change_visit(at, note, after=())
                seen.add(at)

    # -- the published routes --------------------------------------------------------------------------------------

    def _routes(self) -> dict[str, list[tuple[str, int]]]:
        """The published stops that can still be walked: what somebody is on first, whole crews only."""
        places: dict[str, list[tuple[tuple[Any, ...], tuple[str, int]]]] = {key: [] for key in self.shifts}
        for key, work in self.work.items():
            stops = self.facts.published.get(key, ())
            if work.active:
                for role, shift in self._under_way(key, stops):
                    places[shift].append(((0, *active_order(work)), (key, role)))
            elif stops and (why := self._lost(work, stops)):
                self.gone[key] = why
            else:
                for stop in stops:
                    places[stop.shift_id].append(((1, stop.position, key), (key, stop.role)))
        return {shift: [stop for _, stop in sorted(stops)] for shift, stops in places.items() if stops}

    def _under_way(self, key: str, stops: Sequence[Assignment]) -> list[tuple[int, str]]:
        """Roles and shifts of who is on a visit: who is there counts, not how many were asked for."""
        shifts = list(dict.fromkeys((stop.technician_id, carrying_shift(self.facts, stop)) for stop in stops))
        roles = [stop.role for stop in stops]
        asked = self.making.visits[key].roles
        if sorted(roles) != list(range(len(asked))) or len(shifts) != len(roles):
            roles = list(range(len(shifts)))
            needs = [asked[number] if number < len(asked) else asked[-1] for number in roles]
            self.making.change_visit(key, f"{self.names[key]}: its crew is not as asked for.", roles=tuple(needs))
        return [(role, shift) for role, (_, shift) in zip(roles, shifts, strict=True)]

    def _lost(self, work: Work, stops: Sequence[Assignment]) -> str:
        """Why a published visit cannot stay where it is, before anybody looks at the time; empty where it can."""
        visit, pin = self.making.visits[work.visit.id], work.pin
        crew = {stop.technician_id for stop in stops}
        if any(
            stop.shift_id not in self.shifts or self.shifts[stop.shift_id].technician != stop.technician_id
            for stop in stops
        ):
            return "The shift that it was planned on is over, or somebody is absent."
        if sorted(stop.role for stop in stops) != list(range(len(visit.roles))) or len(crew) < len(stops):
            return "It needs another crew now."
        if pin.technician in self.making.technicians and pin.technician not in crew:
            return "It is pinned to somebody else now."
        was = seconds(stops[0].start)
        soonest = min((window.earliest for window in visit.windows), default=was)
        if soonest > was + max(ELSEWHEN, self.facts.policy.tolerance):
            return "It may start only long after the time that it was planned for."
        if pin.start is not None and visit.windows and was > visit.windows[-1].latest:
            return "It is pinned to an earlier time now."
        return ""

    def _mend_order(self, routes: Mapping[str, Sequence[tuple[str, int]]]) -> None:
        """Take out links to what stands later on the same route: an accepted visit was kept where it is while the one
        before it had no place, and then that one found its place behind it. Walked as it is, each would wait for the
        other.
        """
        for stops in routes.values():
            later: set[str] = set()
            for key, _ in reversed(stops):
                links = self.making.visits[key].after
                kept = tuple(link for link in links if link.visit not in later)
                if kept != links:
                    note = f"{self.names[key]}: it stays where it is, before the visit that it should come after."
                    self.making.change_visit(key, note, after=kept)
                later.add(key)

    # -- what holds ------------------------------------------------------------------------------------------------

    def _hold(self, routes: Routes, schedule: Schedule) -> set[str]:
        """Fix what must not move: what is committed, accepted or pinned, and what that comes after."""
        crews: dict[str, list[str]] = {}
        for shift, stops in routes.items():
            for visit, _ in stops:
                crews.setdefault(visit, []).append(self.shifts[shift].technician)
        held = self._commit(routes, schedule)
        for key in crews.keys() - held:
            work = self.work[key]
            by_hand = key in self.facts.released
            accepted, pinned = work.visit.status is VisitStatus.ACCEPTED and not by_hand, bool(work.pin)
            locked = work.visit.territory_id in self.facts.locked and not by_hand
            if accepted and not pinned and not locked and self._may_give_way(work):
                self.giving_way[key] = self.making.visits[key]
            if accepted or locked:
                self._keep_time(key, schedule)
            if accepted or pinned or locked:
                held.add(key)
        waiting = list(held)
        while waiting:
            for link in self.making.visits[waiting.pop()].after:
                if link.visit in crews and link.visit not in held:
                    held.add(link.visit)
                    waiting.append(link.visit)
        for key in sorted(held):
            self.making.change_visit(key, only=tuple(sorted(set(crews[key]))))
        return held

    def _commit(self, routes: Routes, schedule: Schedule) -> set[str]:
        """Let each route begin with what somebody is on, what is before the fence, and what leads to a fixed order."""
        frozen = self.facts.start + self.facts.policy.freeze
        fence = self.facts.fence or 0
        firsts = dict.fromkeys(routes, 0)
        for shift, stops in routes.items():
            for number, (visit, _) in enumerate(stops, 1):
                work = self.work[visit]
                until = fence if visit in self.facts.released else max(fence, frozen)
                before_fence = firsts[shift] == number - 1 and schedule.starts[visit] < until
                if work.active or before_fence or work.pin.order:
                    firsts[shift] = number
        committed: set[str] = set()
        while True:
            now = {visit for shift, stops in routes.items() for visit, _ in stops[: firsts[shift]]}
            if now == committed:
                break
            committed = now
            # A crew that is sent is sent whole, and with it what each member has before.
            for shift, stops in routes.items():
                last = max((number for number, (visit, _) in enumerate(stops, 1) if visit in committed), default=0)
                firsts[shift] = max(firsts[shift], last)
        for shift, stops in routes.items():
            self.making.change_shift(shift, committed=tuple(visit for visit, _ in stops[: firsts[shift]]))
        return committed

    def _must_be_done(self, held: set[str]) -> None:
        """Nobody may leave out what must not move."""
        for key in sorted(held):
            self.making.change_visit(key, drop_cost=None)

    def _may_give_way(self, work: Work) -> bool:
        """Whether an accepted visit may: because somebody approved it, or in a proposal while something is urgent. Of
        the critical ones only those that are urgent themselves may be proposed so.
        """
        if work.visit.id in self.facts.giving_way:
            return True
        calm = work.job.priority is Priority.CRITICAL and work.visit.id not in self.urgent
        return self.facts.making_way and bool(self.urgent) and not calm

    def _letting_go(self, problem: Problem) -> Problem:
        """The problem in which what gives way is not held any more: the published plan holds on it as it did.

        An accepted visit may go to somebody else, start later or be left out, at a price. One that is urgent itself is
        not left out, and may be earlier.
        """
        visits = list(problem.visits)
        for key, own in self.giving_way.items():
            held = visits[problem.visit_index[key]]
            only = (*own.only, *(who for who in held.only if who not in own.only)) if own.only else ()
            wide = own.windows or (TimeWindow(0, self.facts.start + FAR),)
            if key in self.urgent:
                free = replace(held, only=only, windows=united(wide, held.windows) if held.windows else ())
            else:
                said = min(seconds(stop.start) for stop in self.facts.published[key])
                wide = within(wide, said - self.facts.policy.tolerance, self.facts.start + FAR)
                free = replace(
                    held,
                    only=only,
                    windows=united(wide, held.windows) if held.windows else (),
                    drop_cost=None if own.drop_cost is None else own.drop_cost + ACCEPTED_COST,
                    reassign_cost=held.reassign_cost + ACCEPTED_COST,
                    cost_per_hour_later=held.cost_per_hour_later + ACCEPTED_COST,
                )
            visits[problem.visit_index[key]] = free
        return replace(problem, visits=tuple(visits))

    def _keep_time(self, key: str, schedule: Schedule) -> None:
        """An accepted or locked visit starts when it was said to, or as late as it is bound to be."""
        visit, slack = self.making.visits[key], self.facts.policy.tolerance
        said = min(seconds(stop.start) for stop in self.facts.published[key])
        bound = schedule.starts[key]
        earliest, latest = said - slack, (bound if bound > said + slack else said) + slack
        windows = within(visit.windows or (TimeWindow(0, self.facts.start + FAR),), earliest, latest)
        if windows:
            self.making.change_visit(key, windows=windows)
            return
        note = f"{self.names[key]}: was given a time outside its window; it keeps that time."
        promise = promise_instead(visit, visit.windows[-1].latest, MISSED_APPOINTMENT)
        self.making.change_visit(key, note, windows=(TimeWindow(earliest, latest),), arrive_by=promise)
