"""Kinds about pictures, signatures, and the report that is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from dispatch.domain.events import instant
from dispatch.services import media, report_sending
from dispatch.store.tables import FieldAction, Purpose
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Data, Kind, Taken
from mobile_api.kinds.life import Words

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Attachment(Data):
    """A picture that belongs to the visit; ``field`` is the checklist's question that it answers."""

    sha256: Digest
    purpose: Purpose = Purpose.PHOTO
    caption: Words | None = None
    field: Annotated[str, Field(max_length=120)] | None = None


class Signature(Data):
    """The customer's signature, and who that was."""

    sha256: Digest
    name: Annotated[str, Field(min_length=1, max_length=200)]


class Sending(Data):
    """Where the report goes; nowhere said: to the job's contact."""

    email: Annotated[str, Field(max_length=200)] | None = None


def _attach(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    said = taken.data
    assert isinstance(said, Attachment)
    caption, field = said.caption or "", said.field or ""
    attached = media.attach(
        uow, taken.about, said.sha256, said.purpose, caption, field, taken.at, owner=_sender(uow, taken)
    )
    return {"media": attached.id, "sha256": attached.sha256}


def _sign(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    said = taken.data
    assert isinstance(said, Signature)
    signed = media.sign(uow, taken.about, said.sha256, said.name, taken.at, owner=_sender(uow, taken))
    return {"media": signed.id, "sha256": signed.sha256, "name": signed.caption}


def _send_report(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    said = taken.data
    assert isinstance(said, Sending)
    asked = report_sending.ask(uow, taken.about, said.email, asked_by=_sender(uow, taken))
    return {"sent_to": asked.address, "asked_at": instant(asked.asked_at)}


def _sender(uow: UnitOfWork, taken: Taken) -> str:
    """Whose phone it was, also where a dispatcher makes it true afterwards: the picture is theirs."""
    if not uow.actor.on_behalf:
        return uow.actor.id
    sent = select(FieldAction.user_id).where(
        FieldAction.id == taken.id,
        FieldAction.visit_id == taken.visit,
        FieldAction.technician_id == uow.actor.technician,
    )
    return uow.session.scalar(sent.limit(1)) or uow.actor.id


MEDIA: tuple[Kind, ...] = (
    Kind("attach", "visit", Attachment, _attach),
    Kind("sign", "visit", Signature, _sign),
    Kind("send_report", "visit", Sending, _send_report),
)
"""Pictures, signatures, reports."""
