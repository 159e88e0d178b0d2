"""A problem in whole numbers none of which is above what the problem says: what bounds from below must count in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor, gcd

from optimizer.domain import Problem
from optimizer.kernel.data import NEVER, KernelData
from optimizer.lowering import base
from optimizer.money import METRES_PER_KM, SECONDS_PER_HOUR, Scale, exact
from optimizer.policy import Policy
from optimizer.rules import RULES, Level


@dataclass(frozen=True, slots=True)
class Floored:
    """Kernel arrays with no price above the problem's; ``exact``: none is below it either.

    ``step``: where exact, every plan costs a multiple of it.
    """

    data: KernelData
    exact: bool
    step: int


def floored(problem: Problem, policy: Policy) -> Floored:
    """The problem in kernel words, prices rounded down where they have to be rounded.

    They hardly ever have to: the unit is chosen so that prices with up to six decimals are whole (see
    :mod:`optimizer.money`).
    """
    data = base(problem, policy.weights)
    losses: list[Fraction] = []
    for rule in RULES:
        data.channels[rule.id] = None
        weight = exact(policy.weight(rule.id)) if rule.level is Level.SOFT else Fraction(1)
        rule.lower(problem, _Down(data.unit, weight, losses), data)
    return Floored(data, not losses, 1 if losses else gcd(0, *_prices(data)) or 1)


@dataclass(frozen=True, slots=True)
class _Down(Scale):
    """Rounds down, and remembers where something was lost."""

    losses: list[Fraction] = field(default_factory=list)

    def amount(self, price: float) -> int:
        return self._down(exact(price) * self.weight * self.unit)

    def per_second(self, price_per_hour: float) -> int:
        return self._down(exact(price_per_hour) * self.weight * self.unit / SECONDS_PER_HOUR)

    def per_metre(self, price_per_km: float) -> int:
        return self._down(exact(price_per_km) * self.weight * self.unit / METRES_PER_KM)

    def _down(self, counted: Fraction) -> int:
        whole = floor(counted)
        if whole != counted:
            self.losses.append(counted - whole)
        return whole


def _prices(data: KernelData) -> Iterator[int]:
    """All that a cost is made of."""
    for rates in (data.route_cost, data.travel_rate, data.metre_rate, data.duty_rate, data.overtime_rate):
        yield from rates.tolist()
    yield from data.drop_cost.tolist()
    for ramps in data.ramps.values():
        yield from ramps.jump.tolist()
        yield from ramps.slope.tolist()
    for unless in data.unless.values():
        yield from unless.cost.tolist()
    if data.balance_target != NEVER:
        yield data.balance_rate


__all__ = ["Floored", "floored"]
