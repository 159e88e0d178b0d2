"""A customer of whom nobody knows yet where they live: several streets of the town have that name."""

from __future__ import annotations

import datetime as dt

from dispatch.sample.intake import Directory
from dispatch.services import customers, intake, sites
from dispatch.store.tables import Job, Priority
from dispatch.store.unit_of_work import UnitOfWork

ADDRESS = "Los Aromos 120"
KIND = "heat pump fault"
RECEIVED = dt.time(7, 2)
"""Local time at which it came in: somebody has to look at it in the morning."""


def name_on(date: dt.date) -> str:
    """What the job is known by, apart from the drawn ones."""
    return f"{date.isoformat()}/nowhere"


def place_order_from_nowhere(uow: UnitOfWork, date: dt.date, directory: Directory) -> Job:
    """Take the job in, as an agent does who was told an address and nothing else. It waits for a place."""
    customer = customers.create_customer(uow, name="Rosa Miranda", contract="private", language="es")
    uow.session.flush()
    site = sites.create_site(uow, customer.id, address=ADDRESS, access_notes="rang off before saying which one")
    uow.session.flush()
    return intake.receive_job(
        uow,
        customer_id=customer.id,
        site_id=site.id,
        job_type_id=directory.job_types[KIND],
        title=f"{KIND[0].upper()}{KIND[1:]}",
        priority=Priority.NORMAL,
        channel="phone",
        external_id=name_on(date),
    )
