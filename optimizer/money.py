"""Exact money: what a written price means, and the whole numbers a kernel counts in.

A price such as 0.35 per kilometre is the decimal that was written, not the binary fraction nearest to it. Scores are
therefore fractions. The kernel counts in whole numbers of 1/``unit`` of money, the unit chosen so that the price of
one second (a 3600th of an hourly price) and of one metre (a 1000th of a price per kilometre) are whole as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

SECONDS_PER_HOUR = 3600
METRES_PER_KM = 1000
LEAST_UNIT = 18_000
"""Least common multiple of the two: with it, whole hourly and kilometre prices are whole per second and per metre."""
MOST_DECIMALS = 6
LARGEST_TOTAL = 2**61
"""No plan's total may count more than this: it leaves 64-bit sums room for differences of two totals."""


@lru_cache(maxsize=65_536)
def exact(value: float) -> Fraction:
    """The decimal that was written, as a fraction: ``exact(0.1)`` is one tenth.

    Raises :class:`ValueError` for what is not a finite number.
    """
    return Fraction(value) if isinstance(value, int) else Fraction(repr(float(value)))


def decimals(value: float) -> int:
    """How many decimals write the value exactly, at most :data:`MOST_DECIMALS`."""
    denominator = exact(value).denominator
    return next((k for k in range(MOST_DECIMALS) if 10**k % denominator == 0), MOST_DECIMALS)


def choose_unit(prices: Iterable[float], weights: Iterable[float], bound: float) -> int:
    """Parts of one unit of money that a kernel counts in.

    ``prices`` and ``weights`` are all that will be multiplied with each other, ``bound`` is more than any plan can
    cost. Where both cannot be had, room comes before exactness: then prices are rounded to the nearest part.
    """
    digits = max((decimals(price) for price in set(prices)), default=0)
    digits += max((decimals(weight) for weight in set(weights)), default=0)
    digits = min(digits, MOST_DECIMALS)
    while digits and LEAST_UNIT * 10**digits * bound > LARGEST_TOTAL:
        digits -= 1
    unit = LEAST_UNIT * 10**digits
    return unit if unit * bound <= LARGEST_TOTAL else max(1, int(LARGEST_TOTAL / bound))


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns one rule's prices into kernel counts: times its weight, in parts of 1/``unit``, to the nearest."""

    unit: int
    weight: Fraction = Fraction(1)

    def amount(self, price: float) -> int:
        """A price paid once."""
        return _counts(price, self.weight, self.unit, 1)

    def per_second(self, price_per_hour: float) -> int:
        """An hourly price, for each second."""
        return _counts(price_per_hour, self.weight, self.unit, SECONDS_PER_HOUR)

    def per_metre(self, price_per_km: float) -> int:
        """A price per kilometre, for each metre."""
        return _counts(price_per_km, self.weight, self.unit, METRES_PER_KM)


@lru_cache(maxsize=65_536)
def _counts(price: float, weight: Fraction, unit: int, parts: int) -> int:
    """A price for one of so many parts of what it is for, as a kernel counts it. A problem has few different ones."""
    return round(exact(price) * weight * unit / parts)


@lru_cache(maxsize=65_536)
def hourly(seconds: int, price_per_hour: float) -> Fraction:
    """What so many seconds cost at an hourly price."""
    return exact(price_per_hour) * seconds / SECONDS_PER_HOUR


@lru_cache(maxsize=65_536)
def by_distance(metres: int, price_per_km: float) -> Fraction:
    """What so many metres cost at a price per kilometre."""
    return exact(price_per_km) * metres / METRES_PER_KM
