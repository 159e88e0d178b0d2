"""Who is signed in on the phone."""

from __future__ import annotations

from pydantic import BaseModel

from dispatch.console.deps import Reading, ThisDevice, Uow
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.users import Language
from dispatch.services import devices
from dispatch.store.tables import Technician, User

router = Router(prefix="/profile")


class ProfileShape(BaseModel):
    """An account and its technician. ``phone``: under which the dispatcher reaches them."""

    user_id: str
    technician_id: str
    device: str
    name: str
    email: str
    phone: str | None
    language: str

    @classmethod
    def of(cls, account: tuple[User, Technician], device: str) -> ProfileShape:
        """The account as a document."""
        user, technician = account
        return cls(
            user_id=user.id,
            technician_id=technician.id,
            device=device,
            name=user.name,
            email=user.email,
            phone=technician.phone or user.phone,
            language=user.language,
        )


class ProfileChange(Sent):
    """What somebody changes about themselves."""

    language: Language


@router.get("", summary="Read my profile", responses=problems(401, 403, 404))
def read_profile(uow: Reading, device: ThisDevice) -> ProfileShape:
    """Who is signed in on this phone."""
    return ProfileShape.of(devices.own_profile(uow), device.id)


@router.put("", summary="Change my profile", responses=problems(401, 403, 404, 409, 422))
def change_profile(uow: Uow, device: ThisDevice, wanted: ProfileChange) -> ProfileShape:
    """Messages come in this language from now on."""
    return ProfileShape.of(devices.change_own_language(uow, wanted.language), device.id)
