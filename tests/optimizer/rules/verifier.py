"""``verify(RULE).given(problem, plan).penalizes_by(n)``: one rule alone, on one small plan, judged and lowered."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.domain import Plan, Problem
from optimizer.kernel import reference
from optimizer.money import exact
from optimizer.rules import Level, Match, Rule
from optimizer.scoring import lower, score, to_kernel


@dataclass(frozen=True)
class Case:
    rule: Rule
    problem: Problem
    plan: Plan

    def penalizes_by(self, amount: float | Fraction, because: str = "") -> tuple[Match, ...]:
        """The judge and the lowered kernel both say ``amount``, and the judge's sentences contain ``because``."""
        expected = amount if isinstance(amount, Fraction) else exact(amount)
        line = score(self.problem, self.plan, rules=[self.rule]).line(self.rule.id)
        sentences = " / ".join(match.because for match in line.matches)
        assert line.amount == expected, sentences
        assert all(match.amount > 0 and match.because and match.rule == self.rule.id for match in line.matches)
        assert because in sentences
        data = lower(self.problem, rules=[self.rule])
        counted = reference.evaluate(data, to_kernel(self.problem, self.plan))[self.rule.id]
        in_words = Fraction(counted, data.unit if self.rule.level is Level.SOFT else 1)
        assert in_words == expected, "lower() disagrees with judge()"
        return line.matches

    def is_content(self) -> None:
        """The rule finds nothing."""
        self.penalizes_by(0)


@dataclass(frozen=True)
class Verifier:
    rule: Rule

    def given(self, problem: Problem, plan: Plan) -> Case:
        return Case(self.rule, problem, plan)


def verify(rule: Rule) -> Verifier:
    return Verifier(rule)
