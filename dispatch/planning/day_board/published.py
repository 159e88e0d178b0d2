"""What the published plan says besides its assignments: when breaks are taken, and why a visit has no place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.store.tables import PlanHead, PlanRow


@dataclass(frozen=True, slots=True)
class Published:
    """The plan that everybody acts on. ``edition`` 0: nothing has been published yet.

    ``reasons``: a visit that it left out → why. ``breaks``: (shift, break) → when it is taken. ``names``: what people
    call the visits and technicians that the reasons name.
    """

    plan: str | None = None
    version: int = 0
    edition: int = 0
    at: dt.datetime | None = None
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    breaks: Mapping[tuple[str, str], dt.datetime] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def published_now(session: Session, known: Published) -> Published:
    """The published plan as it stands; ``known`` where that still is the one, because reading it takes a while."""
    head = session.execute(
        select(PlanHead.edition, PlanRow.id, PlanRow.version, PlanRow.published_at).join(
            PlanRow, PlanRow.id == PlanHead.plan_id
        )
    ).one_or_none()
    if head is None:
        return Published()
    edition, plan, version, at = head
    if (plan, version) == (known.plan, known.version):
        return known
    document, snapshot = session.execute(select(PlanRow.plan, PlanRow.snapshot).where(PlanRow.id == plan)).one()
    return Published(
        plan,
        version,
        edition,
        at,
        {one["visit"]: tuple(one["reasons"]) for one in document["unassigned"]},
        breaks_of(document),
        snapshot.get("names", {}),
    )


def breaks_of(plan: Mapping[str, Any]) -> dict[tuple[str, str], dt.datetime]:
    """When a plan's document puts the breaks: (shift, break) → when it is taken."""
    return {
        (route["shift"], rest["break"]): dt.datetime.fromisoformat(rest["start"]).astimezone(dt.UTC)
        for route in plan["routes"]
        for rest in route.get("breaks", ())
        if "start" in rest
    }
