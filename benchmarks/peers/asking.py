"""Asks a peer for a plan: the problem stated, the model built, the search measured, the routes made a legal plan."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from benchmarks.machine import children_peak_mb, peak_mb
from benchmarks.peers import PEERS
from benchmarks.peers.beyond import beyond
from benchmarks.peers.completing import Completed, complete
from benchmarks.peers.peer import Limits
from benchmarks.peers.stating import state
from optimizer.domain import Problem


class CannotSay(Exception):  # noqa: N818  it says what is
    """The problem has what the peer cannot be told; the message names it."""


class Unsuited(Exception):  # noqa: N818  no error at all
    """The set-up of the peer is not meant for this problem: another one is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A legal plan, and what the search took: wall time, processor time, peak memory. Completing is apart."""

    completed: Completed
    seconds: float
    cpu_seconds: float
    peak_mb: float
    complete_seconds: float


def ask(problem: Problem, peer_id: str, setup: str, limits: Limits) -> Answer:
    """The plan of a peer under a set-up. Whatever else the peer raises is passed on.

    Building its model is not part of its time. Where it takes longer than it was given, it is not broken off.
    """
    peer = PEERS[peer_id]
    if unsaid := beyond(problem, peer.says):
        raise CannotSay(", ".join(unsaid))
    stated = state(problem)
    if not peer.suits(stated, setup):
        raise Unsuited(setup)
    search = peer.prepare(stated, setup, limits)
    began, cpu = time.perf_counter(), _cpu()
    routes = search()
    ended, cpu, memory = time.perf_counter(), _cpu() - cpu, peak_mb() + children_peak_mb()
    completed = complete(problem, routes)
    return Answer(completed, ended - began, cpu, memory, time.perf_counter() - ended)


def _cpu() -> float:
    """Processor time of this process and of those it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
