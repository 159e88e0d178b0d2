"""What technicians did and could not be applied: for dispatchers, beside the console's routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.paging import Order, Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import Chosen, RowId
from dispatch.domain.roles import Right
from dispatch.services import disputes
from dispatch.store.tables import Dispute, FieldAction
from mobile_api.shapes.disputes import DisputeShape, Settled, Settlement
from mobile_api.sync.afterwards import make_true

router = Router(prefix="/disputes", dependencies=[right(Right.ACT_ON_VISITS)])

NEWEST: Sequence[Order] = [
    FieldAction.received_at.desc(),
    FieldAction.happened_at.desc(),
    FieldAction.user_id,
    FieldAction.id,
]


@router.get("", summary="Find disputes", responses=problems(401, 403, 422))
def list_disputes(
    uow: Reading,
    paging: Paging,
    is_open: Annotated[bool | None, Query(alias="open", description="Whether it waits for somebody")] = None,
    technician_id: Chosen = None,
    visit_id: Chosen = None,
    territory_id: Chosen = None,
) -> Page[DisputeShape]:
    """What technicians did and could not be applied, what came in last first."""
    state = None if is_open is None else Dispute.OPEN if is_open else Dispute.SETTLED
    query = disputes.disputes(uow, state, technician_id=technician_id, visit_id=visit_id, territory_id=territory_id)
    return paged(uow, query, paging, NEWEST, lambda row: DisputeShape.of(*row))


@router.post("/{user_id}/{action_id}/settle", summary="Settle a dispute", responses=problems(401, 403, 404, 409, 422))
def settle_dispute(user_id: RowId, action_id: RowId, uow: Uow, decided: Settlement) -> Settled:
    """Leave it refused, or make it true; the open disputes about what the technician did just before go with it."""
    settled = disputes.settle(uow, user_id, action_id, decided.decision, decided.note, make_true)
    return Settled(decision=decided.decision, actions=[one.id for one in settled])
