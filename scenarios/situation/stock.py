"""Parts that work needs, and what vans carry of them.

A van is not counted through: each job that needs a part finds it in the van that comes with one and the same
probability, whoever comes and whenever. So which jobs lack a part does not hang on who else works in a scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Stock:
    """``needed``: kind of work → the share of its jobs that need a part, none where it is not named. ``filled``: the
    share of those for which the van that comes has it. ``wait``: seconds until a part that was missing is there.
    """

    needed: Mapping[str, float]
    filled: float
    wait: int

    @classmethod
    def of(cls, kinds: Iterable[str], needed: float, filled: float, hours: float) -> Stock:
        """The same share for all kinds that use parts."""
        return cls(dict.fromkeys(sorted(kinds), needed), filled, round(hours * 3600))

    def altered(self, filled: float | None, hours: float | None) -> Stock:
        """The same with vans that are filled otherwise, or parts that are there after so many hours."""
        wait = self.wait if hours is None else round(hours * 3600)
        return replace(self, filled=self.filled if filled is None else filled, wait=wait)
