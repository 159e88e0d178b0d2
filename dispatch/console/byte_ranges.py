"""A file of which clients ask for pieces: byte ranges, entity tags and their conditions (RFC 9110, sections 13 and 14).

A map's client reads some hundred small pieces of a large file. A request for several pieces at once is answered with
the whole file, as the standard allows; nobody who reads maps sends one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from fastapi import Response
from fastapi.responses import StreamingResponse

from dispatch.console.problems import problem

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
"""Longer numbers are of no file, and costly to read."""
_AT_ONCE = 1 << 20
"""Up to so many bytes are read and sent in one go."""


def ranged(file: Path, tag: str, media_type: str, asked: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    """The answer to a request with the headers ``asked``: 200, 206, 304 or 416.

    ``tag`` is the strong entity tag, quotes included; ``headers`` go with every answer. Raises FileNotFoundError.
    """
    # Opened before anything is promised: what replaces the file meanwhile does not touch what is open.
    opened = file.open("rb")
    size = os.fstat(opened.fileno()).st_size
    marks = {**headers, "ETag": tag, "Accept-Ranges": "bytes"}
    if is_named(asked.get("if-none-match"), tag):
        opened.close()
        return Response(status_code=304, headers=marks)
    piece = _piece(asked, tag, size)
    if piece is None:
        return _answer(opened, 0, size, 200, marks, media_type)
    first, end = piece
    if first >= end:
        opened.close()
        detail = f"The file has {size} bytes; ask for some of them."
        return problem(
            416, "range", "It is not that long", detail, headers={**marks, "Content-Range": f"bytes */{size}"}
        )
    marks["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return _answer(opened, first, end, 206, marks, media_type)


def _piece(asked: Mapping[str, str], tag: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last; None for the whole file; an empty piece for what cannot be had.

    A range that makes no sense is as good as none, and so is one of a version that is gone (If-Range).
    """
    match = _RANGE.fullmatch(asked.get("range", "").replace(" ", ""))
    if match is None or match.group() == "bytes=-" or asked.get("if-range", tag) != tag:
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


def _answer(opened: BinaryIO, first: int, end: int, status: int, marks: dict[str, str], media_type: str) -> Response:
    if end - first > _AT_ONCE:
        marks["Content-Length"] = str(end - first)
        return StreamingResponse(_pieces(opened, first, end), status, marks, media_type)
    with opened:
        opened.seek(first)
        return Response(opened.read(end - first), status, marks, media_type)


def _pieces(opened: BinaryIO, first: int, end: int) -> Iterator[bytes]:
    with opened:
        opened.seek(first)
        while first < end and (piece := opened.read(min(_AT_ONCE, end - first))):
            first += len(piece)
            yield piece


def is_named(tags: str | None, tag: str) -> bool:
    """Whether a header If-None-Match names this version."""
    return tags is not None and (
        tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}
    )
