"""Writes the generated parts of the page about the phone's API: what phones can say, and what they are answered."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dispatch.domain.errors import DispatchError, IllegalTransition, Invalid
from dispatch.services.checklists import ChecklistIncomplete, ChecklistUnknown
from dispatch.services.duty import OffDuty
from dispatch.services.field_actions import (
    QUIET,
    AlreadySo,
    MovedAway,
    NotDispatched,
    NotUnderstood,
    NotYours,
    TooOld,
    VisitEnded,
)
from mobile_api.kinds.duty import ShiftRemoved
from mobile_api.kinds.kind import Kind
from mobile_api.kinds.table import KINDS
from mobile_api.sync.receipts import IdUsed
from mobile_api.sync.taking import Unexpected

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "phone-api.md"

REFUSALS: tuple[type[DispatchError], ...] = (
    AlreadySo,
    NotYours,
    NotDispatched,
    NotUnderstood,
    MovedAway,
    VisitEnded,
    IllegalTransition,
    ChecklistIncomplete,
    ChecklistUnknown,
    OffDuty,
    ShiftRemoved,
    TooOld,
    Invalid,
    Unexpected,
    IdUsed,
)
"""What receipts say of actions of every kind, and of those that have refusals of their own."""

_GENERATED = re.compile(r"(<!-- (kinds|refusals) of actions -->\n).*?(<!-- end -->)", re.DOTALL)
_DIGEST = "^[0-9a-f]{64}$"
_WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}


def phone_api_page() -> str:
    """``docs/reference/phone-api.md`` as it ought to be."""
    parts = {"kinds": _kinds(), "refusals": _refusals()}
    return _GENERATED.sub(lambda place: place[1] + parts[place[2]] + place[3], PAGE.read_text(encoding="utf-8"))


def _kinds() -> str:
    return "\n| kind | about | data |\n| --- | --- | --- |\n" + "".join(map(_kind_row, KINDS.values())) + "\n"


def _kind_row(kind: Kind) -> str:
    about = {"visit": "a visit", "duty": "the day", "phone": "the phone"}[kind.about]
    return f"| `{kind.name}` | {about} | {_members(kind.data.model_json_schema(by_alias=True))} |\n"


def _members(schema: Mapping[str, Any], defined: Mapping[str, Any] | None = None) -> str:
    known, needed = defined or schema.get("$defs", {}), schema.get("required", [])
    return "; ".join(
        f"`{name}`: {_value(one, known)}" + ("" if name in needed else ", or left out")
        for name, one in schema.get("properties", {}).items()
    )


def _value(one: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """What a member may be, in words."""
    if "$ref" in one:
        return _value(known[one["$ref"].rpartition("/")[2]], known)
    if "anyOf" in one:
        return _value(next(choice for choice in one["anyOf"] if choice.get("type") != "null"), known)
    if "enum" in one:
        return " or ".join(f"`{choice}`" for choice in one["enum"])
    if one.get("pattern") == _DIGEST:
        return "SHA-256"
    match one["type"]:
        case "array":
            return f"list of {_limits(one, 'minItems', 'maxItems')}: {_value(one['items'], known)}"
        case "object" if "properties" in one:
            return "{" + _members(one, known).replace("; ", ", ") + "}"
        case "object":
            return f"object of {_limits(one, 'minProperties', 'maxProperties')}"
        case "string":
            return f"text of {_limits(one, 'minLength', 'maxLength')}"
        case "boolean":
            return _WORDS["boolean"]
    return f"{_WORDS[one['type']]} {_range(one)}"


def _limits(one: Mapping[str, Any], least: str, most: str) -> str:
    return f"{one[least]} to {one[most]}" if one.get(least) else f"at most {one[most]}"


def _range(one: Mapping[str, Any]) -> str:
    least = f"above {one['exclusiveMinimum']:g}" if "exclusiveMinimum" in one else f"from {_plain(one['minimum'])}"
    return f"{least} to {_plain(one['maximum'])}"


def _plain(number: float) -> str:
    return f"{number:,.0f}"


def _refusals() -> str:
    rows = (f"| `{one.code}` | {'no' if _is_quiet(one) else 'yes'} | {_meaning(one)} |\n" for one in REFUSALS)
    return "\n| code | a dispute | meaning |\n| --- | --- | --- |\n" + "".join(rows) + "\n"


def _is_quiet(refusal: type[DispatchError]) -> bool:
    """Whether nobody need look at it; what has another's id is not even kept."""
    return refusal.code in QUIET or refusal is IdUsed


def _meaning(refusal: type[DispatchError]) -> str:
    return " ".join((inspect.getdoc(refusal) or "").split()).replace("``", "`").replace("|", "\\|")
