"""Scenario files (TOML): read strictly, with everything that is wrong told by its place, its value and a remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from dispatch.domain.errors import Invalid
from dispatch.planning.policies import OVERRIDES, check_fields
from optimizer.invalid import Complaints, InvalidInput, nearest, shown
from scenarios.measuring.kpis import KPIS
from scenarios.scenario import FORMAT, DispatchChange, Dispatching, Ground, Scenario, TakenSituation

MOST_BYTES = 1_000_000

POLICY_FIELDS = (*(name for name in OVERRIDES if name != "seconds"), "publish_without_asking")
"""What a scenario may say of the planning policy. How long to search is said in rounds, which are the same anywhere."""


def read_scenario(path: str | Path) -> Scenario:
    """The scenario in a file. Raises :class:`InvalidInput` with all that is wrong, and :class:`OSError`.

    A situation and a forecast that it names by their files are looked for beside it.
    """
    content = Path(path).read_bytes()
    if len(content) > MOST_BYTES:
        raise InvalidInput("the file", f"{len(content)} bytes", "is too large", f"{MOST_BYTES} bytes are the most")
    try:
        scenario = scenario_of(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"byte {error.start}", "", "is no UTF-8", "save the file as UTF-8") from None
    return scenario.model_copy(update={"situation": _beside(scenario.situation, Path(path).parent)})


def _beside(situation: Ground, folder: Path) -> Ground:
    """The situation with the files that it names where they are."""
    files = {"demand": situation.demand, "file": situation.file if isinstance(situation, TakenSituation) else None}
    found = {key: str(folder / name) for key, name in files.items() if name is not None}
    return situation.model_copy(update=found)


def scenario_of(text: str) -> Scenario:
    """The scenario that a text tells. Raises :class:`InvalidInput`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("the file", "", f"is no TOML: {error}", "see https://toml.io") from None
    return scenario_of_document(document)


def scenario_of_document(document: Mapping[str, Any]) -> Scenario:
    """The scenario in a document that was read already. Raises :class:`InvalidInput`."""
    try:
        scenario = Scenario.model_validate(document)
    except ValidationError as error:
        raise _said(error, document) from None
    complaints = Complaints()
    _check_kpis(scenario, complaints)
    _check_policy(scenario.dispatch, "dispatch", complaints)
    for index, change in enumerate(scenario.changes):
        if isinstance(change, DispatchChange):
            _check_policy(change.dispatch, f"changes[{index}].dispatch", complaints)
    for index, rule in enumerate(scenario.accept):
        if rule.compares and not scenario.changes:
            remedy = "give `at_least` or `at_most`, or say what changes"
            complaints.add(f"accept[{index}]", "", "compares with the days without changes, and there are none", remedy)
    complaints.raise_any()
    return scenario


class _Named(BaseModel):
    situation: Ground


def situation_named(document: Mapping[str, Any]) -> Ground:
    """Which situation the table of a scenario names. Raises :class:`InvalidInput`."""
    whole = {"situation": document}
    try:
        return _Named.model_validate(whole).situation
    except ValidationError as error:
        raise _said(error, whole) from None


def _check_kpis(scenario: Scenario, complaints: Complaints) -> None:
    places = {f"kpis[{index}]": name for index, name in enumerate(scenario.kpis)}
    places |= {f"accept[{index}].kpi": rule.kpi for index, rule in enumerate(scenario.accept)}
    places |= {f"replications.until.{name}": name for name in scenario.replications.until}
    places |= {"sweep.kpi": scenario.sweep.kpi} if scenario.sweep is not None else {}
    if scenario.staffing is not None:
        places |= {f"staffing.targets[{index}].kpi": one.kpi for index, one in enumerate(scenario.staffing.targets)}
    for place, name in places.items():
        if name not in KPIS:
            complaints.add(place, shown(name), "is no figure that is measured", nearest(name, KPIS, '"'))


def _check_policy(dispatch: Dispatching, place: str, complaints: Complaints) -> None:
    try:
        check_fields(dict(dispatch.policy), POLICY_FIELDS, f"{place}.policy.")
    except Invalid as refused:
        for error in refused.facts["errors"]:
            complaints.add(error["place"], str(error["value"]), error["problem"], error["remedy"])


# What pydantic says, in our words ------------------------------------------------------------------------------------


def _said(error: ValidationError, document: Mapping[str, Any]) -> InvalidInput:
    complaints = Complaints()
    try:
        for one in error.errors(include_url=False):
            path = _path(one["loc"], document)
            problem, remedy = _words(one["type"], one.get("ctx", {}), one["msg"], path)
            missing = one["type"] in ("missing", "union_tag_not_found")
            complaints.add(_place(path), "" if missing else shown(one["input"]), problem, remedy)
        complaints.raise_any()
    except InvalidInput as found:
        return found
    raise AssertionError("an error without anything wrong") from error


def _words(kind: str, context: Mapping[str, Any], message: str, path: Sequence[str | int]) -> tuple[str, str]:
    if kind == "missing":
        return "is missing", "add it"
    if kind == "extra_forbidden":
        return "is unknown here", nearest(str(path[-1]), _keys(path[:-1]))
    if kind == "union_tag_not_found":
        return "does not say its `kind`", f"known are {_tags(path)}"
    if kind == "union_tag_invalid":
        return "is of an unknown kind", f"known are {context['expected_tags']}"
    if kind in ("literal_error", "enum"):
        where = f'write format = "{FORMAT}"' if path == ["format"] else f"known are {context['expected']}"
        return "is not one of what it may be", where
    if kind == "value_error":
        problem, _, remedy = str(context["error"]).partition(": ")
        return problem, remedy
    return f"cannot be used: {message[:1].lower()}{message[1:]}", "correct the value"


def _tags(path: Sequence[str | int]) -> str:
    return (
        "'generated', 'sample-city', 'taken'" if path[:1] == ["situation"] else "those of docs/reference/scenarios.md"
    )


def _keys(path: Sequence[str | int]) -> list[str]:
    """The keys that the table at a path may have."""
    schema = Scenario.model_json_schema()
    kinds = schema["$defs"]
    here: Any = schema
    for step in path:
        here = _resolved(here, kinds)
        if isinstance(step, int):
            here = here.get("items", {})
        else:
            here = _properties(here, kinds).get(step, here.get("additionalProperties", {}))
    return list(_properties(_resolved(here, kinds), kinds))


def _properties(schema: Mapping[str, Any], kinds: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keys of a table; of one that is of several kinds, those of all of them in alphabetical order."""
    own: Mapping[str, Any] = schema.get("properties", {})
    several: dict[str, Any] = {}
    for one in schema.get("oneOf", ()):
        several |= _resolved(one, kinds).get("properties", {})
    return own or {key: several[key] for key in sorted(several)}


def _resolved(schema: Any, kinds: Mapping[str, Any]) -> Any:
    while isinstance(schema, dict) and ("$ref" in schema or "anyOf" in schema):
        if "anyOf" in schema:  # a table that may be left out
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        else:
            schema = kinds[schema["$ref"].rpartition("/")[2]]
    return schema if isinstance(schema, dict) else {}


def _path(loc: Sequence[str | int], document: Any) -> list[str | int]:
    """Where it stands in the file: without the names of kinds that pydantic puts between."""
    path: list[str | int] = []
    for step in loc:
        if (
            isinstance(document, dict)
            and isinstance(step, str)
            and step not in document
            and document.get("kind") == step
        ):
            continue
        path.append(step)
        if isinstance(document, dict):
            document = document.get(str(step))
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            document = None
    return path


def _place(path: Sequence[str | int]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "the file"
