"""Undoing a publication: what it moved goes back where it was, as far as nothing has been built on it since.

A visit goes back unless somebody is on it, accepted it or ended it since, or another plan has moved it again. What
hangs together goes back together or not at all. What the move had pinned is pinned as it was before, and what was
changed of a visit to free it is asked for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from dispatch.domain.errors import DispatchError, NotFound
from dispatch.domain.roles import Right
from dispatch.domain.visit_lifecycle import COMMITTED, FINAL, VisitStatus
from dispatch.planning import draft as drafts
from dispatch.planning import publish as publishing
from dispatch.planning.clusters import Cluster, ShiftKey, clusters
from dispatch.planning.difference import TOUCHING, Kind
from dispatch.planning.meanwhile import look
from dispatch.planning.moving import PreparedMove, commit_move
from dispatch.planning.policies import standard_policy, weights_of
from dispatch.planning.prepared import carried_through
from dispatch.planning.rebase import Change, Present, rebase
from dispatch.planning.rule_sentences import Language
from dispatch.planning.snapshot import take_snapshot
from dispatch.services.rights import require
from dispatch.store.door import Door
from dispatch.store.tables import Assignment, PlanRow, Visit
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.domain import Plan, Route, Stop

UNDONE = "undone by hand"
"""The reason of a plan that takes another one back."""
_NOTICED = frozenset({*TOUCHING, Kind.ASSIGNED})


class NothingToUndo(DispatchError):  # noqa: N818  a refusal reads as what is said
    """Nothing of what a plan moved can go back any more. ``could_not`` says why."""

    code, title = "nothing-to-undo", "This cannot be undone any more"


@dataclass(frozen=True, slots=True)
class Stays:
    """A visit that does not go back, and why."""

    visit: str
    number: str
    sentence: str


@dataclass(frozen=True)
class Undone:
    """The plan that was published, what went back, and what did not."""

    plan: PlanRow
    undone: tuple[str, ...]
    could_not: tuple[Stays, ...]


@dataclass(frozen=True)
class _Ready:
    move: PreparedMove
    undone: tuple[str, ...]
    could_not: tuple[Stays, ...]


def undo_through(door: Door, travel: TravelProvider, plan_id: str, *, language: Language = "en") -> Undone:
    """Publish the reverse of what a published plan moved, in the transactions that ``door`` opens.

    Raises :class:`NotFound`, and :class:`NothingToUndo` where nothing of it can go back.
    """

    def write(uow: UnitOfWork, ready: _Ready) -> Undone:
        return Undone(commit_move(uow, ready.move), ready.undone, ready.could_not)

    return carried_through(door, lambda uow: _prepare(uow, travel, plan_id, language), write)


def _prepare(uow: UnitOfWork, travel: TravelProvider, plan_id: str, language: Language) -> _Ready:
    require(uow, Right.APPROVE_PLANS)
    seen, policy = look(uow.session), standard_policy(uow.session)
    row = drafts.whole_row(uow.session, plan_id)
    if row is None or row.edition is None:
        raise NotFound(f"There is no published plan {plan_id!r}.", what="plan", id=plan_id)
    draft = drafts.read_draft(uow, plan_id)
    names = row.snapshot.get("names", {})
    moved = [one["visit"] for one in row.difference["visits"] if one["kind"] in _NOTICED]
    why = _why_not(uow, row, moved, policy.tolerance, language, names)
    groups = clusters(draft.problem, draft.after, draft.before, weights_of(policy), tolerance=policy.tolerance)
    chosen = tuple(one for one in groups if not set(one.visits) & why.keys())
    wanted = {visit for one in chosen for visit in one.visits} & set(moved)
    together = _said(language, "It hangs together with what cannot go back.", "它与不能撤销的变动相连。")
    stays = {visit: why.get(visit, together) for visit in moved if visit not in wanted}
    if not wanted:
        raise NothingToUndo(
            _said(language, "Nothing of it can go back any more.", "已无可撤销的变动。"),
            could_not=_as_documents(stays),
        )
    pins, asks = _pins_as_before(uow, row, wanted), _changes_as_before(uow, row, wanted)
    let_go = {visit: dict[str, Any]() for visit in pins}
    snapshot = take_snapshot(uow, policy, travel, pins=let_go, asks=asks, released=frozenset(wanted))
    present = Present(snapshot.problem, snapshot.published, snapshot.held, snapshot.names)
    before, stood = _with_stood(draft.before, row.snapshot.get("changed", {}), asks)
    change = Change(draft.after, before, tuple(_reaching(one, stood) for one in chosen))
    rebased = rebase(present, change, weights_of(policy))
    if rebased is None:
        raise NothingToUndo(_said(language, "Too much has happened since.", "此后变化太多，无法撤销。"))
    undone, late = _outcome((before, draft.after, rebased.plan), wanted, policy.tolerance)
    otherwise = _said(
        language, "It fits there no more, because of what happened since.", "由于此后的变化，原位置已不适合。"
    )
    stays |= dict.fromkeys(late, otherwise)
    if not undone:
        raise NothingToUndo(
            _said(language, "Nothing of it can go back any more.", "已无可撤销的变动。"),
            could_not=_as_documents(stays),
        )
    prepared = publishing.ready_to_publish(
        uow,
        snapshot,
        rebased.problem,
        rebased.plan,
        policy,
        seen=seen,
        reason=UNDONE,
        notes=rebased.notes,
        kept={"undoes": plan_id},
    )
    told = tuple(Stays(visit, names.get(visit, visit), sentence) for visit, sentence in sorted(stays.items()))
    return _Ready(PreparedMove(prepared, pins, asks), tuple(sorted(undone)), told)


def _why_not(
    uow: UnitOfWork,
    row: PlanRow,
    moved: Collection[str],
    tolerance: int,
    language: Language,
    names: Mapping[str, str],
) -> dict[str, str]:
    """The visits that cannot go back, and why, in sentences."""
    asked = sorted(moved)
    rows = {one.id: one for one in uow.session.scalars(select(Visit).where(Visit.id.in_(asked)))}
    stands: dict[str, tuple[frozenset[str], float]] = {}
    for stop in uow.session.scalars(select(Assignment).where(Assignment.visit_id.in_(asked))):
        people, _ = stands.get(stop.visit_id, (frozenset(), 0.0))
        stands[stop.visit_id] = people | {stop.technician_id}, stop.start.timestamp()
    put = _stands(row.plan)
    found = {}
    for visit in moved:
        one, now, then = rows.get(visit), stands.get(visit), put.get(visit)
        name = names.get(visit, visit)
        if one is None or one.status in FINAL:
            found[visit] = _said(language, f"{name} is over.", f"{name} 已结束。")
        elif one.status in COMMITTED:
            found[visit] = _said(language, f"Somebody is on {name} already.", f"{name} 已有人在执行。")
        elif one.status is VisitStatus.ACCEPTED and not _accepted_before(one, row):
            found[visit] = _said(language, f"{name} was accepted by its technician.", f"{name} 已被技师接受。")
        elif (now is None) != (then is None) or (
            now is not None and then is not None and (now[0] != then[0] or abs(now[1] - then[1]) > tolerance)
        ):
            found[visit] = _said(language, f"{name} was moved again since.", f"{name} 此后又被移动。")
    return found


def _accepted_before(visit: Visit, row: PlanRow) -> bool:
    """Whether its technician had accepted it before the plan moved it: what they accepted is what it goes back to."""
    return visit.accepted_at is not None and row.published_at is not None and visit.accepted_at < row.published_at


def _stands(plan: Mapping[str, Any]) -> dict[str, tuple[frozenset[str], float]]:
    """Visit → who does it and when it starts (epoch seconds), by a plan as it is kept."""
    found: dict[str, tuple[frozenset[str], float]] = {}
    for route in plan["routes"]:
        for stop in route["stops"]:
            people, start = found.get(stop["visit"], (frozenset(), 0.0))
            at = dt.datetime.fromisoformat(stop["start"]).timestamp()
            found[stop["visit"]] = people | {route["technician"]}, max(start, at)
    return found


def _pins_as_before(uow: UnitOfWork, row: PlanRow, wanted: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The pins that the move had set and nobody has changed since, as they were before it."""
    set_then = {visit: pins for visit, pins in row.snapshot.get("pins", {}).items() if visit in wanted}
    rows = uow.session.scalars(select(Visit).where(Visit.id.in_(sorted(set_then))))
    return {one.id: set_then[one.id]["before"] for one in rows if one.pin == set_then[one.id]["after"]}


def _changes_as_before(uow: UnitOfWork, row: PlanRow, wanted: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What was changed of visits so that they could move and nobody has changed since, as they asked for it before."""
    changed = {visit: one for visit, one in row.snapshot.get("changed", {}).items() if visit in wanted}
    rows = {one.id: one for one in uow.session.scalars(select(Visit).where(Visit.id.in_(sorted(changed))))}
    return {
        visit: one["before"]
        for visit, one in changed.items()
        if all(getattr(rows[visit], name) == value for name, value in one["after"].items())
    }


def _with_stood(
    before: Plan, changed: Mapping[str, Any], asks: Collection[str]
) -> tuple[Plan, Mapping[str, tuple[ShiftKey, ...]]]:
    """The plan before, with the visits that ask for what they did again where they stood then, and on which shifts.

    A visit that had asked for another crew has no place in the plan before, which is one for what it asked for after.
    """
    routes = {(one.technician, one.shift): list(one.stops) for one in before.routes}
    stood: dict[str, tuple[ShiftKey, ...]] = {}
    for visit in asks:
        places = changed[visit].get("stood", ())
        if not places or any(stop.visit == visit for stops in routes.values() for stop in stops):
            continue
        for place in places:
            stops = routes.setdefault((place["technician"], place["shift"]), [])
            stops.insert(min(place["position"], len(stops)), Stop(visit, place["role"]))
        stood[visit] = tuple((place["technician"], place["shift"]) for place in places)
    made = tuple(Route(who, shift, tuple(stops)) for (who, shift), stops in routes.items())
    return (replace(before, routes=made), stood) if stood else (before, stood)


def _reaching(cluster: Cluster, stood: Mapping[str, tuple[ShiftKey, ...]]) -> Cluster:
    """The cluster with the shifts on which its visits stood."""
    more = [key for visit in cluster.visits for key in stood.get(visit, ())]
    return replace(cluster, shifts=tuple(dict.fromkeys((*cluster.shifts, *more))))


def _outcome(plans: tuple[Plan, Plan, Plan], wanted: Collection[str], tolerance: int) -> tuple[set[str], set[str]]:
    """Of what was to go back: what did, and what did not. ``plans``: before the move, after it, and now.

    A visit is back with the people that it had, and about when it was, or nearer to that than the move had put it: what
    somebody is on meanwhile may be in the way of its very minute.
    """
    then, moved, now = (_crews(plan) for plan in plans)
    starts = [_starts(plan) for plan in plans]
    undone = set()
    for visit in wanted:
        if then.get(visit) != now.get(visit):
            continue
        was, put, stands = (one.get(visit) for one in starts)
        same = was is None or stands is None or abs(stands - was) <= tolerance
        nearer = was is not None and put is not None and stands is not None and abs(stands - was) < abs(stands - put)
        if same or nearer or then.get(visit) != moved.get(visit):
            undone.add(visit)
    return undone, set(wanted) - undone


def _starts(plan: Plan) -> dict[str, int]:
    return {stop.visit: stop.start for route in plan.routes for stop in route.stops if stop.start is not None}


def _as_documents(stays: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"visit": visit, "sentence": sentence} for visit, sentence in stays.items()]


def _crews(plan: Plan) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for route in plan.routes:
        for stop in route.stops:
            found[stop.visit] = found.get(stop.visit, frozenset()) | {route.technician}
    return found


def _said(language: Language, english: str, chinese: str) -> str:
    return chinese if language == "zh" else english
