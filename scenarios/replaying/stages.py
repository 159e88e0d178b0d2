"""The stages of a replay: the same recorded days, each time with one thing more as it could have been.

What lies between two stages that follow one another is one cause of lost minutes, so that the causes add up to all that
lies between the first stage and the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scenarios.measuring.kpis import Measured, measure
from scenarios.measuring.minutes import minutes_of
from scenarios.replication import Figures, agent_of, with_policy_of
from scenarios.scenario import Dispatching
from scenarios.simulation.agents.base import Agent
from scenarios.simulation.agents.by_hand import LiveByHand
from scenarios.simulation.agents.hindsight import Hindsight
from scenarios.simulation.agents.planned import Planning
from scenarios.simulation.agents.recorded import AsRecorded
from scenarios.simulation.arrivals import ENDS
from scenarios.simulation.environment import Environment
from scenarios.simulation.foreseen import announced, foreseen
from scenarios.simulation.operation import Operation
from scenarios.simulation.retelling import retold
from scenarios.simulation.snapshots import policy_row
from scenarios.simulation.streams import Streams
from scenarios.situation.record import ByHand, Record
from scenarios.situation.situation import Situation

HARDER = 100
"""The one plan of hindsight is searched for with so many times the rounds of a day's plan, for each day."""


STAGES = ("recorded", "published", "by hand", "policy", "announced", "foreseen", "hindsight")
"""Every stage in its order; what each of them is, and why the next one differs, :mod:`scenarios.words.replays` says."""


@dataclass(frozen=True)
class Replaying:
    """What is replayed: a situation with its record, and who dispatches by today's policy."""

    situation: Situation
    dispatch: Dispatching
    seed: int = 1

    @property
    def record(self) -> Record:
        """The record. Raises :class:`ValueError` where there is none of any day."""
        record = self.situation.record
        if record is None or not record.days:
            raise ValueError(f"{self.situation.name}: no day was recorded")
        return record

    def stages(self) -> tuple[str, ...]:
        """The stages that there are: that of decisions by hand only where there were any."""
        by_hand = self.dispatch.agent == "live" and self.record.by_hand
        return tuple(name for name in STAGES if name != "by hand" or by_hand)

    def simulated(self, stage: str, number: int, without: int | None = None) -> Figures:
        """The figures of a stage in one replication; ``without`` that decision by hand."""
        return _figures(self.operation(stage, number, without), self.record)

    def operation(self, stage: str, number: int, without: int | None = None) -> Operation:
        """How everything stands when the days are over."""
        if stage == "recorded":
            return retold(self.situation)
        streams = Streams(self.seed, number)
        situation, agent = self._stage(stage, streams, without)
        return Environment(situation, agent, streams, self.record.first, self.record.days).run()

    def _stage(self, stage: str, streams: Streams, without: int | None) -> tuple[Situation, Agent]:
        dispatch = with_policy_of(self.situation, self.dispatch)
        planning = Planning(dispatch.iterations, dict(dispatch.policy))
        ahead = policy_row("replay", dispatch.policy).horizon_days
        if stage == "published":
            return self.situation, AsRecorded(self.record)
        if stage == "by hand":
            return self.situation, LiveByHand(planning, self._left(without), answers_after=dispatch.answers_after)
        if stage == "policy":
            return self.situation, agent_of(dispatch)
        if stage == "announced":
            return announced(self.situation, ahead), agent_of(dispatch)
        known = foreseen(self.situation, streams)
        if stage == "foreseen":
            return known, agent_of(dispatch)
        assert known.record is not None
        harder = replace(planning, iterations=HARDER * max(1, planning.iterations) * self.record.days)
        return replace(known, record=replace(known.record, publications=())), Hindsight(harder, self.record.days)

    def _left(self, without: int | None) -> Sequence[ByHand]:
        return [one for number, one in enumerate(self.record.by_hand) if number != without]


def _figures(operation: Operation, record: Record) -> Figures:
    measured = Measured(operation, record.start, record.end)
    # Jobs that were there before count as well: what became of them is part of the days.
    minutes = minutes_of(Measured(operation, _earliest(operation, record), record.end))
    there = [one.id for one in operation.visits.values() if one.arrived_at is not None]
    known = record.visits
    drawn = sum(name not in known or known[name][1].when(*ENDS) is None for name in there)
    return {**measure(measured), **minutes, "visits": float(len(there)), "drawn_visits": float(drawn)}


def _earliest(operation: Operation, record: Record) -> int:
    return min([record.start, *(one.job.received for one in operation.visits.values())])
