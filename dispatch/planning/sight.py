"""What of plans somebody may see: everything, or what lies in their territories."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Select, select

from dispatch.domain.errors import Forbidden, NotFound
from dispatch.domain.roles import Right
from dispatch.planning import draft as drafts
from dispatch.planning.certificate import certificate
from dispatch.planning.documents import problem_of
from dispatch.services.rights import require
from dispatch.store.tables import PlanningPolicy, PlanningRun, PlanRow, PlanStatus, Visit
from dispatch.store.unit_of_work import UnitOfWork
from optimizer.io.problem import problem_to


def plans_of(uow: UnitOfWork, status: PlanStatus | None = None) -> Select[PlanRow]:
    """Plans and drafts, all or those of one status."""
    require(uow, Right.READ_PLANS)
    query = select(PlanRow)
    return query if status is None else query.where(PlanRow.status == status)


def whole_plan(uow: UnitOfWork, plan_id: str) -> PlanRow:
    """A plan with everything it holds. Whoever's rights end at territories gets a copy of it without what lies beyond.

    Raises :class:`NotFound`.
    """
    require(uow, Right.READ_PLANS)
    row = drafts.whole_row(uow.session, plan_id)
    if row is None:
        raise NotFound(f"There is no plan {plan_id!r}.", what="plan", id=plan_id)
    return _within(uow, row) if uow.actor.territories else row


def certificate_of(uow: UnitOfWork, row: PlanRow) -> dict[str, Any]:
    """How a plan came about, and how far from the best its cost can be; see :mod:`dispatch.planning.certificate`."""
    run = uow.session.get(PlanningRun, row.run_id) if row.run_id is not None else None
    if run is None:
        return certificate(None, row.scorecard, None)
    policy = uow.session.get(PlanningPolicy, run.policy_id)
    told = {
        "seed": run.seed,
        "policy": None if policy is None else policy.name,
        **row.snapshot.get("searched", {}),
        "edition": row.snapshot.get("edition"),
    }
    # A published plan answers another problem than the draft of the run: the bound is the draft's.
    return certificate(told, row.scorecard, row.snapshot.get("bound"))


def files_of(uow: UnitOfWork, plan_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The problem and the plan as the planning model writes them, whole.

    Raises :class:`NotFound`, and :class:`Forbidden` for somebody whose rights end at territories: a part of a plan
    would be another plan, and its claims would not hold.
    """
    require(uow, Right.EXPORT)
    if uow.actor.territories:
        raise Forbidden("A plan is taken out whole, and your rights end at territories.", right=Right.EXPORT.value)
    row = whole_plan(uow, plan_id)
    return cast("dict[str, Any]", problem_to(problem_of(row.problem))), row.plan


def timing_of(uow: UnitOfWork, plan_id: str) -> dict[str, Any]:
    """A plan by the hour, as :class:`dispatch.planning.retiming.ByHour` writes it, as far as the actor may see it.

    Raises :class:`NotFound`.
    """
    row = whole_plan(uow, plan_id)
    timing = {name: row.timing.get(name, empty) for name, empty in (("routes", []), ("summary", {}), ("sentences", []))}
    if not uow.actor.territories:
        return timing
    seen = {stop["visit"] for route in row.plan["routes"] for stop in route["stops"]}
    routes = [
        {**route, "stops": [stop for stop in route["stops"] if stop["visit"] in seen]} for route in timing["routes"]
    ]
    return {"routes": [route for route in routes if route["stops"]], "summary": {}, "sentences": []}


def _within(uow: UnitOfWork, row: PlanRow) -> PlanRow:
    named = [visit["id"] for visit in row.problem["visits"]]
    found = uow.session.execute(select(Visit.id, Visit.territory_id).where(Visit.id.in_(named)))
    seen = {one.id for one in found if uow.actor.covers(one.territory_id)}
    hidden = set(named) - seen
    uow.session.flush()
    uow.session.expunge(row)  # what is cut here must not be written back
    row.plan = _without_visits(row.plan, hidden)
    row.scorecard = {**row.scorecard, "lines": [_seen_reasons(line, hidden) for line in row.scorecard["lines"]]}
    row.difference = _seen_difference(row.difference, hidden)
    names = {key: name for key, name in row.snapshot.get("names", {}).items() if key not in hidden}
    snapshot = {key: value for key, value in row.snapshot.items() if key not in ("published", "notes")}
    row.snapshot = {**snapshot, "names": names, "held": [one for one in row.snapshot["held"] if one in seen]}
    return row


def _without_visits(plan: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    routes = [
        {**route, "stops": [stop for stop in route["stops"] if stop["visit"] not in hidden]} for route in plan["routes"]
    ]
    left = [one for one in plan["unassigned"] if one["visit"] not in hidden]
    return {**plan, "routes": [route for route in routes if route["stops"]], "unassigned": left}


def _seen_reasons(line: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    return {**line, "because": [one for one in line["because"] if one["visit"] not in hidden]}


def _seen_difference(difference: dict[str, Any], hidden: set[str]) -> dict[str, Any]:
    """Without visits that lie beyond, and without the sentences, which may name them."""
    if not difference:
        return difference
    technicians = {
        name: loads
        for name, loads in difference["technicians"].items()
        if hidden.isdisjoint([*loads["before"]["visits"], *loads["after"]["visits"]])
    }
    return {
        **difference,
        "visits": [one for one in difference["visits"] if one["visit"] not in hidden],
        "promises": [one for one in difference["promises"] if one["visit"] not in hidden],
        "technicians": technicians,
        "sentences": [],
        "by_hour": {},
        "buys": {},
        "complaints": [],
        "clusters": [
            {**one, "visits": [visit for visit in one["visits"] if visit not in hidden]}
            for one in difference["clusters"]
        ],
    }
