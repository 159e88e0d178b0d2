"""One page with the whole plan: map, timeline, reasons and cost, in a single file that asks nothing of any network."""

from __future__ import annotations

import json
import os
import tempfile
from importlib.resources import files
from pathlib import Path

from dispatch.report.geometry import Geometry, straight_geometry
from dispatch.report.payload import payload
from optimizer.domain import Plan, Problem
from optimizer.scoring import Scorecard

ASSETS = files("dispatch.report") / "assets"
# In the order in which they build on each other.
SCRIPTS = (
    "data.js",
    "words.js",
    "store.js",
    "map.js",
    "overlay.js",
    "timeline.js",
    "panels.js",
    "detail.js",
    "main.js",
)


def page(problem: Problem, plan: Plan, scorecard: Scorecard, geometry: Geometry | None = None) -> str:
    """The page as HTML. Without ``geometry`` the map shows straight lines on empty ground."""
    geometry = geometry or straight_geometry(problem, plan)
    data = _embedded(payload(problem, plan, scorecard, geometry))
    texts = _embedded(json.loads(_asset("texts.json")))
    script = "\n".join(_asset(name) for name in SCRIPTS)
    parts = {"style": _asset("page.css"), "data": data, "texts": texts, "script": script}
    html = _asset("page.html")
    for name, content in parts.items():
        html = html.replace(f"<!--{name}-->", content, 1)
    return html


def write_page(problem: Problem, plan: Plan, scorecard: Scorecard, geometry: Geometry | None, path: Path | str) -> None:
    """Write the page to a file, whole or not at all. Raises OSError where it cannot."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page(problem, plan, scorecard, geometry))
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _asset(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


def _embedded(value: object) -> str:
    """JSON that may stand inside a script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
