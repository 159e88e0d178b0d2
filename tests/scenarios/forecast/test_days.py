"""What a day is known to be beforehand."""

import datetime as dt

import numpy as np
import pytest

from optimizer.invalid import InvalidInput
from scenarios.forecast.covariates import Covariates
from scenarios.forecast.days import HOLIDAY_TYPE, Days

CHRISTMAS_WEEK = dt.date(2026, 12, 21)  # a Monday; Christmas is the Friday


def columns(days, origin=30):
    return days.columns(None, origin)


def test_public_holidays_are_days_of_their_own_type():
    week = Days(CHRISTMAS_WEEK, 7, "CL")
    assert week.types().tolist() == [0, 1, 2, 3, HOLIDAY_TYPE, 5, 6]
    assert Days(CHRISTMAS_WEEK, 7).types().tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_the_days_before_and_after_a_holiday_are_marked():
    found, deviations = columns(Days(CHRISTMAS_WEEK, 7, "CL"))
    holiday, before, after = found[:, 7:10].T.tolist()
    assert holiday == [0, 0, 0, 0, 1, 0, 0]
    assert before == [0, 0, 0, 1, 0, 0, 0]
    assert after == [0, 0, 0, 0, 0, 1, 0]
    assert found.shape == (7, len(deviations))


def test_a_holiday_has_an_effect_of_its_own_name_in_every_year():
    found, _ = columns(Days(dt.date(2025, 12, 1), 400, "CL"))
    named = found[:, 10:]
    christmases = [(dt.date(year, 12, 25) - dt.date(2025, 12, 1)).days for year in (2025, 2026)]
    assert (named[christmases[0]] == named[christmases[1]]).all()
    assert named[christmases[0]].sum() == 1


def test_the_season_is_looked_for_once_a_year_is_known():
    days = Days(dt.date(2024, 1, 1), 500)
    less, more = days.columns(None, 365)[0], days.columns(None, 366)[0]
    assert more.shape[1] == less.shape[1] + 6  # three waves of a sine and a cosine


def test_weather_adds_two_columns_for_each_number():
    days = Days(dt.date(2024, 1, 1), 60)
    weather = Covariates(("warmth",), days.first, np.linspace(0, 9, 60)[:, None])
    assert days.columns(weather, 30)[0].shape[1] == days.columns(None, 30)[0].shape[1] + 2


def test_a_country_that_nobody_knows_is_refused():
    with pytest.raises(InvalidInput, match=r'country: is none whose public holidays are known .*found "XX"'):
        Days(dt.date(2026, 1, 1), 7, "XX").types()
