"""The live feed of a server that shows what it does: one line for what people care about, as it happens."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dispatch.commands.feed_lines import GOOD, PLAIN, PROPOSAL, WARNING, Line, Lines
from dispatch.domain.errors import Unavailable
from dispatch.messaging.relay import latest_position
from dispatch.store.engine import Store
from dispatch.store.tables import OutboxEntry

_EVERY = 1.0
"""Seconds. What happens alike within them is told together."""
_PAGE = 500
_ENDS_WITHIN = 2.0
"""Seconds. A terminal that takes nothing any more keeps nobody from stopping."""
_STYLES = {WARNING: "red", PROPOSAL: "bold yellow", GOOD: "green", PLAIN: ""}

log = logging.getLogger(__name__)


class Feed:
    """Reads the events of a store from :meth:`start` to :meth:`stop`, in a thread of its own, and writes lines."""

    def __init__(self, store: Store, zone: ZoneInfo, language: str, console: Console | None = None) -> None:
        self._store, self._zone = store, zone
        self._lines = Lines(language, zone)
        self._console = console or Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="feed", daemon=True)

    def start(self) -> None:
        """Say what is published, and follow what happens from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Say nothing any more."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(_ENDS_WITHIN)

    def _follow(self) -> None:
        seen: int | None = None
        while True:
            try:
                seen = self.begin() if seen is None else self.tell_after(seen)
            except (Unavailable, SQLAlchemyError) as error:
                log.warning("the feed could not read the events (%s); it tries again", type(error).__name__)
            except (BrokenPipeError, ValueError):
                return  # nobody reads it any more
            if self._over.wait(_EVERY):
                return

    def begin(self) -> int:
        """Say what is published; the position of the last event so far."""
        with self._store.reading() as uow:
            position = latest_position(uow.session)
            line = self._lines.standing(uow.session, uow.now)
        self._write([] if line is None else [line])
        return position

    def tell_after(self, seen: int) -> int:
        """Say what happened after a position; the position up to which that is."""
        with self._store.reading() as uow:
            newest = latest_position(uow.session)
            query = select(OutboxEntry).where(OutboxEntry.position > seen, OutboxEntry.position <= newest)
            entries = uow.session.scalars(query.order_by(OutboxEntry.position).limit(_PAGE)).all()
            if not entries:
                return seen
            known = [entry for entry in entries if entry.kind in self._lines.kinds]
            lines = self._lines.of(uow.session, known)
        self._write(lines)
        return entries[-1].position or newest

    def _write(self, lines: Iterable[Line]) -> None:
        for line in lines:
            text = Text(f"{line.at.astimezone(self._zone):%H:%M}  ", "dim")
            text.append(line.text, _STYLES[line.mood])
            self._console.print(text, soft_wrap=True)
