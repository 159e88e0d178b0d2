"""Customers and their contacts: found by telephone number or by name, and seen whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from dispatch.domain.errors import NotFound
from dispatch.domain.ids import new_id
from dispatch.domain.roles import Actor, Right
from dispatch.domain.words import fold
from dispatch.services import sites
from dispatch.services.changing import checked_texts, tell, written
from dispatch.services.complaints import Complaints
from dispatch.services.contacts import display_number, phone_key, region_of, searched_number
from dispatch.services.rights import require
from dispatch.services.warranty import Warranty
from dispatch.store.tables import Contact, Customer, Equipment, Job, Site, Territory
from dispatch.store.unit_of_work import UnitOfWork

_CUSTOMER = {"name": 200, "contract": 80, "language": 8, "notes": 20_000, "external_id": 80}
_CONTACT = {"name": 200, "phone": 40, "email": 200, "preferred_channel": 20}
PAST_JOBS = 50


@dataclass(frozen=True, slots=True)
class WholeCustomer:
    """All that a service agent wants to see while the telephone still rings."""

    customer: Customer
    contacts: Sequence[Contact]
    sites: Sequence[Site]
    equipment: Sequence[tuple[Equipment, Warranty]]
    jobs: Sequence[Job]


def create_customer(uow: UnitOfWork, *, name: str, **fields: Any) -> Customer:
    """A new customer: ``contract``, ``language``, ``notes``, ``external_id``. Raises :class:`Invalid`."""
    require(uow, Right.WRITE_CUSTOMERS)
    customer = Customer(id=new_id("customer"), **_checked({"name": name, **fields}, _CUSTOMER))
    uow.session.add(customer)
    tell(uow, customer, "created")
    return customer


def change_customer(uow: UnitOfWork, customer_id: str, **fields: Any) -> Customer:
    """Change a customer; ``active`` False: no further jobs. Raises :class:`NotFound` or :class:`Invalid`."""
    customer = writable(uow, customer_id)
    if written(customer, _checked(fields, _CUSTOMER)):
        tell(uow, customer, "changed")
    return customer


def seen(uow: UnitOfWork, customer_id: str) -> Customer:
    """The customer, if the actor may see them: with a site in the actor's territories, or with none at all yet."""
    require(uow, Right.READ_CUSTOMERS)
    customer = uow.session.scalar(select(Customer).where(Customer.id == customer_id, visible_to(uow.actor)))
    if customer is None:
        raise NotFound(f"There is no customer {customer_id!r}.", what="customer", id=customer_id)
    return customer


def writable(uow: UnitOfWork, customer_id: str) -> Customer:
    """The customer, if the actor may change them."""
    require(uow, Right.WRITE_CUSTOMERS)
    return seen(uow, customer_id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The customers whom the actor may see, as a condition."""
    if not actor.territories:
        return Customer.id.is_not(None)
    mine = or_(Site.territory_id.is_(None), Site.territory_id.in_(sorted(actor.territories)))
    site = Site.customer_id == Customer.id
    return or_(select(Site.id).where(site, mine).exists(), ~select(Site.id).where(site).exists())


def found(uow: UnitOfWork, words: str = "", *, active: bool | None = None) -> Select[Customer]:
    """The customers that somebody asks for by telephone number, name, contact or address.

    Every word must be found; case and accents do not matter. Of a number without its country the end decides.
    """
    require(uow, Right.READ_CUSTOMERS)
    query = select(Customer).where(visible_to(uow.actor))
    if active is not None:
        query = query.where(Customer.active.is_(active))
    if (pattern := searched_number(words)) is not None:
        return query.where(_has_contact(Contact.phone_key.like(pattern)))
    return query.where(and_(True, *(_said(word) for word in fold(words).split())))


def whole(uow: UnitOfWork, customer_id: str) -> WholeCustomer:
    """The customer with contacts, sites, equipment with its warranty, and the latest jobs; one query for each."""
    customer = seen(uow, customer_id)
    session = uow.session
    contacts = session.scalars(select(Contact).where(Contact.customer_id == customer_id).order_by(Contact.id)).all()
    places = session.scalars(
        select(Site).where(Site.customer_id == customer_id, sites.visible_to(uow.actor)).order_by(Site.id)
    ).all()
    machines = session.scalars(
        select(Equipment).where(Equipment.site_id.in_([site.id for site in places])).order_by(Equipment.id)
    ).all()
    jobs: Sequence[Job] = ()
    if uow.actor.may(Right.READ_JOBS):
        query = select(Job).where(Job.customer_id == customer_id, Job.site_id.in_([site.id for site in places]))
        jobs = session.scalars(query.order_by(Job.received_at.desc(), Job.id.desc()).limit(PAST_JOBS)).all()
    return WholeCustomer(customer, contacts, places, sites.with_warranty(uow, machines), jobs)


# -- contacts ----------------------------------------------------------------------------------------------------------


def add_contact(uow: UnitOfWork, customer_id: str, *, name: str, **fields: Any) -> Contact:
    """Somebody of a customer to talk to: ``phone``, ``email``, ``preferred_channel``. Raises :class:`Invalid`."""
    writable(uow, customer_id)
    values = _with_number(uow, customer_id, _checked({"name": name, **fields}, _CONTACT))
    contact = Contact(id=new_id("contact"), customer_id=customer_id, **values)
    uow.session.add(contact)
    tell(uow, contact, "created")
    return contact


def contacts_of(uow: UnitOfWork, customer_id: str) -> Select[Contact]:
    """Whom one can talk to at a customer whom the actor may see."""
    seen(uow, customer_id)
    return select(Contact).where(Contact.customer_id == customer_id)


def seen_contact(uow: UnitOfWork, contact_id: str) -> Contact:
    """The contact, if the actor may see the customer."""
    require(uow, Right.READ_CUSTOMERS)
    contact = uow.get(Contact, contact_id)
    if uow.session.scalar(select(Customer.id).where(Customer.id == contact.customer_id, visible_to(uow.actor))) is None:
        raise NotFound(f"There is no contact {contact_id!r}.", what="contact", id=contact_id)
    return contact


def change_contact(uow: UnitOfWork, contact_id: str, **fields: Any) -> Contact:
    """Change a contact. Raises :class:`NotFound` or :class:`Invalid`."""
    require(uow, Right.WRITE_CUSTOMERS)
    contact = seen_contact(uow, contact_id)
    if written(contact, _with_number(uow, contact.customer_id, _checked(fields, _CONTACT))):
        tell(uow, contact, "changed")
    return contact


def remove_contact(uow: UnitOfWork, contact_id: str) -> None:
    """Take a contact away; jobs that named it name nobody then."""
    require(uow, Right.WRITE_CUSTOMERS)
    contact = seen_contact(uow, contact_id)
    uow.session.delete(contact)
    tell(uow, contact, "removed")


# -- parts -------------------------------------------------------------------------------------------------------------


def _checked(fields: dict[str, Any], texts: dict[str, int]) -> dict[str, Any]:
    complaints = Complaints()
    for name in fields.keys() - texts.keys() - {"active"}:
        complaints.say(name, fields[name], "is nothing that can be set", f"use {', '.join(texts)}")
    values = checked_texts(fields, texts, complaints, required=("name", "language", "preferred_channel"))
    complaints.raise_any()
    return values


def _with_number(uow: UnitOfWork, customer_id: str, values: dict[str, Any]) -> dict[str, Any]:
    if "phone" not in values:
        return values
    number, region = values["phone"], _region(uow, customer_id)
    shown = None if number is None else display_number(number, region)
    return {**values, "phone": shown, "phone_key": phone_key(number, region)}


def _region(uow: UnitOfWork, customer_id: str) -> str | None:
    """The country in which a number without one is to be read: that of the customer's sites, or of all territories."""
    own = (
        select(Site.time_zone, Territory.time_zone)
        .join(Territory, Territory.id == Site.territory_id, isouter=True)
        .where(Site.customer_id == customer_id)
    )
    zones = {own_zone or zone for own_zone, zone in uow.session.execute(own) if own_zone or zone}
    zones = zones or set(uow.session.scalars(select(Territory.time_zone)))
    regions = {region_of(zone) for zone in zones}
    return regions.pop() if len(regions) == 1 else None


def _said(word: str) -> ColumnElement[bool]:
    """The word stands in the customer's name or number, in a contact's, or in a site's address."""
    return or_(
        Customer.search_key.contains(word, autoescape=True),
        _has_contact(Contact.search_key.contains(word, autoescape=True)),
        select(Site.id)
        .where(Site.customer_id == Customer.id, Site.search_key.contains(word, autoescape=True))
        .exists(),
    )


def _has_contact(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Contact.id).where(Contact.customer_id == Customer.id, condition).exists()
