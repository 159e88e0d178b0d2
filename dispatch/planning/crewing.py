"""Naming the crew of a visit: who does it together, kept to them by every plan from then on, and put into this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

from sqlalchemy import select

from dispatch.domain.roles import Right
from dispatch.planning import publication
from dispatch.planning.edit import Edit
from dispatch.planning.moving import commit_move, prepare_move
from dispatch.planning.rule_sentences import Language
from dispatch.services import visits
from dispatch.services.complaints import Complaints
from dispatch.services.rights import require
from dispatch.store.tables import Assignment, HeldSkill, PlanRow, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider

MOST = 10
_TRIED = 6
"""Of so many people at most all ways to share the roles out are looked at."""


def assign_crew(
    uow: UnitOfWork,
    travel: TravelProvider,
    visit_id: str,
    technicians: Sequence[str],
    *,
    because: str = "",
    anyway: bool = False,
    language: Language = "en",
) -> PlanRow:
    """These technicians do the visit together. It gets as many roles as there are people, and is kept to them; then it
    is put on their routes where that costs least, and published.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Invalid`, or
    :class:`~dispatch.planning.moving.BreaksRules` where the crew does not fit; nothing is changed then.
    """
    require(uow, Right.APPROVE_PLANS)
    complaints = Complaints()
    if not 1 <= len(technicians) <= MOST or len(set(technicians)) < len(technicians):
        complaints.say("technicians", len(technicians), f"a crew is 1 to {MOST} different people", "name each once")
    complaints.raise_any()
    publication.locked_head(uow.session)
    visit = uow.get(Visit, visit_id)
    roles = [*visit.roles[: len(technicians)], *({"skills": {}} for _ in range(len(technicians) - len(visit.roles)))]
    crew = _in_roles(_skills(uow, technicians), roles, technicians)
    # A crew is kept together by who may come at all: a pin names only one.
    asked, pin = {"roles": list(visit.roles), "only": list(visit.only)}, dict(visit.pin)
    stood = _stands(uow, visit_id)
    visits.change(uow, visit_id, roles=roles, only=list(technicians))
    if visit.pin:
        visits.pin(uow, visit_id, {name: value for name, value in visit.pin.items() if name == "start"})
    uow.session.flush()
    after = {name: getattr(visit, name) for name in asked}
    freed = {
        "changed": {visit_id: {"before": asked, "after": after, "stood": stood}},
        "pins": {visit_id: {"before": pin, "after": dict(visit.pin)}} if pin != visit.pin else {},
    }
    edits = [Edit(visit_id, unassign=True), *(Edit(visit_id, who, role=role) for role, who in enumerate(crew))]
    move = prepare_move(uow, travel, edits, because=because, anyway=anyway, language=language, freed=freed)
    return commit_move(uow, move)


def _stands(uow: UnitOfWork, visit_id: str) -> list[dict[str, Any]]:
    """Where the visit stands: on the problem with its new crew it has no place, and a move back has to know it."""
    rows = uow.session.scalars(select(Assignment).where(Assignment.visit_id == visit_id).order_by(Assignment.role))
    return [
        {"technician": row.technician_id, "shift": row.shift_id, "position": row.position, "role": row.role}
        for row in rows
    ]


def _skills(uow: UnitOfWork, technicians: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    held: dict[str, dict[str, int]] = {who: {} for who in technicians}
    for row in uow.session.scalars(select(HeldSkill).where(HeldSkill.technician_id.in_(sorted(technicians)))):
        held[row.technician_id][row.skill] = row.level
    return held


def _in_roles(
    held: Mapping[str, Mapping[str, int]], roles: Sequence[Mapping[str, Any]], technicians: Sequence[str]
) -> Sequence[str]:
    """The people in the order of the roles, so that as little as possible is lacking."""

    def lacking(crew: Sequence[str]) -> int:
        return sum(
            held[who].get(skill, 0) < level
            for who, role in zip(crew, roles, strict=True)
            for skill, level in role.get("skills", {}).items()
        )

    return min(permutations(technicians), key=lacking) if len(technicians) <= _TRIED else technicians
