"""Roles: who may do what."""

from __future__ import annotations

from pydantic import BaseModel, Field

from dispatch.console.deps import SignedIn
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.domain.roles import RIGHTS, Right, Role

router = Router(prefix="/roles")


class RoleRights(BaseModel):
    """A role and its rights; the territories of a user narrow them further."""

    role: Role
    rights: list[Right]


class RolesShape(BaseModel):
    """The table of roles and rights."""

    rights: list[Right] = Field(description="Every right, in the order in which they are shown")
    roles: list[RoleRights]


@router.get("", summary="See who may do what", responses=problems(401))
def read_roles(_: SignedIn) -> RolesShape:
    """The rights of each role that a person can have."""
    people = [role for role in Role if role is not Role.SYSTEM]
    rights = [one for one in Right if any(one in RIGHTS[role] for role in people)]
    roles = [RoleRights(role=role, rights=[one for one in rights if one in RIGHTS[role]]) for role in people]
    return RolesShape(rights=rights, roles=roles)
