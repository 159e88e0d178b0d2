"""How long the texts of a tap may be and which refusals are no conflict, as the phone knows them from the server.

``python -m tests.web.phone_limits`` writes ``web/field/src/sync/limits.json`` anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dispatch.services.field_actions import QUIET
from mobile_api.kinds.table import KINDS
from mobile_api.sync.receipts import IdUsed

FIELD = Path(__file__).resolve().parents[2] / "web" / "field" / "src"
FILE = FIELD / "sync" / "limits.json"


def table() -> dict[str, Any]:
    """``texts``: the most characters by kind and text; ``quiet``: codes of refusals that nobody has to settle."""
    texts = {name: dict(_texts(kind.data.model_json_schema(by_alias=True))) for name, kind in sorted(KINDS.items())}
    return {"texts": {name: found for name, found in texts.items() if found}, "quiet": sorted(QUIET | {IdUsed.code})}


def _texts(schema: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    defined = schema.get("$defs", {})
    for name, said in schema.get("properties", {}).items():
        for one in said.get("anyOf", [said]):
            # What has a pattern is made by machines: ids and digests.
            if "maxLength" in one and "pattern" not in one:
                yield name, one["maxLength"]
            if "$ref" in one.get("items", {}):
                inner = defined[one["items"]["$ref"].rsplit("/", 1)[-1]]
                yield from ((f"{name}.{within}", most) for within, most in _texts({**inner, "$defs": defined}))


def written() -> str:
    """The file's text."""
    return json.dumps(table(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
