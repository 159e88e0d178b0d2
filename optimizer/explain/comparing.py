"""Two plans for one problem held against each other: visit by visit, technician by technician, rule by rule.

Every match of a rule is charged to one account: to its visit where it is about one, else to its technician, else to
the plan as a whole. So the accounts add up to what a plan costs, to the last fraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from optimizer.domain import Plan, Problem
from optimizer.money import exact
from optimizer.policy import DEFAULT, Policy
from optimizer.rules import RULES, Level
from optimizer.scoring import Line, Scorecard, score

Costs = Mapping[str, Fraction]
"""Rule → what it costs: money, or broken places of a must. What costs nothing is not there."""


_SOFT = frozenset(rule.id for rule in RULES if rule.level is Level.SOFT)


class Fate(StrEnum):
    """What becomes of a visit from one plan to the other."""

    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    REASSIGNED = "reassigned"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a visit stands: who on which shifts, role by role, and when (epoch seconds)."""

    technicians: tuple[str, ...]
    shifts: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit in both plans; None: nobody does it."""

    visit: str
    fate: Fate
    before: Standing | None
    after: Standing | None
    cost_before: Costs
    cost_after: Costs

    @property
    def change(self) -> Fraction:
        """What the visit itself costs more, all prefers together."""
        return _money(self.cost_after) - _money(self.cost_before)


@dataclass(frozen=True, slots=True)
class Workload:
    """What a technician's routes amount to: visits, seconds of driving, work, overtime and duty, metres."""

    visits: int = 0
    driving: int = 0
    metres: int = 0
    work: int = 0
    overtime: int = 0
    duty: int = 0


@dataclass(frozen=True, slots=True)
class TechnicianRow:
    """One technician in both plans. ``affected``: the routes are not the same, in order or in time."""

    technician: str
    affected: bool
    before: Workload
    after: Workload
    cost_before: Costs
    cost_after: Costs

    @property
    def change(self) -> Fraction:
        """What the technician's routes cost more, all prefers together."""
        return _money(self.cost_after) - _money(self.cost_before)


@dataclass(frozen=True)
class Comparison:
    """All of it: every visit and every technician of the problem, in its order.

    ``rules``: rule → what it costs before and after, every rule that costs anything in either. ``totals`` are those of
    the two scorecards, ``broken`` how many places break a must.
    """

    visits: tuple[VisitRow, ...]
    technicians: tuple[TechnicianRow, ...]
    rules: Mapping[str, tuple[Fraction, Fraction]]
    totals: tuple[Fraction, Fraction]
    broken: tuple[int, int]

    @property
    def change(self) -> Fraction:
        """What the second plan costs more."""
        return self.totals[1] - self.totals[0]


def compare(problem: Problem, before: Plan, after: Plan, policy: Policy = DEFAULT) -> Comparison:
    """Hold two plans for the same problem against each other; both are timed and judged anew.

    Raises as :func:`optimizer.timeline.walk` does for a plan that does not belong to the problem.
    """
    return compare_cards(problem, score(problem, before, policy), score(problem, after, policy))


def compare_cards(problem: Problem, before: Scorecard, after: Scorecard) -> Comparison:
    """:func:`compare`, of plans that have been judged already."""
    old, new = _Told(before), _Told(after)
    return Comparison(
        visits=tuple(
            VisitRow(
                one.id,
                _fate(old.standing(one.id), new.standing(one.id)),
                old.standing(one.id),
                new.standing(one.id),
                old.of_visit.get(one.id, {}),
                new.of_visit.get(one.id, {}),
            )
            for one in problem.visits
        ),
        technicians=tuple(
            TechnicianRow(
                one.id,
                old.route(one.id) != new.route(one.id),
                old.workload(one.id),
                new.workload(one.id),
                old.of_technician.get(one.id, {}),
                new.of_technician.get(one.id, {}),
            )
            for one in problem.technicians
        ),
        rules=by_rule(before, after),
        totals=(before.total, after.total),
        broken=(before.hard, after.hard),
    )


def by_rule(before: Scorecard, after: Scorecard) -> Mapping[str, tuple[Fraction, Fraction]]:
    """Rule → what it costs before and after, of those that cost anything: money, or broken places of a must."""
    pairs = zip(before.lines, after.lines, strict=True)
    return {new.rule.id: (old.cost, new.cost) for old, new in pairs if old.cost or new.cost}


class _Told:
    """One plan, in accounts."""

    def __init__(self, card: Scorecard) -> None:
        self.schedule = card.schedule
        self.of_visit: dict[str, dict[str, Fraction]] = defaultdict(dict)
        self.of_technician: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for line in card.lines:
            for match in line.matches:
                if match.visit is not None:
                    _charge(self.of_visit[match.visit], line, Fraction(match.amount))
                elif match.technician is not None:
                    _charge(self.of_technician[match.technician], line, Fraction(match.amount))

    def standing(self, visit: str) -> Standing | None:
        members = sorted(self.schedule.stops_of.get(visit, ()), key=lambda pair: pair[1].role)
        if not members:
            return None
        return Standing(
            tuple(line.technician.id for line, _ in members),
            tuple(line.shift.id for line, _ in members),
            self.schedule.starts[visit],
            self.schedule.ends[visit],
        )

    def route(self, technician: str) -> list[object]:
        lines = sorted(
            (one for one in self.schedule.timelines if one.technician.id == technician), key=lambda one: one.shift.id
        )
        return [(one.shift.id, one.stops, one.breaks, one.depart, one.finish) for one in lines]

    def workload(self, technician: str) -> Workload:
        lines = [one for one in self.schedule.timelines if one.technician.id == technician]
        return Workload(
            visits=sum(len(one.stops) for one in lines),
            driving=sum(one.drive for one in lines),
            metres=sum(one.metres for one in lines),
            work=sum(one.work for one in lines),
            overtime=sum(one.overtime for one in lines),
            duty=sum(one.duty for one in lines),
        )


def _charge(account: dict[str, Fraction], line: Line, amount: Fraction) -> None:
    cost = amount if line.rule.level is Level.HARD else amount * exact(line.weight)
    if cost:
        account[line.rule.id] = account.get(line.rule.id, Fraction(0)) + cost


def _fate(before: Standing | None, after: Standing | None) -> Fate:
    if before == after:
        return Fate.SAME
    if before is None or after is None:
        return Fate.ASSIGNED if before is None else Fate.UNASSIGNED
    return Fate.REASSIGNED if set(before.technicians) != set(after.technicians) else Fate.MOVED


def _money(costs: Costs) -> Fraction:
    return sum((cost for rule, cost in costs.items() if rule in _SOFT), Fraction(0))
