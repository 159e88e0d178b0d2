"""Checklists: what may be asked, which answers are none, and what is still missing."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dispatch.domain.checklist import answered, as_kept, missing, readings, titles, wrong
from dispatch.domain.checklist_form import KINDS, problems_of
from tests.dispatch.checklists import OTHER_PHOTO, PHOTO, Drawn, boiler, checklists

# -- any checklist -----------------------------------------------------------------------------------------------------


@given(checklists(), st.data())
def test_answers_that_a_checklist_describes_are_taken_and_one_that_is_none_is_refused_by_its_name(
    drawn: Drawn, data: st.DataObject
) -> None:
    schema, good, bad = drawn
    assert problems_of(schema) == []
    kept = as_kept(schema)
    Draft202012Validator.check_schema(kept)
    answers = {name: data.draw(good[name], label=name) for name in kept["properties"]}
    assert wrong(kept, answers) == []
    assert missing(kept, answers) == []
    assert Draft202012Validator(kept).is_valid(answers)

    broken = data.draw(st.sampled_from(sorted(answers)), label="broken")
    found = wrong(kept, {**answers, broken: data.draw(bad[broken], label="wrong answer")})
    assert [re.sub(r"\[\d+\]$", "", one.place) for one in found] == [f"answers.{broken}"]


@given(checklists(), st.data())
def test_what_is_missing_is_what_json_schema_misses_and_with_it_nothing_is(drawn: Drawn, data: st.DataObject) -> None:
    schema, good, _ = drawn
    kept = as_kept(schema)
    some = data.draw(st.sets(st.sampled_from(sorted(kept["properties"]))))
    answers = {name: data.draw(good[name]) for name in sorted(some)}
    assert (missing(kept, answers) == []) is Draft202012Validator(kept).is_valid(answers)
    while left := missing(kept, answers):
        assert not set(left) & set(answers)
        answers |= {name: data.draw(good[name]) for name in left}
    assert Draft202012Validator(kept).is_valid(answers)


@given(checklists())
def test_a_kept_checklist_is_one_and_stays_as_it_is_whatever_the_store_does_to_its_order(drawn: Drawn) -> None:
    kept = as_kept(drawn[0])
    assert problems_of(kept) == []
    stored = json.loads(json.dumps(kept, sort_keys=True))
    again = as_kept(stored)
    assert again == kept
    assert list(again["properties"]) == list(kept["properties"]) == kept["x-order"]


# -- what may be asked -------------------------------------------------------------------------------------------------


def test_the_example_has_every_kind_and_is_a_checklist() -> None:
    assert {one["x-kind"] for one in boiler()["properties"].values()} == set(KINDS)
    assert problems_of(boiler()) == []


def changed(place: str, value: Any) -> dict[str, Any]:
    """The example with one place of it changed, such as ``properties.pressure.minimum``."""
    schema = copy.deepcopy(boiler())
    *way, last = place.split(".")
    at: Any = schema
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return schema


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        ("$schema", "http://json-schema.org/draft-07/schema#", "checklist.$schema"),
        ("type", "array", "checklist.type"),
        ("additionalProperties", True, "checklist.additionalProperties"),
        ("additionalProperties", 0, "checklist.additionalProperties"),
        ("$ref", "https://example.org/elsewhere", "checklist.$ref"),
        ("anyOf", [{}], "checklist.anyOf"),
        ("properties", {}, "checklist.properties"),
        ("properties", [], "checklist.properties"),
        ("properties.Gas pressure", {"x-kind": "text"}, "checklist.properties.Gas pressure"),
        ("properties.pressure", True, "checklist.properties.pressure"),
        ("properties.pressure.x-kind", "slider", "checklist.properties.pressure.x-kind"),
        ("properties.pressure.x-kind", ["number"], "checklist.properties.pressure.x-kind"),
        ("properties.pressure.type", "string", "checklist.properties.pressure.type"),
        ("properties.pressure.type", ["number", "null"], "checklist.properties.pressure.type"),
        ("properties.pressure.title", "  ", "checklist.properties.pressure.title"),
        ("properties.pressure.x-title-zh", 7, "checklist.properties.pressure.x-title-zh"),
        ("properties.pressure.description", "x" * 501, "checklist.properties.pressure.description"),
        ("properties.pressure.minimum", "0", "checklist.properties.pressure.minimum"),
        ("properties.pressure.minimum", True, "checklist.properties.pressure.minimum"),
        ("properties.pressure.minimum", float("nan"), "checklist.properties.pressure.minimum"),
        ("properties.pressure.minimum", 61, "checklist.properties.pressure.maximum"),
        ("properties.pressure.multipleOf", 0.1, "checklist.properties.pressure.multipleOf"),
        ("properties.pressure.x-unit", "x" * 21, "checklist.properties.pressure.x-unit"),
        ("properties.cause.enum", [], "checklist.properties.cause.enum"),
        ("properties.cause.enum", ["a", "a"], "checklist.properties.cause.enum"),
        ("properties.cause.enum", ["a", 1], "checklist.properties.cause.enum"),
        ("properties.cause.x-labels", {"rust": {"en": "Rust"}}, "checklist.properties.cause.x-labels"),
        ("properties.cause.x-labels", {"valve": {"zh": "阀"}}, "checklist.properties.cause.x-labels.valve"),
        ("properties.cause.x-labels", {"valve": "Valve"}, "checklist.properties.cause.x-labels.valve"),
        ("properties.notes.maxLength", 4001, "checklist.properties.notes.maxLength"),
        ("properties.notes.maxLength", 2.0, "checklist.properties.notes.maxLength"),
        ("properties.notes.minLength", 201, "checklist.properties.notes.minLength"),
        ("properties.notes.pattern", "^a$", "checklist.properties.notes.pattern"),
        ("properties.photos.items", {"type": "string"}, "checklist.properties.photos.items"),
        ("properties.photos.minItems", 0, "checklist.properties.photos.minItems"),
        ("properties.photos.minItems", 3, "checklist.properties.photos.maxItems"),
        ("properties.photos.maxItems", 21, "checklist.properties.photos.maxItems"),
        ("properties.photos.uniqueItems", False, "checklist.properties.photos.uniqueItems"),
        ("properties.customer.pattern", "^.*$", "checklist.properties.customer.pattern"),
        ("properties.label.x-formats", ["bokode"], "checklist.properties.label.x-formats"),
        ("properties.label.x-formats", "qr_code", "checklist.properties.label.x-formats"),
        ("required", ["pressure", "colour"], "checklist.required[1]"),
        ("required", ["pressure", "pressure"], "checklist.required[1]"),
        ("required", "pressure", "checklist.required"),
        ("dependentRequired", {"colour": ["label"]}, "checklist.dependentRequired.colour"),
        ("dependentRequired", {"photos": ["colour"]}, "checklist.dependentRequired.photos[0]"),
        ("dependentRequired", {"photos": []}, "checklist.dependentRequired.photos"),
        ("dependentRequired", [], "checklist.dependentRequired"),
        ("allOf", {}, "checklist.allOf"),
        ("allOf", [{"required": ["label"]}], "checklist.allOf[0]"),
        ("allOf.0.then", {"properties": {"notes": {"minLength": 9}}}, "checklist.allOf[0].then"),
        ("allOf.0.then.required", ["colour"], "checklist.allOf[0].then.required[0]"),
        ("allOf.0.if", {"properties": {"tight": {"const": False}}}, "checklist.allOf[0].if"),
        ("allOf.0.if.required", ["notes"], "checklist.allOf[0].if.properties"),
        ("allOf.0.if.properties.tight", {"not": {}}, "checklist.allOf[0].if.properties.tight"),
        ("allOf.0.if.properties.tight", {"const": "no"}, "checklist.allOf[0].if.properties.tight.const"),
        ("allOf.0.if.properties.tight", {"minimum": 1}, "checklist.allOf[0].if.properties.tight.minimum"),
        ("allOf.1.if.properties.pressure", {"enum": []}, "checklist.allOf[1].if.properties.pressure.enum"),
        ("x-order", ["pressure"], "checklist.x-order"),
        ("x-order", [1], "checklist.x-order"),
    ],
)
def test_what_no_checklist_may_have_is_refused_by_its_place(place: str, value: Any, named: str) -> None:
    problems = problems_of(changed(place, value))
    assert [one.place for one in problems] == [named]
    assert problems[0].problem
    assert problems[0].remedy


@pytest.mark.parametrize("nothing", [None, [], "checklist", 7, True])
def test_what_is_no_object_is_no_checklist(nothing: Any) -> None:
    assert [one.place for one in problems_of(nothing)] == ["checklist"]


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "",
        "x" * 201,
        r"^\d+$",
        r"^\w+$",
        "^(a+)+$",
        "^(?=a)a$",
        "^(a)\\1$",
        "^a++$",
        "^a{2}{3}$",
        "^a*b*c*d*$",
        "^a{1,}b{1,}c{1,}$",
        "^[a-z]{0,150}[a-z]{0,150}[a-z]{0,150}!$",
        "^" + "a?" * 20 + "a" * 20 + "$",
        "a*b*c*",
        "^[]a]$",
        "^[^]$",
        "^[[a]$",
        "^[a--b]$",
        "^[a&&b]$",
        r"^a\-b$",
        "^a{b$",
        "^a{,5}$",
        "^a]$",
        "^{2}$",
        "^*a$",
        "a\n",
        "^a{1,99999999999}$",
        7,
    ],
)
def test_a_pattern_that_not_everybody_understands_alike_or_answers_quickly_is_refused(pattern: Any) -> None:
    problems = problems_of(changed("properties.label.pattern", pattern))
    assert [one.place for one in problems] == ["checklist.properties.label.pattern"]


@pytest.mark.parametrize(
    "pattern", ["^[A-Z]{2}-[0-9]{6}$", "^(AB|CD)[0-9]+$", r"^\[x\]$", "^[^;]{1,40}$", "^[(?)*+]+$"]
)
def test_patterns_of_letters_classes_and_counts_are_taken(pattern: str) -> None:
    assert problems_of(changed("properties.label.pattern", pattern)) == []


# -- answers -----------------------------------------------------------------------------------------------------------


def test_nothing_no_text_and_no_photo_answer_nothing_but_no_and_zero_do() -> None:
    answers: dict[str, Any] = {"a": None, "b": "", "c": [], "d": False, "e": 0}
    assert answered(answers) == {"d": False, "e": 0}


@pytest.mark.parametrize(
    ("name", "value", "place", "problem"),
    [
        ("pressure", 61, "answers.pressure", "is more than 60"),
        ("pressure", -0.5, "answers.pressure", "is less than 0"),
        ("pressure", "20", "answers.pressure", "is no number"),
        ("pressure", True, "answers.pressure", "is no number"),
        ("meter", float("nan"), "answers.meter", "is no number of at most 1e+12"),
        ("meter", float("inf"), "answers.meter", "is no number of at most 1e+12"),
        ("meter", 10**400, "answers.meter", "is no number of at most 1e+12"),
        ("cause", "rust", "answers.cause", "is none of the choices"),
        ("tight", 1, "answers.tight", "is no boolean"),
        ("photos", [PHOTO, PHOTO], "answers.photos", "has one of them twice"),
        ("photos", [PHOTO, OTHER_PHOTO, "d" * 64], "answers.photos", "are more than 2"),
        ("photos", [PHOTO, "holiday.jpg"], "answers.photos[1]", "is no SHA-256 in hexadecimal"),
        ("notes", "x" * 201, "answers.notes", "has more than 200 characters"),
        ("notes", "a\x00b", "answers.notes", "holds a character that no text may have"),
        ("notes", "half \ud83d", "answers.notes", "holds a character that no text may have"),
        ("label", "xx-1", "answers.label", "does not look like ^[A-Z]{2}-[0-9]{4}$"),
        ("label", "AB-1234\n", "answers.label", "holds a character that no text may have"),
        ("customer", "A" * 64, "answers.customer", "is no SHA-256 in hexadecimal"),
        ("colour", "blue", "answers.colour", "is not asked"),
    ],
)
def test_an_answer_that_is_none_is_named_with_what_is_wrong(name: str, value: Any, place: str, problem: str) -> None:
    found = wrong(as_kept(boiler()), {"tight": True, name: value})
    assert [(one.place, one.problem) for one in found] == [(place, problem)]
    assert found[0].remedy


def test_conditions_ask_for_more_and_what_is_missing_comes_in_the_order_of_the_checklist() -> None:
    kept = as_kept(boiler())
    assert missing(kept, {}) == ["pressure", "tight"]
    assert missing(kept, {"tight": False}) == ["pressure", "notes"]
    assert missing(kept, {"tight": False, "pressure": 16.9, "photos": [PHOTO]}) == ["label", "cause", "notes"]
    assert missing(kept, {"tight": True, "pressure": 17}) == []
    assert missing(kept, {"tight": True, "pressure": 17, "notes": ""}) == []


def test_titles_come_in_both_languages_and_in_english_where_there_is_no_other() -> None:
    kept = as_kept(boiler())
    assert titles(kept, "cause") == {"name": "cause", "title": "Cause", "title_zh": "原因"}
    plain = as_kept({"properties": {"a": {"x-kind": "yes_no", "type": "boolean", "title": "Good?"}}})
    assert titles(plain, "a")["title_zh"] == "Good?"
    assert (readings(kept), readings(plain)) == (["meter"], [])
