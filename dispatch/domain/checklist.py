"""Answers to a checklist: which of them are wrong, and what is still missing.

What a checklist looks like is said in :mod:`dispatch.domain.checklist_form`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from json import dumps, loads
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from dispatch.domain.checklist_form import DIALECT, LARGEST, MOST_PHOTOS, PICTURE, SHA256, Problem, is_number, is_plain

_ALWAYS: Mapping[str, Mapping[str, Any]] = {
    "photo": {"items": dict(PICTURE), "minItems": 1, "maxItems": MOST_PHOTOS, "uniqueItems": True},
    "signature": {"pattern": SHA256},
}
"""What a property of a kind has where nothing else is said."""


def as_kept(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A checklist in full: with the dialect, closed to other members, its properties in their order."""
    order = list(schema.get("x-order") or schema["properties"])
    asked = ((name, schema["properties"][name]) for name in order)
    properties = {name: {**_ALWAYS.get(one["x-kind"], {}), **one} for name, one in asked}
    return {
        "$schema": DIALECT,
        "type": "object",
        "additionalProperties": False,
        **{name: schema[name] for name in ("title",) if name in schema},
        "properties": properties,
        **{name: schema[name] for name in ("required", "dependentRequired", "allOf") if schema.get(name)},
        "x-order": order,
    }


def in_order(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A kept checklist with its properties in their order, which not every store keeps; empty for none."""
    return as_kept(schema) if schema else {}


def readings(schema: Mapping[str, Any]) -> list[str]:
    """The names of the meters that are read."""
    return [name for name, one in schema["properties"].items() if one["x-kind"] == "reading"]


def titles(schema: Mapping[str, Any], name: str) -> dict[str, str]:
    """A property by its name and both its titles; the English one where there is no Chinese one."""
    one = schema["properties"][name]
    return {"name": name, "title": one["title"], "title_zh": one.get("x-title-zh") or one["title"]}


def answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers among these: nothing, no text and no photo answer nothing."""
    return {name: value for name, value in answers.items() if value is not None and value != "" and value != []}


def wrong(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Problem]:
    """Which of these answers are none to the checklist. What is not answered yet is not wrong."""
    found = []
    properties = schema["properties"]
    for name, value in answered(answers).items():
        place = f"answers.{name}"
        if name not in properties:
            found.append(Problem(place, value, "is not asked", f"use {', '.join(properties)}"))
        elif isinstance(value, int | float) and not isinstance(value, bool) and not is_number(value):
            found.append(Problem(place, value, f"is no number of at most {LARGEST:g}", "look at it again"))
        elif (error := next(_validator(dumps(properties[name])).iter_errors(value), None)) is not None:
            within = "".join(f"[{step}]" for step in error.absolute_path)
            found.append(Problem(place + within, error.instance, *_said(error)))
        elif isinstance(value, str) and not _fit(value, properties[name]["x-kind"]):
            found.append(Problem(place, value, "holds a character that no text may have", "take it out"))
    return found


def missing(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """What must be answered besides these answers, in the order of the checklist."""
    given = answered(answers)
    asked = {name for error in _validator(dumps(schema)).iter_errors(given) for name in _asked_by(error, given)}
    return [name for name in schema["properties"] if name in asked]


def _fit(text: str, kind: str) -> bool:
    """A code has no line breaks, which patterns of different languages look at in different ways."""
    return is_plain(text) and (kind != "code" or text.isprintable())


def _asked_by(error: ValidationError, given: Mapping[str, Any]) -> Iterator[str]:
    if error.validator == "required":
        yield from (name for name in error.validator_value if name not in given)
    elif error.validator == "dependentRequired":
        for name, others in error.validator_value.items():
            yield from (other for other in others if name in given and other not in given)


@lru_cache(maxsize=2048)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(loads(schema))


def _said(error: ValidationError) -> tuple[str, str]:
    """What is wrong with an answer, in words, and what to do."""
    limit = error.validator_value
    match error.validator:
        case "minimum":
            return f"is less than {limit}", "look at it again"
        case "maximum":
            return f"is more than {limit}", "look at it again"
        case "enum":
            return "is none of the choices", f"use one of {', '.join(limit)}"
        case "maxLength":
            return f"has more than {limit} characters", "shorten it"
        case "minLength":
            return f"has fewer than {limit} characters", "say more"
        case "minItems":
            return f"are fewer than {limit}", "take more photos"
        case "maxItems":
            return f"are more than {limit}", "leave some out"
        case "uniqueItems":
            return "has one of them twice", "leave it out once"
        case "pattern" if limit == SHA256:
            return "is no SHA-256 in hexadecimal", "name the picture by that of its bytes"
        case "pattern":
            return f"does not look like {limit}", "scan or type it again"
        case "type":
            return f"is no {limit}", "answer what is asked"
    return error.message, "answer what is asked"
