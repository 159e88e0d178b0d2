"""The problems benchmarks are made of: valid, the same everywhere, and with every field of the model in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import KINDS, generate, main
from optimizer.check import check
from optimizer.domain import Costs
from optimizer.io import problem_to, read_problem
from optimizer.solve import solve


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_problem_and_another_another(kind: str) -> None:
    assert problem_to(generate(kind, 40, 1)) == problem_to(generate(kind, 40, 1))
    assert problem_to(generate(kind, 40, 1)) != problem_to(generate(kind, 40, 2))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 5, 60])
def test_problems_of_every_size_can_be_solved(kind: str, size: int) -> None:
    problem = generate(kind, size, 3)
    assert len(problem.visits) == size
    # A crew of one role too many for two technicians, or a must, may be out of reach; nothing else may be wrong.
    found = check(problem, solve(problem, iterations=50).plan)
    assert [sentence for sentence in found if "must be done" not in sentence] == []


def test_rich_problems_use_every_field_of_the_model() -> None:
    data: dict[str, Any] = json.loads(json.dumps(problem_to(generate("rich", 150, 1))))
    visits, people = data["visits"], data["technicians"]
    shifts = [shift for person in people for shift in person["shifts"]]
    assert set(data) == {"name", "locations", "travel", "technicians", "visits", "balance"}
    assert {"durations", "distances"} <= set(data["travel"]["van"])
    assert data["travel"]["car"]["kind"] == "geodesic"
    said = set().union(*visits)
    assert {"windows", "demand", "skills", "roles", "arrive_by", "complete_by", "drop_cost"} <= said
    assert {"only", "never", "preferred", "preference_cost", "after", "previous", "reassign_cost"} <= said
    assert any(visit.get("cost_per_hour_later") for visit in visits)
    assert any(visit.get("drop_cost") is None for visit in visits)
    assert any(link.get("max_gap") for visit in visits for link in visit.get("after", ()))
    for key in ("skills", "capacity", "pace", "profile", "costs"):
        assert any(person.get(key) for person in people), key
    for key in Costs.__slots__:
        assert any(person["costs"].get(key) for person in people), key
    for key in ("max_overtime", "max_duty", "breaks", "committed"):
        assert any(shift.get(key) for shift in shifts), key
    assert any(shift.get("end_location") is None for shift in shifts)
    assert any(len(person["shifts"]) > 1 for person in people)


def test_the_command_writes_a_problem_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "plain.json.gz"
    assert main(["plain", "12", str(path), "--seed", "4"]) == 0
    assert read_problem(path) == generate("plain", 12, 4)
