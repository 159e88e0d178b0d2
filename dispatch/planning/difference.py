"""What one plan does differently from another on the same problem, visit by visit, in numbers and in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from optimizer.domain import Plan, Problem
from optimizer.policy import DEFAULT, Policy
from optimizer.rules.base import clock, span
from optimizer.scoring import TERMS, Scorecard, score
from optimizer.timeline import Timeline
from optimizer.times import format_time

TOLERANCE = 900
"""Seconds by which a visit may start earlier or later without having moved, unless a policy says otherwise."""
_CENT = 0.005


class Kind(StrEnum):
    """What happens to a visit."""

    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    REASSIGNED = "reassigned"
    MOVED = "moved"
    SHIFTED = "shifted"


TOUCHING = frozenset({Kind.UNASSIGNED, Kind.REASSIGNED, Kind.MOVED})
"""Kinds that a person notices who knew the plan before. A visit that had no place disturbs nobody by getting one, nor
does one that starts a few minutes earlier or later with the same people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit stands: who, on which shifts, when (epoch seconds), and at which position of the first route."""

    technicians: tuple[str, ...]
    shifts: tuple[str, ...]
    position: int
    start: int
    end: int
    said: str


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One visit before and after; None: it has no place."""

    visit: str
    kind: Kind
    before: Place | None
    after: Place | None

    @property
    def touches(self) -> bool:
        """Whether somebody who knew the plan notices."""
        return self.kind in TOUCHING


@dataclass(frozen=True, slots=True)
class Load:
    """What a technician's routes amount to: seconds of driving and overtime, the last finish (epoch seconds)."""

    visits: tuple[str, ...] = ()
    travel: int = 0
    overtime: int = 0
    finish: int | None = None


@dataclass(frozen=True, slots=True)
class PromiseChange:
    """A promise that only one of the plans keeps, or that both miss differently: seconds late before and after.

    None: the visit has no place there.
    """

    visit: str
    promise: str
    late_before: int | None
    late_after: int | None

    @property
    def kept(self) -> bool:
        """Whether the plan after keeps it."""
        return self.late_after == 0


@dataclass(frozen=True)
class Difference:
    """All of it. ``gain`` is what the change saves under the policy; ``broken`` counts broken musts before, after."""

    visits: tuple[VisitChange, ...]
    technicians: Mapping[str, tuple[Load, Load]]
    terms: Mapping[str, tuple[float, float]]
    promises: tuple[PromiseChange, ...]
    gain: float
    broken: tuple[int, int]
    sentences: tuple[str, ...] = field(default=())

    @property
    def touched(self) -> int:
        """How many visits somebody notices who knew the plan before."""
        return sum(change.touches for change in self.visits)

    @property
    def new(self) -> int:
        """How many visits get a place that had none."""
        return sum(change.kind is Kind.ASSIGNED for change in self.visits)

    def as_document(self) -> dict[str, Any]:
        """As JSON values: instants as RFC 3339 strings, durations in seconds."""
        return {
            "gain": round(self.gain, 4),
            "touched": self.touched,
            "new": self.new,
            "broken": list(self.broken),
            "terms": {term: {"before": pair[0], "after": pair[1]} for term, pair in self.terms.items()},
            "visits": [
                {
                    "visit": change.visit,
                    "kind": change.kind.value,
                    "before": _place_document(change.before),
                    "after": _place_document(change.after),
                }
                for change in self.visits
            ],
            "technicians": {
                name: {"before": _load_document(before), "after": _load_document(after)}
                for name, (before, after) in self.technicians.items()
            },
            "promises": [{**asdict(change), "kept": change.kept} for change in self.promises],
            "sentences": list(self.sentences),
        }


def compare(
    problem: Problem,
    before: Plan,
    after: Plan,
    policy: Policy = DEFAULT,
    *,
    tolerance: int = TOLERANCE,
    names: Mapping[str, str] | None = None,
    cards: tuple[Scorecard, Scorecard] | None = None,
) -> Difference:
    """What ``after`` does differently. ``names`` are what people call visits and technicians; ``cards`` the scorecards
    of both plans where they are known already.
    """
    card_before, card_after = cards or (score(problem, before, policy), score(problem, after, policy))
    visits = tuple(visit_changes(problem, card_before, card_after, tolerance))
    technicians = _loads(problem, card_before, card_after)
    cost_before, cost_after = card_before.cost, card_after.cost
    difference = Difference(
        visits=visits,
        technicians=technicians,
        terms={term: (cost_before[term], cost_after[term]) for term in (*TERMS, "total")},
        promises=tuple(_promise_changes(problem, card_before, card_after)),
        gain=float(card_before.total - card_after.total),
        broken=(card_before.hard, card_after.hard),
    )
    told = tuple(_Teller(problem, difference, names or {}, tolerance).sentences())
    return Difference(**{**vars(difference), "sentences": told})


def places(card: Scorecard) -> dict[str, Place]:
    """Where each planned visit stands."""
    positions = {
        (timeline.technician.id, timeline.shift.id, stop.visit): position
        for timeline in card.schedule.timelines
        for position, stop in enumerate(timeline.stops)
    }
    found = {}
    for visit, stops in card.schedule.stops_of.items():
        by_role = sorted(stops, key=lambda pair: pair[1].role)
        first, stop = by_role[0]
        found[visit] = Place(
            technicians=tuple(timeline.technician.id for timeline, _ in by_role),
            shifts=tuple(timeline.shift.id for timeline, _ in by_role),
            position=positions[first.technician.id, first.shift.id, visit],
            start=card.schedule.starts[visit],
            end=card.schedule.ends[visit],
            said=clock(stop.start, first.shift),
        )
    return found


def visit_changes(
    problem: Problem, before: Scorecard, after: Scorecard, tolerance: int = TOLERANCE
) -> Iterator[VisitChange]:
    """Every visit that does not stand exactly as it did."""
    old, new = places(before), places(after)
    for visit in problem.visits:
        was, now = old.get(visit.id), new.get(visit.id)
        kind = _kind(was, now, tolerance)
        if kind is not None:
            yield VisitChange(visit.id, kind, was, now)


def _kind(was: Place | None, now: Place | None, tolerance: int) -> Kind | None:
    if was is None or now is None:
        if was is now:
            return None
        return Kind.ASSIGNED if was is None else Kind.UNASSIGNED
    if set(was.technicians) != set(now.technicians):
        return Kind.REASSIGNED
    if set(was.shifts) != set(now.shifts) or abs(now.start - was.start) > tolerance:
        return Kind.MOVED
    same = was.start == now.start and was.technicians == now.technicians
    return None if same else Kind.SHIFTED


def _loads(problem: Problem, before: Scorecard, after: Scorecard) -> dict[str, tuple[Load, Load]]:
    """Of each technician whose routes are not the same."""
    old, new = _load_of(before.schedule.timelines), _load_of(after.schedule.timelines)
    pairs = {one.id: (old.get(one.id, Load()), new.get(one.id, Load())) for one in problem.technicians}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _load_of(timelines: tuple[Timeline, ...]) -> dict[str, Load]:
    loads: dict[str, Load] = {}
    for line in timelines:
        had = loads.get(line.technician.id, Load())
        loads[line.technician.id] = Load(
            visits=(*had.visits, *(stop.visit for stop in line.stops)),
            travel=had.travel + line.drive,
            overtime=had.overtime + line.overtime,
            finish=max(line.finish, had.finish or line.finish),
        )
    return loads


def _promise_changes(problem: Problem, before: Scorecard, after: Scorecard) -> Iterator[PromiseChange]:
    for visit in problem.visits:
        for name, promise in (("arrive_by", visit.arrive_by), ("complete_by", visit.complete_by)):
            if promise is None:
                continue
            was, now = (
                _late(promise.at, (card.schedule.starts if name == "arrive_by" else card.schedule.ends).get(visit.id))
                for card in (before, after)
            )
            if was != now and not (was is None and now is None):
                yield PromiseChange(visit.id, name, was, now)


def _late(at: int, moment: int | None) -> int | None:
    return None if moment is None else max(0, moment - at)


def _place_document(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "technicians": list(place.technicians),
        "shifts": list(place.shifts),
        "position": place.position,
        "start": format_time(place.start),
        "end": format_time(place.end),
    }


def _load_document(load: Load) -> dict[str, Any]:
    finish = None if load.finish is None else format_time(load.finish)
    return {"visits": list(load.visits), "travel": load.travel, "overtime": load.overtime, "finish": finish}


class _Teller:
    """Says a difference in sentences, the ones that matter most first."""

    def __init__(self, problem: Problem, difference: Difference, names: Mapping[str, str], tolerance: int) -> None:
        self.problem, self.difference, self.names, self.tolerance = problem, difference, names, tolerance

    def sentences(self) -> Iterator[str]:
        by_kind = {kind: [change for change in self.difference.visits if change.kind is kind] for kind in Kind}
        for change in by_kind[Kind.ASSIGNED]:
            yield self._assigned(change)
        for change in by_kind[Kind.UNASSIGNED]:
            yield f"{self._people(change.before)} loses {self._name(change.visit)}, which nobody does now."
        for change in by_kind[Kind.REASSIGNED]:
            yield self._reassigned(change)
        for change in by_kind[Kind.MOVED]:
            yield self._moved(change)
        yield from self._shifted(by_kind[Kind.SHIFTED])
        for promise in self.difference.promises:
            yield from self._promise(promise)
        yield from self._cost()

    def _assigned(self, change: VisitChange) -> str:
        assert change.after is not None
        said = f"{self._people(change.after)} can be at {self._name(change.visit)} at {change.after.said}"
        promise = self.problem.visits[self.problem.visit_index[change.visit]].arrive_by
        if promise is None:
            return f"{said}."
        early = promise.at - change.after.start
        return f"{said}, {span(abs(early))} {'before' if early >= 0 else 'after'} the promise."

    def _reassigned(self, change: VisitChange) -> str:
        assert change.before is not None
        assert change.after is not None
        was, now = f"{self._people(change.before)} ({change.before.said})", f"{self._people(change.after)}"
        return f"{self._name(change.visit)} goes from {was} to {now} ({change.after.said})."

    def _moved(self, change: VisitChange) -> str:
        assert change.before is not None
        assert change.after is not None
        who = self._people(change.after)
        return f"{who} does {self._name(change.visit)} at {change.after.said} instead of {change.before.said}."

    def _shifted(self, changes: list[VisitChange]) -> Iterator[str]:
        moves = [abs(c.after.start - c.before.start) for c in changes if c.before is not None and c.after is not None]
        if moves:
            others = "One other visit moves" if len(moves) == 1 else f"{len(moves)} other visits move"
            yield f"{others} by {span(max(moves))} at most." if max(moves) else f"{others} to another role of the crew."

    def _promise(self, change: PromiseChange) -> Iterator[str]:
        what = f"The promise to {'be at' if change.promise == 'arrive_by' else 'finish'} {self._name(change.visit)}"
        if change.late_after == 0 and change.late_before:
            yield f"{what} in time is kept; it would have been missed by {span(change.late_before)}."
        elif change.late_after and change.late_before == 0:
            yield f"{what} in time is missed by {span(change.late_after)}; it would have been kept."
        elif change.late_after and change.late_before:
            yield f"{what} in time is missed by {span(change.late_after)} rather than {span(change.late_before)}."

    def _cost(self) -> Iterator[str]:
        terms = {term: after - before for term, (before, after) in self.difference.terms.items()}
        total = terms.pop("total")
        changed = [f"{term} {change:+.2f}" for term, change in terms.items() if abs(change) >= _CENT]
        if changed:
            much = f"{abs(total):.2f} {'more' if total > 0 else 'less'}" if abs(total) >= _CENT else "the same"
            yield f"It costs {much}: {', '.join(changed)}."

    def _name(self, name: str) -> str:
        return self.names.get(name, name)

    def _people(self, place: Place | None) -> str:
        assert place is not None
        return " and ".join(self._name(one) for one in place.technicians)
