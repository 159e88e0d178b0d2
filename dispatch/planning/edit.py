"""Editing a draft by hand: what a dispatcher says is done as said, priced, and held against the rules.

A draft may break rules while it is worked on; it says which. Approval is another matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dispatch.domain.errors import Invalid
from dispatch.domain.events import DraftProposed
from dispatch.domain.roles import Right
from dispatch.planning import draft as drafts
from dispatch.planning.clusters import ShiftKey
from dispatch.planning.documents import kept_plan
from dispatch.planning.given_order import Stops
from dispatch.planning.hours import Hours
from dispatch.planning.part import Standing, rearranged
from dispatch.planning.policies import named_policy, weights_of
from dispatch.services import visits
from dispatch.services.rights import require
from dispatch.store.tables import PlanningPolicy, PlanRow
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.domain import Plan, Problem
from optimizer.policy import Policy
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
    return edited_on(Standing(problem, plan), one, weights_of(policy), place).plan


def edited_on(standing: Standing, one: Edit, weights: Policy, place: str = "edit") -> Standing:
    """:func:`edited`, on a plan that is known already. Routes that have nothing to do with the edit stay as they are.

    Raises :class:`Invalid` for visits, technicians, shifts or positions that do not exist.
    """
    problem = standing.problem
    if one.visit not in problem.visit_index:
        raise _invalid(f"{place}.visit", one.visit, "is no visit of this draft", "use the id of one of its visits")
    if one.unassign:
        return rearranged(standing, _without(standing, one.visit, None))
    if one.technician is None:
        return standing
    roles = len(problem.visits[problem.visit_index[one.visit]].roles)
    if not 0 <= one.role < roles:
        raise _invalid(f"{place}.role", one.role, "is no role of this visit", f"count from 0 to {roles - 1}")
    shifts = [key for key in standing.shifts_of(one.technician) if one.shift in (None, key[1])]
    if not shifts:
        remedy = "name a technician, and one of their shifts, that the draft knows"
        raise _invalid(f"{place}.technician", one.technician, "has no such shift in this draft", remedy)
    rest = _without(standing, one.visit, one.role)
    ways = [rearranged(standing, way) for key in shifts for way in _ways(standing, rest, key, one, place)]
    if len(ways) == 1:
        return ways[0]
    keys = standing.around({*rest, *shifts}, (one.visit,))
    part = standing.part(keys, (one.visit,))
    return min(ways, key=lambda way: _cost(part, way.plan_of(keys), weights))


def _without(standing: Standing, visit: str, role: int | None) -> dict[ShiftKey, Stops]:
    """The routes on which a visit stands (in a role), without it."""
    return {
        key: tuple(stop for stop in standing.stops(key) if stop[0] != visit or role not in (None, stop[1]))
        for key in standing.on.get(visit, ())
        if role is None or (visit, role) in standing.stops(key)
    }


def _ways(
    standing: Standing, rest: dict[ShiftKey, Stops], key: ShiftKey, one: Edit, place: str
) -> Iterator[dict[ShiftKey, Stops]]:
    stops = rest.get(key, standing.stops(key))
    if one.position is not None and not 0 <= one.position <= len(stops):
        raise _invalid(f"{place}.position", one.position, "is no position there", f"count from 0 to {len(stops)}")
    for position in range(len(stops) + 1) if one.position is None else (one.position,):
        yield {**rest, key: (*stops[:position], (one.visit, one.role), *stops[position:])}


def _cost(problem: Problem, plan: Plan, weights: Policy) -> tuple[bool, int, Fraction]:
    """Where people wait for each other in a circle, no time means anything, and so no cost: any other way is better."""
    card = score(problem, plan, weights)
    return not card.schedule.settled, card.hard, card.total


def _invalid(place: str, value: Any, problem: str, remedy: str) -> Invalid:
    errors = [{"place": place, "value": value, "problem": problem, "remedy": remedy}]
    return Invalid(f"{place}: {value} {problem}; {remedy}.", errors=errors)
