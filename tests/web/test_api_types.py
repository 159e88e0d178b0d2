"""What the pages know of the API is what the API is."""

from __future__ import annotations

import json

from tests.web import api_types


def test_the_types_were_made_of_the_document_as_it_is_now() -> None:
    assert api_types.is_current(), "write them anew: make web-types"


def test_the_lock_names_no_address_of_packages() -> None:
    lock = json.loads((api_types.WEB / "package-lock.json").read_text(encoding="utf-8"))
    named = {name: one["resolved"] for name, one in lock["packages"].items() if ":" in one.get("resolved", "")}
    assert named == {}
