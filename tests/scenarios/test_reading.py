"""Scenario files: what is right is read, and what is wrong is told by its place, its value and a remedy."""

import json
from pathlib import Path

import jsonschema
import pytest

from optimizer.invalid import InvalidInput
from scenarios.measuring.kpis import KPIS
from scenarios.reading import POLICY_FIELDS, read_scenario, scenario_of
from scenarios.scenario import json_schema

CATALOG = Path(__file__).parents[2] / "scenarios" / "catalog"
FILES = sorted(CATALOG.glob("*.toml"))

SMALL = """
format = "fieldwright scenario 1"
title = "a small one"

[situation]
kind = "generated"
technicians = 4

[horizon]
first = 2026-11-23
days = 2
"""


def complaint(addition, text=SMALL):
    with pytest.raises(InvalidInput) as refused:
        scenario_of(text + addition)
    return str(refused.value)


def test_what_is_not_said_has_a_default():
    scenario = scenario_of(SMALL)
    assert scenario.dispatch.agent == "live"
    assert scenario.kpis == list(KPIS)
    assert scenario.changes == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_of_the_catalogue_is_one_and_fits_the_schema(path):
    scenario = read_scenario(path)
    assert scenario.question
    document = json.loads(scenario.model_dump_json(exclude_none=True))
    jsonschema.Draft202012Validator(json_schema()).validate(document)


def test_the_published_schema_is_that_of_the_program():
    published = (CATALOG.parent / "scenario.schema.json").read_text(encoding="utf-8")
    assert published == json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_refuses_what_the_program_refuses():
    document = json.loads(scenario_of(SMALL).model_dump_json(exclude_none=True))
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(document)
    assert not validator.is_valid(document | {"horizn": {}})
    assert not validator.is_valid(document | {"kpis": ["slas"]})


@pytest.mark.parametrize(
    ("addition", "said"),
    [
        ("[horizn]\n", "horizn: is unknown here (found an object with 0 keys); did you mean `horizon`?"),
        (
            '[dispatch]\nagent = "livly"\n',
            "dispatch.agent: is not one of what it may be (found \"livly\"); known are 'first_come'",
        ),
        ("[dispatch.policy]\nfreez = 3\n", "dispatch.policy.freez: is no field of a policy (found 3); known are"),
        (
            "[dispatch.policy]\nfreeze = -3\n",
            "dispatch.policy.freeze: does not lie between 0 and 86400 (found -3); choose",
        ),
        ('kpis = ["slaa"]\n', 'kpis[0]: is no figure that is measured (found "slaa"); did you mean "sla"?'),
        ("[[changes]]\nfactor = 2\n", "changes[0]: does not say its `kind`; known are"),
        (
            '[[changes]]\nkind = "base"\nlat = 1.0\n',
            "changes[0]: says half of a point (found an object with 2 keys); give both `lat` and `lon`",
        ),
        (
            '[[changes]]\nkind = "base"\nlike = "T01"\nsite = "P0007"\n',
            "changes[0]: says no place, or several (found an object with 3 keys); give `like`, `site`",
        ),
        (
            '[[changes]]\nkind = "van-stock"\n',
            "changes[0]: changes nothing (found an object with 1 key); give `filled` or `hours`",
        ),
        (
            "[situation.parts]\nfiled = 0.9\n",
            "situation.parts.filed: is unknown here (found 0.9); did you mean `filled`?",
        ),
        (
            '[[changes]]\nkind = "demnd"\n',
            "changes[0]: is of an unknown kind (found an object with 1 key); known are 'demand'",
        ),
        (
            '[[changes]]\nkind = "demand"\nfactor = 1\nfactr = 2\n',
            "changes[0].factr: is unknown here (found 2); did you mean `factor`?",
        ),
        ('[[changes]]\nkind = "demand"\n', "changes[0].factor: is missing; add it"),
        (
            '[[changes]]\nkind = "promise"\npriority = "high"\n',
            "changes[0]: promises nothing (found an object with 2 keys); give `on_site_hours` or `resolve_hours`",
        ),
        (
            '[[accept]]\nkpi = "sla"\n',
            "accept[0]: says no condition, or several (found an object with 1 key); give one of",
        ),
        (
            '[[accept]]\nkpi = "sla"\nmay_fall_by = 0.1\n',
            "accept[0]: compares with the days without changes, and there are none; give `at_least`",
        ),
        ("[replications]\nleast = 9\nmost = 3\n", "replications: asks for at least 9 and at most 3 (found"),
        (
            "[replications]\nuntil = { slaa = 1 }\n",
            'replications.until.slaa: is no figure that is measured (found "slaa")',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place_its_value_and_a_remedy(addition, said):
    text = addition + SMALL if addition.startswith("kpis") else SMALL + addition
    with pytest.raises(InvalidInput) as refused:
        scenario_of(text)
    assert str(refused.value).startswith(said)


def test_more_than_one_mistake_is_told_at_once():
    said = complaint('[[changes]]\nkind = "demand"\n[[changes]]\nkind = "leave"\ntechnicians = []\n')
    assert "changes[0].factor" in said
    assert "changes[1].technicians" in said


def test_a_horizon_that_leaves_nothing_to_count_is_refused():
    assert "horizon: leaves no day to count" in complaint("warm_up = 2\n")


def test_another_format_is_refused():
    with pytest.raises(InvalidInput, match=r'format: .*write format = "fieldwright scenario 1"'):
        scenario_of(SMALL.replace("scenario 1", "scenario 2"))


def test_what_is_no_toml_is_told_with_its_line():
    with pytest.raises(InvalidInput, match=r"is no TOML: .*line 2"):
        scenario_of("title = 'a'\nx = = 3\n")


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(InvalidInput, match="byte 9: is no UTF-8"):
        read_scenario(tmp_path / "a.toml")


def test_how_long_to_search_is_not_said_in_seconds():
    assert "seconds" not in POLICY_FIELDS
    assert "dispatch.policy.seconds: is no field" in complaint("[dispatch.policy]\nseconds = 3\n")


def test_every_change_has_a_kind_of_its_own():
    mapping = json_schema()["properties"]["changes"]["items"]["discriminator"]["mapping"]
    assert len(set(mapping.values())) == len(mapping) == 11
