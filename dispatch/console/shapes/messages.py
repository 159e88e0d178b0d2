"""The conversation about a job as documents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dispatch.console.shapes.base import Sent
from dispatch.console.shapes.common import At, Ref, without_nul
from dispatch.services.messages import LONGEST
from dispatch.store.tables import MessageKind, NotificationStatus


class HeardShape(BaseModel):
    """A technician whom a message is for, and when they saw it."""

    model_config = ConfigDict(from_attributes=True)

    technician: str
    name: str
    seen_at: At | None


class SaidShape(BaseModel):
    """A message. ``technician``: who said it, where one did; ``read_at``, ``read_by``: who of the office read that."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    visit: str | None
    kind: MessageKind
    text: str
    at: At
    by: str
    technician: str | None
    read_at: At | None
    read_by: str
    heard: list[HeardShape]


class ToldShape(BaseModel):
    """Something that the program told the customer, or will."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    channel: str
    subject: str
    body: str
    status: NotificationStatus
    created_at: At
    sent_at: At | None


class ConversationShape(BaseModel):
    """All that was said about a job, the oldest first. ``crew``: technician → name of who would hear a message now."""

    model_config = ConfigDict(from_attributes=True)

    job: str
    messages: list[SaidShape]
    told: list[ToldShape]
    unread: int
    visit: str | None
    crew: dict[str, str]


class NewMessage(Sent):
    """Something to say: a ``note`` for the office, or to the ``technician`` who has the job."""

    text: Annotated[str, AfterValidator(without_nul), Field(min_length=1, max_length=LONGEST)]
    to: Literal["note", "technician"] = "note"


class ReadUntil(Sent):
    """The last message that was read."""

    until: Ref
