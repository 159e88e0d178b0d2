"""Dispatch as the live system does it: what happens asks for a new plan, and what is found waits for approval.

The table of what asks and how urgently, the gathering of requests, the snapshot, the search with the change budget, the
groups of changes and what they have to be worth, what goes out unasked, and the carrying over of what is approved later
are those of :mod:`dispatch.planning`. An emergency is put into the gaps of the plan first; where that gives it no place
in time, a brief search lets others make way.

Two things are simpler than on a live day. A search takes no simulated time: its seconds are few beside the minutes of
driving. And one draft waits for the dispatcher at a time, the newest; the live system compares those that wait.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dispatch.domain.events import Event
from dispatch.planning.at_once import best_at_once
from dispatch.planning.budget import choose, within, worthwhile
from dispatch.planning.clusters import Cluster, applied, clusters
from dispatch.planning.making_way import asking, justified_in, named
from dispatch.planning.policies import weights_of
from dispatch.planning.rebase import Change, Present, mended, rebase
from dispatch.planning.snapshot import Snapshot
from dispatch.planning.urgency import Urgency
from dispatch.planning.urgent import missed
from dispatch.planning.waiting import hurried, hurrying
from dispatch.store.tables import Priority
from optimizer.domain import Plan, Problem
from optimizer.solve import solve
from scenarios.simulation.agents.asking import asked_by
from scenarios.simulation.agents.base import Desk
from scenarios.simulation.agents.planned import BEFORE, Planning, working_days
from scenarios.simulation.operation import ShiftNow
from scenarios.simulation.snapshots import Snapshots, policy_row


@dataclass(slots=True)
class Request:
    """Something that asked for a plan and has no answer yet."""

    kind: str
    subject: str
    urgency: Urgency
    not_before: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that waits for the dispatcher: what it starts from, what it proposes, and the groups to be approved."""

    snapshot: Snapshot
    found: Plan
    groups: tuple[Cluster, ...]


class Live:
    """The live system's rules. ``answers_after``: seconds that a dispatcher takes to approve a draft."""

    def __init__(self, planning: Planning, *, answers_after: int = 180) -> None:
        self.planning, self.answers_after = planning, answers_after
        self.policy = policy_row("scenario", planning.policy)
        self.weights = weights_of(self.policy)
        self.requests: list[Request] = []
        self.waiting: Waiting | None = None
        self.runs = self.emergencies = self.approvals = 0
        self._snapshots: Snapshots | None = None

    def begin(self, desk: Desk) -> None:
        """Each morning begins with a plan, as an operation's does; everything after that is asked for."""
        self._snapshots = Snapshots(desk.operation, self.policy)
        for opens, _ in working_days(desk):
            desk.wake(max(opens - BEFORE, desk.now), lambda: self._run(desk, "asked"))

    def hear(self, desk: Desk, event: Event) -> None:
        """Note what asks for a new plan. What waits already is not asked for twice."""
        ask = asked_by(desk.operation, event)
        if ask is None:
            return
        subject = event.subject[1]
        if any(one.kind == event.kind and one.subject == subject for one in self.requests):
            return
        self.requests.append(Request(event.kind, subject, ask.urgency, desk.now + ask.debounce))
        desk.wake(desk.now + ask.debounce, lambda: self._answer(desk))

    def free(self, desk: Desk, shift: ShiftNow) -> None:
        """Whoever has nothing to do waits for the plan."""

    # -- answering -------------------------------------------------------------------------------------------------

    def _answer(self, desk: Desk) -> None:
        """Emergencies at once; everything else that waits by one run, once some of it is due."""
        due = [one for one in self.requests if one.not_before <= desk.now]
        emergencies = [one for one in due if one.urgency is Urgency.EMERGENCY]
        if emergencies:
            self.requests = [one for one in self.requests if one not in emergencies]
            if self._put_in_at_once(desk, emergencies):
                due = [one for one in due if one not in emergencies]
        if due:
            self.requests = []
            self._run(desk, min(due, key=lambda one: list(Urgency).index(one.urgency)).kind)

    def _run(self, desk: Desk, reason: str) -> None:
        """One planning run: search from the published plan on, keep what is worth it, let out what may go unasked."""
        assert self._snapshots is not None
        self.runs += 1
        snapshot = self._snapshots.take(making_way=True)
        problem, before, policy = snapshot.problem, snapshot.published, self.policy

        def search(asked: Problem, start: Plan, share: float = 0.25) -> Plan:
            rounds = max(1, round(self.planning.iterations * share))
            hurry = hurried(asked, snapshot.now, policy.cost_per_hour_waiting)
            found = solve(hurry, policy=self.weights, iterations=rounds, seed=self.runs, start=start).plan
            return justified_in(snapshot, found, policy)

        plan = search(problem, before, 1.0)
        if policy.change_budget is not None:
            budget = policy.change_budget
            plan = within(problem, before, plan, budget, search, self.weights, tolerance=policy.tolerance)
        plan = worthwhile(problem, before, plan, policy.least_gain, self.weights, tolerance=policy.tolerance)
        self._propose(desk, snapshot, plan, reason)

    def _put_in_at_once(self, desk: Desk, emergencies: Sequence[Request]) -> bool:
        """Give what is urgent a place now. Whether nobody need look for a better one."""
        assert self._snapshots is not None
        self.emergencies += 1
        named = {one.subject for one in emergencies}
        snapshot = self._snapshots.take()
        urgent = [visit.id for visit in snapshot.problem.visits if {visit.id, self._job(desk, visit.id)} & named]
        problem, plan = self._put_in(snapshot, urgent)
        if missed(problem, plan, urgent):
            snapshot = self._snapshots.take(making_way=True)
            problem, plan = self._put_in(snapshot, urgent)
            if problem == snapshot.problem:
                plan = best_at_once(snapshot, plan, snapshot.urgent.union(urgent), self.policy, seconds=None)
        self._propose(desk, replace(snapshot, problem=problem), plan, emergencies[0].kind)
        return not missed(problem, plan, urgent)

    def _put_in(self, snapshot: Snapshot, urgent: Collection[str]) -> tuple[Problem, Plan]:
        standing = {
            (route.technician, route.shift): tuple((stop.visit, stop.role) for stop in route.stops)
            for route in snapshot.published.routes
        }
        as_asked = hurrying(snapshot.now, self.policy)
        return mended(_present(snapshot), standing, urgent, self.weights, as_asked=as_asked)

    def _job(self, desk: Desk, visit: str) -> str:
        return desk.operation.visits[visit].job.id

    # -- approving -------------------------------------------------------------------------------------------------

    def _propose(self, desk: Desk, snapshot: Snapshot, found: Plan, reason: str) -> None:
        """What may go out unasked does; the rest waits for the dispatcher."""
        before = snapshot.published
        groups = clusters(snapshot.problem, before, found, self.weights, tolerance=self.policy.tolerance)
        out = self._unasked(desk, snapshot, found, groups, reason)
        left = tuple(one for one in groups if one not in out)
        if out:
            desk.publish(applied(snapshot.problem, before, found, out))
        if not left:
            return
        first = self.waiting is None
        self.waiting = Waiting(snapshot, found, left)
        if self.answers_after == 0:
            self._approve(desk)
        elif first:
            desk.wake(desk.now + self.answers_after, lambda: self._approve(desk))

    def _unasked(
        self, desk: Desk, snapshot: Snapshot, found: Plan, groups: Sequence[Cluster], reason: str
    ) -> tuple[Cluster, ...]:
        """The groups that the policy lets out by itself, under the allowance that gains most."""
        asked = asking(snapshot.problem, snapshot.published, found, snapshot.giving_way, self.policy.tolerance)
        calm = [one for one in groups if not asked & set(one.visits)]
        best: tuple[Cluster, ...] = ()
        for allowance in self.policy.publish_without_asking:
            if allowance.get("reason", "*") not in ("*", reason):
                continue
            fitting = [one for one in calm if self._is_of(desk, snapshot, one, allowance.get("priority"))]
            chosen = choose(fitting, allowance.get("touches_at_most", 0))
            best = max(best, chosen, key=lambda some: sum(one.gain for one in some))
        return best

    def _is_of(self, desk: Desk, snapshot: Snapshot, group: Cluster, priority: str | None) -> bool:
        """Whether a group is about giving a place to visits of this priority, and to no others."""
        if priority is None:
            return True
        had = {stop.visit for route in snapshot.published.routes for stop in route.stops}
        new = [visit for visit in group.visits if visit not in had]
        return bool(new) and {desk.operation.visits[one].job.priority for one in new} == {Priority(priority)}

    def _approve(self, desk: Desk) -> None:
        """The dispatcher approves the draft that waits: it is carried over onto how things stand by now."""
        draft, self.waiting = self.waiting, None
        if draft is None or self._snapshots is None:
            return
        self.approvals += 1
        giving_way = named(draft.groups, draft.snapshot.urgent)
        snapshot = self._snapshots.take(giving_way=giving_way)
        change = Change(draft.snapshot.published, draft.found, draft.groups)
        rebased = rebase(_present(snapshot), change, self.weights)
        if rebased is not None:
            desk.publish(rebased.plan)


def _present(snapshot: Snapshot) -> Present:
    return Present(snapshot.problem, snapshot.published, snapshot.held, snapshot.names)
