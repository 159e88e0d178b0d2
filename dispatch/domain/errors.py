"""Every refusal the service can give, each with its HTTP status and a stable code.

A refusal is an answer to a person: the message names the place, the value and the remedy. Over HTTP it becomes an
RFC 9457 problem document whose ``type`` ends in :attr:`DispatchError.code`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class DispatchError(Exception):
    """A refusal that is part of the business. ``facts`` are further members of the problem document."""

    http_status: ClassVar[int] = 409
    code: ClassVar[str] = "conflict"
    title: ClassVar[str] = "That conflicts with how things stand"

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts: Mapping[str, Any] = facts


class NotFound(DispatchError):  # noqa: N818  a refusal reads as what is said
    """What was named does not exist, or may not be seen by who asks: the two are answered alike."""

    http_status, code, title = 404, "not-found", "There is no such thing"


class Invalid(DispatchError):  # noqa: N818
    """A value makes no sense. ``errors`` in the facts lists ``{"place", "value", "problem", "remedy"}``."""

    http_status, code, title = 422, "invalid", "Some of what was sent makes no sense"


class Forbidden(DispatchError):  # noqa: N818
    """Who asks may not do that."""

    http_status, code, title = 403, "forbidden", "You may not do that"


class NotSignedIn(DispatchError):  # noqa: N818
    """Nobody is signed in, or not any more."""

    http_status, code, title = 401, "not-signed-in", "Sign in first"


class TooMany(DispatchError):  # noqa: N818
    """Too many attempts; ``retry_after`` (seconds) in the facts says when to try again."""

    http_status, code, title = 429, "too-many", "Too many attempts"


class Stale(DispatchError):  # noqa: N818
    """Who asks has seen an older version. ``changed`` in the facts says what differs from the version they named."""

    http_status, code, title = 412, "stale", "It was changed meanwhile"


class IllegalTransition(DispatchError):  # noqa: N818
    """The lifecycle has no such step from here. ``allowed`` in the facts lists the steps that it has."""

    code, title = "illegal-transition", "That step is not possible from here"


class Unavailable(DispatchError):  # noqa: N818
    """A part that is needed does not answer now; nothing was changed."""

    http_status, code, title = 503, "unavailable", "Not available just now"
