"""Runs a replay: every stage, as often as asked, and once more for each decision by hand without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

from optimizer.invalid import InvalidInput
from scenarios.measuring.intervals import Interval, difference, interval
from scenarios.replaying.stages import Replaying
from scenarios.replication import Figures, with_policy_of
from scenarios.running import OnProgress
from scenarios.scenario import Dispatching
from scenarios.situation.digest import digest_of
from scenarios.situation.record import ByHand, Record
from scenarios.situation.situation import Situation

MOST_TRIED = 20
"""So many decisions by hand are tried without, the first ones; each takes a replication of the day."""

_Task = tuple[str, int, int | None]
"""A stage, the number of the replication, and the decision by hand that is left out."""


@dataclass(frozen=True)
class Replayed:
    """What came of a replay. ``figures``: stage → replications in their order. ``without``: number of a decision by
    hand → the figures of the stage with all the others. ``dispatch``: who decided under today's policy.
    """

    digest: str
    record: Record
    figures: Mapping[str, Sequence[Figures]]
    without: Mapping[int, Sequence[Figures]]
    dispatch: Dispatching

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that there were, in their order."""
        return tuple(self.figures)

    @property
    def replications(self) -> int:
        """How often everything was simulated."""
        return len(next(iter(self.figures.values())))

    def mean(self, stage: str, figure: str) -> Interval:
        """A figure of a stage."""
        return interval([one[figure] for one in self.figures[stage]])

    def losses(self, figure: str) -> Iterator[tuple[str, Interval]]:
        """What each cause costs: of each stage but the last, how much more than in the next one. They add up to
        :meth:`whole`, replication by replication, because each of them begins where the one before it ends.
        """
        for before, after in pairwise(self.figures):
            yield before, self._between(after, before, figure)

    def whole(self, figure: str) -> Interval:
        """What all causes cost together: how much more it was as recorded than in hindsight."""
        first, *_, last = self.figures
        return self._between(last, first, figure)

    def by_hand(self, figure: str) -> Iterator[tuple[ByHand, Interval]]:
        """Of each decision by hand, what it cost: with all of them, less without this one. Below 0: it gained."""
        for number, figures in self.without.items():
            with_it = [one[figure] for one in self.figures["by hand"]]
            yield self.record.by_hand[number], difference([one[figure] for one in figures], with_it)

    def _between(self, less: str, more: str, figure: str) -> Interval:
        return difference([one[figure] for one in self.figures[less]], [one[figure] for one in self.figures[more]])


def run_replay(
    situation: Situation,
    dispatch: Dispatching,
    *,
    replications: int = 1,
    seed: int = 1,
    processes: int = 1,
    on_progress: OnProgress | None = None,
) -> Replayed:
    """Replay the recorded days of a situation. The same on as many processes as one likes.

    Raises :class:`InvalidInput` for a situation of which no day was recorded.
    """
    record = situation.record
    if record is None or not record.days:
        remedy = "take a period that is over: `scenario take --date … --days N`"
        raise InvalidInput("record.days", "0", "tells of no day, so there is nothing to replay", remedy)
    replaying = Replaying(situation, dispatch, seed)
    stages = replaying.stages()
    tried = range(min(MOST_TRIED, len(record.by_hand))) if "by hand" in stages else range(0)
    tasks: list[_Task] = [(stage, number, None) for number in range(replications) for stage in stages]
    tasks += [("by hand", number, without) for number in range(replications) for without in tried]
    figures: dict[str, list[Figures]] = {stage: [] for stage in stages}
    left_out: dict[int, list[Figures]] = {number: [] for number in tried}
    for done, (task, found) in enumerate(zip(tasks, _answers(replaying, tasks, processes), strict=True), 1):
        stage, _, without = task
        (figures[stage] if without is None else left_out[without]).append(found)
        if on_progress is not None:
            on_progress(done, len(tasks))
    return Replayed(digest_of(situation), record, figures, left_out, with_policy_of(situation, dispatch))


def _answers(replaying: Replaying, tasks: Sequence[_Task], processes: int) -> Iterator[Figures]:
    """The figures of each task, in their order."""
    if processes <= 1:
        yield from (replaying.simulated(*task) for task in tasks)
        return
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(replaying,)) as pool:
        running = [pool.submit(_one, task) for task in tasks]
        try:
            for one in running:
                yield one.result()
        finally:
            for one in running:
                one.cancel()


_here: Replaying
"""In a process of its own: what is replayed there, which is sent once."""


def _begin(replaying: Replaying) -> None:
    global _here
    _here = replaying


def _one(task: _Task) -> Figures:
    return _here.simulated(*task)
