"""Negative binomial numbers: their probabilities, their quantiles and how far they spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scenarios.forecast.counts import below, quantile, spread_of

MEANS = st.floats(0, 500)
SPREADS = st.floats(0, 5)
SHARES = st.floats(0.001, 0.999)


@given(MEANS, SPREADS, SHARES, SHARES)
def test_a_higher_quantile_is_no_smaller_number(mean, spread, one, other):
    low, high = (quantile(share, np.array([mean]), spread)[0] for share in sorted((one, other)))
    assert low <= high


@given(MEANS, SPREADS, SHARES)
def test_a_quantile_is_the_smallest_number_that_holds_its_share(mean, spread, share):
    means = np.array([mean])
    found = quantile(share, means, spread)
    assert below(found, means, spread)[0] >= share
    assert below(found - 1, means, spread)[0] < share


@pytest.mark.parametrize(("mean", "spread"), [(0.3, 0.5), (4.0, 0.1), (60.0, 1.5)])
def test_they_are_those_of_the_textbook(mean, spread):
    size = 1 / spread
    known = stats.nbinom(size, size / (size + mean))
    numbers = np.arange(40.0)
    assert below(numbers, np.full(40, mean), spread) == pytest.approx(known.cdf(numbers))
    assert quantile(0.9, np.array([mean]), spread)[0] == known.ppf(0.9)
    assert known.var() == pytest.approx(mean + spread * mean**2)


def test_without_a_spread_they_are_poisson_numbers():
    assert quantile(0.95, np.array([3.0, 50.0]), 0.0).tolist() == stats.poisson([3.0, 50.0]).ppf(0.95).tolist()


def test_the_spread_is_found_again():
    generator = np.random.default_rng(4)
    means = np.full(20_000, 20.0)
    busy = generator.poisson(means * generator.gamma(1 / 0.3, 0.3, len(means)))
    assert spread_of(busy.astype(float), means) == pytest.approx(0.3, abs=0.02)
    assert spread_of(generator.poisson(means).astype(float), means) == pytest.approx(0, abs=0.002)
    assert spread_of(means, means) == 0  # less than Poisson counts as Poisson
