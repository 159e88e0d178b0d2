"""Column generation: routes that the master is short of, until there are none, and a bound that holds at any time.

Pricing says for each kind of shift that no route is cheaper than so much, given what the visits are worth. From that
and the worths follows a cost that no plan is below: Lagrangian relaxation of "each visit once". Worths are smoothed
towards those of the best bound so far (Wentges 1997; Pessoa, Sadykov, Uchoa & Vanderbeck 2018), which needs fewer
rounds. Routes may visit again what they have forgotten (ng-routes, Baldacci, Mingozzi & Roberti 2011); what they
remember grows where the master makes use of that, and cuts are added where it uses fractions of routes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from optimizer.bound.columns import Column, Prices
from optimizer.bound.cuts import MOST_CUTS, Cut, separate
from optimizer.bound.master import Master, Rows, Solved
from optimizer.bound.shapes import Kind

_NEAR = 8
"""So many of the nearest visits each visit remembers in the beginning."""
_MOST_REMEMBERED = 24
_QUICK_LABELS, _LABELS, _MOST_LABELS = 100_000, 500_000, 8_000_000
_MOST_COLUMNS = 4_000
_FEW_ROUTES, _MANY_ROUTES = 30, 300
"""So many routes a round: at least of each kind of shift, and about so many of all."""
_LONGER = 4
_FRESH = 0.3
"""What the master's newest prices count in their mean over the rounds: on their own they swing."""
_FEWEST_SHARE = 0.3
_NOTHING = -(2**62)
"""A bound below every other one."""
_ENOUGH, _ENOUGH_OF_GAP = 1e-7, 0.02
"""Closer to the master's cost, as a share of it or of the gap to the best plan, no bound needs to come."""
_FIRST_PROOF = 0.2
"""The first bound is worked out after this share of the time at the latest."""
_OLD, _LEAST_PROVING = 5.0, 0.5
"""A bound is old after so many times the seconds that working it out took: cheaper pricing alone goes astray."""


class Clock:
    """Time that is left until a deadline; ``stop`` ends it at once."""

    def __init__(self, seconds: float) -> None:
        self.began = time.monotonic()
        self.seconds = seconds
        self.stopped = False

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        return 0.0 if self.stopped else max(0.0, self.seconds - self.elapsed)


@dataclass(frozen=True, slots=True)
class Proof:
    """No plan costs less than ``bound`` (1/unit): by these ``prices``, at which no route has a reduced cost below 0."""

    bound: int
    prices: Prices


@dataclass(frozen=True, slots=True)
class Priced:
    """Routes of one kind, cheapest first, and that none has a lower cost, less worths, than ``least``."""

    routes: tuple[tuple[int, ...], ...]
    least: int
    complete: bool


class Generation:
    """The state of one search for a bound: kinds of shifts, what they remember, the master, the best proof so far.

    ``best`` is what the best plan known costs, or None: it says how near is near enough. ``lost``: the master's numbers
    defeat the solver, and nothing more can be learnt.
    """

    def __init__(self, rows: Rows, must: Sequence[bool], kinds: Sequence[Kind], clock: Clock, threads: int = 1) -> None:
        self.must, self.kinds, self.clock = must, kinds, clock
        self.most = max((cost for cost, needed in zip(rows.absent, must, strict=True) if needed), default=0)
        self.rows = replace(rows, absent=self._tethers(rows))
        self.threads = ThreadPoolExecutor(threads, "pricing")
        self.single = frozenset(visit for visit, roles in enumerate(rows.roles) if roles == 1)
        self.remembered = [_nearest(kind) for kind in kinds]
        for kind, sets in zip(kinds, self.remembered, strict=True):
            kind.pricer.remember([sorted(one) for one in sets])
        self.master = Master(rows)
        nothing = Prices(tuple(0 for _ in rows.roles), tuple(0 for _ in kinds))
        self.proof = Proof(_NOTHING, nothing)
        self.solved = Solved(0.0, nothing, (), (), over=False)
        self._mean = nothing
        self.lost = False
        self.converged = False
        self.best: int | None = None
        self.rounds = 0
        self._share, self._labels = 0.5, _LABELS
        self._proved_at, self._proving = clock.elapsed, _FIRST_PROOF * clock.seconds / _OLD

    def _tethers(self, rows: Rows) -> tuple[int, ...]:
        """What a visit that must be done costs if it is not: at first, about what sending somebody for it alone costs.

        Worths are not above it, and the less they swing the sooner they settle.
        """
        alone = (
            min((way[0] for kind in self.kinds if (way := kind.walk([visit])) is not None), default=self.most)
            if must
            else cost
            for visit, (cost, must) in enumerate(zip(rows.absent, self.must, strict=True))
        )
        return tuple(
            min(self.most, cost * _LONGER // 2 + 1) if must else cost
            for cost, must in zip(alone, self.must, strict=True)
        )

    def close(self) -> None:
        """End the threads."""
        self.threads.shutdown(cancel_futures=True)

    def add(self, columns: Iterable[Column]) -> None:
        """Teach the master routes."""
        for column in columns:
            self.master.add(column)
        self._solve()

    def converge(self, report: Callable[[], bool]) -> None:
        """Add routes until none is missing or the time is over. ``report`` is called each round; False stops."""
        self.converged = False
        quick = True
        while self.clock.left > 0 and not self.converged and not self.lost:
            self.rounds += 1
            if not report():
                return
            late = self.clock.elapsed - self._proved_at > _OLD * max(self._proving, _LEAST_PROVING)
            if quick and not late:
                self._mean = self._mean.towards(self.solved.prices, _FRESH)
                if self._add_quickly(self._mean) or self._add_quickly(self.solved.prices):
                    continue
            before = self.solved.prices
            if not self._prove():
                return
            quick = self.solved.prices != before

    def tighten(self) -> bool:
        """Forbid what the master's solution makes use of and no plan can do. False: nothing more is known to forbid."""
        cycles = [column for column, _ in self.solved.used if not column.elementary]
        grown = [self._remember(column) for column in cycles]
        if any(grown):
            for kind, sets in zip(self.kinds, self.remembered, strict=True):
                kind.pricer.remember([sorted(one) for one in sets])
            self._rebuild(self.master.cuts)
            return True
        used = [(column.visits, share) for column, share in self.solved.used]
        fresh = separate(used, self.master.cuts, self.single)
        if not fresh:
            return False
        again = {cut.members for cut in fresh}
        active = [
            cut
            for cut, price in sorted(self.solved.prices.cuts, key=lambda item: -item[1])
            if price > 0 and cut.members not in again
        ]
        self._rebuild((*fresh, *active)[:MOST_CUTS])
        return True

    def every(self, gap: int, most: int, seconds: float) -> list[Column] | None:
        """Every route that could be in a plan cheaper than the proof's bound + ``gap``; None where there are too many.

        At the proof's prices no route has a reduced cost below 0, so one of ``gap`` or more makes any plan that dear.
        """
        columns: list[Column] = []
        deadline = self.clock.elapsed + min(seconds, self.clock.left)
        for number, _ in enumerate(self.kinds):
            left = deadline - self.clock.elapsed
            if left <= 0:
                return None
            priced = self._price(
                number, self.proof.prices, labels=_MOST_LABELS // 2, gap=gap, every=True, most=most, seconds=left
            )
            if not priced.complete or len(columns) + len(priced.routes) > most:
                return None
            columns += self._columns(number, priced)
        return columns

    # -- one round --------------------------------------------------------------------------------------------------

    def _add_quickly(self, prices: Prices) -> bool:
        """Add routes that a hasty look finds at these prices; whether it found any."""
        found = self.threads.map(
            lambda number: self._price(number, prices, labels=_QUICK_LABELS, exact=False), range(len(self.kinds))
        )
        return self._learn(found)

    def _prove(self) -> bool:
        """Price exactly; note what follows for the bound; add routes. False where labels or time do not suffice."""
        began = self.clock.elapsed
        known = self.proof.bound > 0
        point = self.proof.prices.towards(self.solved.prices, self._share) if known else self.solved.prices
        exact = point == self.solved.prices
        priced = list(
            self.threads.map(lambda number: self._price(number, point, labels=self._labels), range(len(self.kinds)))
        )
        self._note(point, priced)
        self._proved_at = self.clock.elapsed
        self._proving = self._proved_at - began
        learnt = self._learn(priced)
        complete = all(one.complete for one in priced)
        missing = self.solved.cost - self.proof.bound
        gap = 0 if self.best is None else self.best - self.proof.bound
        close = missing <= max(_ENOUGH * abs(self.solved.cost) + 1, _ENOUGH_OF_GAP * gap)
        self.converged = (close or (not learnt and complete and exact)) and not self._tethered()
        if learnt:
            self._share = max(_FEWEST_SHARE, self._share - 0.1)
        else:
            self._share = min(1.0, self._share + 0.3)
        if not complete and not learnt:
            self._labels *= 2
            return self._labels <= _MOST_LABELS
        return True

    def _tethered(self) -> bool:
        """Whether what keeps worths within bounds in the beginning still does so; then it is let go of."""
        short = [v for v in self.solved.left if self.must[v] and self.rows.absent[v] < self.most]
        if not short and not (self.solved.over and not self.rows.exactly):
            return False
        absent = list(self.rows.absent)
        for visit in short:
            absent[visit] = min(self.most, absent[visit] * _LONGER)
        self.rows = replace(self.rows, absent=tuple(absent), exactly=self.rows.exactly or self.solved.over)
        self._rebuild(self.master.cuts)
        return True

    def _price(
        self,
        number: int,
        prices: Prices,
        *,
        labels: int,
        exact: bool = True,
        gap: int = 0,
        every: bool = False,
        most: int = 0,
        seconds: float | None = None,
    ) -> Priced:
        kind = self.kinds[number]
        node = kind.node
        cuts = [
            ([node[v] for v in cut.members if v in node], [node[v] for v in cut.memory if v in node], price)
            for cut, price in prices.cuts
            if price > 0 and sum(v in node for v in cut.members) > 1
        ]
        routes, least, complete, _ = kind.pricer.price(
            worth=[prices.visits[visit] for visit in kind.visits],
            cuts=cuts,
            below=prices.shifts[number] + gap,
            exact=exact,
            every=every,
            most_labels=labels,
            most_routes=most or max(_FEW_ROUTES, _MANY_ROUTES // len(self.kinds)),
            seconds=self.clock.left if seconds is None else seconds,
        )
        return Priced(tuple(tuple(kind.visits[n] for n in route) for route in routes), least, complete)

    def _columns(self, number: int, priced: Priced) -> list[Column]:
        walked = ((visits, self.kinds[number].walk(visits)) for visits in priced.routes)
        return [Column(number, visits, way[0]) for visits, way in walked if way is not None]

    def _learn(self, found: Iterable[Priced]) -> bool:
        """Add routes that pay at the master's prices; solve it again if there are any."""
        learnt = False
        for number, priced in enumerate(found):
            for column in self._columns(number, priced):
                if self.solved.prices.reduced(column) < 0:
                    learnt |= self.master.add(column)
        if learnt:
            if len(self.master.columns) > _MOST_COLUMNS:
                self._rebuild(self.master.cuts)
            self._solve()
        return learnt

    def _solve(self) -> None:
        """Solve the master; where its numbers defeat the solver, what was known before stays."""
        solved = self.master.solve()
        self.lost = solved is None
        if solved is not None:
            self.solved = solved

    def _note(self, prices: Prices, priced: Sequence[Priced]) -> None:
        """The Lagrangian bound at these prices, kept where it is the best."""
        shifts = tuple(
            one.least if needed else min(0, one.least) for one, needed in zip(priced, self.rows.needed, strict=True)
        )
        bound = sum(count * least for count, least in zip(self.rows.shifts, shifts, strict=True))
        bound -= sum(price for _, price in prices.cuts)
        for worth, roles, absent, must in zip(prices.visits, self.rows.roles, self.rows.absent, self.must, strict=True):
            bound += roles * worth if must else min(absent, roles * worth)
        if bound > self.proof.bound:
            self.proof = Proof(bound, replace(prices, shifts=shifts))

    # -- what may be visited again, and which columns stay ----------------------------------------------------------

    def _remember(self, column: Column) -> bool:
        """Let what lies between two visits to the same place remember it; whether anything was new."""
        sets, node = self.remembered[column.kind], self.kinds[column.kind].node
        order = [node[visit] for visit in column.visits]
        grown = False
        last: dict[int, int] = {}
        for position, again in enumerate(order):
            if again in last:
                for between in order[last[again] + 1 : position]:
                    if again not in sets[between] and len(sets[between]) < _MOST_REMEMBERED:
                        sets[between].add(again)
                        grown = True
            last[again] = position
        return grown

    def _allowed(self, column: Column) -> bool:
        """Whether the route keeps to what is remembered now."""
        sets, node = self.remembered[column.kind], self.kinds[column.kind].node
        memory: set[int] = set()
        for visit in column.visits:
            here = node[visit]
            if here in memory:
                return False
            memory = (memory & sets[here]) | {here}
        return True

    def _rebuild(self, cuts: Sequence[Cut]) -> None:
        """A new master with these cuts and the columns that are still of use."""
        kept = [column for column in self.master.columns if column.elementary or self._allowed(column)]
        if len(kept) > _MOST_COLUMNS // 2:
            used = {column for column, _ in self.solved.used}
            kept.sort(key=lambda column: -1 if column in used else max(0, self.solved.prices.reduced(column)))
            kept = kept[: _MOST_COLUMNS // 2]
        self.master = Master(self.rows, cuts)
        self.add(kept)


def _nearest(kind: Kind) -> list[set[int]]:
    """Each node with the nodes that it remembers first: those that are quickest to come back from."""
    nodes = len(kind.visits)
    there = kind.shape.travel[:nodes, :nodes]
    around = there + there.T + kind.shape.service[None, :]
    order = np.argsort(around, axis=1, kind="stable")
    return [set(order[node][: _NEAR + 1].tolist()) | {node} for node in range(nodes)]
