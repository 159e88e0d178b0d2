"""Scores a plan, with reasons; lowers a problem for the kernel; and carries plans between both worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from optimizer.domain import Plan, Problem, Route, Stop, TakenBreak, Unassigned
from optimizer.kernel.data import NEVER, KernelData, KernelPlan
from optimizer.lowering import base
from optimizer.money import Scale, exact
from optimizer.policy import DEFAULT, Policy
from optimizer.rules import RULES, Level, Match, Rule
from optimizer.timeline import Schedule, walk

TERMS = ("shift", "travel", "duty", "overtime", "lateness", "unassigned", "preference", "stability", "balance")
"""The terms of a plan's published cost, in their order: the ids of the soft rules."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule's share of a score."""

    rule: Rule
    weight: float
    matches: tuple[Match, ...]

    @property
    def amount(self) -> Fraction:
        """Broken places (hard) or money before any weight (soft)."""
        return sum((Fraction(match.amount) for match in self.matches), Fraction(0))

    @property
    def cost(self) -> Fraction:
        """The amount times the weight (hard rules have none)."""
        return self.amount if self.rule.level is Level.HARD else self.amount * exact(self.weight)


@dataclass(frozen=True)
class Scorecard:
    """A score that explains itself, and the times it was worked out from."""

    lines: tuple[Line, ...]
    schedule: Schedule

    @cached_property
    def hard(self) -> int:
        """How many places break a must; a plan may be published when there are none."""
        return int(sum(line.amount for line in self.lines if line.rule.level is Level.HARD))

    @cached_property
    def total(self) -> Fraction:
        """What the plan costs under the policy: smaller is better."""
        return sum((line.cost for line in self.lines if line.rule.level is Level.SOFT), Fraction(0))

    @cached_property
    def cost(self) -> Mapping[str, float]:
        """What the plan is published to cost, whatever the policy: each of :data:`TERMS`, and ``total``."""
        amounts = {line.rule.id: line.amount for line in self.lines if line.rule.level is Level.SOFT}
        terms = {term: amounts.get(term, Fraction(0)) for term in TERMS}
        return {term: float(amount) for term, amount in terms.items()} | {"total": float(sum(terms.values()))}

    def line(self, rule_id: str) -> Line:
        """The line of one rule. Raises :class:`KeyError` where it was not asked for."""
        for line in self.lines:
            if line.rule.id == rule_id:
                return line
        raise KeyError(rule_id)


def score(
    problem: Problem,
    plan: Plan,
    policy: Policy = DEFAULT,
    rules: Sequence[Rule] = RULES,
    *,
    schedule: Schedule | None = None,
) -> Scorecard:
    """Judge any plan whose identifiers exist (see :func:`optimizer.timeline.walk`) by every rule.

    ``schedule``: its times, where they are known already.
    """
    schedule = schedule or walk(problem, plan)
    return Scorecard(
        tuple(Line(rule, policy.weight(rule.id), tuple(rule.judge(problem, schedule))) for rule in rules), schedule
    )


def lower(
    problem: Problem, policy: Policy = DEFAULT, rules: Sequence[Rule] = RULES, *, unit: int | None = None
) -> KernelData:
    """Translate the problem and every rule into kernel primitives; count costs in 1/``unit`` where one is given."""
    data = base(problem, policy.weights)
    if unit is not None:
        data.unit = unit
    for rule in rules:
        data.channels[rule.id] = None
        weight = exact(policy.weight(rule.id)) if rule.level is Level.SOFT else Fraction(1)
        rule.lower(problem, Scale(data.unit, weight), data)
    return data


def to_kernel(problem: Problem, plan: Plan) -> KernelPlan:
    """The decisions of a plan in kernel words.

    Raises :class:`KeyError` for an identifier that the problem does not know and :class:`ValueError` for a role that
    a visit does not have or a shift that has two routes.
    """
    first, task = [], 0
    for visit in problem.visits:
        first.append(task)
        task += len(visit.roles)
    tasks: list[tuple[int, ...]] = [()] * len(problem.shifts)
    gaps: list[tuple[int, ...]] = [(NEVER,) * len(shift.breaks) for _, shift in problem.shifts]
    for route in plan.routes:
        index = problem.shift_index[route.technician, route.shift]
        if tasks[index]:
            raise ValueError(f"Shift {route.shift!r} of {route.technician!r} has two routes.")
        stops = []
        for stop in route.stops:
            visit_index = problem.visit_index[stop.visit]
            if not 0 <= stop.role < len(problem.visits[visit_index].roles):
                raise ValueError(f"Visit {stop.visit!r} has no role {stop.role}.")
            stops.append(first[visit_index] + stop.role)
        tasks[index] = tuple(stops)
        taken = {rest.break_id: rest.gap for rest in route.breaks}
        gaps[index] = tuple(taken.get(rest.id, NEVER) for rest in problem.shifts[index][1].breaks)
    return KernelPlan(tuple(tasks), tuple(gaps))


def to_plan(problem: Problem, kernel_plan: KernelPlan) -> Plan:
    """A kernel's decisions as a plan with all its times; what is not planned is listed, without reasons."""
    whose = [(visit.id, role) for visit in problem.visits for role in range(len(visit.roles))]
    routes = []
    for (technician, shift), tasks, gaps in zip(problem.shifts, kernel_plan.tasks, kernel_plan.gaps, strict=True):
        if tasks:
            breaks = zip(shift.breaks, gaps, strict=True)
            routes.append(
                Route(
                    technician=technician.id,
                    shift=shift.id,
                    stops=tuple(Stop(*whose[task]) for task in tasks),
                    breaks=tuple(TakenBreak(rest.id, gap) for rest, gap in breaks if gap != NEVER),
                )
            )
    return timed(problem, Plan(tuple(routes)))


def timed(problem: Problem, plan: Plan, schedule: Schedule | None = None) -> Plan:
    """The same decisions with every time filled in, and with everything that is not planned listed as such.

    What the plan says about why a visit is unassigned is kept, and so is its cost. ``schedule``: its times, where they
    are known already.
    """
    schedule = schedule or walk(problem, plan)
    routes = []
    for route, timeline in zip((route for route in plan.routes if route.stops), schedule.timelines, strict=True):
        starts = {taken.rest.id: taken.start for taken in timeline.breaks}
        routes.append(
            replace(
                route,
                stops=tuple(Stop(stop.visit, stop.role, stop.arrival, stop.start, stop.end) for stop in timeline.stops),
                breaks=tuple(
                    TakenBreak(taken.break_id, taken.gap, starts.get(taken.break_id)) for taken in route.breaks
                ),
                depart=timeline.depart,
                finish=timeline.finish,
            )
        )
    reasons = {left.visit: left.reasons for left in plan.unassigned}
    unassigned = tuple(
        Unassigned(visit.id, reasons.get(visit.id, ())) for visit in problem.visits if visit.id not in schedule.starts
    )
    return Plan(tuple(routes), unassigned, plan.cost)
