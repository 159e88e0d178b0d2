"""One document of a day: it has a version, which is another exactly when its content is."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dispatch.domain.events import instant

VERSION_BYTES = 6
"""A version stands beside an id: it only has to tell the versions of one document apart."""


@dataclass(frozen=True)
class Document:
    """What a phone keeps under one id: ``me``, ``shift:ID``, ``visit:ID``, ``notice:ID`` or ``message:ID``.

    ``body``: JSON values.
    """

    id: str
    kind: str
    body: Mapping[str, Any]

    @cached_property
    def digest(self) -> bytes:
        """The short hash of the content, keys in order."""
        content = json.dumps(self.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.blake2s(content.encode(), digest_size=VERSION_BYTES).digest()

    @property
    def version(self) -> str:
        """The hash as text."""
        return urlsafe_b64encode(self.digest).decode()

    def as_sent(self) -> dict[str, Any]:
        """As the phone gets it."""
        return {"id": self.id, "version": self.version, "kind": self.kind, **self.body}


def said(at: dt.datetime | None) -> str | None:
    """An instant as documents tell it; None stays None."""
    return None if at is None else instant(at)
