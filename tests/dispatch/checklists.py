"""Checklists for tests: one with every kind of question, and any that may be kept, with answers to it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from dispatch.domain.checklist_form import FORMATS, LARGEST, LONGEST_CODE, LONGEST_TEXT, MOST_PHOTOS

PHOTO, OTHER_PHOTO, SIGNATURE = "a" * 64, "b" * 64, "c" * 64

BOILER: dict[str, Any] = {
    "properties": {
        "label": {
            "x-kind": "code",
            "title": "Label of the boiler",
            "x-title-zh": "锅炉标签",
            "type": "string",
            "maxLength": 20,
            "pattern": "^[A-Z]{2}-[0-9]{4}$",
            "x-formats": ["qr_code", "code_128"],
        },
        "pressure": {
            "x-kind": "number",
            "title": "Gas pressure",
            "x-title-zh": "燃气压力",
            "type": "number",
            "minimum": 0,
            "maximum": 60,
            "x-unit": "mbar",
        },
        "meter": {
            "x-kind": "reading",
            "title": "Gas meter",
            "x-title-zh": "燃气表",
            "type": "number",
            "minimum": 0,
            "x-unit": "m³",
        },
        "cause": {
            "x-kind": "choice",
            "title": "Cause",
            "x-title-zh": "原因",
            "type": "string",
            "enum": ["igniter", "valve", "other"],
            "x-labels": {"igniter": {"en": "Igniter", "zh": "点火器"}, "valve": {"en": "Gas valve", "zh": "燃气阀"}},
        },
        "tight": {"x-kind": "yes_no", "title": "Tight", "x-title-zh": "无泄漏", "type": "boolean"},
        "photos": {"x-kind": "photo", "title": "Photos", "x-title-zh": "照片", "type": "array", "maxItems": 2},
        "notes": {"x-kind": "text", "title": "Notes", "x-title-zh": "备注", "type": "string", "maxLength": 200},
        "customer": {"x-kind": "signature", "title": "Customer", "x-title-zh": "客户", "type": "string"},
    },
    "required": ["pressure", "tight"],
    "dependentRequired": {"photos": ["label"]},
    "allOf": [
        {"if": {"properties": {"tight": {"const": False}}, "required": ["tight"]}, "then": {"required": ["notes"]}},
        {
            "if": {"properties": {"pressure": {"exclusiveMaximum": 17}}, "required": ["pressure"]},
            "then": {"required": ["cause"]},
        },
    ],
}
"""A checklist with a question of each kind, what is required, and conditions."""


def boiler(**changes: Any) -> dict[str, Any]:
    """:data:`BOILER`, with other members."""
    return {**copy.deepcopy(BOILER), **changes}


# -- any checklist, and answers to it ----------------------------------------------------------------------------------

Question = tuple[dict[str, Any], st.SearchStrategy[Any], st.SearchStrategy[Any]]
"""What is asked, answers to it, and answers that are none."""

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)
_NUMBERS = st.integers(-1000, 1000) | st.floats(-1000, 1000, allow_nan=False)
_DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
_NO_TEXT = st.booleans() | _NUMBERS | st.lists(WORDS, min_size=1, max_size=2) | st.just({"a": 1})
_NO_NUMBER = WORDS | st.booleans() | st.just([1]) | st.sampled_from([LARGEST * 10, -LARGEST * 10])


@st.composite
def _text(draw: st.DrawFn) -> Question:
    most = draw(st.integers(1, LONGEST_TEXT))
    too_long = st.just("x" * (most + 1))
    return {"type": "string", "maxLength": most}, WORDS.map(lambda text: text[:most]), _NO_TEXT | too_long


@st.composite
def _number(draw: st.DrawFn) -> Question:
    least, most = sorted((draw(_NUMBERS), draw(_NUMBERS)))
    limits = {name: value for name, value in (("minimum", least), ("maximum", most)) if draw(st.booleans())}
    outside = [value for value in (least - 1, most + 1) if not _inside(value, limits)]
    wrong = _NO_NUMBER | st.sampled_from(outside) if outside else _NO_NUMBER
    return {"type": "number", "x-unit": "bar", **limits}, st.floats(least, most), wrong


def _inside(value: float, limits: dict[str, Any]) -> bool:
    return bool(limits.get("minimum", value) <= value <= limits.get("maximum", value))


@st.composite
def _choice(draw: st.DrawFn) -> Question:
    choices = draw(st.lists(WORDS.filter(str.isprintable), min_size=1, max_size=5, unique=True))
    labels = {choice: {"en": "This one"} for choice in choices if draw(st.booleans())}
    others = WORDS.filter(lambda word: word not in choices)
    return {"type": "string", "enum": choices, "x-labels": labels}, st.sampled_from(choices), _NO_TEXT | others


@st.composite
def _photo(draw: st.DrawFn) -> Question:
    least = draw(st.integers(1, 3))
    most = draw(st.integers(least, MOST_PHOTOS))
    digests = st.lists(_DIGEST, min_size=least, max_size=min(most, 5), unique=True)
    twice = _DIGEST.map(lambda one: [one] * max(2, least))
    none = st.lists(st.just("no picture"), min_size=least, max_size=least)
    return {"type": "array", "minItems": least, "maxItems": most}, digests, _NUMBERS | WORDS | twice | none


@st.composite
def _code(draw: st.DrawFn) -> Question:
    least, most = draw(st.integers(1, 5)), draw(st.integers(6, LONGEST_CODE))
    codes = st.text("ABCDEFGH0123456789", min_size=least, max_size=min(most, 12))
    asked = {"type": "string", "maxLength": most, "minLength": least, "pattern": "^[A-Z0-9]+$"}
    formats = draw(st.lists(st.sampled_from(sorted(FORMATS)), min_size=1, max_size=3, unique=True))
    wrong = st.just("a small one") | st.just("X" * (most + 1)) | _NO_TEXT
    return {**asked, "x-formats": formats}, codes, wrong


_KINDS: dict[str, st.SearchStrategy[Question]] = {
    "text": _text(),
    "number": _number(),
    "reading": _number(),
    "choice": _choice(),
    "yes_no": st.just(({"type": "boolean"}, st.booleans(), WORDS | _NUMBERS | st.just([True]))),
    "photo": _photo(),
    "signature": st.just(({"type": "string"}, _DIGEST, _NO_TEXT | st.just("f" * 63) | st.just("G" * 64))),
    "code": _code(),
}

Drawn = tuple[dict[str, Any], dict[str, st.SearchStrategy[Any]], dict[str, st.SearchStrategy[Any]]]
"""A checklist; by the name of the question: answers to it, and answers that are none."""


@st.composite
def checklists(draw: st.DrawFn) -> Drawn:
    """Any checklist that may be kept."""
    names = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), min_size=1, max_size=6, unique=True))
    properties, good, bad = {}, {}, {}
    for name in names:
        kind = draw(st.sampled_from(sorted(_KINDS)))
        asked, good[name], bad[name] = draw(_KINDS[kind])
        properties[name] = {
            "x-kind": kind,
            "title": draw(WORDS.filter(str.strip)),
            **asked,
        }
    schema: dict[str, Any] = {"properties": properties}
    some = st.lists(st.sampled_from(names), min_size=1, unique=True)
    if draw(st.booleans()):
        schema["required"] = draw(some)
    if draw(st.booleans()):
        schema["dependentRequired"] = draw(st.dictionaries(st.sampled_from(names), some, min_size=1, max_size=2))
    asking = [name for name in names if properties[name]["x-kind"] == "yes_no"]
    with_a_condition = draw(st.booleans())
    if asking and with_a_condition:
        name = draw(st.sampled_from(asking))
        test = {"properties": {name: {"const": draw(st.booleans())}}, "required": [name]}
        schema["allOf"] = [{"if": test, "then": {"required": draw(some)}}]
    if draw(st.booleans()):
        schema["x-order"] = draw(st.permutations(names))
    return schema, good, bad
