"""One row, as it is at this moment, kept from others until the transaction ends."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from dispatch.domain.errors import NotFound
from dispatch.store.tables import Identified
from dispatch.store.unit_of_work import UnitOfWork

Row = TypeVar("Row", bound=Identified)


def locked(uow: UnitOfWork, table: type[Row], row_id: str) -> Row:
    """The row, locked and as it is now, even where it was read before. Raises :class:`NotFound`.

    Unlike ``uow.get(…, lock=True)`` this does not complain where somebody else has changed the row since it was first
    read in this transaction: for services that decide by what they find under the lock.
    """
    found = uow.session.scalar(
        select(table).where(table.id == row_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        word = table.__tablename__.replace("_", " ")  # type: ignore[attr-defined]
        raise NotFound(f"There is no {word} {row_id!r}.", what=word, id=row_id)
    return found
