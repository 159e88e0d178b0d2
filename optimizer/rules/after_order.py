"""After order: some visits follow others, not too soon and not too late."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain import Problem
from optimizer.kernel.data import KernelData
from optimizer.money import Scale
from optimizer.rules.base import Level, Match, Rule, span
from optimizer.timeline import Schedule


class AfterOrder(Rule):
    """Each ``after`` of a planned visit counts 1 where the other visit is not planned, or has ended more than
    ``max_gap`` before; and the whole plan counts 1 where visits wait for each other in a circle.

    Too soon cannot be: a visit waits, and where it would wait beyond its windows that is a closed window.
    """

    id = "after_order"
    level = Level.HARD

    def judge(self, problem: Problem, schedule: Schedule) -> Iterator[Match]:
        for visit_id, start in schedule.starts.items():
            for link in problem.visits[problem.visit_index[visit_id]].after:
                end = schedule.ends.get(link.visit)
                if end is None:
                    because = f"{visit_id} is planned without {link.visit}, which must come before"
                    yield Match(self.id, 1, because, visit=visit_id)
                elif link.max_gap is not None and start - end > link.max_gap:
                    gap, most = span(start - end), span(link.max_gap)
                    because = f"{visit_id} starts {gap} after the end of {link.visit}, at most {most} are allowed"
                    yield Match(self.id, 1, because, visit=visit_id)
        if not schedule.settled:
            yield Match(self.id, 1, "Crews, or visits that follow others, wait for each other in a circle")

    def lower(self, problem: Problem, scale: Scale, out: KernelData) -> None:
        """The order of visits is part of time, which every kernel tells itself."""
