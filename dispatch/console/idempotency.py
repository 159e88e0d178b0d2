"""A request that may be repeated: the header ``Idempotency-Key`` on any request that changes something.

A client that got no answer does not know whether its request took effect. It sends the request again with the same
key, and gets the answer of the first one; nothing is done twice.

How. The key is claimed at the beginning of the request's own transaction, by inserting a row of
:class:`~dispatch.store.tables.IdempotencyKey`. When the handler has returned and its answer is rendered, but before
the transaction commits, :class:`~dispatch.console.routing.Route` writes the answer into that row. So the change and the
memory of its answer become durable together or not at all:

- A repeat finds the row and is given the answer (with ``Idempotency-Replayed: true``).
- A repeat that arrives while the first is under way waits for it: on SQLite to begin its transaction, on PostgreSQL at
  the unique index. Then it is given the answer; or, where the first was rolled back, does the work itself.
- A refusal rolls back, so it is not remembered: the repeat is judged afresh.
- A request whose work takes several transactions (:class:`~dispatch.console.transactions.Transactions`) claims its key
  in the one that writes. It looks for an answer before it begins, and again before it is refused: what refuses it may
  be the effect of the first.
- The same key with another method, path or body is refused with 422.

FastAPI ends a dependency of ``scope="function"`` after the route's handler has made the response and before it is sent,
which is what puts "write down the answer" inside the transaction. Keys belong to a user: nobody can read another's
answers. An answer marked ``Cache-Control: no-store`` shows a secret; it is not written down, and its repeat is refused
with 409. Answers are forgotten after two days, see :mod:`dispatch.access.retention`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from sqlalchemy.exc import IntegrityError

from dispatch.domain.errors import DispatchError, Invalid
from dispatch.store.tables import IdempotencyKey
from dispatch.store.unit_of_work import UnitOfWork

HEADER = "Idempotency-Key"
KEY_RULE: dict[str, Any] = {
    "alias": HEADER,
    "min_length": 8,
    "max_length": 200,
    "pattern": "^[!-~]*$",
    "description": "Any string that is new for each request; a repeat with the same one gets the first answer.",
}
_UNANSWERED = 0
_WITHHELD = {"withheld": True}
_KEPT_HEADERS = ("content-type", "etag", "location")


class Replayed(Exception):  # noqa: N818  it carries an answer, it is not an error
    """The request was answered before; ``answer`` is that answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__("answered before")
        self.answer = answer


class ShownOnce(DispatchError):  # noqa: N818
    """The first answer held a secret, which was not kept."""

    code, title = "shown-once", "That was answered before, and its answer is shown only once"


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds, in its transaction."""

    uow: UnitOfWork
    row: IdempotencyKey

    def keep(self, response: Response) -> None:
        """Write the answer down, in the same transaction as the change; a version that is lost shows here at last."""
        secret = "no-store" in response.headers.get("cache-control", "")
        self.row.status = response.status_code
        self.row.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        self.row.body = _WITHHELD if secret else {"text": bytes(response.body).decode()}
        self.uow.session.flush()


async def fingerprint_of(request: Request) -> str:
    """What a request asks for, in 64 hexadecimal digits: its method, path, query and body."""
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(asked + await request.body()).hexdigest()


def answer_if_known(uow: UnitOfWork, key: str, fingerprint: str) -> None:
    """Raise :class:`Replayed` with the answer where the request was answered before."""
    earlier = uow.session.get(IdempotencyKey, (uow.actor.id, key), populate_existing=True)
    if earlier is not None:
        raise Replayed(_answer(earlier, fingerprint))


def claim(uow: UnitOfWork, key: str, fingerprint: str) -> Claim:
    """Take the key for this request. Raises :class:`Replayed` with the answer, where there is one already."""
    earlier = uow.session.get(IdempotencyKey, (uow.actor.id, key))
    if earlier is None:
        row = IdempotencyKey(
            user_id=uow.actor.id,
            key=key,
            fingerprint=fingerprint,
            status=_UNANSWERED,
            body={},
            created_at=uow.now,
        )
        try:
            with uow.session.begin_nested():
                uow.session.add(row)
            return Claim(uow, row)
        except IntegrityError:
            # Somebody else claimed it since we looked, and has committed: their answer is there.
            earlier = uow.session.get_one(IdempotencyKey, (uow.actor.id, key))
    raise Replayed(_answer(earlier, fingerprint))


def _answer(earlier: IdempotencyKey, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        problem = "it was used for another request"
        error = {"place": HEADER, "value": earlier.key, "problem": problem, "remedy": "use a new key"}
        raise Invalid(f"The {HEADER} {earlier.key!r} was used for another request; use a new key.", errors=[error])
    if earlier.body == _WITHHELD:
        raise ShownOnce("The request took effect the first time. Its answer held a secret that was shown only then.")
    headers = {**earlier.headers, "Idempotency-Replayed": "true"}
    return Response(earlier.body["text"], earlier.status, headers)
