"""Keys that this installation makes for itself: once, when one is first needed, and kept in the database.

All servers and workers on one database use the same, so that what one has signed another recognises.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from dispatch.domain.clock import SystemClock
from dispatch.store.engine import Store
from dispatch.store.refusals import Collision
from dispatch.store.tables import InstallationKey

_KNOWN: WeakKeyDictionary[Store, dict[str, str]] = WeakKeyDictionary()


def installation_key(store: Store, name: str, make: Callable[[], str]) -> str:
    """The key of this name; made by ``make`` where there is none yet. Kept in memory after the first time.

    Call it outside of transactions: it opens its own.
    """
    known = _KNOWN.setdefault(store, {})
    if name not in known:
        known[name] = _kept(store, name) or _made(store, name, make())
    return known[name]


def _kept(store: Store, name: str) -> str | None:
    with store.reading() as uow:
        row = uow.session.get(InstallationKey, name)
        return row.value if row is not None else None


def _made(store: Store, name: str, value: str) -> str:
    try:
        with store.unit_of_work() as uow:
            uow.session.add(InstallationKey(name=name, value=value, created_at=SystemClock().now()))
    except Collision:
        # Another process was first; its key is the one that everybody uses.
        return _kept(store, name) or value
    return value
