"""SLA policies."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.promises import NewPolicy, PolicyAnswer, PolicyChange, PolicyQuestion, PolicyShape, plain
from dispatch.domain.roles import Right
from dispatch.services import sla_policies
from dispatch.store.tables import SlaPolicy

router = Router(prefix="/sla-policies", dependencies=[right(Right.READ_SETUP)])


@router.get("", summary="List SLA policies", responses=problems(401, 403, 422))
def list_policies(uow: Reading, paging: Paging, active: bool | None = None) -> Page[PolicyShape]:
    """SLA policies by name."""
    query = sla_policies.policies(uow, active)
    return paged(uow, query, paging, [SlaPolicy.name, SlaPolicy.id], PolicyShape.model_validate)


@router.post("", status_code=201, summary="Add an SLA policy", responses=problems(401, 403, 409, 422))
def add_policy(response: Response, uow: Uow, wanted: NewPolicy) -> PolicyShape:
    """A new policy. Live jobs that it fits better than what they have come under it at once."""
    return PolicyShape.model_validate(tagged(response, sla_policies.create_policy(uow, **plain(wanted))))


@router.get("/{policy_id}", summary="Read an SLA policy", responses=problems(401, 403, 404, 422))
def read_policy(policy_id: RowId, response: Response, uow: Reading) -> PolicyShape:
    """A policy, with the ETag to change it by."""
    return PolicyShape.model_validate(tagged(response, sla_policies.seen_policy(uow, policy_id)))


@router.patch("/{policy_id}", summary="Change an SLA policy", responses=problems(401, 403, 404, 409, 412, 422))
def edit_policy(
    policy_id: RowId, response: Response, uow: Uow, change: PolicyChange, if_match: IfMatch = None
) -> PolicyShape:
    """Change a policy; every promise that runs is counted anew at once."""
    row = sla_policies.change_policy(uow, policy_id, versions=if_match, **plain(change))
    return PolicyShape.model_validate(tagged(response, row))


@router.delete(
    "/{policy_id}",
    status_code=204,
    summary="Remove an SLA policy",
    responses=problems(401, 403, 404, 409, 412, 422),
)
def remove_policy(policy_id: RowId, uow: Uow, if_match: IfMatch = None) -> None:
    """Remove a policy that nothing was promised by; others can be made inactive."""
    sla_policies.remove_policy(uow, policy_id, versions=if_match)


@router.post("/{policy_id}/preview", summary="Try an SLA policy", responses=problems(401, 403, 404, 422))
def try_policy(policy_id: RowId, uow: Reading, question: PolicyQuestion) -> PolicyAnswer:
    """When the promises of a job that comes in at an instant would be due."""
    return PolicyAnswer(due=sla_policies.preview(uow, policy_id, question.at, question.time_zone))
