"""The published plan ready to be sent: made when somebody asks for it, and kept until something on it changes.

A busy day is some hundred kilobytes for everybody who looks at it, and they look all the time. What was made is sent
again while :func:`dispatch.store.revision.revision` stays what it was. It is kept by territories, never by person:
whoever reaches into the same territories sees the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from pydantic_core import to_json

from dispatch.domain.roles import Right
from dispatch.planning.board import board
from dispatch.services.rights import require
from dispatch.store.revision import revision
from dispatch.store.unit_of_work import UnitOfWork

_MOST = 16
"""So many are kept; of a busy day each is about half a megabyte."""


@dataclass(frozen=True, slots=True)
class SentBoard:
    """The document in UTF-8; ``tag`` is another where the document is. ``revision``: what it was made of."""

    content: bytes
    tag: str
    revision: int


class Boards:
    """Make one for each process and store; it may be used from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, SentBoard] = OrderedDict()
        self._making = threading.Lock()

    def sent(self, uow: UnitOfWork, since: dt.datetime, until: dt.datetime) -> SentBoard:
        """The plan on the shifts between two instants, as this transaction sees it, or newer."""
        require(uow, Right.READ_PLANS)
        now = revision(uow.session)
        wanted = since, until, uow.actor.territories
        with self._making:  # of several who ask at once one makes it, and the others get it
            kept = self._kept.pop(wanted, None)
            if kept is None or kept.revision < now:
                content = to_json(board(uow, since, until))
                kept = SentBoard(content, hashlib.blake2s(content, digest_size=12).hexdigest(), now)
            self._kept[wanted] = kept
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return kept
