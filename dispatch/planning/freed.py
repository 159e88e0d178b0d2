"""Freeing a visit: doing what an explanation offered, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dispatch.domain.roles import Right
from dispatch.planning import publication
from dispatch.planning.edit import Edit
from dispatch.planning.moving import commit_move, prepare_move
from dispatch.planning.rule_sentences import Language
from dispatch.services import visits
from dispatch.services.rights import require
from dispatch.store.tables import PlanRow
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider


@dataclass(frozen=True)
class Change:
    """What freeing does: change what the visit asks for, take pins off, and move.

    ``edition``: of the plan in which it was tried, None: of whichever is in force. On another one it is not done.
    """

    edits: Sequence[Edit]
    visit_change: Mapping[str, Any] = field(default_factory=dict)
    unpin: Sequence[str] = ()
    anyway: bool = False
    edition: int | None = None

    def as_document(self, kind: str) -> dict[str, Any]:
        """As JSON values."""
        edits = [{k: v for k, v in asdict(one).items() if k != "pin" and v not in (None, False)} for one in self.edits]
        return {
            "kind": kind,
            "edits": edits,
            "visit_change": dict(self.visit_change),
            "unpin": list(self.unpin),
            "anyway": self.anyway,
        }


def free(
    uow: UnitOfWork,
    travel: TravelProvider,
    visit: str,
    change: Change,
    *,
    because: str = "",
    language: Language = "en",
) -> PlanRow:
    """Do one of the freeings to the published plan: change the visit, take pins off, move, and publish that.

    Raises what these services raise, and :class:`~dispatch.planning.meanwhile.Overtaken`; nothing is half done then.
    """
    require(uow, Right.APPROVE_PLANS)
    publication.locked_head(uow.session)
    freed: dict[str, Any] = {"pins": {}, "changed": {}}
    for name in change.unpin:
        freed["pins"][name] = {"before": dict(visits.seen(uow, name).pin), "after": {}}
        visits.pin(uow, name, {})
    if change.visit_change:
        row = visits.seen(uow, visit)
        before = {name: getattr(row, name) for name in change.visit_change}
        visits.change(uow, visit, **change.visit_change)
        freed["changed"][visit] = {"before": before, "after": {name: getattr(row, name) for name in before}}
    uow.session.flush()
    move = prepare_move(
        uow,
        travel,
        change.edits,
        because=because,
        anyway=change.anyway,
        expected_edition=change.edition,
        language=language,
        freed=freed,
    )
    return commit_move(uow, move)
