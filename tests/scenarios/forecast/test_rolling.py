"""Forecasts of the past: each from what was known then."""

import numpy as np
import pytest

from scenarios.forecast.calibration import NOWHERE, Ranks, shares_for
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.issuing import Outside
from scenarios.forecast.rolling import LEAST_LEARNT, Calibration, origins_before, rolled
from tests.scenarios.forecast.pasts import altered, made_up


def test_origins_lie_a_week_apart_and_all_of_their_weeks_are_known():
    assert origins_before(100, 2) == [58, 65, 72, 79, 86]  # 86 + 14 = 100; 58 - 7 would be less than 8 weeks
    assert len(origins_before(5000, 2)) == 52
    assert origins_before(LEAST_LEARNT, 1) == []


def test_a_forecast_of_the_past_is_the_same_whatever_came_later():
    history = made_up().history
    for which in (history, altered(history, 90)):
        (tested,) = rolled(which, Outside("CL"), 2, [90])
        found = tested.issue.rates, tested.issue.spreads
        if which is history:
            first = found
    assert (found[0] == first[0]).all()
    assert found[1] == first[1]


def test_what_came_is_that_of_the_days_ahead():
    history = made_up().history
    (tested,) = rolled(history, Outside(), 2, [100])
    inside = (history.day >= 100) & (history.day < 114)
    assert tested.counts.sum() == inside.sum()


def test_only_weeks_that_were_over_are_learnt_from():
    history = made_up().history
    calibration = Calibration(history.series)
    for tested in rolled(history, Outside(), 2, [70, 77, 84]):
        calibration.learn(tested)
    grain = "skill by day"
    assert calibration.shares(grain, 0, 76) == shares_for(NOWHERE)  # the week from 70 on is over at 77
    assert calibration.shares(grain, 0, 77) != shares_for(NOWHERE)
    assert calibration.shares(grain, 1, 77) == shares_for(NOWHERE)  # its second week, at 84
    assert calibration.shares(grain, 1, 84) != shares_for(NOWHERE)


def test_older_forecasts_count_for_less():
    one = Ranks(np.array([0.0, 3.0, 4.0]), 4)
    assert one.weighing(0.5).count == 2
    assert one.weighing(0.5).sums.tolist() == [0, 1.5, 2]


def test_progress_is_told():
    told = []
    list(rolled(made_up().history, Outside(), 1, [70, 77], lambda done, of: told.append((done, of))))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize("name", GRAINS)
def test_every_grain_has_its_own_spread(name):
    (tested,) = rolled(made_up().history, Outside(), 1, [100])
    assert tested.issue.spreads[name] >= 0
