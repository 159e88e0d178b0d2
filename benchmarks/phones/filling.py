"""Phones for technicians: users, devices with keys, and tokens, as they are after everybody has signed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from benchmarks.phones.proofs import Key
from dispatch.access.dpop import registered_key
from dispatch.access.tokens import new_token
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.store.engine import Store
from dispatch.store.tables import Device, PlanningPolicy, Shift, User

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class SignedInPhone:
    """What a phone holds after signing in; ``key`` where every request is to be proven."""

    technician: str
    token: str
    key: Key | None


def phones_for(store: Store, technicians: Sequence[str], *, proofs: bool) -> list[SignedInPhone]:
    """A phone for each of these technicians, who are at work: nobody is followed who is not."""
    now, made = dt.datetime.now(dt.UTC), []
    with store.unit_of_work() as uow:
        for shift in uow.session.scalars(select(Shift).where(Shift.starts_at <= uow.now)):
            shift.began_at = shift.starts_at
        for number, technician in enumerate(technicians):
            user = User(
                id=new_id("user"),
                email=f"phone{number}@bench.example",
                name=f"Technician {number}",
                role=Role.TECHNICIAN,
                technician_id=technician,
            )
            key = Key() if proofs else None
            public, thumbprint = registered_key(key.jwk) if key is not None else (None, None)
            device = Device(
                id=new_id("device"),
                user_id=user.id,
                technician_id=technician,
                name="Phone",
                platform="benchmark",
                app_version="1",
                key=public,
                thumbprint=thumbprint,
                registered_at=now,
                seen_at=now,
            )
            uow.session.add(user)
            uow.session.flush()
            uow.session.add(device)
            uow.session.flush()
            token = new_token(uow, user.id, "Phone", now, dt.timedelta(days=1), device.id)[1]
            made.append(SignedInPhone(technician, token, key))
    return made


def hand_over_the_whole_day(store: Store) -> None:
    """Let plans hand visits to phones in the morning, so that each has something to do at any time."""
    with store.unit_of_work() as uow:
        for policy in uow.session.scalars(select(PlanningPolicy)):
            policy.dispatch_ahead = _DAY
