"""Means, how far the true ones may lie from them, and how often they do."""

import math

import numpy as np
import pytest

from scenarios.measuring.intervals import Interval, difference, interval, narrow_enough


def test_an_interval_is_that_of_student():
    # 1, 2, 3: mean 2, deviation 1; t(2; 0.975) = 4.3027, over the root of 3.
    found = interval([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.half == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)
    assert (found.low, found.high) == (found.mean - found.half, found.mean + found.half)


def test_one_replication_says_nothing_of_the_spread():
    assert interval([5.0]) == Interval(5.0, math.inf, 1)


def test_replications_with_nothing_to_count_are_left_out():
    assert interval([None, 1.0, None, 3.0]).count == 2
    nothing = interval([None, None])
    assert nothing.mean is None
    assert not nothing.tells
    with pytest.raises(ValueError, match="nothing was counted"):
        _ = nothing.low


def test_pairs_take_out_what_both_have_in_common():
    before, after = [10.0, 20.0, 30.0], [11.0, 21.5, 31.0]
    found = difference(before, after)
    assert found.mean == pytest.approx(7 / 6)
    assert found.half < 0.1 * interval(before).half
    assert found.tells


def test_a_pair_of_which_one_is_missing_is_none():
    assert difference([1.0, None, 3.0], [2.0, 2.0, None]).count == 1
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        difference([1.0, 2.0], [1.0])


def test_what_cannot_be_counted_holds_nobody_up():
    assert narrow_enough(interval([None]), 0.1)
    assert not narrow_enough(interval([1.0]), 0.1)
    assert narrow_enough(interval([1.0, 1.0]), 0.1)


def test_the_interval_holds_the_true_difference_about_19_times_of_20():
    generator = np.random.default_rng(7)
    held = 0
    for _ in range(1000):
        day = generator.normal(0, 5, 8)  # what both have in common
        before, after = (day + generator.normal(0, 1, 8) for _ in range(2))
        found = difference(before.tolist(), (after + 0.5).tolist())
        held += found.low <= 0.5 <= found.high
    assert 0.92 <= held / 1000 <= 0.98
