import pytest

from optimizer.domain import After
from optimizer.rules.after_order import AfterOrder
from tests.optimizer.rules.verifier import verify
from tests.tiny import MINUTE, plan, problem, route, technician, visit, window


def second(min_gap=0, max_gap=None, **more):
    return visit("V2", after=(After("V1", min_gap * MINUTE, max_gap and max_gap * MINUTE),), **more)


CREW = [technician("Ann"), technician("Bob")]
FIRST = visit("V1", minutes=60)  # 08:00 to 09:00


@pytest.mark.parametrize(("opens", "max_gap", "amount"), [("09:30", 30, 0), ("09:31", 30, 1), ("16:00", None, 0)])
def test_counts_a_visit_that_starts_too_long_after_the_other(opens, max_gap, amount):
    work = problem([FIRST, second(0, max_gap, windows=(window(opens, "17:00"),))], CREW)
    verify(AfterOrder()).given(work, plan(route("Ann", "V1"), route("Bob", "V2"))).penalizes_by(amount)


def test_too_soon_cannot_be_because_the_visit_waits():
    work = problem([FIRST, second(min_gap=20)], CREW)
    verify(AfterOrder()).given(work, plan(route("Bob", "V2"), route("Ann", "V1"))).is_content()


def test_counts_a_visit_without_the_other():
    case = verify(AfterOrder()).given(problem([FIRST, second()], CREW), plan(route("Bob", "V2")))
    case.penalizes_by(1, because="V2 is planned without V1, which must come before")
    verify(AfterOrder()).given(problem([FIRST, second()], CREW), plan(route("Bob", "V1"))).is_content()


def test_counts_once_where_the_order_on_a_route_makes_a_circle():
    work = problem([FIRST, second()], CREW)
    case = verify(AfterOrder()).given(work, plan(route("Ann", "V2", "V1")))
    case.penalizes_by(1, because="wait for each other in a circle")


def test_says_how_long_after_and_how_long_is_allowed():
    work = problem([FIRST, second(0, 30, windows=(window("10:00", "17:00"),))], CREW)
    told = "V2 starts 1 h 00 min after the end of V1, at most 30 min are allowed"
    case = verify(AfterOrder()).given(work, plan(route("Ann", "V1"), route("Bob", "V2")))
    case.penalizes_by(1, because=told)
