"""Forecasts that would have been made: one for each of many days of the past, each from what was known on that day.

Every origin looks at the history before it alone (rolling origin; Tashman, "Out-of-sample tests of forecasting
accuracy", *International Journal of Forecasting* 16, 2000), and its quantiles are calibrated on forecasts of which the
last number was known by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from scenarios.forecast.calibration import NOWHERE, Ranks, ranks, shares_for
from scenarios.forecast.grains import GRAINS, Grain
from scenarios.forecast.history import History, Real, Series
from scenarios.forecast.issuing import Issue, Outside, issue

WEEK = 7
LEAST_LEARNT = 8 * WEEK
"""Days that have to lie before the first forecast."""
MOST_ORIGINS = 52
"""A calibration looks at so many weeks' forecasts,"""
HALF_LIFE = 91
"""and one counts half once it was over for so many days."""

OnProgress = Callable[[int, int], None]
"""Called with how many forecasts are made, and how many there will be."""


@dataclass(frozen=True)
class Tested:
    """A forecast and what came: jobs, [series, day, hour]."""

    issue: Issue
    counts: Real = field(repr=False)


def origins_before(day: int, weeks: int, most: int = MOST_ORIGINS) -> list[int]:
    """The days, a week apart, on which forecasts for so many weeks could have been made that were all known before a
    day; the last ``most`` of them, in their order.
    """
    last = day - WEEK * weeks
    return list(range(last, LEAST_LEARNT - 1, -WEEK))[:most][::-1]


def rolled(
    history: History, outside: Outside, weeks: int, origins: Sequence[int], on_progress: OnProgress | None = None
) -> Iterator[Tested]:
    """The forecast of each origin, with what came."""
    for number, origin in enumerate(origins, 1):
        found = issue(history.before(origin), outside, weeks)
        yield Tested(found, history.hourly(origin, origin + WEEK * weeks))
        if on_progress is not None:
            on_progress(number, len(origins))


class Calibration:
    """Learns from forecasts what share to ask a model for, by grain and by week ahead."""

    def __init__(self, series: Sequence[Series]) -> None:
        self._series = series
        self._seen: dict[tuple[str, int], list[tuple[int, Ranks]]] = {}

    def learn(self, tested: Tested) -> None:
        """Look at where the numbers of a forecast came to lie."""
        for name, grain in GRAINS.items():
            for week, (counts, means) in enumerate(by_week(grain, tested, self._series)):
                known = tested.issue.origin + WEEK * (week + 1)
                found = ranks(counts, means, tested.issue.spreads[name])
                self._seen.setdefault((name, week), []).append((known, found))

    def shares(self, grain: str, week: int, origin: int) -> tuple[float, ...]:
        """What to ask for when the day ``origin`` begins: only what was known by then counts."""
        past = ((origin - known, one) for known, one in self._seen.get((grain, week), []) if known <= origin)
        return shares_for(sum((one.weighing(0.5 ** (age / HALF_LIFE)) for age, one in past), start=NOWHERE))


def by_week(grain: Grain, tested: Tested, series: Sequence[Series]) -> Iterator[tuple[Real, Real]]:
    """For each week ahead, what came and what was expected at a grain."""
    counts, means = grain.summed(tested.counts, series), grain.summed(tested.issue.rates, series)
    for day in range(0, means.shape[1], WEEK):
        yield counts[:, day : day + WEEK], means[:, day : day + WEEK]
