"""What is simulated for a question, piece by piece: whoever does a piece, wherever, it comes to the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from scenarios.keeping import key_of
from scenarios.replication import Alternative, Figures, replicate
from scenarios.scenario import Horizon


class Work(Protocol):
    """Many pieces of one kind, each known by plain values. It is data: it is sent to other processes and machines."""

    def key(self, piece: Any) -> str:
        """The digest of everything that a piece depends on."""

    def figures(self, piece: Any) -> Figures:
        """What a piece comes to."""


@dataclass(frozen=True)
class Replicating:
    """The replications of an alternative, by their numbers."""

    alternative: Alternative
    horizon: Horizon
    seed: int

    def key(self, piece: int) -> str:
        """As :func:`scenarios.keeping.key_of` has it."""
        return key_of(self.alternative, self.horizon, self.seed, piece)

    def figures(self, piece: int) -> Figures:
        """One replication."""
        return replicate(self.alternative, self.horizon, self.seed, piece)
