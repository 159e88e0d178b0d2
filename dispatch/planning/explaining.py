"""An explanation of one visit as a document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from dispatch.planning.freeing import freeings
from dispatch.planning.ground import Ground
from dispatch.planning.rule_sentences import Language
from dispatch.planning.why import explained
from dispatch.store.tables import Visit
from dispatch.store.unit_of_work import UnitOfWork


def explanation(uow: UnitOfWork, ground: Ground, visit: str, language: Language = "en") -> dict[str, Any]:
    """Why the visit is where it is, why not elsewhere, and what would free it. Reads only.

    Raises :class:`~dispatch.domain.errors.NotFound`.
    """
    found = explained(ground, visit, uow.actor, language)
    rows = {
        row.id: row
        for row in uow.session.scalars(select(Visit).where(Visit.id.in_(sorted({visit, *ground.held}))))
        if uow.actor.covers(row.territory_id)
    }
    free = freeings(ground, found, rows, language)
    return {
        "visit": found.visit,
        "number": found.number,
        "edition": ground.edition,
        "here": found.here,
        "elsewhere": found.elsewhere,
        "blocked": found.blocked,
        "free": [asdict(one) for one in free],
    }
