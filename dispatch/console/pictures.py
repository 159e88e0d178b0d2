"""Answering with what lies in the media folder: pictures, and documents.

What somebody else sent is shown on our own origin, so a browser is told exactly what it is, not to guess otherwise
(``nosniff``, which every answer has), and to run nothing in it. It may be kept, but by the person's own browser alone
and only after asking: whose rights or device are gone is not shown it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from dispatch.console.byte_ranges import is_named, ranged
from dispatch.domain.errors import NotFound
from dispatch.services.pictures import TYPES
from dispatch.services.service_reports import Document
from dispatch.store.files import Files
from dispatch.store.tables import Media

PDF = "application/pdf"
_HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
_MARKS = {"Cache-Control": "private, no-cache", "Content-Disposition": "inline"}
_SCHEMA = {"schema": {"type": "string", "format": "binary"}}

BINARY: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture", "content": dict.fromkeys(TYPES, _SCHEMA)},
    206: {"description": "A piece of it", "content": dict.fromkeys(TYPES, _SCHEMA)},
    304: {"description": "You have it"},
}
"""What a route declares that answers with a picture."""

DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document", "content": {PDF: _SCHEMA}},
    304: {"description": "You have it"},
}
"""What a route declares that answers with a report."""


def shown(files: Files, media: Media, asked: Mapping[str, str]) -> Response:
    """A picture that is there. Raises :class:`NotFound` where its file is gone from the folder."""
    assert media.kept is not None, "only what is there is shown"
    marks = {**_MARKS, "Content-Security-Policy": _HARMLESS}
    try:
        return ranged(files.path(media.kept), f'"{media.kept[:32]}"', media.kept_type or "", asked, marks)
    except FileNotFoundError as error:
        detail = f"The picture {media.id!r} is no longer in the media folder of this server."
        raise NotFound(detail, what="picture", id=media.id) from error


def read_out(document: Document, asked: Mapping[str, str]) -> Response:
    """A document, unless who asks has it."""
    tag = f'"{document.digest[:32]}"'
    marks = {**_MARKS, "ETag": tag, "Content-Disposition": f'inline; filename="{document.name}"'}
    if is_named(asked.get("if-none-match"), tag):
        return Response(status_code=304, headers=marks)
    return Response(document.content, media_type=PDF, headers=marks)
