"""What a person fixes of the plan as a whole: a territory in which nothing moves, a fence before which nothing does."""

from __future__ import annotations

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.locks import FenceAsked, FenceShape, LockShape, LocksShape, Until
from dispatch.domain.roles import Right
from dispatch.services import locks

router = Router()

_MAY_FIX = [right(Right.APPROVE_PLANS)]


@router.get(
    "/plans/locks",
    summary="What is fixed of the plan",
    dependencies=[right(Right.READ_PLANS)],
    responses=problems(401, 403),
)
def read_locks(uow: Reading) -> LocksShape:
    """The fence, and the territories that are locked."""
    fence = locks.fence_now(uow)
    return LocksShape(
        fence=None if fence is None else FenceShape.model_validate(fence),
        territories=[LockShape.model_validate(one) for one in locks.locks_now(uow)],
    )


@router.put(
    "/plans/fence",
    summary="Set the freeze fence",
    dependencies=_MAY_FIX,
    responses=problems(401, 403, 422),
)
def put_fence(uow: Uow, wanted: FenceAsked) -> FenceShape | None:
    """Nothing of the plan is changed before this instant, by nobody; ``until: null`` lifts the fence."""
    fence = locks.set_fence(uow, wanted.until, wanted.because)
    return None if fence is None else FenceShape.model_validate(fence)


@router.put(
    "/territories/{territory_id}/lock",
    summary="Lock a territory",
    dependencies=_MAY_FIX,
    responses=problems(401, 403, 404, 422),
)
def put_lock(territory_id: RowId, uow: Uow, wanted: Until) -> LockShape:
    """No run and no reaction moves what is planned there before this instant."""
    return LockShape.model_validate(locks.lock_territory(uow, territory_id, wanted.until, wanted.because))


@router.delete(
    "/territories/{territory_id}/lock",
    status_code=204,
    summary="Unlock a territory",
    dependencies=_MAY_FIX,
    responses=problems(401, 403, 404, 422),
)
def drop_lock(territory_id: RowId, uow: Uow) -> None:
    """Plans may move what is there again."""
    locks.unlock_territory(uow, territory_id)
