"""Which running promises of a job the optimizer is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dispatch.services import sla
from dispatch.store.tables import Target
from optimizer.domain import Promise


@dataclass(frozen=True, slots=True)
class Promised:
    """The promises of a job that its visits can keep: on site by, resolved by."""

    arrive_by: Promise | None = None
    complete_by: Promise | None = None


def promised(session: Session, job_ids: Sequence[str]) -> Mapping[str, Promised]:
    """The promises of these jobs that are still running."""
    found = {}
    for job, targets in sla.promises(session, job_ids).items():
        on_site, resolve = (
            Promise(int(terms.due_at.timestamp()), terms.breach_cost, terms.cost_per_hour_late) if terms else None
            for terms in (targets.get(Target.ON_SITE), targets.get(Target.RESOLVE))
        )
        found[job] = Promised(on_site, resolve)
    return found
