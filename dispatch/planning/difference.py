"""What one plan does differently from another on the same problem, visit by visit, in numbers and in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from dispatch.planning.difference_sentences import sentences
from dispatch.planning.rule_sentences import Language
from optimizer.domain import Plan, Problem
from optimizer.policy import DEFAULT, Policy
from optimizer.rules.base import clock
from optimizer.scoring import TERMS, Scorecard, score
from optimizer.timeline import Timeline
from optimizer.times import format_time

TOLERANCE = 900
"""Seconds by which a visit may start earlier or later without having moved, unless a policy says otherwise."""


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

    def within(self, seen: Collection[str]) -> Difference:
        """Only what concerns these visits: who also does others is left out, and so is what it costs all in all."""
        return replace(
            self,
            visits=tuple(change for change in self.visits if change.visit in seen),
            technicians={
                who: (old, new)
                for who, (old, new) in self.technicians.items()
                if all(visit in seen for visit in (*old.visits, *new.visits))
            },
            promises=tuple(change for change in self.promises if change.visit in seen),
            terms={},
            sentences=(),
        )

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
    language: Language = "en",
) -> Difference:
    """What ``after`` does differently. ``names`` are what people call visits and technicians; ``cards`` the scorecards
    of both plans where they are known already; ``language`` is what the sentences are said in.
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
    return replace(difference, sentences=tuple(sentences(problem, difference, names or {}, language)))


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
