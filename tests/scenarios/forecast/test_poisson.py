"""Rates from counts: what is there is found, and what is not is not made up."""

import numpy as np
import pytest

from scenarios.forecast.poisson import regress


def fitted(counts, columns, deviations, weights=None):
    counts = np.asarray(counts, dtype=float)
    size = len(counts)
    return regress(
        counts,
        np.asarray(columns, dtype=float),
        np.asarray(deviations, dtype=float),
        np.zeros(size),
        np.ones(size) if weights is None else np.asarray(weights, dtype=float),
    )


def test_one_rate_is_the_mean():
    found = fitted([2, 4, 6], np.ones((3, 1)), [np.inf])
    assert np.exp(found.coefficients[0]) == pytest.approx(4)


def test_older_counts_weigh_less():
    # (1·2 + 3·6) / (1 + 3) = 5
    found = fitted([2, 6], np.ones((2, 1)), [np.inf], weights=[1, 3])
    assert np.exp(found.coefficients[0]) == pytest.approx(5)


def test_effects_of_a_truth_are_found():
    generator = np.random.default_rng(1)
    columns = np.column_stack([np.ones(4000), generator.integers(0, 2, 4000), generator.normal(size=4000)])
    counts = generator.poisson(np.exp(columns @ [1.5, -0.7, 0.2]))
    found = fitted(counts, columns, [np.inf, 10, 10])
    assert found.coefficients == pytest.approx([1.5, -0.7, 0.2], abs=0.04)
    assert found.dispersion == pytest.approx(1, abs=0.1)


def test_an_effect_of_which_nothing_was_seen_is_none():
    found = fitted([3, 5, 4], [[1, 0], [1, 0], [1, 0]], [np.inf, 0.3])
    assert found.coefficients[1] == 0


def test_a_prior_holds_back_what_few_counts_say():
    columns = [[1, 0]] * 20 + [[1, 1]]
    free, held = (fitted([10] * 20 + [20], columns, [np.inf, wide]).coefficients[1] for wide in (10, 0.2))
    assert free == pytest.approx(np.log(2), abs=0.01)
    assert 0 < held < free / 1.5


def test_counts_that_vary_wildly_are_trusted_less():
    columns = [[1, 0], [1, 1]] * 20
    calm, wild = [10, 14] * 20, [0, 2, 20, 26] * 10
    told = [fitted(counts, columns, [np.inf, 0.2]) for counts in (calm, wild)]
    assert told[1].dispersion > 3 * told[0].dispersion
    assert abs(told[1].coefficients[1]) < abs(told[0].coefficients[1])


def test_no_counts_at_all_break_nothing():
    found = fitted([0, 0, 0], np.ones((3, 1)), [0.5])
    assert np.isfinite(found.coefficients).all()
