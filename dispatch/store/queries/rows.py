"""Rows as they are at this moment, kept from others until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import select

from dispatch.domain.errors import NotFound
from dispatch.store.tables import Identified
from dispatch.store.unit_of_work import UnitOfWork

Row = TypeVar("Row", bound=Identified)
_CHUNK = 1000
"""How many identifiers go into one statement."""


def locked(uow: UnitOfWork, table: type[Row], row_id: str) -> Row:
    """The row, locked and as it is now, even where it was read before. Raises :class:`NotFound`.

    Unlike ``uow.get(…, lock=True)`` this does not complain where somebody else has changed the row since it was first
    read in this transaction: for services that decide by what they find under the lock.
    """
    found = uow.session.scalar(
        select(table).where(table.id == row_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise _missing(table, row_id)
    return found


def all_locked(uow: UnitOfWork, table: type[Row], row_ids: Iterable[str]) -> dict[str, Row]:
    """Many rows as :func:`locked` gives them, by their identifiers and in the order of these."""
    wanted = sorted(set(row_ids))
    found: dict[str, Row] = {}
    for chunk in chunks(wanted):
        rows = select(table).where(table.id.in_(chunk)).order_by(table.id).with_for_update()
        found |= {row.id: row for row in uow.session.scalars(rows.execution_options(populate_existing=True))}
    for row_id in wanted:
        if row_id not in found:
            raise _missing(table, row_id)
    return found


def chunks(row_ids: Iterable[str]) -> Iterator[list[str]]:
    """The identifiers in parts that are not too large for one statement."""
    known = list(row_ids)
    return (known[start : start + _CHUNK] for start in range(0, len(known), _CHUNK))


def _missing(table: type[Identified], row_id: str) -> NotFound:
    word = table.__tablename__.replace("_", " ")  # type: ignore[attr-defined]
    return NotFound(f"There is no {word} {row_id!r}.", what=word, id=row_id)
