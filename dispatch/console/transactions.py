"""Requests whose work takes several transactions: what takes long only reads, so that nobody has to wait for it.

The one that writes is left open until the answer has been written down (see :mod:`dispatch.console.idempotency`), and
is committed then, before the answer is sent: just as with ``Uow``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Annotated

from fastapi import Depends, Header, Request

from dispatch.console.deps import Here, SignedIn
from dispatch.console.idempotency import KEY_RULE, answer_if_known, claim
from dispatch.domain.errors import DispatchError
from dispatch.domain.roles import Actor
from dispatch.store.engine import Store
from dispatch.store.unit_of_work import UnitOfWork


class Transactions:
    """The transactions of one request, in the name of who is signed in: a :class:`~dispatch.store.door.Door`.

    One that writes may be rolled back and opened again; the last one is committed with the answer.
    """

    def __init__(self, request: Request, store: Store, actor: Actor, key: str | None, open_ones: ExitStack) -> None:
        self._request, self._store, self._actor, self._key = request, store, actor, key
        self._open = open_ones

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads."""
        return self._store.reading(self._actor)

    @contextmanager
    def unit_of_work(self) -> Iterator[UnitOfWork]:
        """A transaction that may write. What is lost to somebody else shows on leaving; it is committed later."""
        with ExitStack() as opened:
            uow = opened.enter_context(self._store.unit_of_work(self._actor))
            claimed = claim(uow, self._key, self._request.state.fingerprint) if self._key is not None else None
            yield uow
            uow.session.flush()
            self._request.state.claim = claimed
            self._open.push(opened.pop_all())

    def answer_if_known(self) -> None:
        """Raise :class:`~dispatch.console.idempotency.Replayed` where the request was answered before."""
        if self._key is not None:
            with self.reading() as uow:
                answer_if_known(uow, self._key, self._request.state.fingerprint)


def _transactions(
    request: Request,
    here: Here,
    actor: SignedIn,
    idempotency_key: Annotated[str | None, Header(**KEY_RULE)] = None,
) -> Iterator[Transactions]:
    with ExitStack() as open_ones:
        found = Transactions(request, here.store, actor, idempotency_key, open_ones)
        found.answer_if_known()
        try:
            yield found
        except DispatchError:
            found.answer_if_known()
            raise


Several = Annotated[Transactions, Depends(_transactions, scope="function")]
"""Several transactions in the name of who is signed in; what they write is committed before the answer is sent."""
