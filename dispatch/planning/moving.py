"""Moves by hand on the published plan: edited, checked and published in one go.

What breaks a rule is refused, with each rule in a sentence. *Anyway* sets aside what the model lets a person set aside:
the visits that are moved are pinned where they were put, and what a pin asks is a must for which other musts are
relaxed (see :mod:`dispatch.planning.mend`). What was set aside is written down with the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, Forbidden
from dispatch.domain.roles import Right
from dispatch.planning import publish as publishing
from dispatch.planning.clusters import ShiftKey
from dispatch.planning.edit import Edit, edited_on
from dispatch.planning.meanwhile import look, overtaken
from dispatch.planning.mend import relax_for
from dispatch.planning.part import Standing
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.prepared import carried_through
from dispatch.planning.rebase import Present, mended
from dispatch.planning.relaxable import Relaxable
from dispatch.planning.rule_sentences import Language
from dispatch.planning.snapshot import Snapshot, take_snapshot
from dispatch.planning.trial import Trial, tried
from dispatch.planning.trial_store import ground_of
from dispatch.services import visits
from dispatch.services.rights import require
from dispatch.store.door import Door
from dispatch.store.tables import PlanHead, PlanningPolicy, PlanRow, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Problem
from optimizer.rules.base import Level
from optimizer.scoring import score, timed

MOVED = "moved by hand"
"""The reason of a plan that is published by a move."""
_OF_SHIFTS = frozenset({"missed_break", "overtime_limit", "duty_limit", "over_capacity"})
"""The musts that a whole shift breaks, and no visit by itself."""


class BreaksRules(DispatchError):  # noqa: N818  a refusal reads as what is said
    """A move would break rules. ``broken`` and ``fence`` say which; ``may_force``: whether they may be set aside."""

    code, title = "breaks-rules", "The move would break rules"


@dataclass(frozen=True)
class PreparedMove:
    """A move that is ready to be written. ``pins``: those that come with it; ``changes``: what visits ask for then."""

    prepared: publishing.Prepared
    pins: Mapping[str, Mapping[str, Any]]
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def move_through(
    door: Door,
    travel: TravelProvider,
    edits: Sequence[Edit],
    *,
    because: str = "",
    anyway: bool = False,
    expected_edition: int | None = None,
    language: Language = "en",
) -> PlanRow:
    """Do the edits to the published plan and publish it, in the transactions that ``door`` opens.

    ``because``: why, for the history. ``anyway``: set aside what can be. ``expected_edition``: what the mover has seen.
    Raises :class:`BreaksRules`, :class:`~dispatch.planning.meanwhile.Overtaken`, :class:`Invalid`, :class:`Forbidden`.
    """

    def ready(uow: UnitOfWork) -> PreparedMove:
        return prepare_move(
            uow, travel, edits, because=because, anyway=anyway, expected_edition=expected_edition, language=language
        )

    return carried_through(door, ready, commit_move)


def prepare_move(
    uow: UnitOfWork,
    travel: TravelProvider,
    edits: Sequence[Edit],
    *,
    because: str = "",
    anyway: bool = False,
    expected_edition: int | None = None,
    language: Language = "en",
    freed: Mapping[str, Any] | None = None,
) -> PreparedMove:
    """All that has to be worked out before a move is published. Only reads; see :func:`move_through`.

    ``freed``: what was changed in this transaction so that it can be, as the plan remembers it to undo it.
    """
    require(uow, Right.APPROVE_PLANS)
    _require_territories(uow, edits)
    edition = uow.session.scalar(select(PlanHead.edition)) or 0
    if expected_edition is not None and expected_edition != edition:
        raise overtaken(uow.session, expected_edition, edition)
    seen, policy = look(uow.session), standard_policy(uow.session)
    pins: dict[str, Mapping[str, Any]] = {one.visit: one.pin for one in edits if one.pin is not None}
    snapshot = take_snapshot(uow, policy, travel, pins={visit: {} for visit in pins})
    told = tried(ground_of(uow, snapshot, policy), edits, uow.actor, language)
    kept: dict[str, Any] = {"because": because, **(freed or {})}
    problem, notes = snapshot.problem, tuple[str, ...]()
    if broken_by(told):
        if not (anyway and told.may_force):
            raise refusal(told)
        pins = {**_pins(uow, edits), **pins}
        # The pins come with the plan: until then the visits stand where they do, and nothing fixes them there.
        let_go, released = {visit: dict[str, Any]() for visit in pins}, frozenset(_visits(edits))
        snapshot = take_snapshot(uow, policy, travel, pins=let_go, released=released)
        standing = done(snapshot, edits, policy)
        problem, plan, notes = set_aside(snapshot, standing, edits)
        pins |= _keeping_shifts(uow, told, plan, pins)
        kept["set_aside"] = [
            {"rule": one.rule, "sentence": one.sentence, "visits": list(one.visits)} for one in told.broken if one.new
        ] + [{"rule": one.why.value, "sentence": one.sentence, "visits": [one.visit]} for one in told.fence]
    else:
        plan = timed(problem, done(snapshot, edits, policy).plan)
    if lost := _lost(snapshot, edits):
        problem, plan = _placed_again(snapshot, problem, plan, lost, policy)
    kept["pins"] = _pins_before_and_after(uow, pins, kept.get("pins", {}))
    prepared = publishing.ready_to_publish(
        uow, snapshot, problem, plan, policy, seen=seen, reason=MOVED, notes=notes, kept=kept
    )
    return PreparedMove(prepared, pins)


def commit_move(uow: UnitOfWork, move: PreparedMove) -> PlanRow:
    """Write a move down: the plan first, then the pins. Raises what :func:`dispatch.planning.publish.commit` does."""
    row = publishing.commit(uow, move.prepared)
    for visit, pin in sorted(move.pins.items()):
        visits.pin(uow, visit, pin)
    for visit, fields in sorted(move.changes.items()):
        visits.change(uow, visit, **fields)
    return row


def broken_by(told: Trial) -> bool:
    """Whether a trial breaks a must that held, or touches what is held."""
    return bool(told.fence) or any(one.new and one.level == "must" for one in told.broken)


def refusal(told: Trial) -> BreaksRules:
    """What a trial breaks, as a refusal in sentences."""
    broken = [one for one in told.broken if one.new and one.level == "must"]
    sentences = [*(one.sentence for one in told.fence), *(one.sentence for one in broken)]
    return BreaksRules(
        " ".join(sentences[:3]),
        broken=[{"rule": one.rule, "sentence": one.sentence, "visits": list(one.visits)} for one in broken],
        fence=[{"visit": one.visit, "why": one.why.value, "sentence": one.sentence} for one in told.fence],
        may_force=told.may_force,
    )


def done(snapshot: Snapshot, edits: Sequence[Edit], policy: PlanningPolicy) -> Standing:
    """The published plan with the edits done to it, neither timed nor judged."""
    standing = Standing(snapshot.problem, snapshot.published)
    for number, one in enumerate(edits):
        standing = edited_on(standing, one, weights_of(policy), f"edits[{number}]")
    return standing


def set_aside(snapshot: Snapshot, standing: Standing, edits: Sequence[Edit]) -> tuple[Problem, Plan, tuple[str, ...]]:
    """The problem with all relaxed that the routes of the edited visits break, the plan on it, and notes of what."""
    keys = standing.around((), (one.visit for one in edits))
    part = standing.part(keys)
    making = Relaxable(
        locations=part.locations,
        travel=part.travel,
        technicians={one.id: one for one in part.technicians},
        shifts={shift.id: shift for _, shift in part.shifts},
        owner={shift.id: who.id for who, shift in part.shifts},
        visits={one.id: one for one in part.visits},
    )
    routes = {shift: list(standing.stops((who, shift))) for who, shift in sorted(keys)}
    relax_for(making, routes, snapshot.names)
    relaxed, laid = _with_parts(snapshot.problem, making), making.plan(making.problem(), routes)[0]
    others = tuple(route for key, route in standing.routes.items() if key not in keys)
    plan = Plan((*others, *laid.routes), standing.plan.unassigned)
    return relaxed, timed(relaxed, plan), tuple(making.notes)


def _with_parts(problem: Problem, making: Relaxable) -> Problem:
    people = tuple(
        replace(making.technicians[who.id], shifts=tuple(making.shifts.get(one.id, one) for one in who.shifts))
        if who.id in making.technicians
        else who
        for who in problem.technicians
    )
    return replace(problem, technicians=people, visits=tuple(making.visits.get(one.id, one) for one in problem.visits))


def _pins(uow: UnitOfWork, edits: Sequence[Edit]) -> dict[str, Mapping[str, Any]]:
    """The pins with which the moved visits stay where they are put; what was pinned before and is moved is let go."""
    crew_sizes = {
        row.id: len(row.roles) for row in uow.session.scalars(select(Visit).where(Visit.id.in_(_visits(edits))))
    }
    made: dict[str, Mapping[str, Any]] = {}
    for one in edits:
        alone = crew_sizes.get(one.visit, 1) <= 1
        if one.unassign:
            made[one.visit] = {}
        elif one.technician is not None:
            made[one.visit] = {"technician": one.technician} if alone else {"order": True}
    return made


def _keeping_shifts(
    uow: UnitOfWork, told: Trial, plan: Plan, pins: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Where a whole shift breaks a must, its last stop is pinned in its order, and all before it with it."""
    people = {who for one in told.broken if one.rule in _OF_SHIFTS and one.new for who in one.technicians}
    shifts: set[ShiftKey] = {key for key in told.shifts if key[0] in people}
    lasts = [route.stops[-1].visit for route in plan.routes if (route.technician, route.shift) in shifts]
    rows = {row.id: row for row in uow.session.scalars(select(Visit).where(Visit.id.in_(lasts)))}
    return {
        visit: {**pins.get(visit, row.pin), "order": True}
        for visit, row in rows.items()
        if uow.actor.covers(row.territory_id)
    }


def _pins_before_and_after(
    uow: UnitOfWork, pins: Mapping[str, Mapping[str, Any]], freed: Mapping[str, Any]
) -> dict[str, Any]:
    """``freed``: the pins that were changed already so that the move can be; what they were is what goes back."""
    rows = {row.id: row for row in uow.session.scalars(select(Visit).where(Visit.id.in_(sorted(pins))))}
    set_now = {
        visit: {"before": freed[visit]["before"] if visit in freed else dict(rows[visit].pin), "after": dict(pin)}
        for visit, pin in pins.items()
    }
    return {**freed, **set_now}


def _lost(snapshot: Snapshot, edits: Sequence[Edit]) -> set[str]:
    """What had a place and cannot stay there, whoever moves what: its reason says why."""
    return {left.visit for left in snapshot.published.unassigned if left.reasons} - set(_visits(edits))


def _placed_again(
    snapshot: Snapshot, problem: Problem, plan: Plan, lost: set[str], policy: PlanningPolicy
) -> tuple[Problem, Plan]:
    """What lost its place gets another one, as with every publication; where that breaks something, it gets none."""
    routes = {(one.technician, one.shift): tuple((stop.visit, stop.role) for stop in one.stops) for one in plan.routes}
    held = snapshot.held | {stop for stops in routes.values() for stop, _ in stops}
    present = Present(problem, plan, held, snapshot.names)
    found = mended(present, routes, lost, weights_of(policy))
    card = score(*found, weights_of(policy))
    broken = any(line.matches for line in card.lines if line.rule.level is Level.HARD)
    return (problem, plan) if broken else found


def _visits(edits: Sequence[Edit]) -> list[str]:
    return sorted({one.visit for one in edits})


def _require_territories(uow: UnitOfWork, edits: Sequence[Edit]) -> None:
    rows = uow.session.execute(select(Visit.id, Visit.territory_id).where(Visit.id.in_(_visits(edits))))
    beyond = sorted(row.id for row in rows if not uow.actor.covers(row.territory_id))
    if beyond:
        raise Forbidden("Some of these visits lie in territories that are not yours.", visits=beyond)
