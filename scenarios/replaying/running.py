"""Runs a replay: every stage, as often as asked, and once more for each decision by hand without it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from optimizer.invalid import InvalidInput
from scenarios.cluster import Cluster
from scenarios.keeping import Kept, program
from scenarios.measuring.intervals import Interval, difference, interval
from scenarios.replaying.stages import Replaying
from scenarios.replication import Figures, with_policy_of
from scenarios.running import OnProgress
from scenarios.scenario import Dispatching
from scenarios.situation.digest import digest_of
from scenarios.situation.record import ByHand
from scenarios.situation.situation import Situation

MOST_TRIED = 20
"""So many decisions by hand are tried without, the first ones; each takes a replication of the day."""

_Task = tuple[str, int, int | None]
"""A stage, the number of the replication, and the decision by hand that is left out."""


@dataclass(frozen=True)
class Replayed:
    """What came of a replay. ``figures``: stage → replications in their order. ``without``: number of a decision by
    hand → the figures of the stage with all the others. ``decided``: what was decided by hand, in that order.
    ``dispatch``: who decided under today's policy.
    """

    digest: str
    decided: Sequence[ByHand]
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
            yield self.decided[number], difference([one[figure] for one in figures], with_it)

    def _between(self, less: str, more: str, figure: str) -> Interval:
        return difference([one[figure] for one in self.figures[less]], [one[figure] for one in self.figures[more]])


def run_replay(
    situation: Situation,
    dispatch: Dispatching,
    *,
    replications: int = 1,
    seed: int = 1,
    processes: int = 1,
    cluster: str | None = None,
    keep: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Replayed:
    """Replay the recorded days of a situation. The same on as many processes as one likes, or on the workers of a
    ``cluster`` (the address of its Dask scheduler). ``keep``: a folder in which every run of the days is kept, and
    found again by the next replay (:mod:`scenarios.keeping`).

    Raises :class:`InvalidInput` for a situation of which no day was recorded, and
    :class:`~scenarios.cluster.ClusterError` for a cluster that cannot be used.
    """
    record = situation.record
    if record is None or not record.days:
        remedy = "take a period that is over: `scenario take --date … --days N`"
        raise InvalidInput("record.days", "0", "tells of no day, so there is nothing to replay", remedy)
    digest = digest_of(situation)
    replaying = Replaying(situation, dispatch, seed)
    days = _Days(replaying, (digest, dispatch.model_dump_json(), seed, program()))
    stages = replaying.stages()
    tried = range(min(MOST_TRIED, len(record.by_hand))) if "by hand" in stages else range(0)
    tasks: list[_Task] = [(stage, number, None) for number in range(replications) for stage in stages]
    tasks += [("by hand", number, without) for number in range(replications) for without in tried]
    figures: dict[str, list[Figures]] = {stage: [] for stage in stages}
    left_out: dict[int, list[Figures]] = {number: [] for number in tried}
    answers = _there(cluster, days, tasks, keep) if cluster is not None else _here(days, tasks, processes, keep)
    for done, (task, found) in enumerate(zip(tasks, answers, strict=True), 1):
        stage, _, without = task
        (figures[stage] if without is None else left_out[without]).append(found)
        if on_progress is not None:
            on_progress(done, len(tasks))
    return Replayed(digest, record.by_hand, figures, left_out, with_policy_of(situation, dispatch))


@dataclass(frozen=True)
class _Days:
    """The recorded days, stage by stage and again and again: a :class:`scenarios.work.Work`. ``of``: all that they
    depend on besides the task.
    """

    replaying: Replaying
    of: tuple[object, ...]

    def key(self, piece: _Task) -> str:
        return hashlib.sha256(json.dumps(("replay", *self.of, *piece)).encode()).hexdigest()

    def figures(self, piece: _Task) -> Figures:
        return self.replaying.simulated(*piece)


def _there(cluster: str, days: _Days, tasks: Sequence[_Task], keep: Path | None) -> Iterator[Figures]:
    """The figures of each task, in their order, from the workers of a cluster."""
    with Cluster(cluster, [days], keep=keep) as workers:
        yield from workers.answers([(0, task) for task in tasks])


def _here(days: _Days, tasks: Sequence[_Task], processes: int, keep: Path | None) -> Iterator[Figures]:
    """The figures of each task, in their order, from processes of this machine."""
    kept = None if keep is None else Kept(keep)
    if processes <= 1:
        yield from (_simulated(days, kept, task) for task in tasks)
        return
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(days, kept)) as pool:
        running = [pool.submit(_one, task) for task in tasks]
        try:
            for one in running:
                yield one.result()
        finally:
            for one in running:
                one.cancel()


def _simulated(days: _Days, kept: Kept | None, task: _Task) -> Figures:
    if kept is None:
        return days.figures(task)
    key = days.key(task)
    figures = kept.figures(key)
    if figures is None:
        figures = days.figures(task)
        kept.keep(key, figures)
    return figures


_sent: tuple[_Days, Kept | None]
"""In a process of its own: what is replayed there, which is sent once."""


def _begin(days: _Days, kept: Kept | None) -> None:
    global _sent
    _sent = days, kept


def _one(task: _Task) -> Figures:
    return _simulated(*_sent, task)
