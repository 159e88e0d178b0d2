"""``python -m benchmarks.explanations``: explain visits that nobody does, and have every word of it checked."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from benchmarks.explanations.problems import short_of_people
from benchmarks.explanations.proof import Before, Everywhere
from benchmarks.generate import generate
from benchmarks.machine import conditions
from benchmarks.tables import amount, complain, say, table
from optimizer.domain import Problem
from optimizer.explain import Explanation, explain
from optimizer.solve import solve

SHARES = (0.55, 0.7, 0.85)
"""So many of the technicians come."""
EVERYWHERE = 3
"""So many visits of a problem are tried everywhere in the kernel, which takes much longer than explaining them."""


@dataclass
class Tally:
    """What was counted on problems of one kind and size."""

    visits: int = 0
    freed: int = 0
    as_it_is: int = 0
    freeings: int = 0
    verified: int = 0
    lies: list[str] = field(default_factory=list)
    blocked: int = 0
    overlooked: int = 0
    seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def row(self, name: str) -> list[str]:
        """The counts as cells of a table."""
        mean, most = 1000 * sum(self.seconds) / max(1, len(self.seconds)), 1000 * max(self.seconds, default=0)
        counts = (self.visits, self.freed, self.as_it_is, self.freeings, self.verified, self.freeings - self.verified)
        return [name, *map(str, (*counts, self.blocked, self.overlooked)), amount(round(mean)), amount(round(most))]


HEADINGS = (
    "problems",
    "visits",
    "with a way",
    "fit but dear",
    "ways",
    "verified",
    "false",
    "nowhere",
    "overlooked",
    "ms",
    "most ms",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Status 0 where nothing that was told is false, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.explanations", description="Explain visits that nobody does, and check every word."
    )
    parser.add_argument("--visits", type=int, default=500, help="how many to explain (default 500)")
    parser.add_argument("--sizes", default="60,200", help="visits of the problems (default 60,200)")
    parser.add_argument("--each", type=int, default=25, help="at most so many visits of one problem (default 25)")
    parser.add_argument("--iterations", type=int, default=2000, help="of the search for each plan (default 2000)")
    given = parser.parse_args(arguments)
    sizes = [int(size) for size in given.sizes.split(",")]
    say(conditions().sentence())
    tallies: dict[str, Tally] = {}
    left = given.visits
    for kind, size, share, seed in _settings(sizes):
        if left <= 0:
            break
        problem = short_of_people(generate(kind, size, seed), share)
        tally = tallies.setdefault(f"{kind} {size}", Tally())
        left -= _explained(problem, given.iterations, min(left, given.each), tally)
    _report(tallies)
    return 1 if any(tally.lies for tally in tallies.values()) else 0


def _settings(sizes: Sequence[int]) -> Iterator[tuple[str, int, float, int]]:
    """Kinds, sizes and shares in turn, with one seed after another."""
    for seed in count(1):
        for share in SHARES:
            for size in sizes:
                for kind in ("plain", "rich"):
                    yield kind, size, share, seed


def _explained(problem: Problem, iterations: int, most: int, tally: Tally) -> int:
    plan = solve(problem, iterations=iterations, seed=1).plan
    before, everywhere = Before(problem, plan), Everywhere(problem, plan)
    undone = [one.visit for one in plan.unassigned]
    chosen = undone[:: max(1, len(undone) // most)][:most]
    for number, visit in enumerate(chosen):
        began = time.process_time()
        found = explain(problem, plan, visit)
        tally.seconds.append(time.process_time() - began)
        _verify(before, everywhere if number < EVERYWHERE else None, found, tally)
    complain(f"{problem.name}: {len(chosen)} of {len(undone)} visits that nobody does, {tally.freeings} ways so far")
    return len(chosen)


def _verify(before: Before, everywhere: Everywhere | None, found: Explanation, tally: Tally) -> None:
    tally.visits += 1
    tally.freed += bool(found.freeings)
    fits = any(one.fits for one in found.elsewhere)
    tally.as_it_is += fits
    for one in found.freeings:
        tally.freeings += 1
        lies = [f"{before.problem.name} {one.visit}: {lie}" for lie in before.lies(one)]
        tally.verified += not lies
        tally.lies += lies
        parts = sorted([*(change.kind for change in one.changes), *("gives_way" for _ in one.gives_way)])
        tally.kinds[" + ".join(parts) or "as it is"] += 1
    if (
        everywhere is not None
        and not fits
        and len(before.problem.visits[before.problem.visit_index[found.visit]].roles) == 1
    ):
        tally.blocked += 1
        tally.overlooked += everywhere.fits(found.visit)


def _report(tallies: dict[str, Tally]) -> None:
    rows = [tally.row(name) for name, tally in tallies.items()]
    whole = Tally()
    for tally in tallies.values():
        for name in ("visits", "freed", "as_it_is", "freeings", "verified", "blocked", "overlooked"):
            setattr(whole, name, getattr(whole, name) + getattr(tally, name))
        whole.lies += tally.lies
        whole.seconds += tally.seconds
        whole.kinds += tally.kinds
    say(table(HEADINGS, [*rows, whole.row("all")]))
    say()
    say(table(["what would have to be different", "ways"], [[kind, str(n)] for kind, n in whole.kinds.most_common(30)]))
    say()
    say("verified: the checker finds no new breach and the same price, term by term, on the problem with just that")
    say("different. nowhere: said to fit on no shift, of the first visits of each problem that need one technician;")
    say("overlooked: of these, the kernel finds a place after all.")
    say("ms: processor time to explain a visit, mean and most; on one thread.")
    for lie in whole.lies[:20]:
        say(f"FALSE {lie}")


if __name__ == "__main__":
    sys.exit(main())
