"""The cheapest staffing that meets targets, searched for over simulations.

Every staffing meets the same days and the same chance. It is taken for granted that more technicians never keep fewer
targets: a staffing that fails rules out all that have nobody more in any group, and so most are never simulated. Where
chance breaks that rule by a hair, a staffing as cheap can be missed; all that were tried are told with their figures.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from optimizer.invalid import InvalidInput, nearest, shown
from scenarios.changes import changed
from scenarios.measuring.intervals import Interval
from scenarios.replication import Alternative
from scenarios.running import OnProgress, Outcome, ground, judged, simulated
from scenarios.scenario import Acceptance, Group, Scenario, Staffing
from scenarios.situation.digest import digest_of
from scenarios.situation.situation import Person, Situation
from scenarios.situation.staff import so_many

Counts = tuple[int, ...]
"""How many there are of each group."""


@dataclass(frozen=True)
class Tried:
    """A staffing that was simulated: what it costs a day, what was found of each target, and whether all are met."""

    counts: Counts
    cost: float
    found: tuple[Interval, ...]
    replications: int
    meets: bool

    def doubtful(self, asked: Staffing) -> bool:
        """Whether chance may have decided: it misses no target for sure, and does not meet all of them for sure."""
        decided = [_decided(target, found) for target, found in zip(asked.targets, self.found, strict=True)]
        return not all(decided) and not any(map(_missed, asked.targets, self.found))


@dataclass(frozen=True)
class Staffed:
    """What the search found: ``best`` None where even the largest staffing misses a target. ``possible``: how many
    staffings there were to choose from.
    """

    digest: str
    tried: tuple[Tried, ...]
    best: Tried | None
    possible: int


def run_staffing(
    scenario: Scenario,
    *,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Staffed:
    """Look for the cheapest staffing of a scenario, with its changes made. ``on_progress`` counts staffings; how many
    there will be is a guess, as if each answer ruled out half of what is left.

    Raises :class:`InvalidInput` where the file does not ask for it, or names technicians whom there are not.
    """
    asked = scenario.staffing
    if asked is None:
        raise InvalidInput("staffing", "", "is missing", "add [staffing] with targets, and [[staffing.groups]]")
    start = ground(scenario.situation)
    made = changed(start, scenario.changes)
    refuse_strangers(asked, made)
    tried: dict[Counts, Tried] = {}
    with ExitStack() as until_done:
        folder = keep or Path(until_done.enter_context(TemporaryDirectory()))

        def simulate(counts: Counts, replications: int) -> Outcome:
            alternative = Alternative(told(counts), staffed(made, asked.groups, counts), scenario.agent_after)
            plan = scenario.replications.model_copy(
                update={"least": replications, "most": replications, "until": {}},
            )
            alone = scenario.model_copy(update={"replications": plan})
            return simulated([alternative], alone, digest_of(start), processes=processes, cluster=cluster, keep=folder)

        def meets(counts: Counts) -> bool:
            tried[counts] = _tried(counts, asked, scenario, simulate)
            return tried[counts].meets

        def note(left: int) -> None:
            if on_progress is not None:
                on_progress(len(tried), len(tried) + math.ceil(math.log2(left + 1)))

        best = cheapest(asked.groups, meets, note)
    possible = len(_all(asked.groups))
    return Staffed(digest_of(start), tuple(tried.values()), None if best is None else tried[best], possible)


def staffed(situation: Situation, groups: Sequence[Group], counts: Counts) -> Situation:
    """The situation with so many of each group; who is in none stays."""
    gone: set[str] = set()
    new: list[Person] = []
    for group, count in zip(groups, counts, strict=True):
        gone.update(group.technicians[count:])
        new += so_many([situation.person(name) for name in group.technicians], count)[len(group.technicians) :]
    stay = [person for person in situation.people if person.id not in gone]
    return replace(situation, people=(*stay, *new))


def told(counts: Counts) -> str:
    """The name of a staffing: 3 + 2."""
    return " + ".join(map(str, counts))


def cost_of(groups: Sequence[Group], counts: Counts) -> float:
    """What so many of each group cost a day."""
    return sum(group.cost_per_day * count for group, count in zip(groups, counts, strict=True))


def cheapest(
    groups: Sequence[Group], meets: Callable[[Counts], bool], note: Callable[[int], None] | None = None
) -> Counts | None:
    """The cheapest staffing that meets the targets; of several, the one with the fewest people in the first groups.

    Exact where ``meets`` is monotone (more of anybody never meets less): each answer rules out all staffings with
    nobody more, or all that cost as much, and the next one asked is in the middle of what is left, by cost. ``note`` is
    told after each answer how many are left. None: not even all of them meet the targets.
    """
    left = sorted(_all(groups), key=lambda counts: (cost_of(groups, counts), counts))
    top = tuple(group.most for group in groups)
    if not meets(top):
        return None
    best = top
    left = left[: left.index(top)]
    if note is not None:
        note(len(left))
    while left:
        counts = left[len(left) // 2]
        if meets(counts):
            best = counts
            left = left[: left.index(counts)]
        else:
            left = [one for one in left if any(more > there for more, there in zip(one, counts, strict=True))]
        if note is not None:
            note(len(left))
    return best


def _all(groups: Sequence[Group]) -> list[Counts]:
    """Every staffing."""
    return list(itertools.product(*(range(one.least, one.most + 1) for one in groups)))


def _tried(counts: Counts, asked: Staffing, scenario: Scenario, simulate: Callable[[Counts, int], Outcome]) -> Tried:
    """Simulated as often as it takes to be sure of every target, and as often as the scenario says at most."""
    plan = scenario.replications
    replications = plan.least
    while True:
        outcome = judged(scenario.model_copy(update={"accept": asked.targets}), simulate(counts, replications))
        found = tuple(one.found for one in outcome.judged)
        if replications >= plan.most or all(map(_decided, asked.targets, found)):
            return Tried(counts, cost_of(asked.groups, counts), found, replications, outcome.accepted)
        replications = min(plan.most, 2 * replications)


def _decided(target: Acceptance, found: Interval) -> bool:
    """Whether the whole interval lies on one side of the target."""
    if found.mean is None:
        return True
    limit = target.at_least if target.at_least is not None else target.at_most
    assert limit is not None
    return not found.low < limit < found.high


def _missed(target: Acceptance, found: Interval) -> bool:
    """Whether the whole interval lies where the target is missed."""
    if found.mean is None:
        return True
    if target.at_least is not None:
        return found.high < target.at_least
    return target.at_most is not None and found.low > target.at_most


def refuse_strangers(asked: Staffing, situation: Situation) -> None:
    """Raise :class:`InvalidInput` where a group names somebody whom there is not, or nobody might be at work."""
    ids: Mapping[str, None] = dict.fromkeys(person.id for person in situation.people)
    for at, group in enumerate(asked.groups):
        for which, name in enumerate(group.technicians):
            if name not in ids:
                place = f"staffing.groups[{at}].technicians[{which}]"
                raise InvalidInput(place, shown(name), "is no technician", nearest(name, list(ids), '"'))
    if len(ids) == sum(len(one.technicians) for one in asked.groups) and not any(one.least for one in asked.groups):
        raise InvalidInput("staffing.groups", "", "would leave nobody at work", "give one of the groups least = 1")
