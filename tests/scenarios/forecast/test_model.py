"""What is expected of days: it follows the calendar, adds up, and knows nothing of the future."""

import datetime as dt

import numpy as np
import pytest

from scenarios.forecast.days import Days
from scenarios.forecast.grains import GRAINS
from scenarios.forecast.history import Series
from scenarios.forecast.model import expect
from tests.scenarios.forecast.pasts import MONDAY, altered, made_up, past

GAS, PUMPS = Series("north", "gas"), Series("north", "pumps")


def expected(history, ahead=14, country=None, covariates=None):
    days = Days(history.first, history.days + ahead, country)
    return expect(history, days, covariates)


def test_expected_numbers_add_up_over_the_hierarchy_and_over_the_hours():
    history = made_up().history
    found = expected(history)
    rates = found.rates(history.days, history.days + 14)
    daily = found.daily[:, history.days :]
    assert rates.sum(axis=2) == pytest.approx(daily)
    for grain in GRAINS.values():
        assert grain.summed(rates, history.series).sum() == pytest.approx(daily.sum())


def test_weekdays_are_told_apart():
    found = expected(past({GAS: [12, 12, 12, 12, 12, 3, 1] * 16}))
    week = found.daily[0, 112:119]
    assert week[:5] == pytest.approx([12] * 5, rel=0.06)
    assert week[5:] == pytest.approx([3, 1], abs=0.6)


def test_a_step_of_demand_is_followed():
    before, after = [10] * 140, [20] * 84
    assert expected(past({GAS: before + after})).daily[0, -1] == pytest.approx(20, rel=0.12)


def test_less_comes_in_on_a_holiday_once_others_were_seen():
    # Chile: Good Friday on 3 April, Labour Day on Friday, 1 May, Navy Day on Thursday, 21 May 2026
    holidays = {dt.date(2026, 4, 3), dt.date(2026, 5, 1)}
    dates = [MONDAY + dt.timedelta(days=day) for day in range(133)]
    found = expected(past({GAS: [4 if date in holidays else 20 for date in dates]}), 14, "CL")
    ahead = {MONDAY + dt.timedelta(days=day): found.daily[0, day] for day in range(133, 147)}
    assert ahead[dt.date(2026, 5, 21)] < 12
    assert ahead[dt.date(2026, 5, 19)] == pytest.approx(20, rel=0.05)


def test_a_series_with_few_jobs_has_the_week_of_its_whole():
    few = [0] * 112
    few[2], few[40], few[80] = 1, 1, 1
    found = expected(past({GAS: [14, 14, 14, 14, 14, 2, 2] * 16, Series("south", "gas"): few}))
    south = found.daily[1, 112:119]
    assert south[:5].mean() > 3 * south[5:].mean()
    assert found.daily[1].sum() == pytest.approx(3, rel=0.6)


def test_a_skill_goes_its_own_way_where_it_has_the_numbers_for_it():
    found = expected(past({GAS: [20, 20, 20, 20, 20, 2, 2] * 16, PUMPS: [5, 5, 5, 5, 5, 15, 15] * 16}))
    assert found.daily[0, 112] > 5 * found.daily[0, 117]
    assert found.daily[1, 117] > 1.8 * found.daily[1, 112]


def test_cold_days_bring_more_once_that_was_seen():
    one = made_up(busy=0.0, days=300, jobs_per_day=80.0)
    history = one.history.before(280)
    ways = [expected(history, 7, "CL", weather).daily[:, 280:].sum() for weather in (None, one.weather)]
    truth = one.rates[:, 280:287].sum()
    assert abs(ways[1] - truth) < abs(ways[0] - truth) + 0.02 * truth
    gas = [at for at, one in enumerate(history.series) if one.skill == "gas"]
    colder = type(one.weather)(one.weather.names, one.weather.first, one.weather.values.copy())
    colder.values[280:] -= 6
    usual, cold = (expected(history, 7, "CL", weather).daily[gas, 280:].sum() for weather in (one.weather, colder))
    assert cold > 1.15 * usual


@pytest.mark.parametrize("day", [70, 100, 139])
def test_what_comes_later_changes_nothing(day):
    history = made_up().history
    one, other = (
        expected(which.before(day), 28, "CL").rates(0, day + 28) for which in (history, altered(history, day))
    )
    assert (one == other).all()


def test_a_series_that_turns_up_later_was_not_known_before():
    week = [9, 9, 9, 9, 9, 2, 2]
    one = past({GAS: week * 20})
    other = past({GAS: week * 20, PUMPS: [0] * 112 + [5] * 28, Series("south", "gas"): [0] * 120 + [5] * 20})
    known, found = (expected(which.before(105), 28).rates(0, 133) for which in (one, other))
    assert (found[0] == known[0]).all()
    assert not found[1:].any()


def test_nothing_is_less_than_none():
    found = expected(past({GAS: [0] * 100 + [1] * 12, PUMPS: [3] * 112}))
    assert (found.rates(0, 126) >= 0).all()
    assert np.isfinite(found.daily).all()
