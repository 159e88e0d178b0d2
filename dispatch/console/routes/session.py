"""Signing in and out, and who is signed in."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from dispatch.access.passwords import LONGEST
from dispatch.access.sessions import end_session
from dispatch.access.sign_in import Door, change_own_password, sign_in
from dispatch.console.cookies import drop_cookie, set_cookie
from dispatch.console.deps import COOKIE, Here, Secret, SignedIn, Uow
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.security import client_address
from dispatch.domain.roles import RIGHTS, Actor, Right, Role

router = Router(prefix="/session")


class Credentials(BaseModel):
    """What somebody signs in with."""

    email: str = Field(max_length=200)
    password: str = Field(max_length=LONGEST)


class NewPassword(BaseModel):
    """A password, by somebody who knows the one before."""

    current: str = Field(max_length=LONGEST)
    new: str = Field(max_length=LONGEST)


class Ways(BaseModel):
    """How people may sign in here: by password, and with an OpenID provider where one is configured."""

    openid: str | None = Field(description="The host of the provider; sign in with it at `/openid`")


class Me(BaseModel):
    """Who is signed in, and what they may do. ``territories`` empty: everywhere."""

    id: str
    name: str
    role: Role
    rights: list[Right]
    territories: list[str]
    technician_id: str | None

    @classmethod
    def of(cls, actor: Actor) -> Me:
        """The actor as a document."""
        return cls(
            id=actor.id,
            name=actor.name,
            role=actor.role,
            rights=sorted(RIGHTS[actor.role]),
            territories=sorted(actor.territories),
            technician_id=actor.technician,
        )


def _door(request: Request, here: Here) -> Door:
    return Door(here.store, here.settings, client_address(request), here.wall.now())


AtTheDoor = Annotated[Door, Depends(_door)]


@router.get("", summary="Who is signed in", responses=problems(401))
def who_am_i(actor: SignedIn) -> Me:
    """The user behind this session or token, with rights and territories."""
    return Me.of(actor)


@router.get("/ways", summary="How people may sign in")
def ways_in(here: Here) -> Ways:
    """Whether there is another way than a password; for whoever is not signed in yet."""
    return Ways(openid=urlsplit(here.openid.issuer).hostname if here.openid is not None else None)


@router.post("", summary="Sign in", responses=problems(401, 403, 422, 429))
def enter(request: Request, response: Response, here: Here, door: AtTheDoor, credentials: Credentials) -> Me:
    """Open a session by e-mail and password; its cookie comes with the answer."""
    leaving = request.cookies.get(COOKIE)
    actor, cookie = sign_in(door, credentials.email, credentials.password, leaving)
    set_cookie(response, cookie, here.settings)
    return Me.of(actor)


@router.delete("", status_code=204, summary="Sign out", responses=problems(401, 403))
def leave(response: Response, here: Here, uow: Uow, secret: Secret) -> None:
    """End this session; its cookie opens nothing any more. A token is revoked at ``/tokens``."""
    end_session(uow, secret or "")
    drop_cookie(response, here.settings)


@router.post("/password", status_code=204, summary="Change one's own password", responses=problems(401, 403, 422, 429))
def change_password(actor: SignedIn, door: AtTheDoor, secret: Secret, passwords: NewPassword) -> None:
    """Replace the password; all other sessions of the user end."""
    change_own_password(door, actor, passwords.current, passwords.new, secret)
