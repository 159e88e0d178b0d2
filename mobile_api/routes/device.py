"""The phone itself."""

from __future__ import annotations

from dispatch.console.deps import Here, ThisDevice, Uow
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.services import devices

router = Router(prefix="/device")


@router.delete("", status_code=204, summary="Sign out on this phone", responses=problems(401, 403))
def leave(here: Here, uow: Uow, device: ThisDevice) -> None:
    """The token opens nothing any more. Nothing is wiped: what was not sent is sent after the next sign-in."""
    devices.sign_out(uow, device.id, here.wall.now())
