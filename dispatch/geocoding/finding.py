"""Finding the place of an address, whoever knows it: candidates, whether the first can be taken, and who said so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

from dispatch.domain.words import fold
from dispatch.geocoding.candidates import Candidate, ambiguous, safe
from dispatch.geocoding.providers import GeocoderDown, NobodyToAsk, Provider
from dispatch.geocoding.reading import Point

MOST = 20
_DIGITS = 4
"""Digits after the point by which an answer about a point is remembered: eleven metres."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the best first; empty: nobody knows such a place.

    ``source``: who said so. ``instead_of``: who should have been asked, and did not answer.
    """

    candidates: tuple[Candidate, ...]
    source: str
    instead_of: str = ""

    @property
    def sure(self) -> bool:
        """Whether the first can be taken without asking anybody."""
        return safe(list(self.candidates))

    @property
    def ambiguous(self) -> bool:
        """Whether another one is as likely as the first."""
        return ambiguous(list(self.candidates))


class Memory(Protocol):
    """What remembers answers, so that nobody is asked the same thing twice."""

    def recall(self, key: str) -> list[Candidate] | None:
        """What was answered, be it that there is nothing; None where nobody remembers."""

    def keep(self, key: str, source: str, candidates: Sequence[Candidate]) -> None:
        """Remember an answer."""


class Finder:
    """Asks providers in order: the first that answers has the say, "nothing found" included.

    Only one that is down passes the question on; the answer then says instead of whom it is given.
    """

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = tuple(providers)

    @property
    def remote(self) -> bool:
        """Whether asking may take a while: never in a transaction that others wait for, never at each key stroke."""
        return bool(self.providers) and self.providers[0].remote

    def find(self, query: str, limit: int = 5, around: Point | None = None, memory: Memory | None = None) -> Found:
        """Places that a text may mean. Raises :class:`GeocoderDown` where nobody answers."""
        most = max(1, min(limit, MOST))
        text = " ".join(query.split())
        if not text:
            return Found((), self.providers[0].name if self.providers else "")
        return self._asked(memory, f"search|{fold(text)}|{most}", lambda provider: provider.search(text, most, around))

    def at_hand(self, query: str, limit: int = 5, around: Point | None = None) -> Found | None:
        """What can be said without asking anybody far away, as for each key stroke; None where nothing is at hand."""
        near = [provider for provider in self.providers if not provider.remote]
        if not near:
            return None
        try:
            return Finder(near).find(query, limit, around)
        except GeocoderDown:
            return None

    def reverse(self, point: Point, memory: Memory | None = None) -> Found:
        """What lies at a point. Raises :class:`GeocoderDown` where nobody answers."""
        lat, lon = point
        return self._asked(
            memory, f"reverse|{lat:.{_DIGITS}f}|{lon:.{_DIGITS}f}", lambda provider: provider.reverse(point)
        )

    def _asked(self, memory: Memory | None, question: str, ask: Any) -> Found:
        instead_of, down = "", None
        for provider in self.providers:
            key = _key(provider, question)
            if memory is not None and provider.remote and (known := memory.recall(key)) is not None:
                return Found(tuple(known), provider.name, instead_of)
            try:
                candidates = ask(provider)
            except GeocoderDown as error:
                instead_of, down = instead_of or provider.name, down or error
                continue
            if memory is not None and provider.remote:
                memory.keep(key, provider.name, candidates)
            return Found(tuple(candidates), provider.name, instead_of)
        raise down or NobodyToAsk("Nobody can be asked for addresses.")


def as_document(candidate: Candidate) -> dict[str, Any]:
    """A candidate as JSON values."""
    return {**asdict(candidate), "inferred": list(candidate.inferred), "unused": list(candidate.unused)}


def from_document(document: dict[str, Any]) -> Candidate:
    """As :func:`as_document` wrote it."""
    known = {one.name: document[one.name] for one in fields(Candidate) if one.name in document}
    return Candidate(**{**known, "inferred": tuple(known["inferred"]), "unused": tuple(known["unused"])})


def _key(provider: Provider, question: str) -> str:
    """What an answer is remembered by; it does not show what was asked."""
    return hashlib.sha256(f"{provider.name}|{provider.version}|{question}".encode()).hexdigest()
