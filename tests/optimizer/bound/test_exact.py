"""CP-SAT, which is told the whole problem at once, is held against every plan of very small problems."""

from hypothesis import assume, given, settings

from optimizer.bound.exact import solve_exactly
from optimizer.domain import Promise
from optimizer.native import Kernel
from optimizer.scoring import lower
from tests.exhaustive import best, broken, total
from tests.optimizer.bound.small import plain
from tests.strategies import problems
from tests.tiny import at, problem, shift, technician, visit

LONG_ENOUGH = 60


def counted(data, plan):
    """What the kernel says a plan costs and in how many places it breaks a must."""
    channels = Kernel(data).evaluate([list(tasks) for tasks in plan.tasks], [list(gaps) for gaps in plan.gaps])
    return total(channels), broken(channels) + channels["must_be_done"]


def optimum(data):
    try:
        return best(data)
    except OverflowError:
        assume(False)


@settings(max_examples=80)
@given(plain(max_visits=3))
def test_where_waiting_gains_nothing_the_plan_is_the_best_and_proved(work):
    data = lower(work)
    wanted, found = optimum(data), solve_exactly(data, LONG_ENOUGH)
    if wanted is None or wanted.undone:
        assert found.impossible
    else:
        assert counted(data, found.plan) == (wanted.cost, 0)
        assert found.bound == wanted.cost


@settings(max_examples=40)
@given(problems(max_visits=3, max_technicians=2))
def test_with_every_field_of_the_model_no_plan_costs_less_than_the_bound(work):
    data = lower(work)
    wanted, found = optimum(data), solve_exactly(data, LONG_ENOUGH)
    if wanted is None or wanted.undone:
        return
    assert not found.impossible
    assert found.bound <= wanted.cost
    cost, wrong = counted(data, found.plan)
    assert wrong or cost >= wanted.cost


def test_a_crew_waits_for_its_last_member():
    # Bob comes from 60 minutes away, so both begin at 09:00; the visit is late by an hour, at 10 an hour.
    work = problem(
        visit("V1", 0, 30, roles=2, drop_cost=500, arrive_by=Promise(at("08:00"), 0, 10)),
        [technician("Ann"), technician("Bob", shift(start_location=1, end_location=1))],
        [[0, 60], [60, 0]],
    )
    data = lower(work)
    found = solve_exactly(data, LONG_ENOUGH)
    assert counted(data, found.plan) == (10 * data.unit, 0)
    assert found.bound == 10 * data.unit
