"""The reference of scenario files, written from the classes that read them and from the figures that are measured."""

from __future__ import annotations

import inspect
import json
from typing import Any

from scenarios.measuring.kpis import KPIS
from scenarios.reading import POLICY_FIELDS
from scenarios.scenario import (
    Acceptance,
    DemandChange,
    DispatchChange,
    Dispatching,
    GeneratedTown,
    Group,
    Hire,
    Horizon,
    Leave,
    MoveShifts,
    NewBase,
    Overtime,
    Parts,
    PromiseChange,
    Replications,
    SampleCity,
    Scenario,
    Staffing,
    Sweep,
    TakenSituation,
    Train,
    TravelChange,
    VanStock,
    Worth,
    json_schema,
)

HEAD = """\
# Scenario files

A scenario is one TOML file that says from which situation it starts, what is changed about it, who dispatches, which
days are simulated and how often, and what the changes must not make worse. `fieldwright scenario run FILE` simulates it
([the command](command-line.md#scenario), [how to ask what if](../how-to/what-if.md),
[what a simulated day is](../explanation/how-a-day-is-simulated.md)). What is unknown in a file, or out of bounds, is
refused with its place, the value and a remedy. The JSON Schema is `scenarios/scenario.schema.json`, which
`fieldwright scenario schema` prints; the catalogue is `scenarios/catalog`.

This page is written by `make docs` from the classes that read the files.
"""

FIGURES = """
## Figures

Names for `kpis`, for `replications.until` and for conditions. A share counts from 0 to 1 in files and is shown in
percent. Only what comes after the warm-up counts. A promise counts as soon as it is decided: kept, or due and not kept.

| figure | unit | better is | is |
| --- | --- | --- | --- |
"""

PARTS: tuple[tuple[str, type[Any]], ...] = (
    ("## The file", Scenario),
    ("## `[situation]`, generated", GeneratedTown),
    ("## `[situation]`, the sample's city", SampleCity),
    ("## `[situation]`, taken from a live store", TakenSituation),
    ("## `[situation.parts]`", Parts),
    ("## `[horizon]`", Horizon),
    ("## `[dispatch]`", Dispatching),
    ("## `[replications]`", Replications),
    ("## `[[changes]]`, demand", DemandChange),
    ("## `[[changes]]`, who leaves", Leave),
    ("## `[[changes]]`, who is hired", Hire),
    ("## `[[changes]]`, training", Train),
    ("## `[[changes]]`, shifts", MoveShifts),
    ("## `[[changes]]`, overtime", Overtime),
    ("## `[[changes]]`, a new base", NewBase),
    ("## `[[changes]]`, promises", PromiseChange),
    ("## `[[changes]]`, travel", TravelChange),
    ("## `[[changes]]`, van stock", VanStock),
    ("## `[[changes]]`, dispatch", DispatchChange),
    ("## `[[accept]]`", Acceptance),
    ("## `[sweep]`", Sweep),
    ("## `[staffing]`", Staffing),
    ("## `[[staffing.groups]]`", Group),
    ("## `[worth]`", Worth),
)


def scenarios_page() -> str:
    """``docs/reference/scenarios.md`` as it ought to be."""
    rows = "".join(
        f"| `{one.name}` | {one.unit or '–'} | {'more' if one.more_is_better else 'less'} | {one.meaning} |\n"
        for one in KPIS.values()
    )
    return HEAD + "".join(_part(heading, part) for heading, part in PARTS) + FIGURES + rows


def schema_file() -> str:
    """``scenarios/scenario.schema.json`` as it ought to be."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _part(heading: str, part: type[Any]) -> str:
    said = inspect.cleandoc(part.__doc__ or "").replace("``", "`").replace("(:mod:`", "(`").replace(":mod:`", "`")
    schema = part.model_json_schema()
    required = set(schema.get("required", ()))
    rows = [
        f"| `{name}` | {_kind(field, schema.get('$defs', {}))} | {_default(name, field, required)} |\n"
        for name, field in schema["properties"].items()
    ]
    more = ""
    if part is Dispatching:
        names = ", ".join(f"`{name}`" for name in POLICY_FIELDS)
        more = f"\nFields of `policy`: {names}. They mean what they mean in a planning policy.\n"
    return f"\n{heading}\n\n{said}\n\n| key | is | without it |\n| --- | --- | --- |\n{''.join(rows)}{more}"


def _kind(field: dict[str, Any], kinds: dict[str, Any]) -> str:
    if "const" in field:
        return f'`"{field["const"]}"`'
    if "$ref" in field:
        named = kinds[field["$ref"].rpartition("/")[2]]
        return _kind(named, kinds)
    if "anyOf" in field:
        return _kind(next(one for one in field["anyOf"] if one.get("type") != "null"), kinds)
    if "enum" in field:
        return " or ".join(f'`"{one}"`' for one in field["enum"]) if len(field["enum"]) < 8 else "a figure"
    if "oneOf" in field:
        return "a table, see below"
    if field.get("type") == "array":
        return f"a list: {_kind(field.get('items', {}), kinds)}"
    names = {"integer": "a whole number", "number": "a number", "string": "a text", "boolean": "`true` or `false`"}
    kind = "a date" if field.get("format") == "date" else names.get(field.get("type", ""), "a table")
    return kind + _bounds(field)


def _bounds(field: dict[str, Any]) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
    said = [f"{word} {field[key]:,}" for key, word in words.items() if key in field]
    return f" {' '.join(said)}" if said else ""


def _default(name: str, field: dict[str, Any], required: set[str]) -> str:
    if name in required:
        return "is refused"
    default = field.get("default")
    if default is None:
        return "all figures" if name == "kpis" else "–"
    if isinstance(default, dict):
        return "its defaults"
    return f"`{json.dumps(default)}`"
