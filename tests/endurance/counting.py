"""A program with handlers that count: each event once, by a row for each position that says how often it was handled.

The count is the effect, so a second one would show as a 2 and a lost one as a row that is missing. Run as
``python -m tests.endurance.counting URL`` until it is killed.
"""

from __future__ import annotations

import sys
import time

from dispatch.domain.errors import Unavailable
from dispatch.domain.events import Event
from dispatch.messaging.handlers import Handler, run_handlers
from dispatch.messaging.relay import relay
from dispatch.store.engine import Store
from dispatch.store.tables import Counter, OutboxEntry
from dispatch.store.unit_of_work import UnitOfWork

NAMES = ("endurance: one", "endurance: two")
"""Two handlers, so that one can have taken effect when the other has not."""


def name_of(handler: str, position: int) -> str:
    """The counter of an event."""
    return f"{handler} {position}"


def _counting(name: str) -> Handler:
    def react(uow: UnitOfWork, _: Event, entry: OutboxEntry) -> None:
        assert entry.position is not None
        counter = uow.session.get(Counter, name_of(name, entry.position))
        if counter is None:
            uow.session.add(Counter(name=name_of(name, entry.position), last=1))
        else:
            counter.last += 1

    return Handler(name, None, react)


HANDLERS = tuple(_counting(name) for name in NAMES)


def main(url: str) -> None:
    """Relay and count for ever."""
    store = Store(url)
    while True:
        try:
            relay(store)
            run_handlers(store, HANDLERS)
        except Unavailable as error:
            sys.stderr.write(f"{error.detail}\n")
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1])
