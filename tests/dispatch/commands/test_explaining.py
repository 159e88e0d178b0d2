"""What the command line says of explanations, comparisons and contradictions."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.cli import main
from dispatch.commands.explanation_words import said_change, said_must
from optimizer.domain import Costs, Plan, Problem, Role
from optimizer.explain import changes
from optimizer.explain.changes import Change
from optimizer.explain.musts import Must, MustKind
from optimizer.io import write_plan, write_problem
from optimizer.scoring import timed
from tests.tiny import plan, problem, route, shift, technician, visit, window


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Ann's morning holds one of two visits of 200 minutes; only she can do B."""
    visits = [visit("A", minutes=200, drop_cost=20), visit("B", minutes=200, drop_cost=50, roles=(Role({"gas": 1}),))]
    morning = shift(end="12:00")
    people = [
        technician("Ann", morning, skills={"gas": 1}),
        technician("Bob", morning, costs=Costs(per_shift=5)),
        technician("Cid", shift(end="09:00"), skills={"gas": 1}),
    ]
    given_ = problem(visits, people)
    _write(tmp_path, given_, a=plan(route("Ann", "A")), b=plan(route("Ann", "B"), route("Bob", "A")))
    return tmp_path


def _write(folder: Path, given_: Problem, **plans: Plan) -> None:
    write_problem(given_, folder / "problem.json")
    for name, one in plans.items():
        write_plan(given_, timed(given_, one), folder / f"{name}.json")


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_explain_says_what_is_in_the_way_on_each_shift_and_what_would_free_the_visit(files, capsys):
    assert run("explain", files / "problem.json", files / "a.json", "--visit", "B") == 0
    said = capsys.readouterr().out
    assert said.startswith("B: nobody does it; leaving it out costs 50.00\n")
    assert "Bob (S): Bob lacks gas at level 1 for B" in said
    assert "Ann (S): Ann finishes 2 h 40 min after 12:00, the latest that shift S allows" in said
    assert "-50.00 if Ann may work 2 h 40 min more overtime on S: Ann at " in said
    assert "-45.00 if A goes to Bob instead: Ann at 08:00\n        unassigned -50.00, shift +5.00" in said
    assert "-45.00 if Bob holds gas at level 1 (now no level): Bob at 08:00" in said


def test_explain_without_a_visit_is_short_about_each_that_nobody_does(files, capsys):
    assert run("explain", files / "problem.json", files / "a.json") == 0
    said = capsys.readouterr().out
    assert [line.partition(":")[0] for line in said.splitlines() if not line.startswith(" ")] == ["B"]
    assert "… and 2 more" in said
    assert run("explain", files / "problem.json", files / "b.json") == 0
    assert capsys.readouterr().out == "Every visit is done.\n"


def test_explain_says_why_not_somebody_else(files, capsys):
    assert run("explain", files / "problem.json", files / "b.json", "--visit", "B", "--technician", "Bob") == 0
    said = capsys.readouterr().out
    assert said.startswith("B: Ann (S) at 08:00; against leaving it out the plan costs -50.00 (unassigned -50.00)\n")
    assert "Bob (S): Bob lacks gas at level 1 for B; Bob finishes 2 h 40 min after 12:00" in said
    assert "Cid" not in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--visit", "C"), 'error: --visit: is the id of no visit (found "C")'),
        (("--visit", "A", "--technician", "Anne"), 'is the id of no technician (found "Anne"); did you mean "Ann"?'),
        (("--technician", "Ann"), "error: --technician: is given without a visit; say which one with --visit"),
    ],
)
def test_explain_asks_back_where_nobody_is_meant(files, capsys, words, told):
    assert run("explain", files / "problem.json", files / "a.json", *words) == 2
    assert told in capsys.readouterr().err


def test_compare_says_who_when_and_what_it_costs_by_rule(files, capsys):
    assert run("compare", files / "problem.json", files / "a.json", files / "b.json") == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "unassigned 50.00 0.00 -50.00" in said
    assert "total 50.00 5.00 -45.00" in said
    assert "musts broken 0 0 +0" in said
    assert "A reassigned Ann at 08:00 Bob at 08:00" in said
    assert "B assigned nobody Ann at 08:00 unassigned -50.00" in said
    bob = "Bob 0 visits, 0 s driving, 0 s overtime 1 visits, 0 s driving, 0 s overtime +5.00 shift +5.00"
    assert bob in said
    assert not any(line.startswith("Cid") for line in said)


def test_contradictions_are_said_with_what_is_in_the_way(tmp_path, capsys):
    ten = (window("10:00", "10:00"),)
    visits = [visit(name, minutes=30, windows=ten, drop_cost=None) for name in ("A", "B")]
    _write(tmp_path, problem([*visits, visit("C", drop_cost=None)]))
    assert run("contradictions", tmp_path / "problem.json") == 1
    assert capsys.readouterr().out.splitlines() == [
        "1. These cannot hold together, and without any one of them the others can:",
        "  A must be done",
        "  A has to start inside its windows",
        "  B must be done",
        "  B has to start inside its windows",
        "    the nearest plan: B must be done and is not planned",
        "Everything else can hold together.",
    ]


def test_where_nothing_contradicts_the_answer_is_yes(files, capsys):
    assert run("contradictions", files / "problem.json") == 0
    assert capsys.readouterr().out == "Everything that must hold can hold together.\n"


def _kinds_of_change() -> list[type[Change]]:
    found = (one for one in vars(changes).values() if isinstance(one, type) and issubclass(one, Change))
    return sorted((one for one in found if one is not Change), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", _kinds_of_change())
def test_every_kind_of_change_has_words(kind):
    samples = {"by": 600, "opens": 0, "level": 1, "held": 0, "asked": 2, "role": 0, "days": -1, "cost": 2.5, "was": 1.0}
    fields = {name: samples.get(name, ("X",) if name == "visits" else "X") for name in kind.__slots__}
    said = said_change(kind(**fields))
    assert "X" in said
    assert "10 min" in said or not {"by"} & set(fields) or kind.kind == "more_on_board"


@pytest.mark.parametrize("kind", sorted(MustKind))
def test_every_kind_of_must_has_words(kind):
    assert "V" in said_must(Must(kind, "V", "T", "S", "W"))
