"""Users, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Response

from dispatch.access.passwords import generated_password, hashed
from dispatch.console.deps import Here, Reading, Uow, right
from dispatch.console.etags import IfMatch, check_match, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId
from dispatch.console.shapes.users import NewUser, UserChange, UserShape, UserWithPassword
from dispatch.domain.roles import Right, Role
from dispatch.services.users import change_user, create_user, managed_user, read_user, reset_password, users
from dispatch.store.tables import User

router = Router(prefix="/users", dependencies=[right(Right.MANAGE_USERS)])


@dataclass(frozen=True, slots=True)
class Generated:
    """A new password, and how it is kept."""

    password: str
    kept: str


def _generated() -> Generated:
    password = generated_password()
    return Generated(password, hashed(password))


NewlyGenerated = Annotated[Generated, Depends(_generated)]
"""Goes before ``Uow`` in a route: hashing takes its time, and no transaction should wait for it."""


@router.get("", summary="List users", responses=problems(401, 403, 422))
def list_users(
    uow: Reading,
    paging: Paging,
    role: Role | None = None,
    active: bool | None = None,
    search: Annotated[str | None, Query(max_length=200, description="Part of a name or e-mail address")] = None,
) -> Page[UserShape]:
    """Users by name."""
    return paged(uow, users(uow, role, active, search), paging, [User.name, User.id], UserShape.model_validate)


@router.post("", status_code=201, summary="Create a user", responses=problems(401, 403, 409, 422))
def add_user(response: Response, new: NewlyGenerated, uow: Uow, wanted: NewUser) -> UserWithPassword:
    """Somebody new who may come in, with a password that is shown only in this answer."""
    user = create_user(uow, password_hash=new.kept, **{"technician_id": None, **wanted.model_dump()})
    response.headers["Cache-Control"] = "no-store"
    return UserWithPassword(user=UserShape.model_validate(tagged(response, user)), password=new.password)


@router.get("/{user_id}", summary="Read a user", responses=problems(401, 403, 404))
def one_user(user_id: RowId, response: Response, uow: Reading) -> UserShape:
    """A user, with the ETag to change it by."""
    return UserShape.model_validate(tagged(response, read_user(uow, user_id)))


@router.patch("/{user_id}", summary="Change a user", responses=problems(401, 403, 404, 409, 412, 422))
def edit_user(
    user_id: RowId, response: Response, here: Here, uow: Uow, change: UserChange, if_match: IfMatch = None
) -> UserShape:
    """Change name, role, territories, whether they are active …; who is deactivated is signed out everywhere."""
    check_match(managed_user(uow, user_id), if_match)
    user = change_user(uow, user_id, here.wall.now(), **change.sent())
    return UserShape.model_validate(tagged(response, user))


@router.post("/{user_id}/password", summary="Reset a password", responses=problems(401, 403, 404))
def give_password(user_id: RowId, response: Response, here: Here, new: NewlyGenerated, uow: Uow) -> UserWithPassword:
    """Make another password for a user, shown only in this answer; they are signed out everywhere."""
    user = reset_password(uow, user_id, new.kept, here.wall.now())
    response.headers["Cache-Control"] = "no-store"
    return UserWithPassword(user=UserShape.model_validate(tagged(response, user)), password=new.password)
