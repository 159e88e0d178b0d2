"""One replication: days that happen once, and the figures of them.

It is a function of an alternative, the days, a seed and a number: where and when it is run makes no difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.measuring.cells import missed_by_cell
from scenarios.measuring.kpis import Measured, measure
from scenarios.scenario import Dispatching, Horizon
from scenarios.simulation.agents.base import Agent
from scenarios.simulation.agents.greedy import FirstCome, Nearest
from scenarios.simulation.agents.live import Live
from scenarios.simulation.agents.planned import Planned, Planning
from scenarios.simulation.environment import Environment
from scenarios.simulation.streams import Streams
from scenarios.situation.situation import Situation

Figures = Mapping[str, float | None]
"""Figure → its value in one replication."""
Task = tuple[int, int]
"""Which of some alternatives, and the number of the replication."""


@dataclass(frozen=True)
class Alternative:
    """Something to be simulated: who works under which conditions, and who decides."""

    name: str
    situation: Situation
    dispatch: Dispatching


def agent_of(dispatch: Dispatching) -> Agent:
    """A new agent, as a scenario names it."""
    planning = Planning(dispatch.iterations, dict(dispatch.policy))
    if dispatch.agent == "first_come":
        return FirstCome(by_priority=dispatch.by_priority)
    if dispatch.agent == "nearest":
        return Nearest(by_priority=dispatch.by_priority)
    if dispatch.agent == "morning":
        return Planned(planning)
    if dispatch.agent == "rolling":
        return Planned(planning, every=dispatch.every_minutes * 60)
    return Live(planning, answers_after=dispatch.answers_after)


def with_policy_of(situation: Situation, dispatch: Dispatching) -> Dispatching:
    """Who decides, by the policy of the live system that a situation was taken from where a scenario does not say."""
    if situation.record is None:
        return dispatch
    recorded = situation.record.policy
    if "dispatch_ahead" in recorded:
        # In what was taken before there was asking, whoever was handed a visit was asked for it.
        recorded = {"accept_ahead": recorded["dispatch_ahead"], **recorded}
    return dispatch.model_copy(update={"policy": {**recorded, **dispatch.policy}})


def replicate(alternative: Alternative, horizon: Horizon, seed: int, number: int) -> Figures:
    """The figures of one replication of one alternative, and where it missed promises (see
    :mod:`scenarios.measuring.cells`).
    """
    dispatch = with_policy_of(alternative.situation, alternative.dispatch)
    agent, streams = agent_of(dispatch), Streams(seed, number)
    environment = Environment(alternative.situation, agent, streams, horizon.first, horizon.days)
    operation = environment.run()
    counted = horizon.first + dt.timedelta(days=horizon.warm_up)
    measured = Measured(operation, alternative.situation.instant(counted, 0), environment.until)
    return {**measure(measured), **missed_by_cell(measured)}
