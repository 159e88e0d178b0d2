"""What all mapped classes have in common."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, ClassVar

from sqlalchemy import Connection, Enum, MetaData, String, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, declared_attr, mapped_column

from dispatch.domain.words import fold
from dispatch.store.types import Document, Instant

ID_LENGTH = 40
BULK = {"unaudited": True}
"""Marks a column that the audit trail leaves out: what it holds is kept whole in the row itself."""
BULK_TOLD = {"unaudited": True, "told": True}
"""Marks one of which the audit trail says that it was changed, and by whom, but not from what to what."""


class Base(DeclarativeBase):
    """Common base: names of constraints that migrations can rely on, and how Python types are kept."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: Instant(),
        dict[str, Any]: Document,
        list[Any]: Document,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


class Identified:
    """A row with an identifier of :func:`dispatch.domain.ids.new_id`."""

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)


class Versioned(Identified):
    """A row that people change: its version counts the changes, is the ETag, and guards against lost updates."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  a directive takes the class
        return {"version_id_col": cls.__dict__.get("version") or Versioned.version}


class Searchable:
    """A row that people find by words: ``search_key`` holds its columns ``FOUND_BY``, folded, and keeps itself."""

    FOUND_BY: ClassVar[tuple[str, ...]] = ()
    search_key: Mapped[str] = mapped_column(String(600), default="", info={"unaudited": True})


@event.listens_for(Searchable, "before_insert", propagate=True)
@event.listens_for(Searchable, "before_update", propagate=True)
def _keep_search_key(_: Mapper[Any], __: Connection, row: Searchable) -> None:
    words = fold(" ".join(getattr(row, name) or "" for name in row.FOUND_BY))[:600]
    if row.search_key != words:
        row.search_key = words
