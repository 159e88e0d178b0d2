"""Users and tokens as documents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.domain.roles import Role

Name = Annotated[str, Field(min_length=1, max_length=200)]
Email = Annotated[EmailStr, Field(max_length=200)]
Id = Annotated[str, Field(min_length=1, max_length=40)]
Phone = Annotated[str, Field(max_length=40)]
Language = Annotated[str, Field(min_length=2, max_length=8, pattern="^[A-Za-z-]+$")]


def _of_people(role: Role) -> Role:
    if role is Role.SYSTEM:
        raise ValueError("that is the program itself; take the role of a person")
    return role


PersonsRole = Annotated[Role, AfterValidator(_of_people)]


class UserShape(BaseModel):
    """A user. ``territories`` empty: everywhere."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    version: int
    email: str
    name: str
    role: Role
    territories: list[str]
    technician_id: str | None
    phone: str | None
    language: str
    active: bool
    created_at: dt.datetime
    updated_at: dt.datetime


class NewUser(Sent):
    """Somebody who may come in. ``territories`` empty: everywhere."""

    email: Email
    name: Name
    role: PersonsRole
    territories: list[Id] = Field(default_factory=list, max_length=200)
    technician_id: Id | None = None
    phone: Phone | None = None
    language: Language = "en"


class UserChange(Sent):
    """What is to be changed of a user; what is not sent stays."""

    email: Email = unsent()
    name: Name = unsent()
    role: PersonsRole = unsent()
    territories: Annotated[list[Id], Field(max_length=200)] = unsent()
    technician_id: Id | None = None
    phone: Phone | None = None
    language: Language = unsent()
    active: bool = unsent()


class UserWithPassword(BaseModel):
    """A user, and the password that was made for them. It is shown only here."""

    user: UserShape
    password: str


class TokenShape(BaseModel):
    """A token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    user_id: str
    name: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None


class NewToken(Sent):
    """A token for a phone or an integrator. ``days`` None: as long as the settings say."""

    name: Name
    days: int | None = Field(None, ge=1, le=366)


class TokenWithSecret(BaseModel):
    """A token, and its secret. It is shown only here."""

    token: TokenShape
    secret: str
