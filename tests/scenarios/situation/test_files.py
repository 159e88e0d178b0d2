"""Situations as files: what is written is read again, and what is no such file is refused with its place."""

from __future__ import annotations

import json

import numpy as np
import pytest

from optimizer.invalid import InvalidInput
from scenarios.reading import read_scenario
from scenarios.running import ground
from scenarios.situation.digest import digest_of
from scenarios.situation.files import as_document, read_situation, situation_of, write_situation
from tests.scenarios.situations import hamlet


@pytest.fixture
def document():
    return as_document(hamlet())


def test_what_is_written_is_read_again(taken_day, tmp_path):
    path = tmp_path / "day.json"
    digest = write_situation(taken_day, path)
    read = read_situation(path)
    assert digest_of(read) == digest == digest_of(taken_day)
    assert read.record == taken_day.record
    assert np.array_equal(read.seconds, taken_day.seconds)
    assert read.people == taken_day.people


def test_a_situation_without_a_record_is_one_as_well(document):
    assert document["record"] is None
    assert digest_of(situation_of(json.loads(json.dumps(document)))) == digest_of(hamlet())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"format": "fieldwright situation 9"},
            'format: is no situation that this program reads (found "fieldwright situ',
        ),
        ({"digest": "sha256:0"}, "digest: is not that of what the file holds, sha256:"),
        ({"kg_co2_per_km": 0.3}, "digest: is not that of what the file holds"),
        ({"weather": 1}, "weather: is unknown here (found 1); remove it"),
        ({"zone": "Chile/Nowhere"}, "zone: cannot be used"),
        ({"people": [{"id": "T01"}]}, "people[0].territory: is missing"),
        ({"places": "here"}, "places: cannot be used"),
        ({"seconds": "!"}, "seconds: is no packed table; take the situation again"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(document, change, said):
    with pytest.raises(InvalidInput) as error:
        situation_of(document | change)
    assert said in str(error.value)


def test_a_table_of_another_size_is_refused(document):
    few = as_document(hamlet(sites=10))
    with pytest.raises(InvalidInput, match="seconds: has not 44 × 44 cells"):
        situation_of(document | {"seconds": few["seconds"]})


@pytest.mark.parametrize(("told", "said"), [([], "format: is no situation"), ({}, "format: is no situation")])
def test_what_is_something_else_is_refused(told, said):
    with pytest.raises(InvalidInput, match=said):
        situation_of(told)


def test_a_key_that_is_missing_is_named(document):
    del document["people"]
    with pytest.raises(InvalidInput, match="people: is missing; take the situation again"):
        situation_of(document)


def test_what_is_no_json_is_refused(tmp_path):
    (tmp_path / "day.json").write_text("{", encoding="utf-8")
    with pytest.raises(InvalidInput, match="the file: is no JSON"):
        read_situation(tmp_path / "day.json")


SCENARIO = """
format = "fieldwright scenario 1"
title = "a taken one"
[situation]
kind = "taken"
file = "day.json"
{digest}
[horizon]
first = 2026-11-23
days = 1
"""


def test_a_scenario_looks_for_it_beside_itself_and_holds_it_against_its_digest(tmp_path):
    digest = write_situation(hamlet(), tmp_path / "day.json")
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO.format(digest=f'digest = "{digest}"'), encoding="utf-8")
    assert digest_of(ground(read_scenario(path).situation)) == digest
    path.write_text(SCENARIO.format(digest='digest = "sha256:0"'), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"situation\.digest: is not that of the situation"):
        ground(read_scenario(path).situation)


def test_a_file_that_is_damaged_is_named(tmp_path):
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO.format(digest=""), encoding="utf-8")
    (tmp_path / "day.json").write_text(json.dumps(as_document(hamlet()) | {"name": "another"}), encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"day\.json: digest: is not that of what the file holds"):
        ground(read_scenario(path).situation)
    (tmp_path / "day.json").unlink()
    with pytest.raises(FileNotFoundError):
        ground(read_scenario(path).situation)
