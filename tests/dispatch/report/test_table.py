from __future__ import annotations

import io

from rich.console import Console

from dispatch.report.states import State, standings
from dispatch.report.table import plan_tables
from optimizer.domain import Plan, Problem, Promise, Unassigned
from optimizer.scoring import Scorecard, score
from optimizer.solve import Result
from tests.tiny import at, plan, problem, rest, route, shift, technician, visit


def printed(problem_: Problem, plan_: Plan, scorecard: Scorecard, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    for table in plan_tables(problem_, plan_, scorecard):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_route_is_told_in_times() -> None:
    ann = technician("Ann", shift(breaks=(rest("08:10", "12:00", 30),)))
    day = problem([visit("V1", 1, 20), visit("V2", 0, 10)], ann, [[0, 5], [5, 0]])
    chosen = plan(route("Ann", "V1", "V2", lunch=1))
    text = printed(day, chosen, score(day, chosen))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "Ann S 08:00–09:10, 2 visits, 10 min driving, 0 km" in lines
    assert "1 08:05 08:05 08:25 5 min V1 L1" in lines
    assert "08:25 08:55 lunch" in lines
    assert "2 09:00 09:00 09:10 5 min V2 L0" in lines


def test_what_is_left_out_and_what_is_late_stand_with_their_reasons() -> None:
    late = visit("V1", 0, 60, complete_by=Promise(at("08:45"), 10, 20))
    day = problem([late, visit("V2", 0, 10, drop_cost=50)])
    chosen = Plan(plan(route("Ann", "V1")).routes, (Unassigned("V2", ("Nobody has the skill.",)),))
    text = " ".join(printed(day, chosen, score(day, chosen)).split())
    assert "□ left out V2 L0 Nobody has the skill. Costs 50.00." in text
    assert "◆ late 15 min V1 L0 V1 ends 15 min after its promise of 08:45." in text
    assert "lateness 15.00" in text
    assert "total 65.00" in text


def test_a_plan_without_fault_is_praised() -> None:
    day = problem([visit("V1", 0, 60)])
    chosen = plan(route("Ann", "V1"))
    assert "Every visit is planned and every promise kept." in printed(day, chosen, score(day, chosen))


def test_the_sample_day_is_told_whole(day: Problem, planned: Result) -> None:
    text = printed(day, planned.plan, planned.scorecard)
    for one in day.visits:
        assert one.id in text
    for left in planned.plan.unassigned:
        assert left.reasons[0].split()[0] in text
    late = [s for s in standings(day, planned.scorecard.schedule).values() if s.state is State.LATE]
    assert text.count("◆ late") >= len(late)
