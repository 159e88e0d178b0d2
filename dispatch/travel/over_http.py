"""Asking an engine over HTTP: in time, again where that may help, and never more than fits.

A question has one deadline for everything: connecting, each attempt, and reading the answer to its end. What holds an
answer up, breaks it off or makes it endless is :class:`EngineDown` or :class:`EngineNonsense`, and messages name the
engine and the kind of the question but never a place.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

from dispatch.travel.ports import EngineDown, EngineNonsense

CONNECT_SECONDS = 0.5
"""An engine stands near by: one that takes longer to be reached is not there."""
_ATTEMPTS = 3
_OVERLOADED = frozenset({429, 502, 503, 504})
_REFUSED = frozenset({401, 403, 407})
_IDLE_SECONDS = 2.0
"""Servers close idle connections (OSRM after 5 s); ours go first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an engine: in words for messages, the path, and a body where it is sent by POST as JSON.

    The whole of it may take so many ``seconds``, and the answer may have so many bytes.
    """

    what: str
    path: str
    seconds: float
    most_bytes: int
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A status and the JSON object that came with it; None where the body is none. An array is its ``list``."""

    status: int
    document: dict[str, Any] | None


class Line:
    """The connections to one engine. Safe among threads."""

    def __init__(
        self,
        engine: str,
        url: str,
        *,
        client: httpx2.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """``url`` is where the engine's own paths begin. Raises ValueError for what is no address of a server."""
        parsed = httpx2.URL(url)
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise ValueError(f"the address of {engine} has to begin with http:// or https:// and to name a host")
        self._base = str(parsed).rstrip("/")
        self.name = f"{engine} at {parsed.host}" + (f":{parsed.port}" if parsed.port else "")
        limits = httpx2.Limits(max_connections=16, keepalive_expiry=_IDLE_SECONDS)
        # A proxy for the way out is none for the engine beside us; and an engine has no business to send us elsewhere.
        self._client = client or httpx2.Client(limits=limits, follow_redirects=False, trust_env=False)
        self._clock, self._wait = clock, wait

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def ask(self, question: Question) -> Reply:
        """The reply: after broken connections and overload tried again, while there is time.

        Raises :class:`EngineDown` and :class:`EngineNonsense`; a refusal (HTTP 400 to 499) is a reply.
        """
        deadline = self._clock() + question.seconds
        for attempt in count(1):
            try:
                return self._attempt(question, deadline)
            except _MayPassError as error:
                pause = random.uniform(0.5, 1.5) * 0.05 * 2**attempt
                if attempt == _ATTEMPTS or self._clock() + pause >= deadline:
                    raise EngineDown(f"{self.name} {error} ({question.what})") from error.__cause__
                self._wait(pause)
        raise AssertionError("counting ends")  # pragma: no cover

    def _attempt(self, question: Question, deadline: float) -> Reply:
        left = max(deadline - self._clock(), 0.001)
        timeout = httpx2.Timeout(left, connect=min(CONNECT_SECONDS, left))
        # Packed, a small answer could become an endless one.
        headers = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "Fieldwright/1"}
        method = "GET" if question.body is None else "POST"
        try:
            request = self._client.build_request(
                method, self._base + question.path, json=question.body, headers=headers, timeout=timeout
            )
            response = self._client.send(request, stream=True)
            try:
                content = self._content(question, response, deadline)
            finally:
                response.close()
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise _MayPassError(f"cannot be reached: {type(error).__name__}") from error
        except httpx2.TimeoutException as error:
            raise self._late(question) from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            raise _MayPassError(f"broke off: {type(error).__name__}") from error
        return self._reply(question, response.status_code, content)

    def _content(self, question: Question, response: httpx2.Response, deadline: float) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise EngineNonsense(f"{self.name} packs its answer, which nobody asked for ({question.what})")
        parts, size = [], 0
        for part in response.iter_raw():
            size += len(part)
            if size > question.most_bytes:
                raise EngineNonsense(f"{self.name} answers more than {question.most_bytes:,} bytes ({question.what})")
            if self._clock() > deadline:
                raise self._late(question)
            parts.append(part)
        return b"".join(parts)

    def _late(self, question: Question) -> EngineDown:
        return EngineDown(f"{self.name} took more than {question.seconds:.1f} s ({question.what})")

    def _reply(self, question: Question, status: int, content: bytes) -> Reply:
        if status in _OVERLOADED:
            raise _MayPassError(f"is overloaded: HTTP {status}")
        if status >= 500 or status in _REFUSED or 300 <= status < 400:
            raise EngineDown(f"{self.name} does not answer: HTTP {status} ({question.what})")
        try:
            document = json.loads(content, parse_constant=_refused)
        except (ValueError, RecursionError):
            document = None
        if isinstance(document, dict):
            return Reply(status, document)
        if isinstance(document, list):
            return Reply(status, {"list": document})
        if status == 200:
            raise EngineNonsense(f"{self.name} answers something else than JSON ({question.what})")
        return Reply(status, None)


class _MayPassError(Exception):
    """A failure after which another attempt at once may succeed."""


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
