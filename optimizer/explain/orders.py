"""In which orders one shift can make some visits, with its breaks in which gaps: all of them, and whether there is any.

Each order is driven as early as it can be. Starting earlier is never worse for a window, a break or the end of a
shift, so of two ways to have made the same visits and breaks and to stand at the same place only the earlier one is
gone on from (Held and Karp 1962).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np

from optimizer.distance import leg
from optimizer.domain import Break, Problem
from optimizer.kernel.data import I64
from optimizer.timeline import service_time, through_gap


class MustHurryError(Exception):
    """Trying all would take too long."""


class Steps:
    """How much may still be tried."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, count: int = 1) -> None:
        """Take so many. Raises :class:`MustHurryError` where there are not as many left."""
        self.left -= count
        if self.left < 0:
            raise MustHurryError


class Orders:
    """Orders on the shifts of one problem. Visits and shifts are told by their index."""

    def __init__(self, problem: Problem, steps: Steps) -> None:
        self.problem, self.steps = problem, steps
        places = {visit.location for visit in problem.visits}
        for _, shift in problem.shifts:
            places |= {shift.start_location} | (set() if shift.end_location is None else {shift.end_location})
        self.places = sorted(places)
        self.at = {place: index for index, place in enumerate(self.places)}
        self.ways = {profile: self._ways(profile) for profile in {who.profile for who, _ in problem.shifts}}
        self.shortest = {profile: _closed(ways) for profile, ways in self.ways.items()}
        self._known: dict[tuple[int, frozenset[int]], bool] = {}

    def could(self, shift: int, visits: frozenset[int]) -> bool:
        """Whether the shift could make the visits, as far as time and what is on board go.

        On the shortest ways, waiting for nobody and however long it is on duty: where the answer is no, it is no with
        any more visits as well. What is committed on the shift is made too, first.
        """
        if (shift, visits) not in self._known:
            self._known[shift, visits] = self._loads(shift, visits) and self._any(shift, visits)
        return self._known[shift, visits]

    def all(self, shift: int, visits: frozenset[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Every order of just these visits and the gap of each break, in which all are in time on their own."""
        if len(self._committed(shift) - visits) == 0:
            _, one = self.problem.shifts[shift]
            yield from self._onward(shift, visits, (), (-1,) * len(one.breaks), one.start)

    def _ways(self, profile: str) -> I64:
        return np.array(
            [[leg(self.problem, profile, a, b)[0] for b in self.places] for a in self.places], dtype=np.int64
        )

    def _committed(self, shift: int) -> frozenset[int]:
        return frozenset(self.problem.visit_index[name] for name in self.problem.shifts[shift][1].committed)

    def _loads(self, shift: int, visits: frozenset[int]) -> bool:
        who, load = self.problem.shifts[shift][0], dict[str, int]()
        for visit in visits | self._committed(shift):
            for resource, quantity in self.problem.visits[visit].demand.items():
                load[resource] = load.get(resource, 0) + round(quantity * 1000)
        return all(needed <= round(who.capacity.get(one, 0) * 1000) for one, needed in load.items())

    # -- whether there is any --------------------------------------------------------------------------------------

    def _any(self, shift: int, visits: frozenset[int]) -> bool:
        who, one = self.problem.shifts[shift]
        first = [self.problem.visit_index[name] for name in one.committed]
        wanted, ways = sorted(visits | set(first)), self.shortest[who.profile]
        reached: dict[tuple[frozenset[int], int, frozenset[int]], int] = {
            (frozenset(), self.at[one.start_location], frozenset()): one.start
        }
        for count in range(len(wanted)):
            onward: dict[tuple[frozenset[int], int, frozenset[int]], int] = {}
            for (made, place, rested), clock in reached.items():
                for visit in (first[count],) if count < len(first) else wanted:
                    if visit in made:
                        continue
                    there = self.at[self.problem.visits[visit].location]
                    for rests, then in self._driven(shift, clock, int(ways[place, there]), rested, in_order=False):
                        self.steps.take()
                        if (done := self._served(shift, visit, then)) is not None:
                            key = made | {visit}, there, rested | rests
                            onward[key] = min(done, onward.get(key, done))
            reached = onward
        return any(
            self._home(shift, finish, rested | rests)
            for (_, place, rested), clock in reached.items()
            for rests, finish in self._driven(shift, clock, self._homeward(shift, place, ways), rested, in_order=False)
        )

    # -- all of them -----------------------------------------------------------------------------------------------

    def _onward(
        self, shift: int, left: frozenset[int], made: tuple[int, ...], gaps: tuple[int, ...], clock: int
    ) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        who, one = self.problem.shifts[shift]
        place = self.at[self.problem.visits[made[-1]].location if made else one.start_location]
        rested, ways = frozenset(k for k, gap in enumerate(gaps) if gap >= 0), self.ways[who.profile]
        if not left:
            for rests, finish in self._driven(shift, clock, self._homeward(shift, place, ways), rested):
                self.steps.take()
                if self._home(shift, finish, rested | rests):
                    yield made, _put(_put(gaps, rests, len(made)), None, len(made) + 1)
            return
        first = [self.problem.visit_index[name] for name in one.committed]
        for visit in (first[len(made)],) if len(made) < len(first) else sorted(left):
            there = self.at[self.problem.visits[visit].location]
            for rests, then in self._driven(shift, clock, int(ways[place, there]), rested):
                self.steps.take()
                if (done := self._served(shift, visit, then)) is not None:
                    yield from self._onward(shift, left - {visit}, (*made, visit), _put(gaps, rests, len(made)), done)

    # -- one step --------------------------------------------------------------------------------------------------

    def _driven(
        self, shift: int, clock: int, way: int, rested: frozenset[int], *, in_order: bool = True
    ) -> Iterator[tuple[frozenset[int], int]]:
        """Ways to drive on: which breaks are taken in this gap, and when it ends. Breaks begin in time.

        ``in_order``: as they are taken, in the order of their ``earliest``. In any order, a gap can do what two gaps
        with a visit between them can, and so what fits with a visit fits without it.
        """
        breaks = self.problem.shifts[shift][1].breaks
        left = sorted((k for k in range(len(breaks)) if k not in rested), key=lambda k: breaks[k].earliest)
        for count in range(len(left) + 1):
            for chosen in combinations(left, count) if in_order else permutations(left, count):
                rests: list[Break] = [breaks[k] for k in chosen]
                then, starts = through_gap(clock, way, rests)
                if all(start <= rest.latest for start, rest in zip(starts, rests, strict=True)):
                    yield frozenset(chosen), then

    def _served(self, shift: int, visit: int, arrival: int) -> int | None:
        """When a visit is over at the earliest; None: no window is open then or later."""
        one, pace = self.problem.visits[visit], self.problem.shifts[shift][0].pace
        start = arrival
        if one.windows:
            opened = next((max(arrival, w.earliest) for w in one.windows if arrival <= w.latest), None)
            if opened is None:
                return None
            start = opened
        return start + service_time(one.duration, pace)

    def _homeward(self, shift: int, place: int, ways: I64) -> int:
        end = self.problem.shifts[shift][1].end_location
        return 0 if end is None else int(ways[place, self.at[end]])

    def _home(self, shift: int, finish: int, rested: frozenset[int]) -> bool:
        """Whether the route may end then: within its overtime, and early enough for the breaks that are left."""
        one = self.problem.shifts[shift][1]
        left = (rest for k, rest in enumerate(one.breaks) if k not in rested)
        return finish <= one.end + one.max_overtime and all(finish <= rest.latest for rest in left)


def _put(gaps: tuple[int, ...], rests: frozenset[int] | None, gap: int) -> tuple[int, ...]:
    """The gaps with these breaks (None: all that have none yet) in this one."""
    return tuple(gap if (had < 0 if rests is None else k in rests) else had for k, had in enumerate(gaps))


def _closed(ways: I64) -> I64:
    """The shortest ways, over whatever other places (Floyd 1962)."""
    shortest = ways.copy()
    for middle in range(len(shortest)):
        np.minimum(shortest, shortest[:, middle, None] + shortest[None, middle, :], out=shortest)
    return shortest
