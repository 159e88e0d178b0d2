"""Taking in an order of the sample the way an agent does: customer, contact, site, equipment, and then the job."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.domain.events import instant
from dispatch.domain.ids import new_id
from dispatch.sample.company import territory_at
from dispatch.sample.customers import draw_machine
from dispatch.sample.orders import Order, as_roles
from dispatch.services import intake, jobs, visits
from dispatch.services.contacts import phone_key
from dispatch.store.tables import (
    Contact,
    Customer,
    Equipment,
    Job,
    JobType,
    PlacedBy,
    Site,
    Technician,
    Territory,
    Visit,
)
from dispatch.store.unit_of_work import UnitOfWork

_CHANNELS = ("phone", "phone", "web", "email", "chat")


@dataclass(frozen=True, slots=True)
class Directory:
    """What names mean in this store: technicians, job types and territories, name → id."""

    technicians: Mapping[str, str]
    job_types: Mapping[str, str]
    territories: Mapping[str, str]


def read_directory(session: Session) -> Directory:
    """The directory as it is now."""
    return Directory(
        technicians=_ids(session, Technician),
        job_types=_ids(session, JobType),
        territories=_ids(session, Territory),
    )


def _ids(session: Session, table: type[Technician | JobType | Territory]) -> dict[str, str]:
    return {row.name: row.id for row in session.execute(select(table.name, table.id))}


def place_order(uow: UnitOfWork, order: Order, directory: Directory) -> Job:
    """Take the order in, with its customer; where a time was agreed, as an appointment."""
    site, contact, equipment = _add_customer(uow, order, directory)
    job = intake.receive_job(
        uow,
        customer_id=site.customer_id,
        site_id=site.id,
        job_type_id=directory.job_types[order.kind],
        title=f"{order.kind[0].upper()}{order.kind[1:]}",
        priority=order.priority,
        channel=_CHANNELS[zlib.crc32(order.name.encode()) % len(_CHANNELS)],
        contact_id=contact.id,
        equipment_id=equipment.id,
        external_id=order.name,
        windows=[[instant(earliest), instant(latest)] for earliest, latest in order.windows],
        duration=order.duration,
        roles=as_roles(order.roles),
        demand=dict(order.demand),
        drop_cost=order.drop_cost,
        never=[directory.technicians[name] for name in order.never],
        preferred=[directory.technicians[name] for name in order.preferred],
    )
    first = uow.session.scalars(select(Visit).where(Visit.job_id == job.id)).one()
    if order.appointment:
        visits.change(uow, first.id, appointment=True)
    if order.follow_up is not None:
        second = order.follow_up
        jobs.add_visit(
            uow,
            job.id,
            duration=second.duration,
            roles=as_roles(second.roles),
            demand=dict(second.demand),
            drop_cost=second.drop_cost,
            after_id=first.id,
            after_min_gap=second.min_gap,
            after_max_gap=second.max_gap,
        )
    return job


def _add_customer(uow: UnitOfWork, order: Order, directory: Directory) -> tuple[Site, Contact, Equipment]:
    client, place = order.client, order.place
    customer = Customer(id=new_id("customer"), name=client.name, contract=client.contract, language="es")
    site = Site(
        id=new_id("site"),
        customer_id=customer.id,
        territory_id=directory.territories[territory_at(place.lat, place.lon)],
        address=place.id,
        lat=place.lat,
        lon=place.lon,
        placed_by=PlacedBy.GIVEN,
    )
    contact = Contact(
        id=new_id("contact"),
        customer_id=customer.id,
        name=client.person,
        phone=client.phone,
        phone_key=phone_key(client.phone),
        email=client.email,
    )
    skill = next(iter(order.roles[0]))
    machine = draw_machine(skill, np.random.default_rng(zlib.crc32(order.name.encode())), order.received.date())
    equipment = Equipment(
        id=new_id("equipment"),
        site_id=site.id,
        kind=machine.kind,
        maker=machine.maker,
        model=machine.model,
        serial=machine.serial,
        installed_on=machine.installed,
        warranty_until=machine.warranty_until,
    )
    for rows in ([customer], [site, contact], [equipment]):
        uow.session.add_all(rows)
        uow.session.flush()
    return site, contact, equipment
