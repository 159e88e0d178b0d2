"""Users: who may come in, in which role, and where.

Nobody gives more than they hold: not a role with rights they lack, nor reach beyond their territories. The last
administrator who is active and reaches everywhere stays one. A user is never removed, because the audit trail names
them; they are deactivated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select

from dispatch.access.sessions import end_sessions_of
from dispatch.access.sign_in import normal_email
from dispatch.access.tokens import revoke_all_of
from dispatch.domain.errors import DispatchError, Forbidden, Invalid
from dispatch.domain.events import RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import RIGHTS, Right, Role
from dispatch.services.rights import require
from dispatch.store.tables import Technician, Territory, User
from dispatch.store.unit_of_work import UnitOfWork

_OWN_WORK = frozenset({Right.WORK_VISITS})
"""A right over nothing but one's own; whoever manages technicians gives it without holding it."""


class LastAdministrator(DispatchError):  # noqa: N818
    """Without that user nobody could administer the system."""

    code, title = "last-administrator", "Somebody must remain who can administer the system"


def create_user(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    role: Role,
    territories: Sequence[str] = (),
    technician_id: str | None = None,
    phone: str | None = None,
    language: str = "en",
    password_hash: str | None = None,
) -> User:
    """A new user. Without a password only an OpenID provider lets them in."""
    require(uow, Right.MANAGE_USERS)
    user = User(
        id=new_id("user"),
        email=normal_email(email),
        name=name,
        role=role,
        territories=sorted(set(territories)),
        technician_id=technician_id,
        phone=phone,
        language=language,
        password_hash=password_hash,
    )
    _check(uow, user)
    uow.session.add(user)
    return _told(uow, user, "created")


def change_user(uow: UnitOfWork, user_id: str, now: dt.datetime, **fields: Any) -> User:
    """Change a user's ``name``, ``email``, ``role``, ``territories``, ``technician_id``, ``phone``, ``language``,
    ``active``. Who is deactivated is signed out everywhere; ``now`` is the time of this machine.
    """
    user = managed_user(uow, user_id)
    if "email" in fields:
        fields["email"] = normal_email(fields["email"])
    if "territories" in fields:
        fields["territories"] = sorted(set(fields["territories"]))
    _keep_an_administrator(uow, user, fields)
    for name, value in fields.items():
        setattr(user, name, value)
    _check(uow, user)
    if not user.active:
        _sign_out_everywhere(uow, user, now)
    return _told(uow, user, "changed")


def reset_password(uow: UnitOfWork, user_id: str, password_hash: str, now: dt.datetime) -> User:
    """Give a user another password; they are signed out everywhere, and their tokens are revoked."""
    user = managed_user(uow, user_id)
    user.password_hash = password_hash
    _sign_out_everywhere(uow, user, now)
    return _told(uow, user, "changed")


def read_user(uow: UnitOfWork, user_id: str) -> User:
    """Any user, for who manages users."""
    require(uow, Right.MANAGE_USERS)
    return uow.get(User, user_id)


def managed_user(uow: UnitOfWork, user_id: str) -> User:
    """A user whom the actor may change: one who holds no more than the actor does."""
    require(uow, Right.MANAGE_USERS)
    user = uow.get(User, user_id)
    _require_no_more(uow, user.role, user.territories)
    return user


def users(
    uow: UnitOfWork, role: Role | None = None, active: bool | None = None, search: str | None = None
) -> Select[User]:
    """The users whom the actor may manage, by role, by whether they are active, and by part of a name or address."""
    require(uow, Right.MANAGE_USERS)
    query = select(User)
    if role is not None:
        query = query.where(User.role == role)
    if active is not None:
        query = query.where(User.active.is_(active))
    if search:
        query = query.where(
            User.name.icontains(search, autoescape=True) | User.email.icontains(search, autoescape=True)
        )
    return query


def _check(uow: UnitOfWork, user: User) -> None:
    _require_no_more(uow, user.role, user.territories)
    if (user.role is Role.TECHNICIAN) != (user.technician_id is not None):
        problem = "a technician signs in as one, and nobody else does"
        _refuse("technician_id", user.technician_id, problem, "name a technician for that role, and only for it")
    # What is not yet checked must not be written while it is.
    with uow.session.no_autoflush:
        _check_references(uow, user)
        _check_uniqueness(uow, user)


def _check_references(uow: UnitOfWork, user: User) -> None:
    if user.technician_id is not None and uow.session.get(Technician, user.technician_id) is None:
        _refuse("technician_id", user.technician_id, "there is no such technician", "name one that there is")
    known = set(uow.session.scalars(select(Territory.id).where(Territory.id.in_(user.territories))))
    for unknown in set(user.territories) - known:
        _refuse("territories", unknown, "there is no such territory", "name those that there are")


def _check_uniqueness(uow: UnitOfWork, user: User) -> None:
    others = select(User.id).where(User.id != user.id)
    if uow.session.scalar(others.where(User.email == user.email)):
        _refuse("email", user.email, "another user has it", "use another one, or change that user")
    if user.technician_id is not None and uow.session.scalar(others.where(User.technician_id == user.technician_id)):
        _refuse("technician_id", user.technician_id, "another user is that technician", "change that user")


def _require_no_more(uow: UnitOfWork, role: Role, territories: Iterable[str]) -> None:
    held = RIGHTS[uow.actor.role] | _OWN_WORK
    if role is Role.SYSTEM or not RIGHTS[role] <= held:
        raise Forbidden(f"{uow.actor.role.value} may not manage who is {role.value}.", right=Right.MANAGE_USERS.value)
    given = set(territories)
    if uow.actor.territories and not (given and given <= uow.actor.territories):
        raise Forbidden("Your rights end at your territories, and so do those of users whom you manage.")


def _keep_an_administrator(uow: UnitOfWork, user: User, fields: dict[str, Any]) -> None:
    remains = {"role": user.role, "territories": user.territories, "active": user.active, **fields}
    if remains["role"] is Role.ADMINISTRATOR and not remains["territories"] and remains["active"]:
        return
    # Locked, so that two administrators cannot remove each other at the same time.
    administrators = select(User).where(User.role == Role.ADMINISTRATOR, User.active).order_by(User.id)
    able = [one.id for one in uow.session.scalars(administrators.with_for_update()) if not one.territories]
    if able == [user.id]:
        raise LastAdministrator(f"{user.id} is the only active administrator everywhere; make another one first.")


def _sign_out_everywhere(uow: UnitOfWork, user: User, now: dt.datetime) -> None:
    end_sessions_of(uow, user.id)
    revoke_all_of(uow, user.id, now)


def _told(uow: UnitOfWork, user: User, what: str) -> User:
    uow.record(RecordChanged(record=user.id, table=User.__tablename__, what=what))
    return user


def _refuse(field: str, value: Any, problem: str, remedy: str) -> None:
    error = {"place": f"body.{field}", "value": value, "problem": problem, "remedy": remedy}
    raise Invalid(f"{field} {value!r}: {problem}; {remedy}.", errors=[error])
