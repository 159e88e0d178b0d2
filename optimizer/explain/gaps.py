"""The gaps in which the breaks of a carried-over route go, found in one pass over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from optimizer.distance import leg
from optimizer.domain import Problem, Shift, Technician, Visit
from optimizer.timeline import service_time, through_gap

_State = tuple[int, int, tuple[int, ...]]
"""What is broken so far, the clock, and the gaps of the breaks taken so far."""


def break_gaps(
    problem: Problem, technician: Technician, shift: Shift, visits: Sequence[Visit], floors: Mapping[str, int]
) -> dict[str, int]:
    """The gap of each break with which the fewest windows and breaks are missed, and then the route ends earliest.

    Breaks are taken in the order of their ``earliest``. ``floors``: moments before which a visit does not start,
    because others are waited for. For each number of breaks taken so far the best state after each stop is kept.
    """
    rests = sorted(shift.breaks, key=lambda rest: rest.earliest)
    if not rests:
        return {}
    places = [shift.start_location, *(visit.location for visit in visits)]
    places.append(places[-1] if shift.end_location is None else shift.end_location)
    legs = [leg(problem, technician.profile, a, b)[0] for a, b in pairwise(places)]
    if shift.end_location is None:
        legs[-1] = 0
    states: dict[int, _State] = {0: (0, shift.start, ())}
    for gap in range(len(visits) + 1):
        onward: dict[int, _State] = {}
        for taken, (broken, clock, gaps) in states.items():
            for now_taken in range(taken, len(rests) + 1):
                then, starts = through_gap(clock, legs[gap], rests[taken:now_taken])
                missed = broken + sum(
                    start > rest.latest for rest, start in zip(rests[taken:now_taken], starts, strict=True)
                )
                if gap < len(visits):
                    visit = visits[gap]
                    start = max(then, floors.get(visit.id, then))
                    opened = _opening(visit, start)
                    missed += opened is None
                    then = (start if opened is None else opened) + service_time(visit.duration, technician.pace)
                state = missed, then, (*gaps, *[gap] * (now_taken - taken))
                if now_taken not in onward or state[:2] < onward[now_taken][:2]:
                    onward[now_taken] = state
        states = onward
    ends = []
    for taken, (broken, finish, gaps) in states.items():
        late = sum(finish > rest.latest for rest in rests[taken:])
        ends.append((broken + late, finish, (*gaps, *[len(visits) + 1] * (len(rests) - taken))))
    return {rest.id: gap for rest, gap in zip(rests, min(ends)[2], strict=True)}


def _opening(visit: Visit, start: int) -> int | None:
    if not visit.windows:
        return start
    return next((max(start, window.earliest) for window in visit.windows if start <= window.latest), None)
