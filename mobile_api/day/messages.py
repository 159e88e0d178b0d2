"""What the office and the technician said to each other about the visits of the day."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.services import messages
from dispatch.store.tables import MessageKind
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.document import Document, said
from mobile_api.day.reading import Stop
from mobile_api.day.whose import Whose

MOST = 30
"""So many of the latest messages a phone holds: what it holds stands in its cursor, which stands in an address."""


def message_documents(uow: UnitOfWork, who: Whose, stops: Sequence[Stop]) -> list[Document]:
    """The messages about these visits to the technician and from them. ``new``: the technician has not seen it yet."""
    rows = messages.of_technician(uow, who.technician.id, [stop.visit.id for stop in stops])
    return [
        Document(
            f"message:{row.id}",
            "message",
            {
                "message": row.id,
                "visit": row.visit_id,
                "mine": row.kind is MessageKind.FROM_TECHNICIAN,
                "by": row.by_name,
                "text": row.text,
                "at": said(row.at),
                "new": new,
                "read": row.read_at is not None,
            },
        )
        for row, new in rows[-MOST:]
    ]
