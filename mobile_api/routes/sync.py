"""Actions come in here."""

from __future__ import annotations

import datetime as dt

from dispatch.console.deps import Here, SignedIn, ThisDevice, right
from dispatch.console.problems import problems
from dispatch.console.routing import Route, Router
from dispatch.domain.clock import pace_of
from dispatch.domain.roles import Right
from mobile_api.shapes.sync import ActionBatch, Receipts, ReceiptShape
from mobile_api.sync.allowance import allowance_of
from mobile_api.sync.taking import Intake
from mobile_api.sync.timing import Reception


class OneByOne(Route):
    """Takes a body with the character NUL: the action that holds it is refused, the others are not."""

    NUL_IN_BODY = True


router = Router(route_class=OneByOne, dependencies=[right(Right.WORK_VISITS)])


@router.post("/actions", summary="Send what was done", responses=problems(401, 403, 422, 429))
def take_actions(here: Here, actor: SignedIn, device: ThisDevice, batch: ActionBatch) -> Receipts:
    """Apply each action once. Send again what got no receipt, or was answered `waiting`; nothing is done twice.

    429 where so much new is too much, with `Retry-After` in seconds: none of it was taken.
    """
    clock = here.store.clock
    reception = Reception(clock.now(), here.wall.now(), batch.sent_at, pace_of(clock))
    oldest, allowance = dt.timedelta(days=here.settings.action_days), allowance_of(here.store, here.settings)
    intake = Intake(here.store, actor, device.id, oldest, allowance)
    receipts = [ReceiptShape.model_validate(one) for one in intake.take(batch.plain(), reception)]
    return Receipts(
        received_at=reception.received_at,
        now=clock.now(),
        pace=reception.pace,
        skew=round(reception.skew, 3),
        receipts=receipts,
    )
