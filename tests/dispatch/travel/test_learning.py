"""Learning a slice's factor from legs: recovered where there are many, and never from few or from nonsense."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.travel.learning import ENOUGH_LEGS, LEAST, MOST, learnt


def driven(factor: float, count: int, seed: int = 1, noise: float = 0.2) -> list[tuple[float, float]]:
    """Legs in a slice with this factor, each with its own luck."""
    drawn = random.Random(seed)
    legs = []
    for _ in range(count):
        free = drawn.uniform(120, 1800)
        legs.append((free * factor * math.exp(drawn.gauss(0, noise)), free))
    return legs


@pytest.mark.parametrize("true", [0.8, 1.0, 1.3, 1.9])
def test_many_legs_recover_the_factor_whatever_was_configured(true: float) -> None:
    found = learnt(1.2, driven(true, 3000))
    assert found.factor == pytest.approx(true, rel=0.02)
    assert found.low < found.factor < found.high
    assert found.enough


def test_the_interval_holds_what_is_true_mostly() -> None:
    held = [one.low <= 1.3 <= one.high for one in (learnt(1.3, driven(1.3, 200, seed)) for seed in range(200))]
    assert sum(held) / len(held) > 0.9


def test_few_legs_change_little_and_may_not_be_used() -> None:
    found = learnt(1.2, driven(2.0, ENOUGH_LEGS - 1, noise=0.0))
    assert not found.enough
    assert found.factor < 1.2 * math.sqrt(2.0 / 1.2)  # less than half the way
    assert learnt(1.2, []).factor == pytest.approx(1.2)


def test_outliers_are_clamped_rather_than_believed() -> None:
    legs = driven(1.3, 1000)
    wild = [(40_000.0, 300.0)] * 10 + [(1.0, 600.0)] * 10
    assert learnt(1.2, [*legs, *wild]).factor == pytest.approx(learnt(1.2, legs).factor, rel=0.02)


def test_legs_too_short_to_tell_traffic_by_are_left_out() -> None:
    assert learnt(1.2, [(300.0, 20.0)] * 100).legs == 0


@given(st.floats(0.5, 3), st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e5)), max_size=60))
def test_whatever_was_driven_the_factor_stays_within_its_bounds(
    configured: float, legs: list[tuple[float, float]]
) -> None:
    found = learnt(configured, legs)
    assert LEAST <= found.low <= found.factor <= found.high <= MOST
