"""Carrying approved changes over onto the present: what was decided a while ago, applied to how things stand now.

Between a draft's snapshot and its approval the day goes on: visits are done or cancelled, others come in, somebody
falls ill, somebody accepts. So the changes that were approved are carried over onto a fresh snapshot. What is over
drops out; what somebody is on stands first; what came in keeps the place it has; who is absent loses what they had.
Only what can no longer be driven is mended, by putting single visits elsewhere, and nothing that is held moves for it:
where the changes and a held visit cannot both be, it is the changes that give way, cluster by cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dispatch.planning.clusters import Cluster, ShiftKey
from dispatch.planning.given_order import Stops, in_order
from optimizer.check import check
from optimizer.domain import Plan, Problem, Route, Unassigned
from optimizer.policy import DEFAULT, Policy
from optimizer.rules.base import Level
from optimizer.scoring import score, timed
from optimizer.solve import solve

MUST_COST = 10_000.0
"""What leaving out a visit costs that must be done, in the problem of a plan that is published although nobody can."""
_HELD_ONLY = 2
"""How far a route may be given up: 1, it takes on nothing; 2, only what is held stays."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a draft decided: the plan it started from, the plan it proposes, and the clusters that were approved."""

    before: Plan
    after: Plan
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """How things stand: the problem of now, the published plan carried over to it, and what must not move.

    ``names``: what people call visits and technicians.
    """

    problem: Problem
    published: Plan
    held: frozenset[str]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rebased:
    """A plan for ``problem`` that can be published: timed, priced, without a complaint of the checker.

    ``taken`` are the clusters that it carries out, ``notes`` say in sentences what else became of the draft.
    """

    problem: Problem
    plan: Plan
    taken: tuple[Cluster, ...]
    notes: tuple[str, ...]


def rebase(present: Present, change: Change, policy: Policy = DEFAULT) -> Rebased | None:
    """The approved changes on the present; None where none of them can be carried out any more."""
    taken: list[Cluster] = list(change.clusters)
    notes: list[str] = []
    while taken:
        now = replace(change, clusters=tuple(taken))
        found = _as_far_as_possible(present, now, policy)
        if not isinstance(found, set):
            problem, plan = found
            if not _carried_out(present, now, plan):
                return None
            return Rebased(problem, plan, tuple(taken), (*notes, *_notes(present, now, plan)))
        victim = _victim(taken, found)
        taken.remove(victim)
        notes.append(f"Group {victim.id} does not fit with what happened meanwhile and was left out.")
    return None


def _as_far_as_possible(present: Present, change: Change, policy: Policy) -> tuple[Problem, Plan] | set[ShiftKey | str]:
    """The changes, on each route as they were approved, or less: where that is in the way of something, only what
    leaves the route; where that is, too, only what is held stays and the rest is put anew. What is wrong even then.
    """
    routes = carried(present, change)
    given_up: dict[ShiftKey, int] = {}
    while True:
        problem, plan = mended(present, _eased(present, routes, given_up), _known(change), policy)
        wrong = set(_wrong(problem, plan, present))
        if not wrong:
            return problem, plan
        further = [key for key in present.problem.shift_index if key in wrong and given_up.get(key, 0) < _HELD_ONLY]
        if not further:
            return wrong
        for key in further:
            given_up[key] = given_up.get(key, 0) + 1


def _eased(
    present: Present, routes: Mapping[ShiftKey, Stops], given_up: Mapping[ShiftKey, int]
) -> dict[ShiftKey, Stops]:
    """The routes, some of them with fewer stops, in the order in which they stand; crews stay whole."""
    if not given_up:
        return dict(routes)
    standing = {_key(route): _stops(route) for route in present.published.routes}
    eased = dict(routes)
    for key, level in given_up.items():
        eased[key] = tuple(
            stop
            for stop in standing.get(key, ())
            if stop in routes.get(key, ()) and (level < _HELD_ONLY or stop[0] in present.held)
        )
    gone = {stop[0] for key in given_up for stop in routes.get(key, ()) if stop not in eased[key]}
    return {key: tuple(stop for stop in stops if stop[0] not in gone) for key, stops in eased.items()}


def carried(present: Present, change: Change) -> dict[ShiftKey, Stops]:
    """The published routes with the approved changes made on them as far as people, shifts and visits are still there.

    Nothing is timed or checked here.
    """
    problem = present.problem
    standing = {_key(route): _stops(route) for route in present.published.routes}
    wanted = {_key(route): _stops(route) for route in change.after.routes}
    shifts = {key for cluster in change.clusters for key in cluster.shifts}
    moved = _still_movable(present, change, shifts)
    result: dict[ShiftKey, Stops] = {}
    for key in problem.shift_index:
        # Who is in a crew with somebody whose route changes, and whose own does not, keeps what the draft leaves them.
        left = () if key in shifts else wanted.get(key, ())
        rest = tuple(stop for stop in standing.get(key, ()) if stop[0] not in moved or stop in left)
        order = tuple(stop for stop in wanted.get(key, ()) if stop[0] in moved) if key in shifts else ()
        if rest or order:
            committed = problem.shifts[problem.shift_index[key]][1].committed
            result[key] = _merged(order, rest, standing.get(key, ()), committed)
    return result


def mended(
    present: Present,
    routes: Mapping[ShiftKey, Stops],
    known: Collection[str],
    policy: Policy = DEFAULT,
    *,
    as_asked: Callable[[Problem], Problem] = lambda problem: problem,
) -> tuple[Problem, Plan]:
    """These routes as a plan that can be driven, and the problem it answers.

    Where a route cannot be driven, its last visits leave it until it can; what left, and what of ``known`` has lost its
    place otherwise, is put where that costs least, as the problem ``as_asked`` has it: with prices that are of the
    search alone. Whatever else has no place gets none here. A visit that must be done and has no place may be left out
    at :data:`MUST_COST` in the problem that comes back.
    """
    problem = present.problem
    placed = {visit for stops in routes.values() for visit, _ in stops}
    offered = {v.id for v in problem.visits if v.id in placed or v.id in known or v.drop_cost is None}
    small = _restricted(problem, offered)
    found = solve(as_asked(small), policy=policy, iterations=0, start=in_order(small, routes)).plan
    done = {stop.visit for route in found.routes for stop in route.stops}
    visits = tuple(
        replace(visit, drop_cost=MUST_COST)
        if visit.drop_cost is None and visit.id not in done and visit.id not in present.held
        else visit
        for visit in problem.visits
    )
    if any(new is not old for new, old in zip(visits, problem.visits, strict=True)):
        problem = replace(problem, visits=visits)
    reasons = {left.visit: left for left in (*present.published.unassigned, *found.unassigned)}
    plan = timed(problem, replace(found, unassigned=tuple(reasons.values())))
    plan = replace(plan, unassigned=tuple(_explained(left) for left in plan.unassigned))
    return problem, replace(plan, cost=score(problem, plan, policy).cost)


def moved_while_held(present: Present, plan: Plan) -> dict[str, tuple[ShiftKey, ...]]:
    """The held visits that are with other people than they were, and the shifts concerned.

    When a held visit may start is the problem's to say, and the checker's to judge: the snapshot gives an accepted
    visit, or one that is pinned to a time, a window around it.
    """
    was, now = _shifts_of(present.published), _shifts_of(plan)
    return {
        visit: tuple(dict.fromkeys((*was[visit], *now.get(visit, ()))))
        for visit in sorted(present.held & was.keys())
        if {technician for technician, _ in was[visit]} != {technician for technician, _ in now.get(visit, ())}
    }


def _key(route: Route) -> ShiftKey:
    return route.technician, route.shift


def _stops(route: Route) -> Stops:
    return tuple((stop.visit, stop.role) for stop in route.stops)


def _shifts_of(plan: Plan) -> dict[str, dict[ShiftKey, int]]:
    """Visit → the shifts it stands on, with its role there."""
    found: dict[str, dict[ShiftKey, int]] = {}
    for route in plan.routes:
        for stop in route.stops:
            found.setdefault(stop.visit, {})[_key(route)] = stop.role
    return found


def _still_movable(present: Present, change: Change, shifts: Collection[ShiftKey]) -> set[str]:
    """The visits on the approved routes whose place is the draft's to say."""
    problem = present.problem
    standing, wanted = _shifts_of(present.published), _shifts_of(change.after)
    committed = {visit for _, shift in problem.shifts for visit in shift.committed}
    decided = {
        stop.visit
        for plan in (change.before, change.after)
        for route in plan.routes
        if _key(route) in shifts
        for stop in route.stops
    }
    movable = set()
    for visit in decided:
        if visit not in problem.visit_index or visit in committed:
            continue
        target = wanted.get(visit, {})
        if visit in present.held and visit in standing and set(standing[visit]) != set(target):
            continue  # pinned, accepted or begun since: it stays
        roles = len(problem.visits[problem.visit_index[visit]].roles)
        whole = set(target) <= problem.shift_index.keys() and sorted(target.values()) == list(range(roles))
        if whole or not target:
            movable.add(visit)
    return movable


def _merged(order: Stops, rest: Stops, standing: Stops, committed: Sequence[str]) -> Stops:
    """``order`` with ``rest`` in it: committed visits first, each other behind the stop that it stood behind."""
    first = [stop for visit in committed for stop in rest if stop[0] == visit]
    merged = [*first, *order]
    for stop in rest:
        if stop in first:
            continue
        ahead = standing[: standing.index(stop)]
        behind = next((merged.index(one) for one in reversed(ahead) if one in merged), len(first) - 1)
        merged.insert(behind + 1, stop)
    return tuple(merged)


def _known(change: Change) -> set[str]:
    """What had a place, and what the approved clusters give one to, unless they take it away on purpose."""
    shifts = {key for cluster in change.clusters for key in cluster.shifts}
    before, after = _shifts_of(change.before), _shifts_of(change.after)
    given = {visit for visit, where in after.items() if shifts & where.keys()}
    taken = {visit for visit, where in before.items() if shifts & where.keys() and visit not in after}
    return (before.keys() | given) - taken


def _restricted(problem: Problem, offered: set[str]) -> Problem:
    """The problem without the visits that are not offered; what an offered one comes after is offered too."""
    queue = list(offered)
    while queue:
        for link in problem.visits[problem.visit_index[queue.pop()]].after:
            if link.visit not in offered:
                offered.add(link.visit)
                queue.append(link.visit)
    return replace(problem, visits=tuple(visit for visit in problem.visits if visit.id in offered))


def _explained(left: Unassigned) -> Unassigned:
    return left if left.reasons else Unassigned(left.visit, ("It has no place yet; the next run looks for one.",))


def _wrong(problem: Problem, plan: Plan, present: Present) -> Iterator[ShiftKey | str]:
    """Where the plan cannot be published as it is: shifts, or visits that no shift carries."""
    for keys in moved_while_held(present, plan).values():
        yield from keys
    if not check(problem, plan):
        return
    where = _shifts_of(plan)
    for line in score(problem, plan).lines:
        if line.rule.level is Level.HARD:
            for match in line.matches:
                if match.visit is not None:
                    yield from where.get(match.visit) or (match.visit,)
                elif match.technician is not None and match.shift is not None:
                    yield match.technician, match.shift
                else:
                    yield ""


def _victim(taken: Sequence[Cluster], wrong: set[ShiftKey | str]) -> Cluster:
    """The cluster that is in the way, or where none is, the one that is worth least."""
    suspects = [one for one in taken if wrong & {*one.shifts, *one.visits}] or list(taken)
    return min(suspects, key=lambda one: one.worth)


def _crews(plan: Plan) -> dict[str, frozenset[str]]:
    return {visit: frozenset(technician for technician, _ in where) for visit, where in _shifts_of(plan).items()}


def _reassigned(present: Present, change: Change) -> dict[str, frozenset[str]]:
    """The visits that the approved clusters give to other people than have them now, and to whom."""
    now, wanted = _crews(present.published), _crews(change.after)
    named = (visit for cluster in change.clusters for visit in cluster.visits)
    return {
        visit: wanted.get(visit, frozenset())
        for visit in named
        if visit in present.problem.visit_index and wanted.get(visit) != now.get(visit)
    }


def _carried_out(present: Present, change: Change, plan: Plan) -> bool:
    """Whether anything is left of the changes."""
    asked, got = _reassigned(present, change), _crews(plan)
    return not asked or any(got.get(visit, frozenset()) == crew for visit, crew in asked.items())


def _notes(present: Present, change: Change, plan: Plan) -> Iterator[str]:
    """What of the approved changes came out differently, and what must be done and has no place."""
    got = _crews(plan)

    def people(crew: frozenset[str]) -> str:
        return " and ".join(sorted(present.names.get(one, one) for one in crew)) or "nobody"

    for visit, crew in _reassigned(present, change).items():
        if (now := got.get(visit, frozenset())) != crew:
            name = present.names.get(visit, visit)
            yield f"{name} was approved for {people(crew)} and is with {people(now)}, because of what happened since."
    asked = {visit.id for visit in present.problem.visits if visit.drop_cost is None}
    for left in plan.unassigned:
        if left.visit in asked:
            name = present.names.get(left.visit, left.visit)
            yield f"{name} must be done, and nobody can do it: {' '.join(left.reasons)}"
