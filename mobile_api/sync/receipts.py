"""What a phone is told of each action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dispatch.domain.errors import DispatchError
from dispatch.store.tables import FieldAction


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an action: ``applied`` or ``refused`` for ever, or ``waiting``: send it again."""

    id: str
    outcome: Literal["applied", "refused", "waiting"]
    code: str = ""
    detail: str = ""
    happened_at: dt.datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class IdUsed(DispatchError):  # noqa: N818
    """The same id was used for something else. What it was used for first stands."""

    code, title = "id-used", "This id was used for another action"


def receipt_of(row: FieldAction) -> Receipt:
    """The receipt of an action that is kept: the same whenever it is asked for."""
    outcome: Literal["applied", "refused"] = "applied" if row.outcome.value == "applied" else "refused"
    return Receipt(row.id, outcome, row.code, row.detail, row.happened_at, row.facts)


def refusal_of(action_id: str, refusal: DispatchError) -> Receipt:
    """The receipt of an action that is refused and not kept."""
    return Receipt(action_id, "refused", refusal.code, refusal.detail, None, refusal.facts)


def waiting(action_id: str, code: str, detail: str) -> Receipt:
    """The receipt of an action of which nothing is written."""
    return Receipt(action_id, "waiting", code, detail)
