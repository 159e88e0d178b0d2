"""The life of a visit as the phone knows it, made of the server's table, so that both mean the same by a tap.

``python -m tests.web.life_of_a_visit`` writes ``web/field/src/day/lifecycle.json`` anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dispatch.domain.visit_lifecycle import BY_TECHNICIANS, FINAL, TRANSITIONS, VisitAction
from dispatch.services.visit_steps import CLEARS, ENDS, SETS

FILE = Path(__file__).resolve().parents[2] / "web" / "field" / "src" / "day" / "lifecycle.json"


def table() -> dict[str, Any]:
    """What a technician's steps do: ``steps`` by status and action, ``sets`` and ``clears`` instants by action."""
    steps: dict[str, dict[str, str]] = {}
    for (status, action), after in TRANSITIONS.items():
        if action in BY_TECHNICIANS:
            steps.setdefault(status.value, {})[action.value] = after.value
    ends = dict.fromkeys(ENDS, "finished_at")
    return {
        "steps": steps,
        "sets": _of_technicians({**SETS, **ends}),
        "clears": _of_technicians({action: list(columns) for action, columns in CLEARS.items()}),
        "final": sorted(status.value for status in FINAL),
    }


def _of_technicians(by_action: dict[VisitAction, Any]) -> dict[str, Any]:
    return {action.value: kept for action, kept in by_action.items() if action in BY_TECHNICIANS}


def written() -> str:
    """The file's text."""
    return json.dumps(table(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
