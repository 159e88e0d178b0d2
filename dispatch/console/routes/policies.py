"""Planning policies."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import select

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, check_match, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.plans import NewPolicy, PolicyChange, PolicyShape
from dispatch.domain.roles import Right
from dispatch.planning import policies
from dispatch.store.tables import PlanningPolicy

router = Router(prefix="/policies")


@router.get(
    "", summary="List planning policies", dependencies=[right(Right.READ_SETUP)], responses=problems(401, 403, 422)
)
def list_policies(uow: Reading, paging: Paging) -> Page[PolicyShape]:
    """Policies by name."""
    order = [PlanningPolicy.name, PlanningPolicy.id]
    return paged(uow, select(PlanningPolicy), paging, order, PolicyShape.model_validate)


@router.post(
    "",
    status_code=201,
    summary="Create a planning policy",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 409, 422),
)
def add_policy(response: Response, uow: Uow, wanted: NewPolicy) -> PolicyShape:
    """A new policy; the first becomes the standard one."""
    return PolicyShape.model_validate(tagged(response, policies.create(uow, **wanted.model_dump(mode="json"))))


@router.get(
    "/{policy_id}",
    summary="Read a planning policy",
    dependencies=[right(Right.READ_SETUP)],
    responses=problems(401, 403, 404),
)
def one_policy(policy_id: RowId, response: Response, uow: Reading) -> PolicyShape:
    """A policy, with the ETag to change it by."""
    return PolicyShape.model_validate(tagged(response, uow.get(PlanningPolicy, policy_id)))


@router.patch(
    "/{policy_id}",
    summary="Change a planning policy",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 404, 409, 412, 422),
)
def edit_policy(
    policy_id: RowId, response: Response, uow: Uow, change: PolicyChange, if_match: IfMatch = None
) -> PolicyShape:
    """Change a policy while the system runs; it holds from the next run on."""
    check_match(uow.get(PlanningPolicy, policy_id), if_match)
    fields = change.model_dump(mode="json", exclude_unset=True)
    return PolicyShape.model_validate(tagged(response, policies.change(uow, policy_id, **fields)))


@router.delete(
    "/{policy_id}",
    status_code=204,
    summary="Remove a planning policy",
    dependencies=[right(Right.WRITE_SETUP)],
    responses=problems(401, 403, 404, 409, 412),
)
def remove_policy(policy_id: RowId, uow: Uow, if_match: IfMatch = None) -> None:
    """Remove a policy that nothing was planned by."""
    check_match(uow.get(PlanningPolicy, policy_id), if_match)
    policies.remove(uow, policy_id)
