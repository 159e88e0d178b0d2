"""Saved views of the board as documents."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from dispatch.console.shapes.base import Sent, unsent
from dispatch.store.tables import SavedView

Name = Annotated[str, Field(min_length=1, max_length=80)]
What = Annotated[
    dict[str, Any],
    Field(max_length=100, description="Filter, panes and columns as the console has them; at most 16 kB"),
]


class ViewShape(BaseModel):
    """A view. ``own``: whether you may change it."""

    id: str
    version: int
    name: str
    what: dict[str, Any]
    shared: bool
    own: bool
    owner: str = Field(description="Whose it is, by name")
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, view: SavedView, owner: str, reader: str) -> ViewShape:
        """A view as ``reader``, a user, sees it."""
        return cls(
            id=view.id,
            version=view.version,
            name=view.name,
            what=view.what,
            shared=view.shared,
            own=view.user_id == reader,
            owner=owner,
            created_at=view.created_at,
            updated_at=view.updated_at,
        )


class NewView(Sent):
    """A view to save."""

    name: Name
    what: What
    shared: bool = False


class ViewChange(Sent):
    """What is to be changed of a view; what is not sent stays."""

    name: Name = unsent()
    what: What = unsent()
    shared: bool = unsent()
