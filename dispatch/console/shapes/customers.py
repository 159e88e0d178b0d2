"""Customers, contacts, sites and equipment as documents."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.console.shapes.common import At, Degrees, Latitude, LongText, Name, Phone, Ref, Short, Zone
from dispatch.domain.job_lifecycle import JobStatus
from dispatch.services.customers import WholeCustomer
from dispatch.services.warranty import Warranty
from dispatch.store.tables import Equipment, PlacedBy, Priority

Channel = Literal["phone", "sms", "email", "push", "chat"]


class Row(BaseModel):
    """What all rows have."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    version: int
    created_at: At
    updated_at: At


class CustomerShape(Row):
    """A customer."""

    name: str
    contract: str | None
    language: str
    notes: str
    external_id: str | None
    active: bool


class NewCustomer(Sent):
    """A customer who is not known yet."""

    name: Name
    contract: Short | None = None
    language: str = Field("en", min_length=2, max_length=8)
    notes: LongText = ""
    external_id: Short | None = None


class CustomerChange(Sent):
    """What is to be changed of a customer; what is not sent stays."""

    name: Name = unsent()
    contract: Short | None = None
    language: str = Field(default_factory=lambda: "", min_length=2, max_length=8)
    notes: LongText = unsent()
    external_id: Short | None = None
    active: bool = unsent()


class ContactShape(Row):
    """Somebody of a customer to talk to."""

    customer_id: str
    name: str
    phone: str | None
    email: str | None
    preferred_channel: str


class NewContact(Sent):
    """Somebody of a customer who is not known yet."""

    name: Name
    phone: Phone | None = None
    email: EmailStr | None = Field(None, max_length=200)
    preferred_channel: Channel = "phone"


class ContactChange(Sent):
    """What is to be changed of a contact; what is not sent stays."""

    name: Name = unsent()
    phone: Phone | None = None
    email: EmailStr | None = Field(None, max_length=200)
    preferred_channel: Channel = unsent()


class SiteShape(Row):
    """A place where work is done. ``time_zone`` null: that of its territory.

    ``lat`` and ``lon`` null: nobody knows yet where it is. ``placed_by``: who said so (``given``: they were sent).
    """

    customer_id: str
    territory_id: str | None
    name: str
    address: str
    lat: float | None
    lon: float | None
    placed_by: PlacedBy | None
    precision: str | None
    access_notes: str
    time_zone: str | None
    external_id: str | None


class NewSite(Sent):
    """A new place of a customer. Without a territory it gets the one that it lies in; without a position, that of its
    address where that is sure."""

    customer_id: Ref
    address: str = Field(min_length=1, max_length=300)
    lat: Latitude | None = None
    lon: Degrees | None = None
    territory_id: Ref | None = None
    name: str = Field("", max_length=200)
    access_notes: LongText = ""
    time_zone: Zone | None = None
    external_id: Short | None = None


class SiteChange(Sent):
    """What is to be changed of a site; what is not sent stays."""

    address: str = Field(default_factory=lambda: "", min_length=1, max_length=300)
    lat: Latitude = unsent()
    lon: Degrees = unsent()
    territory_id: Ref | None = None
    name: str = Field(default_factory=lambda: "", max_length=200)
    access_notes: LongText = unsent()
    time_zone: Zone | None = None
    external_id: Short | None = None


class EquipmentShape(Row):
    """A machine, and where its warranty stands today."""

    site_id: str
    kind: str
    maker: str
    model: str
    serial: str | None
    installed_on: dt.date | None
    warranty_until: dt.date | None
    notes: str
    warranty: Warranty = Warranty.UNKNOWN

    @classmethod
    def of(cls, pair: tuple[Equipment, Warranty]) -> EquipmentShape:
        """The machine as a document."""
        return cls.model_validate(pair[0]).model_copy(update={"warranty": pair[1]})


class NewEquipment(Sent):
    """A machine at a site."""

    site_id: Ref
    model: str = Field(min_length=1, max_length=120)
    kind: Short = ""
    maker: str = Field("", max_length=120)
    serial: str | None = Field(None, max_length=120)
    installed_on: dt.date | None = None
    warranty_until: dt.date | None = None
    notes: LongText = ""


class EquipmentChange(Sent):
    """What is to be changed of a machine; what is not sent stays. Another ``site_id`` moves it."""

    site_id: Ref = unsent()
    model: str = Field(default_factory=lambda: "", min_length=1, max_length=120)
    kind: Short = unsent()
    maker: str = Field(default_factory=lambda: "", max_length=120)
    serial: str | None = Field(None, max_length=120)
    installed_on: dt.date | None = None
    warranty_until: dt.date | None = None
    notes: LongText = unsent()


class PastJob(BaseModel):
    """A job of a customer, in a line."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: str
    title: str
    status: JobStatus
    priority: Priority
    site_id: str
    equipment_id: str | None
    received_at: At
    ended_at: At | None


class WholeCustomerShape(BaseModel):
    """All that a service agent wants to see while the telephone still rings."""

    customer: CustomerShape
    contacts: list[ContactShape]
    sites: list[SiteShape]
    equipment: list[EquipmentShape]
    jobs: list[PastJob]

    @classmethod
    def of(cls, whole: WholeCustomer) -> WholeCustomerShape:
        """The customer, whole, as a document."""
        return cls(
            customer=CustomerShape.model_validate(whole.customer),
            contacts=[ContactShape.model_validate(one) for one in whole.contacts],
            sites=[SiteShape.model_validate(one) for one in whole.sites],
            equipment=[EquipmentShape.of(pair) for pair in whole.equipment],
            jobs=[PastJob.model_validate(one) for one in whole.jobs],
        )
