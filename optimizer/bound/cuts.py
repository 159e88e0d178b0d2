"""Subset-row cuts: of three visits, at most one route can do two or more.

Jepsen, Petersen, Spoorendonk & Pisinger, *Subset-row inequalities applied to the vehicle-routing problem with time
windows*, Operations Research 56 (2008); with a memory after Pecin, Pessoa, Poggi & Uchoa, *Improved
branch-cut-and-price for capacitated vehicle routing* (2017). Every plan keeps to them, and fractions of routes often
do not, so they lift the bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

MOST_CUTS = 120
"""At one time; the kernel holds 128."""
_LEAST_VIOLATION = 0.03
_MOST_FRESH = 20
_MOST_OF_ONE_VISIT = 4
"""Cuts of one round that share a visit: more say nearly the same."""


@dataclass(frozen=True, slots=True)
class Cut:
    """At most one route does two of ``members``. A route forgets that it did one when it leaves ``memory``.

    Forgetting makes the cut weaker, never wrong, and pricing quicker.
    """

    members: frozenset[int]
    memory: frozenset[int]

    def count(self, visits: Sequence[int]) -> int:
        """How often a route counts in this cut."""
        counted, odd = 0, False
        for visit in visits:
            if visit in self.members:
                counted += odd
                odd = not odd
            elif visit not in self.memory:
                odd = False
        return counted


def separate(used: Sequence[tuple[tuple[int, ...], float]], known: Sequence[Cut], single: frozenset[int]) -> list[Cut]:
    """Cuts that a master's solution breaks, most broken first; a known one comes back with a larger memory.

    ``used``: the routes of the solution with their shares; ``single``: visits that are done at most once.
    """
    broken = sorted(_broken(used, single).items(), key=lambda item: (-item[1], item[0]))
    before = {cut.members: cut for cut in known}
    often: Counter[int] = Counter()
    fresh: list[Cut] = []
    for triple, _ in broken:
        if len(fresh) >= _MOST_FRESH:
            break
        if any(often[visit] >= _MOST_OF_ONE_VISIT for visit in triple):
            continue
        members = frozenset(triple)
        memory = members.union(*(_between(visits, members) for visits, _ in used))
        if members in before:
            if memory <= before[members].memory:
                continue
            memory |= before[members].memory
        often.update(triple)
        fresh.append(Cut(members, memory))
    return fresh


def _broken(used: Sequence[tuple[tuple[int, ...], float]], single: frozenset[int]) -> dict[tuple[int, int, int], float]:
    """By how much each three visits are done in twos more than once."""
    count = 1 + max((visit for visits, _ in used for visit in visits), default=0)
    routes = [(sorted(single.intersection(visits)), share) for visits, share in used]
    together = np.zeros((count, count))
    with_pair: dict[tuple[int, int], np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}
    for visits, share in routes:
        for a, b in combinations(visits, 2):
            together[a, b] += share
            together[b, a] += share
            with_pair.setdefault((a, b), np.zeros(count))[visits] += share
    found: dict[tuple[int, int, int], float] = {}
    for (a, b), all_three in with_pair.items():
        twice = together[a, b] + together[a] + together[b] - 2 * all_three
        for c in np.flatnonzero(twice > 1 + _LEAST_VIOLATION).tolist():
            if c not in (a, b):
                found[tuple(sorted((a, b, c)))] = float(twice[c]) - 1  # type: ignore[index]
    return found


def _between(visits: Sequence[int], members: frozenset[int]) -> set[int]:
    """What a route does between the members that it counts together."""
    at = [position for position, visit in enumerate(visits) if visit in members]
    return {visit for first, second in zip(at[::2], at[1::2], strict=False) for visit in visits[first:second]}
