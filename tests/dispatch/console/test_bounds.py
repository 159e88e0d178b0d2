"""Nothing that somebody sends is without bounds: a number may not be too large for the database, a text or a list not
for this machine. The document of the API says so of every value, in parameters and in bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from tests.dispatch.console.conftest import Api

LARGEST = 1 << 63
FINITE_FORMATS = {"date", "date-time", "uri", "binary"}
"""Formats whose texts pydantic reads itself, and files, which end where the frame says."""


class Walker:
    """Goes through a schema and names each value that has no end."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = schemas

    def endless(self, schema: Mapping[str, Any], place: str, within: tuple[str, ...] = ()) -> Iterator[str]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in within:
                yield from self.endless(self.schemas[name], place, (*within, name))
        for way in (one for word in ("anyOf", "oneOf", "allOf") for one in schema.get(word, ())):
            yield from self.endless(way, place, within)
        if "enum" in schema or "const" in schema:
            return
        match schema.get("type"):
            case "integer" | "number" as kind:
                ends = [schema.get(one, schema.get(f"exclusive{one.capitalize()}")) for one in ("minimum", "maximum")]
                if None in ends or (kind == "integer" and not all(abs(end) <= LARGEST for end in ends)):
                    yield f"{place}: a number from {ends[0]} to {ends[1]}"
            case "string":
                if not ({"maxLength", "contentMediaType"} & schema.keys() or schema.get("format") in FINITE_FORMATS):
                    yield f"{place}: a text of any length"
            case "array":
                if "maxItems" not in schema:
                    yield f"{place}: a list of any length"
                for item in [*schema.get("prefixItems", ()), schema.get("items")]:
                    if isinstance(item, dict):
                        yield from self.endless(item, f"{place}[]", within)
            case "object":
                yield from self._of_object(schema, place, within)

    def _of_object(self, schema: Mapping[str, Any], place: str, within: tuple[str, ...]) -> Iterator[str]:
        for name, member in schema.get("properties", {}).items():
            yield from self.endless(member, f"{place}.{name}", within)
        others = schema.get("additionalProperties", False)
        if others is not False:
            if "maxProperties" not in schema and "propertyNames" not in schema:
                yield f"{place}: an object of any size"
            yield from self.endless(schema.get("propertyNames", {}), f"{place} (names)", within)
        if isinstance(others, dict):
            yield from self.endless(others, f"{place}.*", within)


def test_every_value_that_is_sent_has_bounds(app: FastAPI) -> None:
    document = app.openapi()
    walker, found = Walker(document["components"]["schemas"]), []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            label = f"{method.upper()} {path}"
            for parameter in operation.get("parameters", ()):
                place = f"{label} {parameter['in']} {parameter['name']}"
                found += walker.endless(parameter["schema"], place)
            for body in operation.get("requestBody", {}).get("content", {}).values():
                found += walker.endless(body["schema"], f"{label} body")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("schema", [
    {"type": "integer", "minimum": 0},
    {"type": "integer", "minimum": 0, "maximum": 10**30},
    {"anyOf": [{"type": "number", "maximum": 3}, {"type": "null"}]},
    {"type": "string"},
    {"type": "array", "items": {"type": "string", "maxLength": 3}},
    {"type": "array", "maxItems": 3, "items": {"type": "string"}},
    {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 3}},
    {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Named"}}},
])  # fmt: skip
def test_the_walker_finds_what_has_no_end(schema: dict[str, Any]) -> None:
    assert list(Walker({"Named": {"type": "string"}}).endless(schema, "here"))


@pytest.mark.parametrize("number", ["9223372036854775808", "1e400", "-1e400", "NaN", "1" + "0" * 5000])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("policies", '{"name": "x", "freeze": N}'),
        ("policies", '{"name": "x", "reassign_cost": N}'),
        ("policies", '{"name": "x", "weights": {"travel": N}}'),
        ("runs", '{"seed": N}'),
        ("territories", '{"name": "x", "time_zone": "UTC", "boundary": {"type": "Polygon", "coordinates": N}}'),
        (
            "territories",
            '{"name": "x", "time_zone": "UTC", "boundary": {"type": "Polygon", '
            '"coordinates": [[[0, 0], [N, 1], [1, 1], [0, 0]]]}}',
        ),
        (
            "territories",
            '{"name": "x", "time_zone": "UTC", "boundary": {"type": "Polygon", '
            '"coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0, N, 1e999]]]}}',
        ),
    ],
)
def test_a_number_that_no_database_keeps_is_refused(api: Api, path: str, body: str, number: str) -> None:
    answer = api("administrator").post(
        path, content=re.sub(r"\bN\b", number, body), headers={"Content-Type": "application/json"}
    )
    # No parser of JSON reads an integer of thousands of digits.
    assert answer.status_code == (422 if len(number) < 100 else 400), answer.text


def test_a_text_that_is_none_is_refused(api: Api) -> None:
    body = '{"name": "\\ud800", "time_zone": "UTC"}'
    answer = api("administrator").post("territories", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["place"] == "body.name"
