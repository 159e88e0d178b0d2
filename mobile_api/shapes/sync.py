"""Batches of actions, and their receipts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dispatch.console.shapes.common import At
from mobile_api.sync.incoming import Action, PhoneTime

AnythingElse = Annotated[dict[str, Any], Field(max_length=1000)]
"""What is no action; its receipt says why."""


class ActionBatch(BaseModel):
    """Actions, in the order in which they happened. One that makes no sense is refused by itself, not the batch."""

    model_config = ConfigDict(extra="ignore")

    sent_at: PhoneTime = Field(description="Now, by the phone's clock")
    actions: Annotated[list[Action | AnythingElse], Field(min_length=1, max_length=100)]

    def plain(self) -> list[dict[str, Any]]:
        """The actions as they were sent."""
        return [one.model_dump(mode="json") if isinstance(one, Action) else one for one in self.actions]


class ReceiptShape(BaseModel):
    """What became of an action. ``code`` says why it was refused, or what it waits for."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    outcome: Literal["applied", "refused", "waiting"]
    code: str = ""
    detail: str = ""
    happened_at: At | None = Field(None, description="By the operation's clock, corrected")
    facts: dict[str, Any] = Field(default_factory=dict)


class Receipts(BaseModel):
    """What became of each action, in the order in which they were sent."""

    received_at: At = Field(description="By the operation's clock")
    now: At
    pace: float = Field(description="Seconds of the operation's clock in one of the phone's")
    skew: float = Field(description="By how many seconds the phone's clock is ahead")
    receipts: list[ReceiptShape]
