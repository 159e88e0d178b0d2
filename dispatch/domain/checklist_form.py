"""What a checklist may look like: which part of JSON Schema is taken, so that every phone can show it as a form.

A checklist is a JSON Schema (2020-12, https://json-schema.org/draft/2020-12) of one object whose members are the
answers. Each property is of one of eight kinds (:data:`KINDS`, its member ``x-kind``), and conditions only ask for more
answers. Titles and hints come in English and Chinese (``title`` and ``x-title-zh``, ``description`` and
``x-description-zh``); ``x-order`` says in which order they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SHA256 = "^[0-9a-f]{64}$"
"""How a photo or a signature is named: by the SHA-256 of its bytes, in hexadecimal."""
PICTURE: Mapping[str, str] = {"type": "string", "pattern": SHA256}

MOST_PROPERTIES = 100
MOST_PHOTOS = 20
MOST_CHOICES = 100
MOST_CONDITIONS = 50
LONGEST_TEXT = 4000
LONGEST_CODE = 200
MOST_WAYS = 1_000_000
"""In so many ways a pattern may be tried before a text is found not to match."""
LARGEST = 1e12
"""No measured number is larger, nor smaller than its opposite."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

_ABOUT: Mapping[str, int] = {"title": 200, "x-title-zh": 200, "description": 500, "x-description-zh": 500}
_COMMON = frozenset({"x-kind", "type", *_ABOUT})

KINDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "text": (frozenset({"string"}), frozenset({"minLength", "maxLength"})),
    "number": (frozenset({"number", "integer"}), frozenset({"minimum", "maximum", "x-unit"})),
    "reading": (frozenset({"number", "integer"}), frozenset({"minimum", "maximum", "x-unit"})),
    "choice": (frozenset({"string"}), frozenset({"enum", "x-labels"})),
    "yes_no": (frozenset({"boolean"}), frozenset()),
    "photo": (frozenset({"array"}), frozenset({"items", "minItems", "maxItems", "uniqueItems"})),
    "signature": (frozenset({"string"}), frozenset({"pattern"})),
    "code": (frozenset({"string"}), frozenset({"minLength", "maxLength", "pattern", "x-formats"})),
}
"""What ``x-kind`` may say: the types it may have, and the members it may have besides the common ones."""

FORMATS = frozenset(
    {
        "aztec",
        "codabar",
        "code_39",
        "code_93",
        "code_128",
        "data_matrix",
        "ean_8",
        "ean_13",
        "itf",
        "pdf417",
        "qr_code",
        "upc_a",
        "upc_e",
    }
)
"""Kinds of barcodes by the names of the Barcode Detection API (WICG)."""

_TOP = frozenset(
    {
        "$schema",
        "type",
        "title",
        "additionalProperties",
        "properties",
        "required",
        "dependentRequired",
        "allOf",
        "x-order",
    }
)
_TESTS = frozenset({"const", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})


class Problem(NamedTuple):
    """What is wrong: its place, the value there, why, and what to do about it."""

    place: str
    value: Any
    problem: str
    remedy: str


def problems_of(schema: Any) -> list[Problem]:
    """Everything for which a document is no checklist; empty for one that is."""
    if not isinstance(schema, Mapping):
        return [Problem("checklist", schema, "is no JSON object", "send a JSON Schema with properties")]
    found = [*_strangers("checklist", schema, _TOP)]
    for name, only in (("$schema", DIALECT), ("type", "object"), ("additionalProperties", False)):
        if name in schema and (schema[name] != only or type(schema[name]) is not type(only)):
            found.append(Problem(f"checklist.{name}", schema[name], f"must be {only!r}", "leave it out"))
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not 1 <= len(properties) <= MOST_PROPERTIES:
        remedy = "name what is to be answered"
        found.append(Problem("checklist.properties", properties, f"must have 1 to {MOST_PROPERTIES} members", remedy))
        return found
    for name, one in properties.items():
        found += _Property(f"checklist.properties.{name}", name, one).problems()
    return found or [*_order(schema, properties), *_conditions(schema, properties)]


class _Property:
    """One thing that is asked, being looked at."""

    def __init__(self, place: str, name: str, asked: Any) -> None:
        self.place, self.name, self.asked = place, name, asked

    def problems(self) -> list[Problem]:
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name):
            remedy = "use small letters, digits and _, at most 40, and begin with a letter"
            return [Problem(self.place, self.name, "is no name of a property", remedy)]
        if not isinstance(self.asked, Mapping):
            return [Problem(self.place, self.asked, "is no JSON object", "say its x-kind, type and title")]
        kind = self.asked.get("x-kind")
        if not isinstance(kind, str) or kind not in KINDS:
            return [Problem(f"{self.place}.x-kind", kind, "is no kind of question", f"use one of {', '.join(KINDS)}")]
        types, members = KINDS[kind]
        found = [*_strangers(self.place, self.asked, _COMMON | members), *self._titles()]
        if self.asked.get("type") not in sorted(types):
            remedy = f"use {' or '.join(sorted(types))}"
            found.append(self._wrong("type", f"is not what a {kind} has", remedy))
        return [*found, *getattr(self, f"_{kind}")()]

    def _titles(self) -> Iterator[Problem]:
        for name, longest in _ABOUT.items():
            value = self.asked.get(name)
            if name == "title" and not (isinstance(value, str) and value.strip()):
                yield self._wrong(name, "must not be empty", "say what is asked")
            elif name in self.asked and not _text(value, longest):
                yield self._wrong(name, f"must be a text of at most {longest} characters", "shorten it")

    def _text(self) -> Iterator[Problem]:
        yield from self._length(LONGEST_TEXT)

    def _number(self) -> Iterator[Problem]:
        for name in ("minimum", "maximum"):
            if name in self.asked and not is_number(self.asked[name]):
                yield self._wrong(name, f"must be a number of at most {LARGEST:g}", "correct it")
        least, most = self.asked.get("minimum"), self.asked.get("maximum")
        if is_number(least) and is_number(most) and least > most:
            yield self._wrong("maximum", "is less than the minimum", "swap the two")
        if "x-unit" in self.asked and not _text(self.asked["x-unit"], 20):
            yield self._wrong("x-unit", "must be a text of at most 20 characters", "use a short one, such as bar")

    def _reading(self) -> Iterator[Problem]:
        return self._number()

    def _choice(self) -> Iterator[Problem]:
        choices = self.asked.get("enum")
        if (
            not isinstance(choices, list)
            or not 1 <= len(choices) <= MOST_CHOICES
            or not all(_text(one, 80) and one and one.isprintable() for one in choices)
            or len(set(choices)) < len(choices)
        ):
            yield self._wrong("enum", f"must be a list of 1 to {MOST_CHOICES} different words", "name the choices")
            return
        labels = self.asked.get("x-labels", {})
        if not isinstance(labels, Mapping) or not set(labels) <= set(choices):
            yield self._wrong("x-labels", "must name labels of the choices", "use the words of enum")
            return
        for choice, label in labels.items():
            if not (
                isinstance(label, Mapping)
                and "en" in label
                and set(label) <= {"en", "zh"}
                and all(_text(one, 200) and one.strip() for one in label.values())
            ):
                problem, remedy = "is no label", 'write it like {"en": "Valve", "zh": "阀门"}'
                yield Problem(f"{self.place}.x-labels.{choice}", label, problem, remedy)

    def _yes_no(self) -> Iterator[Problem]:
        return iter(())

    def _photo(self) -> Iterator[Problem]:
        if self.asked.get("items", PICTURE) != PICTURE:
            yield self._wrong("items", "must name pictures by their SHA-256", "leave it out")
        least, most = self.asked.get("minItems", 1), self.asked.get("maxItems", MOST_PHOTOS)
        if not (_whole(least, MOST_PHOTOS) and least >= 1):
            yield self._wrong("minItems", f"must be a whole number from 1 to {MOST_PHOTOS}", "correct it")
        elif not (_whole(most, MOST_PHOTOS) and most >= least):
            yield self._wrong("maxItems", f"must be a whole number from {least} to {MOST_PHOTOS}", "correct it")
        if self.asked.get("uniqueItems", True) is not True:
            yield self._wrong("uniqueItems", "must be true", "leave it out")

    def _signature(self) -> Iterator[Problem]:
        if self.asked.get("pattern", SHA256) != SHA256:
            yield self._wrong("pattern", "must name a picture by its SHA-256", "leave it out")

    def _code(self) -> Iterator[Problem]:
        yield from self._length(LONGEST_CODE)
        if "pattern" in self.asked and (problem := _unfit(self.asked["pattern"])):
            yield self._wrong("pattern", problem, "use letters, [classes], | and {m,n}, such as ^[A-Z]{2}-[0-9]{6}$")
        formats = self.asked.get("x-formats", ["qr_code"])
        if not isinstance(formats, list) or not formats or not all(one in sorted(FORMATS) for one in formats):
            yield self._wrong("x-formats", "must list kinds of barcodes", f"use {', '.join(sorted(FORMATS))}")

    def _length(self, longest: int) -> Iterator[Problem]:
        least, most = self.asked.get("minLength", 0), self.asked.get("maxLength")
        if not (_whole(most, longest) and most >= 1):
            yield self._wrong("maxLength", f"must be a whole number from 1 to {longest}", "say how long it may be")
        elif not _whole(least, most):
            yield self._wrong("minLength", f"must be a whole number from 0 to {most}", "correct it")

    def _wrong(self, member: str, problem: str, remedy: str) -> Problem:
        return Problem(f"{self.place}.{member}", self.asked.get(member), problem, remedy)


def _order(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Problem]:
    order = schema.get("x-order")
    if order is not None and not (
        isinstance(order, list) and all(isinstance(one, str) for one in order) and sorted(order) == sorted(properties)
    ):
        yield Problem("checklist.x-order", order, "must name every property once", "or leave it out")


def _conditions(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _named("checklist.required", schema.get("required", []), properties)
    depending = schema.get("dependentRequired", {})
    if not isinstance(depending, Mapping):
        yield Problem("checklist.dependentRequired", depending, "is no JSON object", "name → the names it asks for")
    else:
        for name, others in depending.items():
            place = f"checklist.dependentRequired.{name}"
            if name not in properties:
                yield Problem(place, name, "is no property of the checklist", f"use {', '.join(properties)}")
            yield from _named(place, others, properties)
    every = schema.get("allOf", [])
    if not isinstance(every, list) or len(every) > MOST_CONDITIONS:
        problem = f"must be a list of at most {MOST_CONDITIONS} conditions"
        yield Problem("checklist.allOf", every, problem, "write each as if and then")
        return
    for at, one in enumerate(every):
        yield from _condition(f"checklist.allOf[{at}]", one, properties)


def _condition(place: str, one: Any, properties: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(one, Mapping) or set(one) != {"if", "then"}:
        yield Problem(place, one, "is no condition", 'write it as {"if": …, "then": {"required": […]}}')
        return
    then, given = one["then"], one["if"]
    if not isinstance(then, Mapping) or set(then) != {"required"}:
        yield Problem(f"{place}.then", then, "may only ask for answers", 'write it as {"required": […]}')
    else:
        yield from _named(f"{place}.then.required", then["required"], properties)
    if not isinstance(given, Mapping) or set(given) != {"properties", "required"}:
        remedy = 'write it as {"properties": {name: test}, "required": [name]}'
        yield Problem(f"{place}.if", given, "must test answers that are there", remedy)
        return
    yield from _named(f"{place}.if.required", given["required"], properties)
    tests = given["properties"]
    if not isinstance(tests, Mapping) or not tests or set(tests) != set(map(str, given["required"])):
        yield Problem(f"{place}.if.properties", tests, "must test what if.required names", "name the same in both")
        return
    for name, test in tests.items():
        if name in properties:
            yield from _test(f"{place}.if.properties.{name}", test, properties[name])


def _test(place: str, test: Any, asked: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(test, Mapping) or not test or not set(test) <= _TESTS:
        yield Problem(place, test, "is no test", f"use {', '.join(sorted(_TESTS))}")
        return
    for name, value in test.items():
        values = (value if isinstance(value, list) and value else [None]) if name == "enum" else [value]
        compares = name not in ("const", "enum")
        numeric = asked["x-kind"] in ("number", "reading")
        if (compares and not numeric) or not all(_fits(one, asked) for one in values):
            kind = asked["x-kind"]
            yield Problem(f"{place}.{name}", value, f"cannot be tested of a {kind}", "compare with what it can be")


def _fits(value: Any, asked: Mapping[str, Any]) -> bool:
    """Whether an answer could be that, as far as a condition looks: photos and signatures are not compared."""
    match asked["x-kind"]:
        case "number" | "reading":
            return is_number(value)
        case "choice":
            return value in asked["enum"]
        case "yes_no":
            return isinstance(value, bool)
        case "text" | "code":
            return _text(value, LONGEST_CODE)
    return False


def _named(place: str, names: Any, properties: Mapping[str, Any]) -> Iterator[Problem]:
    if not isinstance(names, list) or (not names and place != "checklist.required"):
        yield Problem(place, names, "is no list of names", "name properties of the checklist")
        return
    for at, name in enumerate(names):
        if not isinstance(name, str) or name not in properties:
            remedy = f"use {', '.join(properties)}"
            yield Problem(f"{place}[{at}]", name, "is no property of the checklist", remedy)
        elif name in names[:at]:
            yield Problem(f"{place}[{at}]", name, "is named twice", "leave it out once")


def _strangers(place: str, document: Mapping[str, Any], known: frozenset[str]) -> Iterator[Problem]:
    for name in document:
        if name not in known:
            yield Problem(f"{place}.{name}", document[name], "is nothing that a checklist has there", "leave it out")


def _unfit(pattern: Any) -> str:
    """Why a pattern is not one that phones and servers understand alike, and answer quickly; empty for one that is.

    What is taken has the same meaning in ECMAScript (with its flag u) and in Python: no classes by letter (``\\d`` is
    not the same in both), no groups that repeat or look around, nothing that one of them takes for itself and the other
    for syntax; and little that repeats without end, which would let a text of some hundred characters keep a server
    busy.
    """
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= 200 or not pattern.isprintable():
        return "must be a text of 1 to 200 characters"
    bare = re.sub(r"\\[][^$\\.*+?(){}|/]", "x", pattern)
    classes = re.findall(r"\[\^?([^]]+)\]", bare)
    outside = re.sub(r"\[\^?[^]]+\]", "x", bare)
    counted = re.sub(r"(?<=[^*+?{}(|^])\{\d+(,\d*)?\}", "*", outside)
    if (
        "\\" in bare
        or "(?" in outside
        or re.search(r"[][{}]|\)[*+?]|[*+?][*+?]", counted)
        or any(re.search(r"\[|--|&&|~~|\|\|", one) for one in classes)
    ):
        return "uses what phones and servers do not understand alike"
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return f"is no regular expression ({error})"
    return "" if _ways(outside) <= MOST_WAYS else "repeats in too many ways"


def _ways(pattern: str) -> int:
    """In how many ways the repetitions of a pattern could share out a text among them, at the most."""
    ways = 1 if pattern.startswith("^") else LONGEST_CODE
    for sign, least, comma, most in re.findall(r"([*+?])|\{(\d+)(,?)(\d*)\}", pattern):
        if sign == "?":
            ways *= 2
        elif sign or comma:
            ways *= max(1, min(int(most or LONGEST_CODE), LONGEST_CODE) - int(least or 0) + 1)
    return ways


def _text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and is_plain(value)


def is_plain(text: str) -> bool:
    """Whether every store and screen can take it: no NUL, no half of a character."""
    return "\x00" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def is_number(value: Any) -> bool:
    """A finite number that is not absurd; yes and no are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
