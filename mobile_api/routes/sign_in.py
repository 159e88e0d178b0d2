"""Coming in with a phone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.access.device_sign_in import Phone, PhoneSignedIn, sign_in_with_password, sign_in_with_session
from dispatch.access.passwords import LONGEST
from dispatch.console.cookies import drop_cookie
from dispatch.console.deps import COOKIE, Here
from dispatch.console.problems import problems
from dispatch.console.proofs import promise_nonce
from dispatch.console.routes.session import AtTheDoor
from dispatch.console.routing import Router
from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Ref
from dispatch.domain.clock import pace_of

router = Router()

Coordinate = Annotated[
    str, Field(pattern="^[A-Za-z0-9_-]{43}$", max_length=43, description="32 bytes in URL-safe base 64")
]


class PublicKey(BaseModel):
    """A public key on P-256 (RFC 7517). What a browser exports besides, such as ``ext``, is left aside."""

    model_config = ConfigDict(extra="ignore")

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: Coordinate
    y: Coordinate
    d: str | None = Field(None, max_length=100, description="The private key: never send it", exclude=True)


class PhoneShape(Sent):
    """What a phone says about itself. ``id``: from its last sign-in here; ``key``: for proofs by DPoP (RFC 9449)."""

    id: Ref | None = None
    name: str = Field(min_length=1, max_length=120)
    platform: str = Field(max_length=120)
    app_version: str = Field(max_length=40)
    key: PublicKey | None = None

    def said(self) -> Phone:
        """The same for the service."""
        key: dict[str, Any] | None = self.key.model_dump() if self.key is not None else None
        if self.key is not None and key is not None and self.key.d is not None:
            key["d"] = self.key.d
        return Phone(self.id, self.name, self.platform, self.app_version, key)


class PhoneCredentials(Sent):
    """Who comes in with which phone. Without e-mail and password the session of the phone's browser does, and ends."""

    email: str | None = Field(None, max_length=200)
    password: str | None = Field(None, max_length=LONGEST)
    device: PhoneShape


class PhoneOwner(BaseModel):
    """Who is signed in on the phone."""

    user_id: str
    technician_id: str
    name: str
    language: str


class SignedInPhone(BaseModel):
    """A phone that is signed in. ``token`` is shown only here; ``now`` and ``pace`` are of the operation's clock."""

    device: str
    token: str
    expires_at: At
    me: PhoneOwner
    now: At
    pace: float


@router.post("/sign-in", summary="Sign in with a phone", responses=problems(401, 403, 409, 422, 429))
def sign_in(
    request: Request, response: Response, here: Here, door: AtTheDoor, credentials: PhoneCredentials
) -> SignedInPhone:
    """Register the phone, and get its token. The same phone again gets a new one, and the old one ends.

    With a key, send the token as `Authorization: DPoP` with a proof in the header `DPoP`, whose nonce comes with each
    answer; without one as `Authorization: Bearer`.
    """
    if credentials.email is None and credentials.password is None:
        found = sign_in_with_session(door, request.cookies.get(COOKIE), credentials.device.said())
        drop_cookie(response, here.settings)
    else:
        email, password = credentials.email or "", credentials.password or ""
        found = sign_in_with_password(door, email, password, credentials.device.said())
    response.headers["Cache-Control"] = "no-store"
    promise_nonce(request, here)
    return _shown(found, here)


def _shown(found: PhoneSignedIn, here: Here) -> SignedInPhone:
    actor = found.actor
    me = PhoneOwner(user_id=actor.id, technician_id=actor.technician or "", name=actor.name, language=found.language)
    return SignedInPhone(
        device=found.device,
        token=found.token,
        expires_at=found.expires_at,
        me=me,
        now=here.store.clock.now(),
        pace=pace_of(here.store.clock),
    )
