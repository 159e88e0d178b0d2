"""Scenario files, written: what is read again is the same scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any

import tomli_w

from scenarios.scenario import Scenario


def as_document(scenario: Scenario) -> dict[str, Any]:
    """What the scenario says, as JSON values: all that was said, and nothing that was not."""
    document: dict[str, Any] = scenario.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return document


def as_toml(scenario: Scenario) -> str:
    """The scenario as the text of a file."""
    document = scenario.model_dump(mode="python", exclude_unset=True, exclude_none=True)
    return tomli_w.dumps(_plain(document))


def _plain(value: Any) -> Any:
    """As values that TOML has; plain values go before tables, as a reader expects them."""
    if isinstance(value, Mapping):
        told = {str(key): _plain(one) for key, one in value.items() if one is not None}
        return dict(sorted(told.items(), key=lambda one: _is_table(one[1])))
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, str | int | float | bool | dt.date) else str(value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))
