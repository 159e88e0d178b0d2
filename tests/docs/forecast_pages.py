"""The reference of forecasts, written from the classes that read the files."""

from __future__ import annotations

import inspect
from typing import Any

from scenarios.forecast.calibration import SHARES
from scenarios.forecast.files import ForecastPart, GrainPart, LearntPart, SeriesPart
from scenarios.forecast.gathering import ANY, ELSEWHERE, LEAST_DAYS, LONGEST_HOLE, MOST_SERIES
from scenarios.forecast.grains import GRAINS

HEAD = f"""\
# Forecast files

`fieldwright forecast` ([the command](command-line.md#forecast), [how to forecast demand](../how-to/forecast.md),
[how it works and how good it is](../explanation/how-demand-is-forecast.md)) reads the jobs that came in and writes what
is to be expected. What cannot be used in a file is refused with its place, the value and a remedy.

This page is written by `make docs` from the classes that read the files.

## History

A CSV file in UTF-8: names of columns in the first line, a job on each of the others. Columns that are not named here
are passed over; `--columns received=created_date,skill=category` says what they are called where it is otherwise.

| column | is | without it |
| --- | --- | --- |
| `received` | when it came in, see below | is refused |
| `territory` | a name | `{ELSEWHERE}` |
| `skill` | what it asks for; several are joined by `+`, in any order | `{ANY}` |
| `priority` | `critical`, `high`, `normal` or `low` | – |
| `minutes` | its planned work | – |

When something came in is told by the clock on the wall, `2026-11-23 08:15`, or as an instant, `2026-11-23T11:15:00Z`,
which counts at the time of `--zone`.

{LEAST_DAYS} days are the least, and {MOST_SERIES} pairs of a territory and a skill the most. More than {LONGEST_HOLE}
days without any job are refused as a hole. The day of the last job may not be over, and is left out unless `--until`
says otherwise.

Without a file the jobs of the store are the history, but for those that were declined, called off or asked for
before: `territory` is the name of theirs, `skill` what the roles of their job type ask for (a job for two counts for
each role), and `minutes` the planned time of their first visit. The store is only read.

## Weather

A CSV file with a column `date`, and up to twenty columns of numbers, empty where nothing is known: the temperature,
the rain, a fair in town. Several lines of one day are averaged. It may go on beyond the history, as far as a weather
forecast does.

## Forecast

A JSON file.
"""

TAIL = f"""
The quantiles are {", ".join(f"{share:g}" for share in SHARES)}: the first and the last hold 90 % between them, the
second and the last but one 80 %. The quantile of a number at a grain is that of a negative binomial number of the
expected mean and the grain's `spread`, at the share that stands in `asked` for its week and the quantile. Expected
numbers add up over the grains, quantiles do not.

Grains: {", ".join(f"`{name}`" for name in GRAINS)}.

The `digest` is the SHA-256 of all the rest as JSON with sorted keys, no spaces and whole numbers without a point. A
file that was changed by hand is refused until its digest is written anew; the refusal tells it.

## Tables

`--table` of `make` and `show` is a CSV file with a line for each date, hour, territory and skill: `expected`, and
{", ".join(f"`q{round(share * 100):02d}`" for share in SHARES)}.

`--table` of `staff` has a line for each date, hour and skill (and territory, with `--by-territory`): `expected` jobs,
the `jobs` that come in on a day as busy as `--quantile` says, `hours` of work that are to be done in that hour,
driving included, and `technicians`, rounded up.
"""

PARTS: tuple[tuple[str, type[Any]], ...] = (
    ("### The file", ForecastPart),
    ("### `learnt`", LearntPart),
    ("### `grains`", GrainPart),
    ("### `series[]`", SeriesPart),
)


def forecasts_page() -> str:
    """``docs/reference/forecasts.md`` as it ought to be."""
    return HEAD + "".join(_part(heading, part) for heading, part in PARTS) + TAIL


def _part(heading: str, part: type[Any]) -> str:
    said = inspect.cleandoc(part.__doc__ or "").replace("``", "`")
    schema = part.model_json_schema()
    rows = [f"| `{name}` | {_kind(field, schema.get('$defs', {}))} |\n" for name, field in schema["properties"].items()]
    return f"\n{heading}\n\n{said}\n\n| key | is |\n| --- | --- |\n{''.join(rows)}"


def _kind(field: dict[str, Any], kinds: dict[str, Any]) -> str:
    if "const" in field:
        return f'`"{field["const"]}"`'
    if "$ref" in field:
        return "a table, see below"
    if "anyOf" in field:
        return _kind(next(one for one in field["anyOf"] if one.get("type") != "null"), kinds) + ", or `null`"
    if field.get("type") == "array":
        least, most = field.get("minItems"), field.get("maxItems")
        count = f" of {least}" if least is not None and least == most else ""
        return f"a list{count}: {_kind(field.get('items', {}), kinds)}"
    if field.get("type") == "object":
        inner = field.get("additionalProperties", {})
        return f"by name: {_kind(inner, kinds)}"
    names = {"integer": "a whole number", "number": "a number", "string": "a text"}
    return "a date" if field.get("format") == "date" else names[field["type"]] + _bounds(field)


def _bounds(field: dict[str, Any]) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}
    said = [f"{word} {field[key]:,}" for key, word in words.items() if key in field]
    return f" {' '.join(said)}" if said else ""
