"""The sheet of customers: one row for each site, with its customer's columns repeated, and a contact beside it.

A customer without a site has one row, with the columns of the site empty. A customer with more contacts than sites has
further rows for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from sqlalchemy import or_, select

from dispatch.services import customers, sites
from dispatch.services.sheet_columns import FOUND, BadCell, Column, Values, number, yes_or_no
from dispatch.services.sheet_people import territory_named
from dispatch.store.tables import Contact, Customer, PlacedBy, Site, Territory
from dispatch.store.unit_of_work import UnitOfWork

OF_CUSTOMER = ("customer_name", "contract", "language", "notes", "active")
OF_CONTACT = ("contact_name", "contact_phone", "contact_email")
OF_SITE = ("site_name", "address", "lat", "lon", "territory", "time_zone", "access_notes")
COLUMNS = (
    Column("customer_id", required=True),
    Column("customer_name", required=True),
    Column("contract"),
    Column("language"),
    Column("notes"),
    Column("active", yes_or_no),
    Column("contact_name"),
    Column("contact_phone"),
    Column("contact_email"),
    Column("site_id"),
    Column("site_name"),
    Column("address"),
    Column("lat", number),
    Column("lon", number),
    Column("territory"),
    Column("time_zone"),
    Column("access_notes"),
)
REPEATED = OF_CUSTOMER
"""Columns that must say the same in every row of one customer."""
_WHEN_EMPTY: Values = {"language": "en", "notes": "", "active": True, "name": "", "access_notes": ""}


def key(values: Values) -> str:
    """What names the row: its site, or its customer and contact."""
    return str(values.get("site_id") or f"{values['customer_id']} {values.get('contact_name') or ''}")


def rows(uow: UnitOfWork) -> Iterator[Values]:
    """Every customer whom the actor may see, as rows of the sheet."""
    query = customers.found(uow).order_by(Customer.name, Customer.id)
    for customer in uow.session.scalars(query).all():
        places = select(Site).where(Site.customer_id == customer.id, sites.visible_to(uow.actor)).order_by(Site.id)
        people = select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.id)
        pairs = list(zip_longest(uow.session.scalars(places), uow.session.scalars(people)))
        for site, contact in pairs or [(None, None)]:
            yield _shown(uow, customer, site, contact)


def before(uow: UnitOfWork, values: Values) -> Values | None:
    """What the row would say if it were written now; None where something in it is new."""
    customer = _customer(uow, values)
    if customer is None:
        return None
    site, contact = _site(uow, values), _contact(uow, customer, values)
    if (values.get("site_id") and site is None) or (values.get("contact_name") and contact is None):
        return None
    return _shown(uow, customer, site, contact)


def take(uow: UnitOfWork, values: Values) -> None:
    """Create or change the customer, the contact and the site that the row is about."""
    customer = _take_customer(uow, values)
    if values.get("contact_name"):
        _take_contact(uow, customer, values)
    elif values.get("contact_phone") or values.get("contact_email"):
        raise BadCell("contact_name", "must not be empty where there is a number or an address", "name the contact")
    if values.get("site_id"):
        _take_site(uow, customer, values)
    elif any(values.get(name) is not None for name in OF_SITE):
        raise BadCell("site_id", "must not be empty where there is a site", "give the site a number of its own")


# -- parts -------------------------------------------------------------------------------------------------------------


def _shown(uow: UnitOfWork, customer: Customer, site: Site | None, contact: Contact | None) -> Values:
    territory = uow.get(Territory, site.territory_id).name if site is not None and site.territory_id else None
    return {
        "customer_id": customer.external_id or customer.id,
        "customer_name": customer.name,
        "contract": customer.contract,
        "language": customer.language,
        "notes": customer.notes,
        "active": customer.active,
        "contact_name": contact and contact.name,
        "contact_phone": contact and contact.phone,
        "contact_email": contact and contact.email,
        "site_id": site and (site.external_id or site.id),
        "site_name": site and site.name,
        "address": site and site.address,
        "lat": site.lat if site is not None else None,
        "lon": site.lon if site is not None else None,
        "territory": territory,
        "time_zone": site and site.time_zone,
        "access_notes": site and site.access_notes,
    }


def _customer(uow: UnitOfWork, values: Values) -> Customer | None:
    name = str(values["customer_id"])
    return uow.session.scalars(select(Customer).where(or_(Customer.external_id == name, Customer.id == name))).first()


def _site(uow: UnitOfWork, values: Values) -> Site | None:
    if not (name := values.get("site_id")):
        return None
    return uow.session.scalars(select(Site).where(or_(Site.external_id == name, Site.id == name))).first()


def _contact(uow: UnitOfWork, customer: Customer, values: Values) -> Contact | None:
    if not (name := values.get("contact_name")):
        return None
    query = select(Contact).where(Contact.customer_id == customer.id, Contact.name == name).order_by(Contact.id)
    return uow.session.scalars(query).first()


def _fields(values: Values, names: tuple[str, ...], prefix: str) -> dict[str, Any]:
    fields = {name.removeprefix(prefix): values[name] for name in names if name in values}
    return {name: _WHEN_EMPTY.get(name) if value is None else value for name, value in fields.items()}


def _take_customer(uow: UnitOfWork, values: Values) -> Customer:
    customer = _customer(uow, values)
    fields = _fields(values, OF_CUSTOMER, "customer_")
    if customer is None:
        return customers.create_customer(uow, external_id=str(values["customer_id"]), **fields)
    return customers.change_customer(uow, customer.id, **fields)


def _take_contact(uow: UnitOfWork, customer: Customer, values: Values) -> None:
    contact = _contact(uow, customer, values)
    fields = _fields(values, OF_CONTACT, "contact_")
    if contact is None:
        customers.add_contact(uow, customer.id, **fields)
    else:
        customers.change_contact(uow, contact.id, **fields)


def _position(site: Site | None, fields: dict[str, Any], found: Values) -> dict[str, Any]:
    """Where the site is: as the row says, else as its address was found. What is known already stays."""
    given = {name: fields.pop(name, None) for name in ("lat", "lon")}
    if (given["lat"] is None) != (given["lon"] is None):
        missing = "lat" if given["lat"] is None else "lon"
        raise BadCell(missing, "must not be empty where the other half of the position is there", "fill it in")
    if given["lat"] is not None:
        here = site is not None and (site.lat, site.lon) == (given["lat"], given["lon"])
        return {} if here else {**given, "placed_by": "import"}
    if site is not None and site.lat is not None and fields.get("address", site.address) == site.address:
        return {}
    if site is not None and site.lat is not None and site.placed_by in (PlacedBy.MAP, PlacedBy.GIVEN, None):
        return {}
    return dict(found) if found else {"precision": sites.UNSURE} if site is not None and site.lat is not None else {}


def _take_site(uow: UnitOfWork, customer: Customer, values: Values) -> None:
    site = _site(uow, values)
    fields = _fields(values, OF_SITE, "site_")
    if "territory" in fields:
        fields["territory_id"] = territory_named(uow, fields.pop("territory"))
        if fields["territory_id"] is None and site is not None:
            del fields["territory_id"]  # an empty cell leaves it where its position put it
    if not fields.get("address") and (site is None or "address" in fields):
        raise BadCell("address", "must not be empty for a site", "fill it in")
    fields |= _position(site, fields, values.get(FOUND) or {})
    if site is None:
        sites.create_site(uow, customer.id, external_id=str(values["site_id"]), **fields)
    elif site.customer_id != customer.id:
        raise BadCell("site_id", "is a site of another customer", "give the site a number of its own")
    else:
        sites.change_site(uow, site.id, **fields)
