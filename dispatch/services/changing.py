"""Writing checked values to a row, and telling that a record was created, changed or removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dispatch.domain.events import RecordChanged
from dispatch.services.complaints import Complaints
from dispatch.store.tables import Base, Versioned
from dispatch.store.unit_of_work import UnitOfWork


def written(row: Base, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Write the values that differ, and answer their names. What is the same already is no change."""
    changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed


def tell(uow: UnitOfWork, row: Versioned, what: str, territory: str | None = None) -> None:
    """Write what was done to the row, and say so: ``created``, ``changed`` or ``removed``."""
    uow.session.flush()
    table = row.__tablename__  # type: ignore[attr-defined]
    uow.record(RecordChanged(record=row.id, table=table, what=what, territory=territory))


def checked_texts(
    values: Mapping[str, Any], longest: Mapping[str, int], complaints: Complaints, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The values with the texts among them trimmed; an optional one that is empty becomes None.

    ``longest``: column → characters. Whatever is not in it is left alone.
    """
    checked = dict(values)
    for name, most in longest.items():
        value = values.get(name)
        if isinstance(value, str):
            checked[name] = complaints.text(name, value, most, required=name in required)
            if not checked[name] and name in OPTIONAL:
                checked[name] = None
    return checked


OPTIONAL = frozenset({"contract", "external_id", "phone", "email", "serial", "time_zone"})
"""Texts that are either there or not: an empty one is none."""
