"""Editing a draft by hand: what a dispatcher says is done as said, priced, and held against the rules.

A draft may break rules while it is worked on; it says which. Approval is another matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.domain.errors import Invalid
from dispatch.domain.events import DraftProposed
from dispatch.domain.roles import Right
from dispatch.planning import draft as drafts
from dispatch.planning.clusters import ShiftKey
from dispatch.planning.documents import kept_plan
from dispatch.planning.given_order import Stops, in_order
from dispatch.planning.hours import Hours
from dispatch.planning.policies import named_policy, weights_of
from dispatch.services import visits
from dispatch.services.rights import require
from dispatch.store.tables import PlanningPolicy, PlanRow
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.domain import Plan, Problem
from optimizer.scoring import score


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing to do to a draft.

    With ``technician``, that technician does ``visit`` (in ``role`` of its crew): on ``shift`` at ``position``, counted
    from 0, or where it is cheapest among what is left open. ``unassign``: nobody does it. ``pin``: fixes the visit from
    now on, beyond this draft (see :mod:`dispatch.planning.pins`).
    """

    visit: str
    technician: str | None = None
    shift: str | None = None
    position: int | None = None
    role: int = 0
    unassign: bool = False
    pin: dict[str, Any] | None = None


def edit(uow: UnitOfWork, plan_id: str, edits: Sequence[Edit]) -> PlanRow:
    """Do the edits, one after another, and price the draft again. Its version counts up.

    Raises :class:`Invalid` for visits, technicians, shifts or positions that do not exist.
    """
    require(uow, Right.EDIT_DRAFTS)
    draft = drafts.read_draft(uow, plan_id)
    drafts.require_draft(uow, draft.row)
    policy = named_policy(uow.session, draft.row.policy_id)
    for one in edits:
        if one.pin is not None:
            visits.pin(uow, one.visit, one.pin)
    plan = draft.after
    for number, one in enumerate(edits):
        plan = edited(draft.problem, plan, one, policy, f"edits[{number}]")
    row = draft.row
    names, hours = row.snapshot.get("names", {}), Hours.from_document(row.timing.get("hours"), draft.problem)
    proposal = drafts.propose(draft.problem, draft.before, plan, policy, names, hours)
    row.plan = kept_plan(draft.problem, proposal.after)
    row.scorecard = drafts.scorecard_document(proposal.card)
    row.difference = {**proposal.difference_document(), "approved": row.difference["approved"]}
    row.timing = proposal.timing_document()
    row.gain, row.touched = round(proposal.difference.gain, 4), proposal.difference.touched
    uow.session.flush()
    uow.record(DraftProposed(plan=row.id, run=row.run_id or "", gain=row.gain, touched=row.touched))
    return row


def edited(problem: Problem, plan: Plan, one: Edit, policy: PlanningPolicy, place: str = "edit") -> Plan:
    """The plan with one edit done to it, neither timed nor judged."""
    if one.visit not in problem.visit_index:
        raise _invalid(f"{place}.visit", one.visit, "is no visit of this draft", "use the id of one of its visits")
    routes = {(route.technician, route.shift): _stops(plan, route.technician, route.shift) for route in plan.routes}
    if one.unassign:
        return in_order(problem, _without(routes, one.visit, None))
    if one.technician is None:
        return plan
    roles = len(problem.visits[problem.visit_index[one.visit]].roles)
    if not 0 <= one.role < roles:
        raise _invalid(f"{place}.role", one.role, "is no role of this visit", f"count from 0 to {roles - 1}")
    shifts = [key for key in problem.shift_index if key[0] == one.technician and one.shift in (None, key[1])]
    if not shifts:
        remedy = "name a technician, and one of their shifts, that the draft knows"
        raise _invalid(f"{place}.technician", one.technician, "has no such shift in this draft", remedy)
    rest = _without(routes, one.visit, one.role)
    ways = [in_order(problem, way) for key in shifts for way in _ways(rest, key, one, place)]
    if len(ways) == 1:
        return ways[0]
    return min(ways, key=lambda way: _cost(problem, way, policy))


def _stops(plan: Plan, technician: str, shift: str) -> Stops:
    route = next(route for route in plan.routes if (route.technician, route.shift) == (technician, shift))
    return tuple((stop.visit, stop.role) for stop in route.stops)


def _without(routes: dict[ShiftKey, Stops], visit: str, role: int | None) -> dict[ShiftKey, Stops]:
    return {
        key: tuple(stop for stop in stops if stop[0] != visit or role not in (None, stop[1]))
        for key, stops in routes.items()
    }


def _ways(rest: dict[ShiftKey, Stops], key: ShiftKey, one: Edit, place: str) -> Iterator[dict[ShiftKey, Stops]]:
    stops = rest.get(key, ())
    if one.position is not None and not 0 <= one.position <= len(stops):
        raise _invalid(f"{place}.position", one.position, "is no position there", f"count from 0 to {len(stops)}")
    for position in range(len(stops) + 1) if one.position is None else (one.position,):
        yield {**rest, key: (*stops[:position], (one.visit, one.role), *stops[position:])}


def _cost(problem: Problem, plan: Plan, policy: PlanningPolicy) -> tuple[int, float]:
    card = score(problem, plan, weights_of(policy))
    return card.hard, float(card.total)


def _invalid(place: str, value: Any, problem: str, remedy: str) -> Invalid:
    errors = [{"place": place, "value": value, "problem": problem, "remedy": remedy}]
    return Invalid(f"{place}: {value} {problem}; {remedy}.", errors=errors)
