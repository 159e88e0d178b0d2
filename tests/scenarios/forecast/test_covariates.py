"""Weather: what is known of it, and what is usual."""

import datetime as dt

import numpy as np
import pytest

from scenarios.forecast.covariates import Covariates

FIRST = dt.date(2025, 1, 1)


def days(count):
    return [FIRST + dt.timedelta(days=day) for day in range(count)]


def weather(values, known_days=7):
    return Covariates(("warmth",), FIRST, np.asarray(values, dtype=float)[:, None], known_days)


def test_numbers_are_told_by_their_deviation_from_the_mean_before():
    found = weather([10, 20] * 20).standardised(days(40), 30)  # mean 15, deviation 5
    assert found[:2, 0].tolist() == [-1, 1]
    assert found[:2, 1].tolist() == [0, 0]  # the square less 1


def test_beyond_what_is_known_ahead_the_usual_is_taken():
    values = [10.0] * 20 + [20.0] * 20 + [99.0] * 40
    found = weather(values, known_days=3).standardised(days(80), 40)
    assert found[40:43, 0].tolist() == [3, 3, 3]  # 99 is far out: it counts as three deviations
    assert (found[43:, 0] < 1.5).all()


def test_what_comes_later_than_is_known_changes_nothing():
    before = [float(day % 9) for day in range(50)]
    one, other = (weather(before + after).standardised(days(80), 43) for after in ([1.0] * 30, [8.0] * 30))
    assert (one == other).all()


def test_what_is_usual_is_so_at_the_same_time_of_other_years():
    values = [5.0 if date.month in (6, 7, 8) else 25.0 for date in days(730)]
    found = weather(values, known_days=0).standardised(days(760), 730)
    july = (dt.date(2026, 7, 15) - FIRST).days
    asked = weather([*values[:july]], known_days=0).standardised(days(july + 10), july)
    assert asked[july + 2, 0] < -1  # as it was last July
    assert found[740, 0] > 0.4  # January


def test_days_of_which_nothing_is_known_are_counted():
    assert weather([1.0, np.nan, 3.0]).missing(days(5)) == 3


def test_a_number_that_is_always_the_same_has_no_effect():
    assert weather([4.0] * 40).standardised(days(40), 20) == pytest.approx(np.tile([0.0, -1.0], (40, 1)))
