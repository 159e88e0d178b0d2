"""Named weights: what an operation cares about, beyond the costs that the problem itself states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Policy:
    """Weights by the id of a soft rule; a rule not named has weight 1.

    A weight multiplies the rule's cost, for the score and for the kernel alike. It does not change what a plan is
    published to cost, and hard rules have none: what must be must be. Raises :class:`ValueError` for a weight
    below zero.
    """

    name: str = "default"
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule_id, weight in self.weights.items():
            if not 0 <= weight < float("inf"):
                raise ValueError(
                    f"Policy {self.name!r}: the weight of {rule_id!r} is {weight}, not a number from 0 on."
                )

    def weight(self, rule_id: str) -> float:
        """The weight of a soft rule."""
        return self.weights.get(rule_id, 1)


DEFAULT = Policy()
"""Every cost counts as the problem states it."""
