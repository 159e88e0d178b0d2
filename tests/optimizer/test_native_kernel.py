"""The native kernel is held against the reference on any plan, and refuses what is no plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain import After, Break, Costs, Geodesic, Location, Matrix, Problem, TimeWindow
from optimizer.kernel import checked
from optimizer.kernel.data import KernelPlan
from optimizer.native import Kernel
from optimizer.policy import Policy
from optimizer.scoring import lower, to_kernel
from tests.generated import generated
from tests.strategies import planned, planned_well
from tests.tiny import HOUR, MIDNIGHT, at, problem, shift, technician, visit

TRAVEL = {
    "geodesic": Geodesic(40.0, 1.3),
    "matrix": Matrix(np.array([[0, 600, 900], [700, 0, 300], [800, 400, 60]], dtype=np.int32)),
    "matrix with distances": Matrix(
        np.array([[0, 600, 900], [700, 0, 300], [800, 400, 0]], dtype=np.int32),
        np.array([[0, 5_000, 8_000], [5_500, 0, 2_000], [7_000, 2_500, 0]], dtype=np.int32),
    ),
}


@given(planned() | planned_well(), st.sampled_from([{}, {"duty": 3, "lateness": 0.5}]))
def test_both_kernels_say_the_same_of_any_plan_in_every_channel(case, weights):
    work, plan = case
    checked.evaluate(lower(work, Policy(weights=weights)), to_kernel(work, plan))


@given(st.data())
def test_both_kernels_say_the_same_of_longer_routes_thrown_together(data):
    work = lower(generated(data.draw(st.integers(0, 999)), visits=14, technicians=3, late=data.draw(st.booleans())))
    routes = len(work.route_owner)
    order = data.draw(st.permutations(range(int(work.task_offset[-1]))))
    tasks: list[list[int]] = [[] for _ in range(routes)]
    for task in order:
        if (route := data.draw(st.integers(-1, routes - 1))) >= 0:
            tasks[route].append(task)
    rests = np.diff(work.break_offset).tolist()
    gaps = [tuple(data.draw(st.integers(-1, len(t) + 2)) for _ in range(n)) for t, n in zip(tasks, rests, strict=True)]
    checked.evaluate(work, KernelPlan(tuple(map(tuple, tasks)), tuple(gaps)))


@pytest.mark.parametrize("travel", TRAVEL.values(), ids=TRAVEL)
def test_both_kernels_say_the_same_of_every_kind_of_travel(travel):
    work = problem(
        [visit("V1", 1, 30), visit("V2", 2, 20)],
        technician("Ann", costs=Costs(per_travel_hour=30, per_km=0.35, per_duty_hour=7)),
        travel={"car": travel},
        minutes=[[0] * 3] * 3,
    )
    work = replace(work, locations=tuple(Location(f"L{n}", 48 + n / 10, 2 - n / 7) for n in range(3)))
    for tasks in ((), (0,), (0, 1), (1, 0), (1, 1, 0)):
        numbers = checked.evaluate(lower(work), KernelPlan((tasks,), ((),)))
        assert (numbers["travel"] > 0) == bool(tasks)


def test_both_kernels_count_once_where_visits_wait_in_a_circle():
    work = problem([visit("V1", minutes=5), visit("V2", after=(After("V1"),))])
    assert checked.evaluate(lower(work), KernelPlan(((1, 0),), ((),)))["after_order"] == 1


def one_of_each():
    rest = Break("lunch", at("12:00"), at("13:00"), 1_800)
    return lower(problem([visit("V1"), visit("V2", roles=2)], technician("Ann", shift(breaks=(rest,)))))


@pytest.mark.parametrize(
    ("tasks", "gaps", "error"),
    [
        ([], [], ValueError),
        ([[0], []], [[0], []], ValueError),
        ([[0]], [], ValueError),
        ([[0]], [[]], ValueError),
        ([[0]], [[0, 0]], ValueError),
        ([[3]], [[0]], IndexError),
        ([[-1]], [[0]], IndexError),
        ([[2**31 - 1]], [[0]], IndexError),
        ([[0]], [[2**40]], TypeError),
        ([["V1"]], [[0]], TypeError),
        (None, [[0]], TypeError),
    ],
)
def test_what_is_no_decision_is_refused_by_evaluate_and_as_a_start(tasks, gaps, error):
    kernel = Kernel(one_of_each())
    with pytest.raises(error):
        kernel.evaluate(tasks, gaps)
    with pytest.raises(error):
        kernel.search(seconds=0, rounds=1, seed=1, threads=1, start=(tasks, gaps), report=None)
    assert kernel.evaluate([[0]], [[1]])["missed_break"] == 0  # it lives


@pytest.mark.parametrize("gap", [-(2**31), -2, 3, 2**31 - 1])
def test_a_gap_that_is_not_there_is_a_missed_break(gap):
    assert checked.evaluate(one_of_each(), KernelPlan(((0,),), ((gap,),)))["missed_break"] == 1


@pytest.mark.parametrize(
    "work",
    [
        Problem((), {}, (), ()),
        problem([]),
        Problem((Location("L0", 48.0, 2.0),), {"car": Geodesic(30, 1)}, (), (visit("V1"), visit("V2", drop_cost=None))),
        Problem((Location("L0", 48.0, 2.0),), {"car": Geodesic(30, 1)}, (replace(technician(), shifts=()),), ()),
        Problem(
            (Location("L0", 48.0, 2.0),), {"car": Geodesic(30, 1)}, (replace(technician(), shifts=()),), (visit(),)
        ),
    ],
    ids=["nothing", "no visits", "no technicians", "no shifts", "no shifts for a visit"],
)
def test_problems_that_lack_something_are_evaluated_and_searched(work):
    data = lower(work)
    rests = np.diff(data.break_offset).tolist()
    nothing = KernelPlan(((),) * len(rests), tuple((-1,) * n for n in rests))
    numbers = checked.evaluate(data, nothing)
    found = Kernel(data).search(seconds=1, rounds=20, seed=1, threads=2, start=None, report=None)
    if not work.technicians or not work.technicians[0].shifts:
        assert [list(tasks) for tasks in nothing.tasks] == found["tasks"]
        assert [visit for visit, _, _ in found["placements"]] == list(range(len(work.visits)))
        assert numbers["must_be_done"] == sum(one.drop_cost is None for one in work.visits)


def test_a_window_longer_ago_than_any_clock_and_one_that_never_comes_are_no_trouble():
    far = 60 * 365 * 24 * HOUR
    windows = (TimeWindow(MIDNIGHT - far, MIDNIGHT - far), TimeWindow(MIDNIGHT + 8 * HOUR, MIDNIGHT + far))
    checked.evaluate(lower(problem(visit("V1", windows=windows))), KernelPlan(((0,),), ((),)))
