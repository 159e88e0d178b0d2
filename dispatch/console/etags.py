"""ETag, If-Match and If-None-Match: which version somebody has seen.

Who changes something says so, and is told if it is another by now; who reads it again is told if it is still that one.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import Header, Response
from sqlalchemy.orm import object_session

from dispatch.services.history import as_named
from dispatch.store.tables import Versioned

Row = TypeVar("Row", bound=Versioned)

IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="The ETag of the version that is to be changed; answered with 412 if it is another by now",
    ),
]
"""The header If-Match; a route that takes it calls :func:`check_match`."""

IfNoneMatch = Annotated[
    str | None,
    Header(max_length=1000, description="The ETag of the version that you have; answered with 304 if it still is that"),
]
"""The header If-None-Match; a route that takes it answers with :func:`unless_known`."""

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is the version that you have"}}
"""What such a route declares among its responses."""


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


def unless_known(content: bytes, tag: str, if_none_match: str | None) -> Response:
    """The JSON document with its ETag; 304 without the document to somebody who has it."""
    known = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    headers = {"ETag": f'"{tag}"'}
    if headers["ETag"] in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
