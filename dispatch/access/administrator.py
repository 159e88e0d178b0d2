"""The first administrator: made when a store has none, with a password that is shown once."""

from __future__ import annotations

from sqlalchemy import select

from dispatch.access.passwords import generated_password, hashed
from dispatch.domain.events import RecordChanged
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.store.engine import Store
from dispatch.store.refusals import Collision
from dispatch.store.tables import User

FIRST_EMAIL = "admin@localhost"
"""What the first administrator signs in with."""


def ensure_administrator(store: Store) -> str | None:
    """Make an administrator where there is none, and answer the password; None where somebody is one already.

    Several servers that start at once make one administrator: its address is unique, and who comes second answers None.
    """
    with store.reading() as uow:
        if uow.session.scalar(select(User.id).where(User.role == Role.ADMINISTRATOR).limit(1)):
            return None
    password = generated_password()
    user = User(
        id=new_id("user"),
        email=FIRST_EMAIL,
        name="Administrator",
        role=Role.ADMINISTRATOR,
        password_hash=hashed(password),
    )
    try:
        with store.unit_of_work() as uow:
            uow.session.add(user)
            uow.record(RecordChanged(record=user.id, table=User.__tablename__, what="created"))
    except Collision:
        return None
    return password
