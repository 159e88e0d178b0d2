"""ETag and If-Match: who changes something says which version they saw, and is told if it is another by now."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import Header, Response
from sqlalchemy.orm import object_session

from dispatch.domain.errors import Stale
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
    """Raise :class:`Stale` where another version is asked for than there is. Without the header all is well."""
    if if_match is None or if_match.strip() == "*":
        return
    present = f'"{row.version}"'
    if present not in {one.strip().removeprefix("W/") for one in if_match.split(",")}:
        raise Stale(
            f"You named version {if_match}, and it is version {present} by now. Read it again and decide anew.",
            version=row.version,
            named=if_match,
            changed_at=row.updated_at,
        )
