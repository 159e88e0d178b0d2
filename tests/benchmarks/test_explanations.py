"""The benchmark of explanations runs, and what is not true does not get past it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.explanations.__main__ import main
from benchmarks.explanations.problems import short_of_people
from benchmarks.explanations.proof import Before, Everywhere
from benchmarks.generate import generate
from optimizer.domain import Plan
from optimizer.explain import Freeing, explain
from optimizer.solve import solve
from tests.tiny import MINUTE, problem, shift, technician, visit


def test_every_way_is_counted_and_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--visits", "6", "--sizes", "12", "--each", "2", "--iterations", "20"]) == 0

    printed = capsys.readouterr().out
    whole = next(line.split() for line in printed.splitlines() if line.startswith("all "))
    _, visits, _, _, ways, verified, false, _, overlooked, *_ = whole
    assert (visits, false, overlooked) == ("6", "0", "0")
    assert verified == ways != "0"


def test_people_who_stay_away_have_no_shift_and_keep_their_names() -> None:
    given = generate("rich", 30, 1)
    short = short_of_people(given, 0.5)
    assert [one.id for one in short.technicians] == [one.id for one in given.technicians]
    assert sum(bool(one.shifts) for one in short.technicians) == round(len(given.technicians) / 2)
    assert short.visits == given.visits


def freed() -> tuple[Before, Freeing]:
    """25 minutes more overtime free a visit that is left out for 9."""
    given = problem(visit(minutes=265, drop_cost=9), technician("Ann", shift(end="12:00")))
    plan = solve(given, iterations=1).plan
    found = explain(given, plan, "V1").freeings
    return Before(given, plan), next(one for one in found if one.changes[0].kind == "more_overtime")


def test_what_is_true_is_not_complained_about() -> None:
    before, freeing = freed()
    assert list(before.lies(freeing)) == []


def test_a_change_that_is_too_small_a_wrong_price_and_a_visit_in_silence_are_complained_about() -> None:
    before, freeing = freed()
    small = replace(freeing, changes=(replace(freeing.changes[0], by=20 * MINUTE),))  # type: ignore[call-arg]
    assert any("overtime" in lie for lie in before.lies(small))
    assert any("differs from this one in more than is said" in lie for lie in before.lies(small))
    dear = replace(freeing, change=freeing.change - 1)
    assert list(before.lies(dear)) == ["the total changes by -9.00, not by -10.00"]
    assert "the visit is not done" in list(before.lies(replace(freeing, decided=Plan())))


def test_the_kernel_finds_a_place_where_there_is_one() -> None:
    given = problem([visit("A", minutes=60), visit("B", minutes=500)], technician("Ann", shift(end="12:00")))
    everywhere = Everywhere(given, solve(given, iterations=1).plan)
    assert everywhere.fits("A")
    assert not everywhere.fits("B")
