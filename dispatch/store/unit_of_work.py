"""One transaction, who does it, when, and the events it makes true."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from sqlalchemy.orm import Session

from dispatch.domain.clock import Clock
from dispatch.domain.errors import NotFound
from dispatch.domain.events import Event
from dispatch.domain.roles import Actor
from dispatch.store.tables import Identified, OutboxEntry

Row = TypeVar("Row", bound=Identified)


class UnitOfWork:
    """A session, an actor and an instant. Services take one and never commit: whoever opened it does.

    ``now`` is read once, so that everything in a transaction happens at one instant.
    """

    def __init__(self, session: Session, actor: Actor, clock: Clock) -> None:
        self.session = session
        self.actor = actor
        self.now: dt.datetime = clock.now()
        session.info["unit_of_work"] = self

    def record(self, event: Event) -> None:
        """Write the event to the outbox, in this transaction."""
        word, subject = event.subject
        self.session.add(
            OutboxEntry(
                kind=event.kind,
                subject_word=word,
                subject_id=subject,
                territory=event.territory,
                technician=event.technician,
                payload=event.payload(),
                actor_id=self.actor.id,
                actor_name=self.actor.name,
                at=self.now,
            )
        )

    def get(self, table: type[Row], row_id: str, *, lock: bool = False) -> Row:
        """The row with this identifier. Raises :class:`NotFound`. ``lock`` keeps others from changing it meanwhile."""
        row = self.session.get(table, row_id, with_for_update=True if lock else None)
        if row is None:
            word = table.__tablename__.replace("_", " ")  # type: ignore[attr-defined]
            raise NotFound(f"There is no {word} {row_id!r}.", what=word, id=row_id)
        return row
