"""Forecasts held against what came and against guesses, on weeks at the end of a history that they did not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.invalid import InvalidInput
from scenarios.forecast.baselines import BASELINES
from scenarios.forecast.calibration import SHARES
from scenarios.forecast.counts import quantile
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import History, Real
from scenarios.forecast.issuing import Outside
from scenarios.forecast.judging import Score
from scenarios.forecast.rolling import (
    LEAST_LEARNT,
    MOST_ORIGINS,
    WEEK,
    Calibration,
    OnProgress,
    Tested,
    by_week,
    rolled,
)

OURS, UNCALIBRATED = "forecast", "uncalibrated"


@dataclass(frozen=True)
class Proof:
    """``scores``: by method, grain and week ahead (0 is the first), of so many ``forecasts`` of so many ``weeks``."""

    scores: Mapping[tuple[str, str, int], Score]
    forecasts: int
    weeks: int

    @property
    def methods(self) -> list[str]:
        """The forecast first."""
        return list(dict.fromkeys(method for method, _, _ in self.scores))

    def score(self, method: str, grain: str, week: int | None = None) -> Score:
        """Of one week ahead, or of all of them."""
        some = range(self.weeks) if week is None else (week,)
        return sum((self.scores[method, grain, one] for one in some), start=Score())


def prove(
    history: History, outside: Outside, weeks: int, held_out: int, on_progress: OnProgress | None = None
) -> Proof:
    """Make the forecasts of every week that lie whole in the last ``held_out`` weeks, calibrated on those before.

    Raises :class:`InvalidInput` where the history is too short for that.
    """
    first = history.days - WEEK * held_out
    judged = list(range(first, history.days - WEEK * weeks + 1, WEEK))
    before = list(range(first - WEEK, LEAST_LEARNT - 1, -WEEK))[:MOST_ORIGINS][::-1]
    if not judged or len(before) < 2 * weeks:
        needed = LEAST_LEARNT // WEEK + 2 * weeks + held_out
        remedy = f"give {needed} weeks, or hold out fewer, but not fewer than are forecast"
        raise InvalidInput("the history", f"{history.days // WEEK} weeks", "is too short to judge forecasts by", remedy)
    calibration = Calibration(history.series)
    scores: dict[tuple[str, str, int], Score] = {}
    whole = {name: grain.summed(history.hourly(0, history.days), history.series) for name, grain in GRAINS.items()}
    for tested in rolled(history, outside, weeks, [*before, *judged], on_progress):
        if tested.issue.origin >= first:
            _judge(tested, calibration, history, scores)
            _judge_guesses(whole, tested.issue.origin, weeks, scores)
        calibration.learn(tested)
    return Proof(scores, len(judged), weeks)


def _judge(
    tested: Tested, calibration: Calibration, history: History, scores: dict[tuple[str, str, int], Score]
) -> None:
    for name, grain in GRAINS.items():
        spread = tested.issue.spreads[name]
        for week, (counts, means) in enumerate(by_week(grain, tested, history.series)):
            calibrated = calibration.shares(name, week, tested.issue.origin)
            for method, asked in ((OURS, calibrated), (UNCALIBRATED, SHARES)):
                score = scores.setdefault((method, name, week), Score())
                score.add(counts, np.stack([quantile(share, means, spread) for share in asked]))
                score.add_ranks(counts, means, spread, asked)


def _judge_guesses(
    counts: Mapping[str, Real], origin: int, weeks: int, scores: dict[tuple[str, str, int], Score]
) -> None:
    for method, guess in BASELINES.items():
        for name in GRAINS:
            for week in range(weeks):
                start = origin + WEEK * week
                came = counts[name][:, start : start + WEEK]
                scores.setdefault((method, name, week), Score()).add(came, guess(counts[name], origin, week))
