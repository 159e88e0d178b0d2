"""The builder: people's times in, the same problem as from a file out, the same words where something is wrong."""

import doctest
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

import optimizer.model
from optimizer.domain import Costs
from optimizer.invalid import InvalidInput
from optimizer.io import problem_from
from optimizer.model import Model, after, previous, promise, rest
from tests.optimizer.io.good import GOOD

ZONE = timezone(timedelta(hours=-3))
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)


def hours(number):
    return timedelta(hours=number)


def test_the_example_of_its_docstring_runs():
    assert doctest.testmod(optimizer.model).failed == 0


def test_it_builds_what_the_file_says():
    model = Model("good")
    base = model.location("base", lat=-29.90, lon=-71.25)
    harbour = model.location("harbour", lat=-29.95, lon=-71.34)
    hill = model.location("hill", lat=-29.96, lon=-71.30)
    model.travel("car", speed_kmh=35, detour_factor=1.3)
    model.travel(
        "van",
        durations=[[0, 700, 800], [690, 0, 500], [800, 510, 0]],
        distances=np.array([[0, 9000, 9900], [9000, 0, 4100], [9900, 4200, 0]]),
    )
    costs = Costs(per_shift=1800, per_travel_hour=3600, per_overtime_hour=7200)
    ana = model.technician("ana", skills={"boiler": 2}, capacity={"valve": 4.5}, profile="van", costs=costs)
    lunch = rest("lunch", MONDAY + hours(11.5), MONDAY + hours(13), hours(0.5))
    model.shift(
        ana, "mon", start=MONDAY + hours(8), end=MONDAY + hours(17), start_location=base, end_location=base,
        max_overtime=hours(1), max_duty=hours(9.5), breaks=[lunch], committed=["v1"],
    )  # fmt: skip
    model.shift(ana, "tue", start=MONDAY + hours(32), end=MONDAY + hours(41), start_location=base)
    ben = model.technician("ben", skills={"boiler": 1})
    model.shift(ben, "mon", start=MONDAY + hours(9), end=MONDAY + hours(18), start_location=hill, end_location=hill)
    model.visit(
        "v1", location=harbour, duration=timedelta(minutes=45), windows=[(MONDAY + hours(8), MONDAY + hours(12))],
        demand={"valve": 1.25}, skills={"boiler": 1},
        arrive_by=promise(MONDAY + hours(10), breach_cost=50, cost_per_hour_late=100), only=[ana, ben],
        previous=previous(ana, MONDAY + hours(8.5)), reassign_cost=20, cost_per_hour_later=5,
    )  # fmt: skip
    link = after("v1", min_gap=timedelta(minutes=10), max_gap=hours(4))
    model.visit("v2", location=hill, duration=hours(1), drop_cost=60000, roles=[{"boiler": 1}, {}], after=[link])
    model.visit(
        "v3", location=hill, duration=hours(1), drop_cost=900.5, never=[ben], preferred=[ana], preference_cost=3,
        complete_by=promise(MONDAY + hours(15), cost_per_hour_late=10), after=[after("v2")],
    )  # fmt: skip
    model.balance(hours(8), 900)
    assert model.problem() == problem_from(GOOD)


def tiny():
    model = Model()
    place = model.location("here", lat=0, lon=0)
    model.travel(speed_kmh=30)
    model.technician("ana")
    return model, place


def test_a_naive_date_time_is_refused_at_once():
    model, place = tiny()
    with pytest.raises(InvalidInput, match=r"technicians\[0\]\.shifts\[0\]\.start: is a naive date-time"):
        model.shift("ana", "mon", start=datetime(2026, 1, 5, 8), end=MONDAY, start_location=place)  # noqa: DTZ001


def test_a_broken_second_is_refused_at_once():
    model, place = tiny()
    with pytest.raises(InvalidInput, match=r"visits\[0\]\.duration: has a fraction of a second"):
        model.visit("v", location=place, duration=timedelta(seconds=0.5))


def test_the_same_moment_in_two_zones_is_the_same():
    assert promise(datetime(2026, 1, 5, 12, tzinfo=UTC)) == promise(datetime(2026, 1, 5, 9, tzinfo=ZONE))


def test_what_is_wrong_with_the_whole_is_said_as_for_a_file():
    model, place = tiny()
    model.shift("ana", "mon", start=MONDAY, end=MONDAY - hours(1), start_location=place + 7)
    model.visit("v", location=place, duration=-hours(1), only=["anna"])
    with pytest.raises(InvalidInput) as refused:
        model.problem()
    assert [(one.place, one.problem) for one in refused.value.complaints] == [
        ("technicians[0].shifts[0]", "the shift ends before it starts"),
        ("technicians[0].shifts[0].start_location", "is no index into the 1 locations"),
        ("visits[0].duration", "must not be negative"),
        ("visits[0].only[0]", "is the id of no technician"),
    ]


def test_a_shift_of_nobody_names_the_nearest():
    model, place = tiny()
    with pytest.raises(InvalidInput, match='did you mean "ana"'):
        model.shift("anna", "mon", start=MONDAY, end=MONDAY, start_location=place)


def test_travel_is_by_circle_or_by_table_and_not_both():
    model = Model()
    for given in ({}, {"speed_kmh": 30, "durations": [[0]]}):
        with pytest.raises(InvalidInput, match=r"travel\.car: must have either speed_kmh or durations"):
            model.travel("car", **given)


def test_a_table_of_the_wrong_size_is_refused():
    model, _ = tiny()
    model.travel("car", durations=np.array([[0, 1], [1, 0]]))
    with pytest.raises(InvalidInput, match=r"travel\.car\.durations: must have 1 rows"):
        model.problem()


def test_skills_and_roles_exclude_each_other():
    model, place = tiny()
    with pytest.raises(InvalidInput, match="stands beside `skills`"):
        model.visit("v", location=place, duration=hours(1), skills={"a": 1}, roles=[{}])
