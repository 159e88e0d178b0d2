"""Events for tests of their readers, and waiting for what must come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from dispatch.domain.events import Event, JobChanged, JobReceived
from dispatch.domain.roles import SYSTEM, Actor
from dispatch.messaging.relay import relay
from dispatch.store.engine import Store

Answer = TypeVar("Answer")
PATIENCE = 30.0


def received(number: int, **fields: str | None) -> Event:
    """An event that can be told from others by its number."""
    return JobReceived(job=f"job_{number}", number=f"J-{number}", priority="normal", customer="customer_1", **fields)


def changed(number: int) -> Event:
    """An event of another kind."""
    return JobChanged(job=f"job_{number}", changed=("title",))


def recorded(store: Store, *events: Event, actor: Actor = SYSTEM) -> int:
    """Record events, each in a transaction of its own, and let the relay number them; the latest position."""
    for event in events:
        with store.unit_of_work(actor) as uow:
            uow.record(event)
    return relay(store)


def eventually(answer: Callable[[], Answer]) -> Answer:
    """What ``answer`` gives once it is true; fails after a long while."""
    end = time.monotonic() + PATIENCE
    while not (given := answer()):
        assert time.monotonic() < end, f"it did not become true within {PATIENCE} s"
        time.sleep(0.01)
    return given
