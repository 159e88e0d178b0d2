"""Calibration: what is asked of a model so that its quantiles hold what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.forecast.calibration import GRID, NOWHERE, SHARES, ranks, shares_for
from scenarios.forecast.counts import quantile


def seen(true_mean, true_spread, told_mean, told_spread, numbers=3000):
    generator = np.random.default_rng(7)
    busy = generator.gamma(1 / true_spread, true_spread, numbers) if true_spread else 1.0
    counts = generator.poisson(true_mean * busy, numbers).astype(float)
    return ranks(counts, np.full(numbers, told_mean), told_spread)


def test_without_anything_seen_a_quantile_is_asked_for_as_it_is():
    assert shares_for(NOWHERE) == pytest.approx(SHARES, abs=0.02)


@pytest.mark.parametrize("mean", [0.05, 2.0, 40.0])
def test_a_model_that_is_right_is_left_alone(mean):
    assert shares_for(seen(mean, 0.1, mean, 0.1)) == pytest.approx(SHARES, abs=0.025)


def test_a_model_that_is_too_sure_is_asked_further_out():
    asked = shares_for(seen(40, 0.2, 40, 0.0))
    assert asked[0] < SHARES[0] / 3
    assert 1 - asked[-1] < (1 - SHARES[-1]) / 3


def test_a_model_that_expects_too_little_is_asked_for_more():
    asked = shares_for(seen(44, 0, 40, 0))
    assert asked[3] > 0.55
    assert asked[-1] > 0.97


def test_the_quantiles_then_hold_their_share():
    generator = np.random.default_rng(8)
    asked = shares_for(seen(40, 0.2, 40, 0.02))
    fresh = generator.poisson(40 * generator.gamma(5, 0.2, 4000))
    for share, ask in zip(SHARES, asked, strict=True):
        assert (fresh <= quantile(ask, np.array([40.0]), 0.02)[0]).mean() == pytest.approx(share, abs=0.06)


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0.01, 50)), max_size=30), st.floats(0, 3))
def test_what_is_asked_for_rises_with_the_quantile(numbers, spread):
    counts = np.array([count for count, _ in numbers], dtype=float)
    found = ranks(counts, np.array([mean for _, mean in numbers]), spread)
    asked = shares_for(found)
    assert list(asked) == sorted(asked)
    assert all(0 <= one <= 1 for one in asked)


def test_places_of_several_forecasts_add_up():
    one, other = seen(3, 0, 3, 0, numbers=50), seen(9, 0, 3, 0, numbers=70)
    assert (one + other).count == 120
    assert (one + other).sums == pytest.approx(one.sums + other.sums)


def test_that_numbers_came_too_high_is_believed_by_half():
    # numbers around 60 all lie at the upper end of what is told of 30: a quarter of them is taken to lie at the lower
    asked = shares_for(seen(60, 0, 30, 0))
    assert asked[0] < 0.01
    assert 1 - asked[-1] < 1e-6
    assert asked[3] > 0.9


def test_a_count_lies_on_the_stretch_between_less_and_at_most_so_many():
    # Of a Poisson number of mean 1, nothing has the probability 0.368: half of that stretch lies below 0.184.
    found = ranks(np.array([0.0]), np.array([1.0]), 0.0)
    assert np.interp(0.184, GRID, found.sums) == pytest.approx(0.5, abs=0.01)
    assert np.interp(0.5, GRID, found.sums) == pytest.approx(1)
