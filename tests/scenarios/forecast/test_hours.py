"""The shares of the hours."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.forecast.days import HOLIDAY_TYPE, TYPES
from scenarios.forecast.history import HOURS
from scenarios.forecast.hours import shares

COUNTS = arrays(float, (3, TYPES, HOURS), elements=st.floats(0, 1e4))


@given(COUNTS)
def test_the_shares_of_a_day_add_up_to_one(counts):
    found = shares(counts, np.array([0, 0, 1]))
    assert np.allclose(found.sum(axis=2), 1)
    assert (found >= 0).all()


def test_a_series_of_which_little_is_known_has_the_hours_of_its_skill():
    counts = np.zeros((3, TYPES, HOURS))
    counts[0, :5, 9] = 500  # the skill's other territory: always at nine
    counts[1, 0, 22] = 1  # one job, at ten in the evening
    counts[2, :5, 15] = 500  # another skill: always at three
    found = shares(counts, np.array([0, 0, 1]))
    assert found[1, 2].argmax() == 9
    assert found[2, 2].argmax() == 15


def test_what_was_often_seen_is_believed():
    counts = np.zeros((2, TYPES, HOURS))
    counts[0, 0, 9], counts[1, 0, 17] = 5000, 5000
    found = shares(counts, np.array([0, 0]))
    assert found[0, 0, 9] > 0.9
    assert found[1, 0, 17] > 0.9


def test_a_holiday_that_nobody_saw_is_like_a_sunday():
    counts = np.zeros((1, TYPES, HOURS))
    counts[0, :5, 9], counts[0, 6, 12] = 300, 300
    found = shares(counts, np.array([0]))
    assert found[0, HOLIDAY_TYPE].argmax() == found[0, 6].argmax() == 12
