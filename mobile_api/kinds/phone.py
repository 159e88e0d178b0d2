"""Kinds about the phone itself, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from dispatch.services import messages, phone_notices
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.kinds.kind import Data, Kind, Taken

Id = Annotated[str, Field(min_length=1, max_length=40, pattern="^[!-~]+$")]


class Seen(Data):
    """Which notices have been seen."""

    notices: Annotated[list[Id], Field(min_length=1, max_length=500)]


def _seen(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Seen)
    return {"seen": phone_notices.seen(uow, taken.data.notices)}


class Read(Data):
    """Which messages have been seen."""

    messages: Annotated[list[Id], Field(min_length=1, max_length=500)]


def _read(uow: UnitOfWork, taken: Taken) -> Mapping[str, Any]:
    assert isinstance(taken.data, Read)
    return {"read": messages.seen(uow, taken.data.messages)}


PHONE: tuple[Kind, ...] = (
    Kind("seen", "phone", Seen, _seen),
    Kind("read", "phone", Read, _read),
)
"""What a technician does with the phone and not with a visit."""
