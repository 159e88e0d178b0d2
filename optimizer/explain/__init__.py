"""Explanations of plans and problems, all from what the rules judge: why, why not, what if, what changed, what clashes.

Nothing here is guessed. What would free a visit is tried before it is told; two plans are compared account by account;
and of musts that cannot hold together it is said whether that was proved.
"""

from optimizer.explain.comparing import Comparison, compare
from optimizer.explain.contradictions import Contradiction, Contradictions, contradictions
from optimizer.explain.explaining import Explanation, explain
from optimizer.explain.freeing import Freeing
from optimizer.explain.misses import Miss
from optimizer.explain.musts import Must
from optimizer.explain.places import Placement

__all__ = [
    "Comparison",
    "Contradiction",
    "Contradictions",
    "Explanation",
    "Freeing",
    "Miss",
    "Must",
    "Placement",
    "compare",
    "contradictions",
    "explain",
]
