import pytest

from optimizer.rules.over_capacity import OverCapacity
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, shift, technician, visit


@pytest.mark.parametrize(
    ("demands", "capacity", "amount"),
    [
        ([{}, {}], {}, 0),
        ([{"pipe": 2}, {"pipe": 3}], {"pipe": 5}, 0),
        ([{"pipe": 2}, {"pipe": 3}], {"pipe": 4.5}, 1),
        ([{"pipe": 2}, {"valve": 1}], {"pipe": 5}, 1),  # no valve on board
        ([{"pipe": 2}, {"valve": 1}], {}, 2),
        ([{"pipe": 0.1}, {"pipe": 0.2}], {"pipe": 0.3}, 0),  # as written, not as binary fractions add up
    ],
)
def test_counts_each_resource_beyond_what_is_on_board(demands, capacity, amount):
    work = problem(
        [visit(f"V{n}", demand=demand) for n, demand in enumerate(demands)], technician("Ann", capacity=capacity)
    )
    verify(OverCapacity()).given(work, plan(route("Ann", "V0", "V1"))).penalizes_by(amount)


def test_each_shift_starts_with_a_full_load():
    ann = technician("Ann", shift("S"), shift("T"), capacity={"pipe": 2})
    work = problem([visit("V0", demand={"pipe": 2}), visit("V1", demand={"pipe": 2})], ann)
    verify(OverCapacity()).given(work, plan(route("Ann", "V0"), route("Ann", "V1", shift="T"))).is_content()


def test_says_what_is_needed_and_what_is_there():
    work = problem(visit("V1", demand={"pipe": 2.5}), technician("Ann", capacity={"pipe": 2}))
    case = verify(OverCapacity()).given(work, plan(route("Ann", "V1")))
    case.penalizes_by(1, because="Ann needs 2.5 of pipe on S, has 2")
