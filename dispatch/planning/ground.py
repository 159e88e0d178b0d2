"""What a dispatcher tries things on: a plan with its problem, ready to be changed and priced at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dispatch.domain.roles import Actor
from dispatch.planning.hours import Hours
from dispatch.planning.part import Standing
from dispatch.planning.rule_sentences import Language
from optimizer.domain import Problem
from optimizer.policy import Policy
from optimizer.scoring import Scorecard, score


class Holding(StrEnum):
    """Why a visit must not move."""

    UNDER_WAY = "under_way"
    FENCED = "fenced"
    LOCKED = "locked"
    FROZEN = "frozen"
    ACCEPTED = "accepted"
    PINNED = "pinned"
    LINKED = "linked"

    def said(self, visit: str, language: Language) -> str:
        """In a sentence."""
        return _SAID[self][language == "zh"].format(visit=visit)


_SAID: Mapping[Holding, tuple[str, str]] = {
    Holding.UNDER_WAY: ("Somebody is on {visit} already.", "{visit} 已有人在执行。"),
    Holding.FENCED: ("{visit} lies before the freeze fence that was set.", "{visit} 位于已设定的冻结线之前。"),
    Holding.LOCKED: ("The territory of {visit} is locked.", "{visit} 所在区域已锁定。"),
    Holding.FROZEN: ("{visit} starts so soon that it is frozen.", "{visit} 即将开始，已冻结。"),
    Holding.ACCEPTED: ("{visit} was accepted by its technician.", "{visit} 已被技师接受。"),
    Holding.PINNED: ("{visit} is pinned.", "{visit} 已固定。"),
    Holding.LINKED: ("{visit} leads to a visit that must not move.", "{visit} 与不可移动的任务相连。"),
}

SET_ASIDE = frozenset({Holding.LOCKED, Holding.FROZEN, Holding.ACCEPTED, Holding.PINNED})
"""What a person may set aside by putting a visit somewhere anyway. What somebody is on, nobody can; a fence is lifted
before anything moves behind it; and what leads to something that is held moves with that or not at all."""


@dataclass(frozen=True)
class Ground:
    """A plan on its problem. ``plan``: its id; None: nothing was published yet. ``held``: what must not move, and why.

    ``territories``: visit → where it lies. ``now`` is when the problem was made (epoch seconds).
    """

    plan: str | None
    edition: int | None
    version: int | None
    standing: Standing
    weights: Policy
    tolerance: int
    names: Mapping[str, str]
    hours: Hours | None
    held: Mapping[str, Holding]
    territories: Mapping[str, str | None]
    now: int

    @property
    def problem(self) -> Problem:
        """What is planned."""
        return self.standing.problem

    @cached_property
    def card(self) -> Scorecard:
        """What the plan costs as it is."""
        return score(self.problem, self.standing.plan, self.weights)

    @cached_property
    def costs(self) -> Mapping[str, Fraction]:
        """Rule → what it costs in the plan as it is: money, or broken places of a must."""
        return {line.rule.id: line.cost for line in self.card.lines}

    def seen_by(self, actor: Actor) -> Collection[str] | None:
        """The visits that the actor may see; None: all."""
        if not actor.territories:
            return None
        return {visit for visit, territory in self.territories.items() if actor.covers(territory)}

    def names_for(self, actor: Actor) -> Mapping[str, str]:
        """What the actor calls things; what lies beyond their territories has no name."""
        if not actor.territories:
            return self.names
        index = self.problem.visit_index
        return {
            key: name for key, name in self.names.items() if key not in index or actor.covers(self.territories.get(key))
        }
