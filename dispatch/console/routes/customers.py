"""Customers and their contacts."""

from __future__ import annotations

from fastapi import Response

from dispatch.console.deps import Reading, Uow, right
from dispatch.console.etags import IfMatch, tagged
from dispatch.console.paging import Page, Paging, paged
from dispatch.console.problems import problems
from dispatch.console.routing import Router
from dispatch.console.shapes.common import RowId, Words
from dispatch.console.shapes.customers import (
    ContactChange,
    ContactShape,
    CustomerChange,
    CustomerShape,
    NewContact,
    NewCustomer,
    WholeCustomerShape,
)
from dispatch.domain.roles import Right
from dispatch.services import customers
from dispatch.services.history import unchanged
from dispatch.store.tables import Contact, Customer

router = Router(dependencies=[right(Right.READ_CUSTOMERS)])


@router.get("/customers", summary="Find customers", responses=problems(401, 403, 422))
def list_customers(uow: Reading, paging: Paging, q: Words = "", active: bool | None = None) -> Page[CustomerShape]:
    """Customers by telephone number, name, contact or address; case and accents do not matter."""
    query = customers.found(uow, q, active=active)
    return paged(uow, query, paging, [Customer.name, Customer.id], CustomerShape.model_validate)


@router.post("/customers", status_code=201, summary="Add a customer", responses=problems(401, 403, 409, 422))
def add_customer(response: Response, uow: Uow, wanted: NewCustomer) -> CustomerShape:
    """A customer who is not known yet."""
    customer = customers.create_customer(uow, **wanted.model_dump())
    return CustomerShape.model_validate(tagged(response, customer))


@router.get("/customers/{customer_id}", summary="Read a customer", responses=problems(401, 403, 404, 422))
def one_customer(customer_id: RowId, response: Response, uow: Reading) -> CustomerShape:
    """A customer, with the ETag to change it by."""
    return CustomerShape.model_validate(tagged(response, customers.seen(uow, customer_id)))


@router.get("/customers/{customer_id}/whole", summary="See a customer whole", responses=problems(401, 403, 404, 422))
def whole_customer(customer_id: RowId, uow: Reading) -> WholeCustomerShape:
    """Contacts, sites, equipment with its warranty, and the latest jobs."""
    return WholeCustomerShape.of(customers.whole(uow, customer_id))


@router.patch("/customers/{customer_id}", summary="Change a customer", responses=problems(401, 403, 404, 409, 412, 422))
def edit_customer(
    customer_id: RowId, response: Response, uow: Uow, change: CustomerChange, if_match: IfMatch = None
) -> CustomerShape:
    """Change a customer; ``active`` false: no further jobs."""
    customers.writable(uow, customer_id)
    unchanged(uow, Customer, customer_id, if_match)
    customer = customers.change_customer(uow, customer_id, **change.sent())
    return CustomerShape.model_validate(tagged(response, customer))


@router.get("/customers/{customer_id}/contacts", summary="List contacts", responses=problems(401, 403, 404, 422))
def list_contacts(customer_id: RowId, uow: Reading, paging: Paging) -> Page[ContactShape]:
    """Whom one can talk to at a customer."""
    query = customers.contacts_of(uow, customer_id)
    return paged(uow, query, paging, [Contact.name, Contact.id], ContactShape.model_validate)


@router.post(
    "/customers/{customer_id}/contacts",
    status_code=201,
    summary="Add a contact",
    responses=problems(401, 403, 404, 409, 422),
)
def add_contact(customer_id: RowId, response: Response, uow: Uow, wanted: NewContact) -> ContactShape:
    """Somebody of a customer to talk to."""
    contact = customers.add_contact(uow, customer_id, **wanted.model_dump())
    return ContactShape.model_validate(tagged(response, contact))


@router.get("/contacts/{contact_id}", summary="Read a contact", responses=problems(401, 403, 404, 422))
def one_contact(contact_id: RowId, response: Response, uow: Reading) -> ContactShape:
    """A contact, with the ETag to change it by."""
    return ContactShape.model_validate(tagged(response, customers.seen_contact(uow, contact_id)))


@router.patch("/contacts/{contact_id}", summary="Change a contact", responses=problems(401, 403, 404, 409, 412, 422))
def edit_contact(
    contact_id: RowId, response: Response, uow: Uow, change: ContactChange, if_match: IfMatch = None
) -> ContactShape:
    """Change a contact."""
    customers.seen_contact(uow, contact_id)
    unchanged(uow, Contact, contact_id, if_match)
    contact = customers.change_contact(uow, contact_id, **change.sent())
    return ContactShape.model_validate(tagged(response, contact))


@router.delete(
    "/contacts/{contact_id}", status_code=204, summary="Remove a contact", responses=problems(401, 403, 404, 409, 422)
)
def drop_contact(contact_id: RowId, uow: Uow) -> None:
    """Take a contact away; jobs that named it name nobody then."""
    customers.remove_contact(uow, contact_id)
