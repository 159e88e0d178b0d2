"""ETag and If-Match: who changes something says which version they saw, and is told if it is another by now."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import Header, Response
from sqlalchemy.orm import object_session

from dispatch.services.history import as_named
from dispatch.store.tables import Versioned

Row = TypeVar("Row", bound=Versioned)

IfMatch = Annotated[
    str | None,
    Header(description="The ETag of the version that is to be changed; answered with 412 if it is another by now"),
]
"""The header If-Match; a route that takes it calls :func:`check_match`."""


def etag(row: Versioned) -> str:
    """The row's version as an ETag; what is not yet written is flushed first, because that counts the version up."""
    session = object_session(row)
    if session is not None:
        session.flush()
    return f'"{row.version}"'


def tagged(response: Response, row: Row) -> Row:
    """The row, with its ETag set in the response: ``return Shape.of(tagged(response, row))``."""
    response.headers["ETag"] = etag(row)
    return row


def check_match(row: Versioned, if_match: str | None) -> None:
    """Raise :class:`Stale` where another version is named than there is, with what was changed since.

    Without the header all is well. The row is not locked: a change that comes after this makes a lost update.
    """
    if if_match is None or if_match.strip() == "*":
        return
    session = object_session(row)
    assert session is not None
    as_named(session.info["unit_of_work"], row, if_match)
