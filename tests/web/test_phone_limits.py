"""How long texts may be: what a phone lets somebody type, the server takes."""

from __future__ import annotations

import re

import pytest

from dispatch.access.device_sign_in import Phone
from dispatch.domain.checklist_form import LONGEST_CODE
from mobile_api.kinds.table import KINDS
from mobile_api.routes.sign_in import PhoneCredentials, PhoneShape
from tests.web.phone_limits import FIELD, FILE, table, written

OTHERS = {
    "screens/sign-in.tsx": {200, 120},
    "work/scan/sheet.tsx": {LONGEST_CODE},
    "work/extend/sheet.tsx": {3},
}
"""Boxes whose limits are not those of a kind: the form to sign in, a code's, and minutes."""


def test_the_phone_knows_the_same_limits_as_the_server() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "Write it anew: python -m tests.web.phone_limits"


def test_no_box_to_type_in_has_a_limit_of_its_own() -> None:
    found: dict[str, set[int]] = {}
    for file in sorted(FIELD.rglob("*.tsx")):
        if limits := {int(one) for one in re.findall(r"maxLength=\{(\d+)\}", file.read_text(encoding="utf-8"))}:
            found[file.relative_to(FIELD).as_posix()] = limits
    assert found == OTHERS, "Take the limit of what is sent from LONGEST (sync/limits.ts)."
    most = {
        "email": _most(PhoneCredentials.model_json_schema(), "email"),
        "name": _most(PhoneShape.model_json_schema(), "name"),
    }
    assert OTHERS["screens/sign-in.tsx"] == set(most.values())
    assert set(Phone.__dataclass_fields__) == set(PhoneShape.model_fields)


@pytest.mark.parametrize(
    ("kind", "name", "most"),
    [
        (kind, name, most)
        for kind, limits in sorted(table()["texts"].items())
        for name, most in sorted(limits.items())
        if "." not in name
    ],
)
def test_the_longest_text_that_the_phone_sends_is_understood(kind: str, name: str, most: int) -> None:
    needed = {"quantity": 1, "minutes": 30, "seconds": 600, "reason": "x", "part": "x", "name": "x", "sha256": "0" * 64}
    fields = {one.alias or name for name, one in KINDS[kind].data.model_fields.items()}
    said = {name: value for name, value in needed.items() if name in fields}
    assert getattr(KINDS[kind].data.model_validate({**said, name: "🔧" * most}), name) == "🔧" * most


def _most(schema: dict[str, object], name: str) -> int:
    properties = schema["properties"]
    assert isinstance(properties, dict)
    said = properties[name]
    return int(next(one["maxLength"] for one in said.get("anyOf", [said]) if "maxLength" in one))
