"""Making way: what a critical visit that would be late may ask of visits that were accepted.

An accepted visit keeps its people and its time. While a critical visit is urgent (:mod:`dispatch.planning.urgent`),
a planning run and the answer to an emergency may propose otherwise: that an accepted visit starts later, goes to
somebody else or is left out, each at a price; and that the urgent visit itself, if it was accepted, goes to somebody
who is there sooner. They may in a group of changes that is about an urgent visit, and the draft names what gives way.

Who approves the group is thereby asked. Nothing of the kind goes out unasked, whatever a policy says. An accepted visit
that is in no such group stays where it is. Pins and the freeze fence hold always.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from dispatch.planning.clusters import Cluster, applied, clusters
from dispatch.planning.draft import Draft
from dispatch.planning.policies import weights_of
from dispatch.planning.snapshot import Snapshot
from dispatch.planning.urgent import missed
from dispatch.store.tables import PlanningPolicy
from optimizer.domain import Plan, Problem
from optimizer.timeline import walk


def justified_in(snapshot: Snapshot, found: Plan, policy: PlanningPolicy) -> Plan:
    """``found`` without the groups of changes in which an accepted visit gives way to something that is not urgent."""
    problem, before = snapshot.problem, snapshot.published
    asked = asking(problem, before, found, snapshot.giving_way, policy.tolerance)
    if not asked:
        return found
    groups = clusters(problem, before, found, weights_of(policy), tolerance=policy.tolerance)
    kept = [one for one in groups if not asked & set(one.visits) or snapshot.urgent & set(one.visits)]
    return found if len(kept) == len(groups) else applied(problem, before, found, kept)


def asking(problem: Problem, before: Plan, after: Plan, giving_way: Collection[str], tolerance: int) -> set[str]:
    """Those of the accepted visits that ``after`` gives to other people, or starts later by more than ``tolerance``."""
    if not giving_way:
        return set()
    crews, starts = (_crews(before), _crews(after)), (walk(problem, before).starts, walk(problem, after).starts)
    return {
        visit
        for visit in giving_way
        if crews[0].get(visit) != crews[1].get(visit) or starts[1].get(visit, 0) > starts[0].get(visit, 0) + tolerance
    }


def named(chosen: Sequence[Cluster], urgent: Collection[str]) -> frozenset[str]:
    """The visits that may give way where these groups of changes are approved: those of a group with an urgent one."""
    return frozenset(visit for one in chosen if set(urgent) & set(one.visits) for visit in one.visits)


def too_late(draft: Draft) -> frozenset[str]:
    """Those of the visits that were urgent when a draft was made that it leaves out, or is late for."""
    return missed(draft.problem, draft.after, draft.row.snapshot.get("urgent", ()))


def remarks_on(snapshot: Snapshot, after: Plan, policy: PlanningPolicy) -> tuple[str, ...]:
    """What has to be said of accepted visits before anybody approves: which give way, and to what."""
    problem, before, names = snapshot.problem, snapshot.published, snapshot.names
    asked = asking(problem, before, after, snapshot.giving_way, policy.tolerance)
    crews = _crews(before)
    emergencies = _said(snapshot.urgent, names)
    found = []
    for visit in sorted(asked, key=lambda one: names.get(one, one)):
        accepted = f"{_said(crews.get(visit, ()), names)} accepted {_said((visit,), names)}"
        late = visit in snapshot.urgent
        found.append(f"{accepted} and would be late." if late else f"{accepted}, which gives way to {emergencies}.")
    return tuple(found)


def _said(several: Collection[str], names: Mapping[str, str]) -> str:
    return " and ".join(sorted(names.get(one, one) for one in several))


def _crews(plan: Plan) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for route in plan.routes:
        for stop in route.stops:
            found.setdefault(stop.visit, set()).add(route.technician)
    return {visit: frozenset(crew) for visit, crew in found.items()}
