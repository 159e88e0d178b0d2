from fractions import Fraction

import pytest

from optimizer.money import LARGEST_TOTAL, Scale, by_distance, choose_unit, decimals, exact, hourly


def test_a_price_is_the_decimal_that_was_written():
    assert exact(0.1) + exact(0.2) == Fraction(3, 10)
    assert exact(7) == 7


@pytest.mark.parametrize("nothing", [float("nan"), float("inf")])
def test_what_is_not_a_finite_number_is_refused(nothing):
    with pytest.raises(ValueError, match="Invalid literal"):
        exact(nothing)


@pytest.mark.parametrize(("value", "count"), [(0, 0), (12, 0), (0.5, 1), (0.35, 2), (0.125, 3), (1e-7, 6), (1 / 3, 6)])
def test_decimals_are_counted_up_to_six(value, count):
    assert decimals(value) == count


@pytest.mark.parametrize(
    ("prices", "weights", "unit"),
    [
        ([], [], 18_000),
        ([30, 1], [], 18_000),
        ([30, 0.35], [], 1_800_000),
        ([0.35], [0.5], 18_000_000),  # 0.175 has three decimals
        ([1e-7], [], 18_000_000_000),
    ],
)
def test_the_unit_makes_prices_whole_by_the_second_and_the_metre(prices, weights, unit):
    assert choose_unit(prices, weights, bound=1000) == unit


def test_with_the_chosen_unit_no_price_is_rounded():
    scale = Scale(choose_unit([0.35, 12.75], [0.5], bound=1e6), exact(0.5))
    assert Fraction(scale.per_metre(0.35), scale.unit) == exact(0.5) * by_distance(1, 0.35)
    assert Fraction(scale.per_second(12.75), scale.unit) == exact(0.5) * hourly(1, 12.75)
    assert Fraction(scale.amount(12.75), scale.unit) == exact(6.375)


@pytest.mark.parametrize("bound", [1e9, 1e14, 1e18, 1e25])
def test_room_for_large_totals_comes_before_exactness(bound):
    unit = choose_unit([0.000001], [], bound)
    assert unit >= 1
    assert unit == 1 or unit * bound <= LARGEST_TOTAL


def test_a_price_that_does_not_fit_the_unit_is_rounded_to_the_nearest():
    scale = Scale(18_000)
    assert scale.amount(1 / 3) == 6_000
    assert scale.per_second(0.1) == 0  # half a part of the unit, to the even
    assert scale.per_second(0.3) == 2  # one and a half
