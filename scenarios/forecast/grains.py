"""The hierarchy: everything, each territory, each skill, each series; by the day and by the hour.

Expected numbers add up over it. Quantiles do not: a day that is busy everywhere is rarer than one that is busy in one
place. So each grain has quantiles of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.forecast.history import Real, Series

Key = tuple[str | None, str | None]
"""A territory and a skill; None is all of them."""


@dataclass(frozen=True, slots=True)
class Grain:
    """Which numbers belong together: of every territory or of all, of every skill or of all, by hour or by day."""

    name: str
    by_territory: bool
    by_skill: bool
    by_hour: bool

    def keys(self, series: Sequence[Series]) -> list[Key]:
        """What is counted at this grain, in the order of the series."""
        return list(dict.fromkeys(self._key(one) for one in series))

    def summed(self, numbers: Real, series: Sequence[Series]) -> Real:
        """Numbers of series and hours, [series, day, hour], added up: [key, day, hour] or [key, day, 1]."""
        keys = {key: at for at, key in enumerate(self.keys(series))}
        added = np.zeros((len(keys), *numbers.shape[1:]))
        np.add.at(added, [keys[self._key(one)] for one in series], numbers)
        return added if self.by_hour else added.sum(axis=2, keepdims=True)

    def _key(self, one: Series) -> Key:
        return (one.territory if self.by_territory else None, one.skill if self.by_skill else None)


def _grains() -> dict[str, Grain]:
    parts = {
        "all": (False, False),
        "territory": (True, False),
        "skill": (False, True),
        "territory and skill": (True, True),
    }
    found = [Grain(f"{name} by {unit}", *by, unit == "hour") for unit in ("day", "hour") for name, by in parts.items()]
    return {grain.name: grain for grain in found}


GRAINS = _grains()
"""Every grain by its name, days first."""
