"""Why a visit is where it is, why it is not with somebody else, and what would free it, in sentences with prices.

Everything is said by the rules that judge the plan: where the visit stands by what its place costs and breaks; where it
could stand by trying each technician's best place; and what would free it by really trying that
(:mod:`dispatch.planning.freeing`). Times are the planned ones; who tries a place sees them by the hour.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dispatch.domain.errors import NotFound
from dispatch.domain.roles import Actor
from dispatch.planning.edit import Edit
from dispatch.planning.ground import Ground
from dispatch.planning.placements import Placement, best_of_each
from dispatch.planning.rule_sentences import Language, RuleSentences, title
from dispatch.planning.trial import TOLD, Outcome, RulePrice, breaches, outcome
from optimizer.rules import RULES
from optimizer.rules.base import Level, Match, clock

_SOFT = tuple(rule.id for rule in RULES if rule.level is Level.SOFT)
_CENT = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class Here:
    """Where the visit stands: who, when, and by rule what that costs against leaving it out."""

    technician: str
    technicians: tuple[str, ...]
    name: str
    shift: str
    start: dt.datetime
    end: dt.datetime
    change: float
    by_rule: tuple[RulePrice, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody's best place for the visit. ``change``: what it costs more than how it is; ``broken``: the musts that it
    breaks, empty where it fits; ``edits``: what puts it there.
    """

    technician: str
    technicians: tuple[str, ...]
    name: str
    shift: str
    position: int
    start: dt.datetime
    end: dt.datetime
    change: float
    by_rule: tuple[RulePrice, ...]
    broken: tuple[str, ...]
    sentence: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody with whom the visit fits nowhere, and what is in the way at the nearest place."""

    technician: str
    name: str
    sentence: str


@dataclass(frozen=True)
class Explained:
    """All of it but what would free the visit."""

    visit: str
    number: str
    here: Here | None
    elsewhere: tuple[Elsewhere, ...]
    blocked: tuple[Blocked, ...]
    misses: tuple[Placement, ...]


def explained(ground: Ground, visit: str, actor: Actor, language: Language = "en") -> Explained:
    """Why the visit is where it is. Raises :class:`NotFound` for one that is not in the plan, or not theirs to see."""
    problem = ground.problem
    if visit not in problem.visit_index or not actor.covers(ground.territories.get(visit)):
        raise NotFound(f"This plan knows no visit {visit!r}; it may be over.", what="visit", id=visit)
    names = ground.names_for(actor)
    say = _Saying(ground, names, language)
    best = best_of_each(problem, ground.standing.plan, visit, ground.weights)
    standing = {key[0] for key in ground.standing.on.get(visit, ())}
    others = [one for one in best if set(one.technicians) != standing]
    told = tuple(say.elsewhere(one) for one in others)
    return Explained(
        visit=visit,
        number=names.get(visit, visit),
        here=say.here(visit, next((one for one in told if not one.broken), None)) if standing else None,
        elsewhere=told,
        blocked=tuple(Blocked(one.technician, one.name, one.broken[0]) for one in told if one.broken),
        misses=tuple(one for one in others if not one.fits),
    )


def edits_of(placement: Placement) -> tuple[Edit, ...]:
    """What puts a visit at a placement. A visit that stands elsewhere is taken from there first."""
    return tuple(
        Edit(placement.visit, key[0], key[1], position, role) for role, (key, position) in enumerate(placement.places)
    )


class _Saying:
    """Says placements of one ground."""

    def __init__(self, ground: Ground, names: Mapping[str, str], language: Language) -> None:
        self.ground, self.names, self.language = ground, names, language

    def here(self, visit: str, best: Elsewhere | None) -> Here:
        ground, card = self.ground, self.ground.card
        gone = outcome(ground, [Edit(visit, unassign=True)])
        line, _ = card.schedule.stops_of[visit][0]
        people = tuple(one.technician.id for one, _ in card.schedule.stops_of[visit])
        say = RuleSentences(ground.problem, card.schedule, self.names, self.language)
        who, when = self._people(people), clock(card.schedule.starts[visit], line.shift)
        number = self.names.get(visit, visit)
        sentences = [self._either(f"{who} is at {number} at {when}.", f"{who} 于 {when} 到 {number}。")]
        if (why := ground.held.get(visit)) is not None:
            sentences.append(why.said(number, self.language))
        sentences += [say.say(match) for match in _about(visit, gone)]
        sentences.append(self._against(best))
        by_rule = {rule: -change for rule, change in gone.by_rule.items()}
        return Here(
            technician=people[0],
            technicians=people,
            name=who,
            shift=line.shift.id,
            start=_instant(card.schedule.starts[visit]),
            end=_instant(card.schedule.ends[visit]),
            change=_money(-gone.change),
            by_rule=self._prices(by_rule),
            sentences=tuple(sentences),
        )

    def elsewhere(self, one: Placement) -> Elsewhere:
        (key, position), *_ = one.places
        shift = self.ground.problem.shifts[self.ground.problem.shift_index[key]][1]
        broken = tuple(self._broken(one)) if not one.fits else ()
        who, when = self._people(one.technicians), clock(one.start, shift)
        if broken:
            sentence = f"{who}: {' '.join(broken)}" if self.language == "en" else f"{who}：{''.join(broken)}"
        else:
            price, because = self._price(one.cost), self._because(one.by_rule)
            sentence = self._either(
                f"{who} could start at {when}, {price}{because}.", f"{who} 可于 {when} 开始，{price}{because}。"
            )
        return Elsewhere(
            technician=key[0],
            technicians=one.technicians,
            name=who,
            shift=key[1],
            position=position,
            start=_instant(one.start),
            end=_instant(one.end),
            change=_money(one.cost),
            by_rule=self._prices(one.by_rule),
            broken=broken,
            sentence=sentence,
            edits=edits_of(one),
        )

    def _broken(self, one: Placement) -> Iterator[str]:
        """The musts that are broken there and not as it is, said once each."""
        say = RuleSentences(self.ground.problem, one.cards[1].schedule, self.names, self.language)
        yield from dict.fromkeys(say.say(match) for match in one.breaches)

    def _against(self, best: Elsewhere | None) -> str:
        if best is None:
            return self._either("Nobody else could do it.", "没有其他人可以承担。")
        if best.change >= 0:
            return self._either(
                f"The best other place is with {best.name}, {self._price(Fraction(best.change))}.",
                f"次优为 {best.name}，{self._price(Fraction(best.change))}。",
            )
        return self._either(
            f"With {best.name} it would be cheaper: {self._price(Fraction(best.change))}.",
            f"由 {best.name} 承担更省：{self._price(Fraction(best.change))}。",
        )

    def _price(self, change: Fraction) -> str:
        if abs(change) < _CENT:
            return self._either("for the same cost", "费用相同")
        much = f"{abs(float(change)):.2f}"
        return self._either(
            f"for {much} {'more' if change > 0 else 'less'}", f"费用{'增加' if change > 0 else '减少'} {much}"
        )

    def _because(self, by_rule: Mapping[str, Fraction]) -> str:
        parts = sorted(
            ((rule, by_rule[rule]) for rule in _SOFT if abs(by_rule[rule]) >= _CENT), key=lambda one: -abs(one[1])
        )
        told = [f"{_lower(title(rule, self.language))} {float(change):+.2f}" for rule, change in parts[:3]]
        if not told:
            return ""
        return self._either(f" ({', '.join(told)})", f"（{'，'.join(told)}）")

    def _prices(self, by_rule: Mapping[str, Fraction]) -> tuple[RulePrice, ...]:
        costs = self.ground.costs
        return tuple(
            RulePrice(
                rule.id,
                title(rule.id, self.language),
                "must" if rule.level is Level.HARD else "prefer",
                _money(costs[rule.id]),
                _money(costs[rule.id] + by_rule[rule.id]),
                _money(by_rule[rule.id]),
            )
            for rule in RULES
            if by_rule[rule.id]
        )

    def _people(self, people: Sequence[str]) -> str:
        named = [self.names.get(one, one) for one in people]
        return self._either(" and ".join(named), "、".join(named))

    def _either(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh" else english


def new_breaches(ground: Ground, found: Outcome) -> bool:
    """Whether an outcome breaks a must that held."""
    return any(one.new and one.level == "must" for one in breaches(found, ground.names, "en"))


def _about(visit: str, gone: Outcome) -> Iterator[Match]:
    for line in gone.before.lines:
        if line.rule.id in TOLD or line.rule.level is Level.HARD:
            yield from (match for match in line.matches if match.visit == visit)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _money(amount: Fraction) -> float:
    return round(float(amount), 4)


def _instant(at: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at, dt.UTC)
