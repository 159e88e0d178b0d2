"""A rule without a test file is not a rule, and a term of the cost without a rule is not a term."""

from pathlib import Path

from optimizer.rules import RULES, Level
from optimizer.scoring import TERMS

TESTS = Path(__file__).parent / "rules"
SOURCES = Path(__file__).parents[2] / "optimizer" / "rules"


def test_rule_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_each_rule_lives_in_the_module_named_after_it():
    for rule in RULES:
        assert type(rule).__module__ == f"optimizer.rules.{rule.id}"


def test_each_rule_has_a_test_file_named_after_it():
    assert [rule.id for rule in RULES if not (TESTS / f"test_{rule.id}.py").is_file()] == []


def test_each_rule_file_is_registered():
    files = {path.stem for path in SOURCES.glob("*.py")} - {"__init__", "base"}
    assert files == {rule.id for rule in RULES}


def test_the_soft_rules_are_the_terms_of_the_published_cost_in_their_order():
    assert tuple(rule.id for rule in RULES if rule.level is Level.SOFT) == TERMS


def test_each_rule_says_what_it_means():
    for rule in RULES:
        assert type(rule).__doc__, rule.id
