"""Making the published plan hold on a problem that has changed under it.

First what must not move: whatever keeps it from standing where it stands is relaxed, with a note. Then the rest: what
does not fit any more is left out, with its reason, and the optimizer finds it another place. Both go on until no must
is broken, and both end: every step takes something away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from dispatch.planning.relaxable import Relaxable, Routes, promise_instead, without
from dispatch.planning.visits_now import MISSED_APPOINTMENT
from optimizer.domain import Plan, Problem, Role
from optimizer.rules import RULES
from optimizer.rules.base import Level, Match, clock, span
from optimizer.scoring import Scorecard, score
from optimizer.timeline import Schedule, Timeline

HARD = tuple(rule for rule in RULES if rule.level is Level.HARD)
_ENDLESS = 10_000


def relax_for(making: Relaxable, routes: Routes, names: Mapping[str, str]) -> None:
    """Relax ``making`` until these routes break no must. ``names``: what people call visits and technicians."""
    for _ in range(_ENDLESS):
        problem = making.problem()
        plan, schedule = making.plan(problem, routes)
        broken = _broken(problem, plan, schedule, set(making.visits) - _on(routes))
        if not broken:
            return
        card = broken[1]
        before = (dict(making.visits), dict(making.shifts), dict(making.technicians))
        for match in broken[0]:
            _relax(making, match, card.schedule, names)
        if (making.visits, making.shifts, making.technicians) == before:
            raise AssertionError(f"Cannot relax {[match.because for match in broken[0]]}.")
    raise AssertionError("Relaxing does not end.")


def leave_out(
    making: Relaxable, routes: Routes, fixed: Collection[str], names: Mapping[str, str]
) -> tuple[Problem, Plan, dict[str, str]]:
    """The plan with as many of the visits that are not ``fixed`` as still fit, and why each other one is left out."""
    problem, left = making.problem(), dict[str, str]()
    for _ in range(_ENDLESS):
        plan, schedule = making.plan(problem, routes)
        broken = _broken(problem, plan, schedule, set(making.visits) - _on(routes))
        if not broken:
            return problem, plan, left
        gone: dict[str, str] = {}
        for match in broken[0]:
            for visit in _culprits(match, broken[1].schedule, routes, fixed):
                gone.setdefault(visit, _because(match, names))
        gone = gone or dict.fromkeys(_on(routes) - set(fixed), "It hangs together with visits that cannot stay.")
        if not gone:
            raise AssertionError(f"What is fixed does not hold: {[match.because for match in broken[0]]}.")
        left |= gone
        routes = without(routes, gone)
    raise AssertionError("Leaving out does not end.")


def _on(routes: Routes) -> set[str]:
    return {visit for stops in routes.values() for visit, _ in stops}


def _broken(
    problem: Problem, plan: Plan, schedule: Schedule, absent: Collection[str]
) -> tuple[list[Match], Scorecard] | None:
    """The matches of broken musts, but for visits that were left off on purpose."""
    card = score(problem, plan, rules=HARD, schedule=schedule)
    if not card.hard:
        return None
    matches = [
        match
        for line in card.lines
        for match in line.matches
        if not (match.rule == "must_be_done" and match.visit in absent)
    ]
    return (matches, card) if matches else None


# -- relaxing --------------------------------------------------------------------------------------------------------


def _relax(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    act = _RELAXING.get(match.rule)
    if act is None:
        raise AssertionError(f"Nothing relaxes {match.rule}: {match.because}.")
    act(making, match, schedule, names)


def _timeline(schedule: Schedule, match: Match) -> Timeline:
    return next(one for one in schedule.timelines if one.shift.id == match.shift)


def _skill(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    visit = making.visits[match.visit or ""]
    roles = list(visit.roles)
    for timeline, stop in schedule.stops_of[visit.id]:
        held = timeline.technician.skills
        needs = roles[stop.role].skills
        roles[stop.role] = Role({skill: min(level, held.get(skill, 0)) for skill, level in needs.items()})
    who = names.get(match.technician or "", "the technician")
    making.change_visit(visit.id, f"{names[visit.id]}: {who} keeps it without a skill it asks for.", roles=tuple(roles))


def _named(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    visit = making.visits[match.visit or ""]
    crew = [timeline.technician.id for timeline, _ in schedule.stops_of[visit.id]]
    note = f"{names[visit.id]}: it stays with {' and '.join(names[who] for who in crew)}, whom it should not be given."
    only = visit.only and tuple(dict.fromkeys([*visit.only, *crew]))
    making.change_visit(visit.id, note, only=only, never=tuple(who for who in visit.never if who not in crew))


def _window(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    visit = making.visits[match.visit or ""]
    if not visit.windows:  # a crew says so once for each member
        return
    timeline = _timeline(schedule, match)
    late = schedule.starts[visit.id] - visit.windows[-1].latest
    note = (
        f"{names[visit.id]}: cannot start before {clock(schedule.starts[visit.id], timeline.shift)}, {span(late)} after"
        " its window has closed; each hour later costs now."
    )
    promise = promise_instead(visit, visit.windows[-1].latest, MISSED_APPOINTMENT)
    making.change_visit(visit.id, note, windows=(), arrive_by=promise)


def _break(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    timeline = _timeline(schedule, match)
    starts = {taken.rest.id: taken.start for taken in timeline.breaks}
    for rest in timeline.shift.breaks:
        begins = starts.get(rest.id, timeline.finish)
        if begins > rest.latest:
            when = clock(begins, timeline.shift)
            note = f"{names[timeline.technician.id]}: the break {rest.id} cannot begin before {when}."
            making.change_break(timeline.shift.id, rest.id, note, latest=begins)


def _overtime(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    timeline = _timeline(schedule, match)
    more = span(timeline.overtime - timeline.shift.max_overtime)
    note = f"{names[timeline.technician.id]}: {more} more overtime than allowed, to finish what cannot be moved."
    making.change_shift(timeline.shift.id, note, max_overtime=timeline.overtime)


def _duty(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    timeline = _timeline(schedule, match)
    more = span(timeline.duty - (timeline.shift.max_duty or 0))
    note = f"{names[timeline.technician.id]}: {more} longer on duty than allowed, to finish what cannot be moved."
    making.change_shift(timeline.shift.id, note, max_duty=timeline.duty)


def _stock(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    timeline = _timeline(schedule, match)
    who = making.technicians[timeline.technician.id]
    need: dict[str, float] = {}
    for stop in timeline.stops:
        for resource, quantity in making.visits[stop.visit].demand.items():
            need[resource] = round(need.get(resource, 0) + quantity, 3)
    short = {resource: quantity for resource, quantity in need.items() if quantity > who.capacity.get(resource, 0)}
    making.technicians[who.id] = replace(who, capacity={**who.capacity, **short})
    making.note(f"{names[who.id]}: needs more {' and '.join(short)} than is on board for what cannot be moved.")


def _order(making: Relaxable, match: Match, schedule: Schedule, names: Mapping[str, str]) -> None:
    # A circle names no visit: whichever of them comes after another may be what closes it.
    linked = [match.visit] if match.visit else [visit for visit in schedule.stops_of if making.visits[visit].after]
    for visit in linked:
        making.change_visit(visit, f"{names[visit]}: its order after another visit cannot be kept.", after=())


_RELAXING: Mapping[str, Callable[[Relaxable, Match, Schedule, Mapping[str, str]], None]] = {
    "missing_skill": _skill,
    "only_named": _named,
    "never_named": _named,
    "closed_window": _window,
    "missed_break": _break,
    "overtime_limit": _overtime,
    "duty_limit": _duty,
    "over_capacity": _stock,
    "after_order": _order,
}


# -- leaving out -----------------------------------------------------------------------------------------------------


def _culprits(match: Match, schedule: Schedule, routes: Routes, fixed: Collection[str]) -> tuple[str, ...]:
    """What to take away so that this match goes: the visit itself, or the last one on its route that may go."""
    if match.visit is not None and match.visit not in fixed:
        return (match.visit,)
    shifts = {match.shift} if match.shift else set()
    if match.visit is not None:
        shifts |= {timeline.shift.id for timeline, _ in schedule.stops_of.get(match.visit, ())}
    for shift in sorted(one for one in shifts if one is not None):
        stops = [visit for visit, _ in routes.get(shift, ())]
        if match.visit in stops:
            stops = stops[: stops.index(match.visit)]
        if loose := [visit for visit in stops if visit not in fixed]:
            return (loose[-1],)
    return ()


def _because(match: Match, names: Mapping[str, str]) -> str:
    words = match.because
    for key, name in names.items():
        words = words.replace(key, name)
    return words[:1].upper() + words[1:] + "."
