import pytest

from optimizer.domain import Role
from optimizer.rules.missing_skill import MissingSkill
from tests.optimizer.rules.verifier import verify
from tests.tiny import plan, problem, route, technician, visit


@pytest.mark.parametrize(
    ("needed", "held", "amount"),
    [
        ({}, {}, 0),
        ({"gas": 1}, {"gas": 1}, 0),
        ({"gas": 1}, {"gas": 3, "hv": 1}, 0),
        ({"gas": 2}, {"gas": 1}, 1),
        ({"gas": 1}, {}, 1),
        ({"gas": 1, "hv": 2}, {"gas": 1, "hv": 1}, 1),
        ({"gas": 1, "hv": 2}, {"lift": 5}, 2),
    ],
)
def test_counts_each_skill_that_is_lacking_or_too_low(needed, held, amount):
    work = problem(visit("V1", roles=(Role(needed),)), technician("Ann", skills=held))
    verify(MissingSkill()).given(work, plan(route("Ann", "V1"))).penalizes_by(amount)


def test_each_member_of_a_crew_answers_for_his_own_role():
    crew = [technician("Ann", skills={"gas": 1}), technician("Bob", skills={"hv": 1})]
    work = problem(visit("V1", roles=(Role({"gas": 1}), Role({"hv": 1}))), crew)
    verify(MissingSkill()).given(work, plan(route("Ann", ("V1", 0)), route("Bob", ("V1", 1)))).is_content()
    # Each in the other's role lacks one skill.
    verify(MissingSkill()).given(work, plan(route("Ann", ("V1", 1)), route("Bob", ("V1", 0)))).penalizes_by(2)


def test_says_who_lacks_what_for_which_visit():
    work = problem(visit("V1", roles=(Role({"gas": 2}),)), technician("Ann", skills={"gas": 1}))
    case = verify(MissingSkill()).given(work, plan(route("Ann", "V1")))
    (match,) = case.penalizes_by(1, because="Ann lacks gas at level 2 for V1")
    assert (match.visit, match.technician, match.shift) == ("V1", "Ann", "S")
