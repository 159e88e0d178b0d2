"""What documents that are sent to us have in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Sent(BaseModel):
    """A document that somebody sends. A member that nobody knows is refused: it is a typing mistake."""

    model_config = ConfigDict(extra="forbid")

    def sent(self) -> dict[str, Any]:
        """The members that were sent, and only those: what is to be changed."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def unsent() -> Any:
    """The default of a member that is not changed where it is not sent. It need not be of the member's type."""
    return Field(default_factory=lambda: None)
