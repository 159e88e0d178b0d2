"""The types that pages in ``web/`` know the API by, made of its OpenAPI document.

``python -m tests.web.api_types`` writes ``web/shared/openapi.d.ts`` anew; it needs Node and what `npm ci` installs in
``web/``. ``--check`` needs neither: the file says which document it was made of. That is the part of the document that
the pages use, which ``web/shared/openapi.json`` lists.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from dispatch.console.app import create_app
from dispatch.settings import Settings
from dispatch.store.engine import Store

WEB = Path(__file__).resolve().parents[2] / "web"
FILE = WEB / "shared" / "openapi.d.ts"
USED = WEB / "shared" / "openapi.json"
_NAMED = re.compile(r'"#/components/schemas/([^"]+)"')
_MAKES = "Write it anew: python -m tests.web.api_types"


def document() -> dict[str, Any]:
    """The OpenAPI document, without what is written for people: rewording that changes no type."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        store = Store(url)
        try:
            made = create_app(store, Settings(database_url=url)).openapi()
        finally:
            store.dispose()
    return {"openapi": made["openapi"], "info": {"title": "", "version": ""}, **_bare_parts(made)}


def _bare_parts(made: dict[str, Any]) -> dict[str, Any]:
    used: dict[str, Any] = {}
    for one in json.loads(USED.read_text(encoding="utf-8")):
        method, path = one.split(" ")
        used.setdefault(path, {})[method] = _bare(made["paths"][path][method])
    return {"paths": used, "components": {"schemas": _reached(used, made["components"]["schemas"])}}


def _reached(used: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas that are spoken of in what is used, and in those, and so on."""
    reached: dict[str, Any] = {}
    spoken = json.dumps(used)
    while new := sorted(set(_NAMED.findall(spoken)) - reached.keys()):
        reached |= {name: _bare(schemas[name]) for name in new}
        spoken = json.dumps(reached)
    return dict(sorted(reached.items()))


def _bare(part: Any, *, holds_names: bool = False) -> Any:
    """A part without descriptions, examples and tags. Where keys are names, one may be called like that."""
    if isinstance(part, list):
        return [_bare(one) for one in part]
    if not isinstance(part, dict):
        return part
    named = ("properties", "schemas", "responses")
    left_out = () if holds_names else ("description", "summary", "title", "tags", "examples")
    answers = {
        key: _bare(value, holds_names=key in named and isinstance(value, dict))
        for key, value in part.items()
        if key not in left_out
    }
    answers.pop("security", None)
    if "responses" in answers and not holds_names:
        for answer in answers["responses"].values():
            answer.setdefault("description", "")
    return answers


def first_line(made: dict[str, Any]) -> str:
    """What the file begins with: which document it was made of."""
    text = json.dumps(made, sort_keys=True, ensure_ascii=False)
    return f"// Made of the OpenAPI document {hashlib.sha256(text.encode()).hexdigest()[:16]}. {_MAKES}\n"


def is_current() -> bool:
    """Whether the file was made of the document as it is now."""
    return FILE.is_file() and FILE.read_text(encoding="utf-8").startswith(first_line(document()))


def write() -> None:
    """Make the file anew."""
    made = document()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openopenapi.json", Path(folder) / "openapi.d.ts"
        source.write_text(json.dumps(made), encoding="utf-8")
        command = ["npx", "--no-install", "openapi-typescript", str(source), "--output", str(target)]
        subprocess.run(command, cwd=WEB, check=True, stdout=subprocess.DEVNULL)
        FILE.write_text(first_line(made) + target.read_text(encoding="utf-8"), encoding="utf-8")


def main() -> int:
    """Write the file, or with ``--check`` say whether it is as it would be written."""
    if "--check" in sys.argv[1:]:
        if is_current():
            return 0
        sys.stderr.write(f"{FILE.relative_to(WEB.parent)} was made of another OpenAPI document. {_MAKES}\n")
        return 1
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
