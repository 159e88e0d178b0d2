"""A small operation in two territories, for walking the whole API: who may see what, and what nobody else may."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from dispatch.access.tokens import new_token
from dispatch.domain.clock import SystemClock
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Role
from dispatch.domain.visit_lifecycle import VisitStatus
from dispatch.store.engine import Store
from dispatch.store.tables import (
    Absence,
    Assignment,
    AuditEntry,
    Base,
    Contact,
    Device,
    Job,
    PlanHead,
    Site,
    Technician,
    Visit,
    Webhook,
)
from tests.dispatch.world import World

HIDDEN = "kept-from-others"
"""Stands in the texts of everything that lies in the territory that the users do not reach."""

LOCAL = (Site, Job, Visit, Technician)
"""Tables whose rows lie in a territory."""


@dataclass
class Seeded:
    """The ids of what there is, by the word that they begin with, and the tokens of one user for each role.

    ``phone`` is the token of the technician's phone, ``device`` what that is called.
    """

    store: Store
    known: dict[str, list[str]] = field(default_factory=dict)
    users: dict[Role, str] = field(default_factory=dict)
    tokens: dict[Role, str] = field(default_factory=dict)
    theirs: str = ""
    technician: str = ""
    device: str = ""
    phone: str = ""

    def hidden_rows(self) -> dict[str, dict[str, Any]]:
        """Every row of the territory that the users do not reach, with all its values."""
        rows = {}
        with self.store.reading() as uow:
            for table in LOCAL:
                for row in uow.session.scalars(select(table).where(table.territory_id == self.theirs)):
                    rows[row.id] = {one.key: getattr(row, one.key) for one in table.__mapper__.column_attrs}
        return rows

    def changed_by(self, role: Role) -> set[str]:
        """The tables in which this role's user has changed something, by the audit trail."""
        by = select(AuditEntry.table_name).where(AuditEntry.actor_id == self.users[role]).distinct()
        with self.store.reading() as uow:
            return set(uow.session.scalars(by))


def seed(store: Store) -> Seeded:
    """Two of everything: one in the territory of the users, one in another; the technician works in the first."""
    world, seeded = World(store), Seeded(store)
    ours, theirs = world.territory("North"), world.territory("South")
    seeded.theirs = theirs
    world.planning_policy()
    world.sla_policy()
    for territory, mark in ((ours, ""), (theirs, HIDDEN)):
        colleague = world.technician(f"Colleague {mark}", territory=territory, skills={"gas": 2})
        technician = world.technician(f"Technician {mark}", territory=territory, skills={"gas": 3})
        shift = world.shift(technician)
        site = world.site(territory=territory, address=f"Calle {mark}", access_notes=mark)
        world.equipment(site, notes=mark)
        _add_more(store, technician, _customer_of(store, site), mark)
        for who in (technician, colleague):
            _, visit = world.job(
                site=site,
                customer=_customer_of(store, site),
                territory=territory,
                title=f"Broken {mark}",
                description=mark or "Nothing to hide",
                visit={"status": VisitStatus.DISPATCHED},
            )
            assign(store, visit, who, shift)
        if territory == ours:
            seeded.technician = technician
    for role in Role:
        if role is Role.SYSTEM:
            continue
        everywhere = role is Role.ADMINISTRATOR
        technician_id = seeded.technician if role is Role.TECHNICIAN else None
        user = world.user(role, territories=[] if everywhere else [ours], technician_id=technician_id)
        seeded.users[role] = user
        with store.unit_of_work() as uow:
            seeded.tokens[role] = new_token(uow, user, "walk", SystemClock().now(), dt.timedelta(days=1))[1]
    seeded.device, seeded.phone = _phone(store, seeded.users[Role.TECHNICIAN], seeded.technician)
    seeded.known = _known(store)
    return seeded


def _phone(store: Store, user: str, technician: str) -> tuple[str, str]:
    """A phone that the technician has signed in with, and its token."""
    now = SystemClock().now()
    with store.unit_of_work() as uow:
        device = Device(
            id=new_id("device"),
            user_id=user,
            technician_id=technician,
            name="Phone",
            platform="walk",
            app_version="1",
            registered_at=now,
            seen_at=now,
        )
        uow.session.add(device)
        uow.session.flush()
        return device.id, new_token(uow, user, "Phone", now, dt.timedelta(days=1), device.id)[1]


def _add_more(store: Store, technician: str, customer: str, mark: str) -> None:
    with store.unit_of_work() as uow:
        start = uow.now + dt.timedelta(days=1)
        end = start + dt.timedelta(hours=8)
        uow.session.add_all(
            [
                Absence(id=new_id("absence"), technician_id=technician, starts_at=start, ends_at=end, reason=mark),
                Contact(id=new_id("contact"), customer_id=customer, name="Somebody"),
                Webhook(
                    id=new_id("webhook"),
                    name="Integrator",
                    url="https://hooks.example.org/in",
                    secret="whsec_" + "QUJD" * 8,
                    created_by="user_x",
                ),
            ]
        )


def _customer_of(store: Store, site: str) -> str:
    with store.reading() as uow:
        return uow.get(Site, site).customer_id


def assign(store: Store, visit: str, technician: str, shift: str) -> None:
    """Give a visit to a technician in the published plan, an hour from now."""
    with store.unit_of_work() as uow:
        start = uow.now + dt.timedelta(hours=1)
        uow.session.add(
            Assignment(
                visit_id=visit,
                role=0,
                technician_id=technician,
                shift_id=shift,
                position=0,
                arrival=start,
                start=start,
                end=start + dt.timedelta(hours=1),
                edition=1,
            )
        )
        if uow.session.get(PlanHead, 1) is None:
            uow.session.add(PlanHead(id=1, plan_id=None, edition=1))


def _known(store: Store) -> dict[str, list[str]]:
    """Ids by the word before the underscore."""
    known: dict[str, list[str]] = {}
    with store.reading() as uow:
        for mapper in Base.registry.mappers:
            table: Any = mapper.class_
            if "id" in mapper.columns and mapper.columns["id"].type.python_type is str:
                for row_id in uow.session.scalars(select(table.id)):
                    known.setdefault(row_id.rpartition("_")[0], []).append(row_id)
    return known
