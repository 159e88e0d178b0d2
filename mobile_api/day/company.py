"""What is the same for a whole shift whoever is asked: which parts there are, and who knows more than oneself.

It is made of everybody's skills and vans, which is much to read for a phone that only asks whether there is news. So it
is kept in this process for as long as nothing of that is changed, and no longer than the day.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from dispatch.services import expert_calls, parts
from dispatch.store.unit_of_work import UnitOfWork
from mobile_api.day.whose import Whose

_MOST = 4096
_TOLD = ("id", "name", "phone", "skill")


class _Kept:
    """What was made, each with the count of changes at which it was. May be used from several threads."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, name: Hashable, counted: int, make: Callable[[], Any]) -> Any:
        with self._lock:
            known = self._values.get(name)
        if known is not None and known[0] == counted:
            return known[1]
        value = make()
        with self._lock:
            self._values[name] = counted, value
            if len(self._values) > _MOST:
                self._values.popitem(last=False)
        return value


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def parts_known(uow: UnitOfWork, counted: int) -> list[str]:
    """The names of all parts. ``counted``: how often what that depends on was changed, as this transaction sees it."""
    names: list[str] = _kept(uow).of("parts", counted, lambda: parts.known(uow))
    return names


def experts(uow: UnitOfWork, who: Whose, counted: int) -> list[dict[str, Any]]:
    """Whom the technician can call about work that they know less of. Certificates end with a day."""
    name = who.technician.id, uow.now.date()
    found: list[dict[str, Any]] = _kept(uow).of(name, counted, lambda: _experts(uow, who, counted))
    return found


def _experts(uow: UnitOfWork, who: Whose, counted: int) -> list[dict[str, Any]]:
    known = _kept(uow).of(("staff", uow.now.date()), counted, lambda: expert_calls.staff(uow))
    called = expert_calls.experts(uow, who.technician.id, known)
    return [{name: one[name] for name in _TOLD} for one in called]


def _kept(uow: UnitOfWork) -> _Kept:
    bind = uow.session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    # Readers and writers have engines of their own on one pool; what is kept is the pool's database.
    return _KEPT.setdefault(engine, _Kept())
