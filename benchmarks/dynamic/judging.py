"""Whether a day was possible and honest, by the independent checker; and what it came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from benchmarks.dynamic.executed import Executed, ShiftKey
from benchmarks.dynamic.instances import Dynamic
from benchmarks.dynamic.planning import Kits, at_depot, depot_visits, equipped
from optimizer.check import check, checked_cost
from optimizer.domain import Plan, Problem, Route, Stop, TimeWindow
from optimizer.scoring import score, timed


@dataclass(frozen=True)
class Judged:
    """``rejected``: requests that nobody did. ``value``: the term of the cost that is compared, in the units of the
    file; who waits at their last visit for the cut-off is not paid for that, as in the published figures. ``wrong``:
    what does not hold, in sentences; empty for an honest day.
    """

    rejected: int
    value: float
    wrong: tuple[str, ...]
    problem: Problem
    plan: Plan


def judged(dynamic: Dynamic, executed: Executed, kits: Kits) -> Judged:
    """The day that happened, as a plan of the whole instance in which everything starts when it did."""
    starts = {trip.visit: trip.start for done in executed.trips.values() for trip in done}
    been = {key: kit for key, kit in kits.items() if at_depot(key[0]) in starts}
    whole = dynamic.problem
    problem = replace(
        whole,
        technicians=tuple(
            equipped(whole, one) if any((one.id, shift.id) in been for shift in one.shifts) else one
            for one in whole.technicians
        ),
        visits=tuple(
            replace(visit, windows=(TimeWindow(starts[visit.id], starts[visit.id]),)) if visit.id in starts else visit
            for visit in (*whole.visits, *depot_visits(dynamic, been))
        ),
    )
    plan = _told(problem, {key: [trip.visit for trip in done] for key, done in executed.trips.items()})
    wrong = [
        *check(problem, plan),
        *_outside_of_windows(whole, starts),
        *_too_early(dynamic, executed),
        *_without_kit(dynamic, executed),
    ]
    value = checked_cost(problem, plan)[dynamic.value]
    return Judged(len(plan.unassigned), value, tuple(wrong), problem, plan)


def _told(problem: Problem, routes: Mapping[ShiftKey, list[str]]) -> Plan:
    bare = Plan(tuple(Route(*key, tuple(Stop(visit) for visit in visits)) for key, visits in routes.items() if visits))
    plan = timed(problem, bare)
    return replace(plan, cost=score(problem, plan).cost)


def _outside_of_windows(whole: Problem, starts: Mapping[str, int]) -> Iterator[str]:
    """What started outside of the window that the request really had."""
    for visit in whole.visits:
        at = starts.get(visit.id)
        if at is not None and visit.windows and not any(one.earliest <= at <= one.latest for one in visit.windows):
            yield f"{visit.id} starts at {at}, outside of its window"


def _too_early(dynamic: Dynamic, executed: Executed) -> Iterator[str]:
    """Whom nobody could know of when somebody left for them, and who is left before service has ended."""
    for key, done in executed.trips.items():
        before = None
        for trip in done:
            if not executed.as_published and trip.left < dynamic.released.get(trip.visit, trip.left):
                yield f"{key[0]} leaves for {trip.visit} before it is known"
            if before is not None and trip.left < before.end:
                yield f"{key[0]} leaves for {trip.visit} before {before.visit} has ended"
            before = trip


def _without_kit(dynamic: Dynamic, executed: Executed) -> Iterator[str]:
    """What was done before the depot, by the checker: with what everybody carries from the start, and no more."""
    firsts: dict[ShiftKey, list[str]] = {}
    for key, done in executed.trips.items():
        names = [trip.visit for trip in done]
        if at_depot(key[0]) in names:
            firsts[key] = names[: names.index(at_depot(key[0]))]
    if not any(firsts.values()):
        return
    wanted = {visit for names in firsts.values() for visit in names}
    problem = replace(
        dynamic.problem,
        technicians=tuple(
            replace(one, shifts=tuple(replace(shift, end_location=None) for shift in one.shifts))
            for one in dynamic.problem.technicians
        ),
        visits=tuple(visit for visit in dynamic.problem.visits if visit.id in wanted),
    )
    yield from (f"before the depot: {one}" for one in check(problem, _told(problem, firsts)))
