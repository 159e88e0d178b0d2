"""Phones, for who looks after technicians."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from dispatch.access.secrets import SESSION_PREFIX
from dispatch.console.deps import Here, Reading, Secret, Uow, WhoIsThere, right
from dispatch.console.paging import Order, Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Chosen, RowId
from dispatch.domain.roles import Right
from dispatch.services import devices as service
from dispatch.store.tables import Device, User

router = Router(prefix="/devices", dependencies=[right(Right.ACT_ON_VISITS, Right.WORK_VISITS)])


class DeviceOwner(BaseModel):
    """Whose phone it is."""

    user_id: str
    technician_id: str
    name: str


class DeviceShape(BaseModel):
    """A phone. ``bound``: its token opens nothing without its key. ``skew``: so many seconds its clock was ahead.

    ``wipe_told_at``: when it was told to remove the day that it holds.
    """

    id: str
    owner: DeviceOwner
    name: str
    platform: str
    app_version: str
    bound: bool
    pushed: bool = Field(description="Whether news is pushed to it")
    registered_at: At
    seen_at: At
    skew: float | None
    revoked_at: At | None
    revoked_by: str | None
    revoked_because: str
    wipe: bool
    wipe_told_at: At | None

    @classmethod
    def of(cls, device: Device, user: User) -> DeviceShape:
        """The row as a document, without what is secret in it."""
        owner = DeviceOwner(user_id=user.id, technician_id=device.technician_id, name=user.name)
        return cls(
            id=device.id,
            owner=owner,
            name=device.name,
            platform=device.platform,
            app_version=device.app_version,
            bound=device.key is not None,
            pushed=device.push is not None,
            registered_at=device.registered_at,
            seen_at=device.seen_at,
            skew=device.skew,
            revoked_at=device.revoked_at,
            revoked_by=device.revoked_by,
            revoked_because=device.revoked_because,
            wipe=device.wipe,
            wipe_told_at=device.wipe_told_at,
        )


class Revocation(Sent):
    """Why a phone is no longer let in. ``wipe``: it was lost, so it is to remove what it holds."""

    because: str = Field(min_length=1, max_length=300)
    wipe: bool = False


@router.get("", summary="List phones", responses=problems(401, 403, 422))
def list_devices(
    uow: Reading,
    paging: Paging,
    technician: Chosen = None,
    revoked: Annotated[bool | None, Query(description="Only those that were, or were not")] = None,
) -> Page[DeviceShape]:
    """The phones of the technicians in your territories, or your own; the one registered last first."""
    order: list[Order] = [Device.registered_at.desc(), Device.id.desc()]
    return paged(uow, service.devices(uow, technician, revoked), paging, order, lambda row: DeviceShape.of(*row))


@router.get("/{device_id}", summary="Read a phone", responses=problems(401, 403, 404))
def read_device(uow: Reading, device_id: RowId) -> DeviceShape:
    """One phone."""
    return DeviceShape.of(*service.read_device(uow, device_id))


@router.post("/{device_id}/revoke", summary="Revoke a phone", responses=problems(401, 403, 404, 409, 422))
def revoke_device(
    here: Here, uow: Uow, who: WhoIsThere, secret: Secret, device_id: RowId, wanted: Revocation
) -> DeviceShape:
    """It opens nothing any more, and all browsers of its user are signed out but the one that asks.

    With `wipe` it is told to remove its day when it next asks for anything. A technician revokes another phone of
    theirs from one that has a key, or in a browser.
    """
    session = secret if secret is not None and secret.startswith(SESSION_PREFIX) else None
    asking = service.Asking(session, who.device)
    revoked = service.revoke_device(uow, device_id, wanted.because, wanted.wipe, here.wall.now(), asking)
    return DeviceShape.of(*revoked)
