"""What cannot hold together: the smallest sets of pins and musts for which there is no plan.

Found from below and shrunk from above. Below: a set is grown around one visit with those who compete for the same
people at the same time, until it is proved that there is no plan for it. Above: what the contradiction does not need is
taken out again, one thing after another (deletion, Chinneck and Dravnieks 1991; de Siqueira and Puget 1988). So of what
is left, no part can be spared: for each there is a plan without it. Where a proof would take too long, this is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from optimizer.domain import Plan, Problem, Visit
from optimizer.explain.musts import Must, MustKind, about, insisting, musts, required
from optimizer.explain.overload import overload, shortest_ways
from optimizer.explain.possible import MOST_TASKS, ROUNDS, STEPS, Answer, Verdict, possible
from optimizer.rules import Match
from optimizer.scoring import score

MOST_VISITS = 12
"""A set is not grown beyond so many visits."""
_PIECES = 8
"""What cannot be proved is let go in pieces no smaller than this part of it."""
_SEEDS = 6
"""So many visits that found no place are grown around."""


@dataclass(frozen=True)
class Contradiction:
    """Musts that cannot hold together.

    ``proved``: there is no plan in which all of them hold, whatever is done with all other visits; otherwise none was
    found, and that is all that is known. ``spared``: for each must a plan in which all the others hold; a must without
    one may not be needed for the contradiction, which was not proved either way. ``broken``: where the best plan that
    was found for all of them breaks a must.
    """

    musts: tuple[Must, ...]
    proved: bool
    broken: tuple[Match, ...]
    spared: Mapping[Must, Plan] = field(repr=False)

    @property
    def minimal(self) -> bool:
        """Whether it is known that none of the musts can be left out of the contradiction."""
        return set(self.spared) == set(self.musts)


@dataclass(frozen=True)
class Contradictions:
    """All that were found, no two with a must in common.

    ``plan``: a plan for the rest, in which all other musts hold; None: none was found, so there may be more.
    """

    found: tuple[Contradiction, ...]
    plan: Plan | None = field(repr=False)

    @property
    def settled(self) -> bool:
        """Whether it is known that there are no others."""
        return self.plan is not None


def contradictions(
    problem: Problem, *, most: int = 5, rounds: int = ROUNDS, steps: int = STEPS, seed: int = 1
) -> Contradictions:
    """The sets of musts (see :mod:`optimizer.explain.musts`) of a problem that cannot hold together, ``most`` at most.

    ``rounds`` and ``steps`` are what each question may cost (see :func:`optimizer.explain.possible.possible`); the
    answer does not depend on time.
    """
    kept, found = musts(problem), list[Contradiction]()
    asker = _Asker(problem, rounds, steps, seed)
    while len(found) < most:
        whole = asker.all_of(kept)
        if whole.answer is Answer.YES:
            return Contradictions(tuple(found), whole.plan)
        one = _smallest(asker, kept, whole)
        found.append(one)
        kept = tuple(must for must in kept if must not in one.musts)
    rest = asker.all_of(kept)
    return Contradictions(tuple(found), rest.plan if rest.answer is Answer.YES else None)


class _Asker:
    """Whether musts can hold together, each set asked once."""

    def __init__(self, problem: Problem, rounds: int, steps: int, seed: int) -> None:
        self.problem, self.rounds, self.steps, self.seed = problem, rounds, steps, seed
        self._known: dict[frozenset[Must], Verdict] = {}

    def all_of(self, kept: Collection[Must]) -> Verdict:
        """Whether these can hold together."""
        key = frozenset(kept)
        if key not in self._known:
            needed = insisting(self.problem, kept)
            self._known[key] = possible(needed, rounds=self.rounds, steps=self.steps, seed=self.seed)
        return self._known[key]

    def rules_out(self, kept: Collection[Must]) -> bool:
        """Whether it is proved that these cannot hold together. Of many visits only what shows at once is asked."""
        if self.many(kept):
            return bool(self.overload(kept))
        return self.all_of(kept).answer is Answer.NO

    def overload(self, kept: Collection[Must]) -> frozenset[str]:
        """Visits that need more time than all who may do them have, where that shows."""
        return overload(insisting(self.problem, kept), self.ways)

    @cached_property
    def ways(self) -> Mapping[str, int]:
        """How long the way to each visit takes at least."""
        return shortest_ways(self.problem)

    def many(self, kept: Collection[Must]) -> bool:
        """Whether these are about more visits than could be gone through."""
        return len(required(kept)) > MOST_TASKS


def _smallest(asker: _Asker, kept: Sequence[Must], whole: Verdict) -> Contradiction:
    """One contradiction among musts for which no plan was found, no larger than it has to be."""
    for core in _grown(asker, kept, whole):
        if asker.all_of(core).answer is Answer.NO:
            return _shrunk(asker, core)
    if too_much := asker.overload(kept):
        return _shrunk(asker, about(kept, too_much))
    return _shrunk(asker, _halved(asker, kept) if whole.answer is Answer.UNKNOWN else kept)


def _grown(asker: _Asker, kept: Sequence[Must], whole: Verdict) -> Iterator[tuple[Must, ...]]:
    """Sets to ask about: each visit alone, then those that found no place with more and more of their rivals."""
    problem, needed = asker.problem, required(kept)
    visits = [visit for visit in problem.visits if visit.id in needed]
    for visit in visits:
        yield about(kept, {visit.id})
    able = {visit.id: _able(problem, visit, kept) for visit in visits}
    for seed in _without_place(asker, kept, visits)[:_SEEDS]:
        rivals = sorted(
            (other for other in visits if other.id != seed.id and able[other.id] & able[seed.id]),
            key=lambda other: (_apart(seed, other), len(able[other.id]), other.id),
        )
        group = {seed.id}
        for other in rivals[: MOST_VISITS - 1]:
            group.add(other.id)
            yield about(kept, group)
    if whole.answer is Answer.NO:
        yield tuple(kept)


def _without_place(asker: _Asker, kept: Sequence[Must], visits: Sequence[Visit]) -> list[Visit]:
    """The visits that a plan for all of them does not do, or does where a must is broken; all others after them."""
    told = asker.all_of(kept).broken
    named = {match.visit for match in told}
    late = {match.shift for match in told if match.visit is None}
    named |= {name for _, shift in asker.problem.shifts if shift.id in late for name in shift.committed}
    return sorted(visits, key=lambda visit: (visit.id not in named, visit.id))


def _able(problem: Problem, visit: Visit, kept: Collection[Must]) -> frozenset[str]:
    """Who could do the visit in some role, by skill and by name."""
    asked = frozenset(kept)
    only = visit.only if Must(MustKind.ONLY, visit.id) in asked else ()
    return frozenset(
        who.id
        for who in problem.technicians
        if (not only or who.id in only)
        and Must(MustKind.NEVER, visit.id, who.id) not in asked
        and any(all(who.skills.get(s, 0) >= level for s, level in role.skills.items()) for role in visit.roles)
    )


def _apart(one: Visit, other: Visit) -> int:
    """How many seconds lie between the windows of two visits; without windows none."""
    gaps = (max(a.earliest - b.latest, b.earliest - a.latest, 0) for a in one.windows for b in other.windows)
    return min(gaps, default=0)


def _halved(asker: _Asker, kept: Sequence[Must]) -> tuple[Must, ...]:
    """Fewer musts for which no plan is found either: whole halves, quarters … of the visits are let go first."""
    visits = sorted(required(kept))
    size, least = len(visits) // 2, max(1, len(visits) // _PIECES)
    while size >= least:
        for begin in range(0, len(visits), size):
            rest = [*visits[:begin], *visits[begin + size :]]
            fewer = about(kept, rest)
            if len(rest) < len(visits) and asker.all_of(fewer).answer is not Answer.YES:
                kept, visits = fewer, rest
                break
        else:
            size //= 2
    return tuple(kept)


def _shrunk(asker: _Asker, core: Sequence[Must]) -> Contradiction:
    """What is left when everything is taken out that the contradiction does not need."""
    goes: tuple[Callable[[Must, Must], bool], ...] = (_about_the_same, _the_same)
    for with_it in goes if asker.rules_out(core) else ():
        for one in tuple(core):
            fewer = tuple(must for must in core if not with_it(must, one))
            if len(fewer) < len(core) and asker.rules_out(fewer):
                core = fewer
    verdict = asker.all_of(core)
    spared = {}
    for one in () if asker.many(core) else core:
        without = asker.all_of([must for must in core if must != one])
        if without.answer is Answer.YES and without.plan is not None:
            spared[one] = without.plan
    return Contradiction(tuple(core), verdict.answer is Answer.NO, verdict.broken, spared)


def _about_the_same(must: Must, one: Must) -> bool:
    return must.visit == one.visit


def _the_same(must: Must, one: Must) -> bool:
    return must == one


def holds(problem: Problem, kept: Collection[Must], plan: Plan) -> bool:
    """Whether all of these musts hold in a plan, as the rules judge it."""
    return score(insisting(problem, kept), plan).hard == 0
