"""What a kind of action is: what it is about, what it must say, and what it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dispatch.store.unit_of_work import UnitOfWork


class Data(BaseModel):
    """What an action says besides. A member that nobody knows is passed over: a phone may be newer than its server."""

    model_config = ConfigDict(extra="ignore")


class Nothing(Data):
    """The action says all by its kind."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An action on its way in: understood, its instant corrected, and about a visit that is the technician's.

    ``at`` lies neither in the future nor before what has happened to the visit already. ``device`` is the id of the
    phone it came from; empty where a dispatcher does it for the technician afterwards.
    """

    id: str
    kind: str
    visit: str | None
    at: dt.datetime
    data: BaseModel
    device: str

    @property
    def about(self) -> str:
        """The id of the visit. Only for kinds that are about one."""
        assert self.visit is not None, f"{self.kind} is about a visit"
        return self.visit


Apply = Callable[[UnitOfWork, Taken], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of action.

    ``apply`` does what the action says, in the name of the unit of work's actor and in its transaction. It answers the
    facts that the receipt tells, and refuses by raising a :class:`~dispatch.domain.errors.DispatchError`, whose code
    and detail the receipt tells. Where the effect has another instant than the action, the fact ``at`` says which.
    """

    name: str
    about: Literal["visit", "duty", "phone"]
    data: type[BaseModel]
    apply: Apply
