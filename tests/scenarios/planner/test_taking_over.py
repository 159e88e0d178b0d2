"""A staffing that becomes a scenario: the very company that was simulated."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scenarios.changes import changed
from scenarios.planner.taking_over import scenario_of_staffing
from scenarios.reading import scenario_of_document
from scenarios.scenario import Hire, Leave
from scenarios.staffing import staffed
from tests.scenarios.planner.here import TOWN, document
from tests.scenarios.situations import hamlet


def asked(*groups: list[str]) -> dict[str, object]:
    each = [{"technicians": one, "least": 0, "most": 9, "cost_per_day": 100} for one in groups]
    return document(
        "x" * 120, changes=[], accept=[], staffing={"targets": [{"kpi": "sla", "at_least": 0.9}], "groups": each}
    )


@given(st.integers(0, 9), st.integers(0, 9))
def test_its_changes_make_the_company_that_the_staffing_had(first: int, second: int) -> None:
    town = hamlet(technicians=6)
    scenario = scenario_of_document(asked(["T02", "T01", "T05"], ["T04"]))
    made = scenario_of_staffing(scenario, (first, second))
    assert scenario.staffing is not None
    # T03 and T06 are in no group, so that somebody is always there.
    assert changed(town, made.changes) == staffed(town, scenario.staffing.groups, (first, second))
    assert len(made.title) == 120
    assert made.title.endswith(f" ({first} + {second})")


def test_who_leaves_is_one_change_and_who_comes_is_one_for_each_turn() -> None:
    made = scenario_of_staffing(scenario_of_document(asked(["T01", "T02"], ["T03"])), (1, 3))
    leave, *hired = made.changes
    assert isinstance(leave, Leave)
    assert leave.technicians == ["T02"]
    assert [(one.like, one.count) for one in hired if isinstance(one, Hire)] == [("T03", 2)]
    # one too few in the first group and one too many in the other; three like T01, T02, T01 above two
    more = scenario_of_staffing(scenario_of_document(asked(["T01", "T02"], ["T03"])), (5, 1)).changes
    assert [one.like for one in more if isinstance(one, Hire)] == ["T01", "T02", "T01"]
    assert made.accept == scenario_of_document(asked(["T01"])).staffing.targets  # type: ignore[union-attr]
    assert made.situation == scenario_of_document({**document(), "situation": TOWN}).situation
