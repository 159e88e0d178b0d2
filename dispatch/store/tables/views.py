"""How people like to look at the board: views that they saved under a name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.store.tables.base import BULK_TOLD, Base, Versioned


class SavedView(Versioned, Base):
    """A view of the board. ``what``: its filter, panes and columns, as the console understands them.

    ``shared``: everybody finds it; only its owner changes it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (Index("uq_saved_view_user_id_name", "user_id", "name", unique=True),)

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    what: Mapped[dict[str, Any]] = mapped_column(info=BULK_TOLD)
    shared: Mapped[bool] = mapped_column(default=False, server_default=false(), index=True)
