"""What a peer is: another program that plans routes, asked through an adapter of its own."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.peers.stating import Stated

INSTALL = "pip install 'fieldwright[peers]', or make bench-quality PEERS=…, which gives the peers an environment"


class Missing(Exception):  # noqa: N818  it says what is
    """A peer is asked for that is not installed; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a peer may take: ``seconds`` of wall time for its search alone, and ``threads``, where it knows any."""

    seconds: float
    seed: int
    threads: int


Routes = Sequence[Sequence[int]]
"""For each shift of :attr:`optimizer.domain.Problem.shifts` the visits (by index) in their order; none: no plan."""

Search = Callable[[], Routes]
"""The peer's search, with its model built: only this is measured."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One adapter.

    ``setups`` names the ways of putting a problem to it that are worth trying: each is given the whole budget, and the
    best plan counts. Where a set-up does not suit a problem, ``suits`` says so. ``says`` names what it can express of
    :data:`~benchmarks.peers.beyond.BEYOND`; what it cannot is refused. ``prepare`` builds the model of a set-up;
    ``lacking`` is empty where the peer can be run, else what is missing; ``version`` what is installed.
    """

    id: str
    title: str
    setups: tuple[str, ...]
    prepare: Callable[[Stated, str, Limits], Search]
    lacking: Callable[[], str]
    version: Callable[[], str]
    says: frozenset[str] = frozenset()
    suits: Callable[[Stated, str], bool] = lambda _stated, _setup: True


def library(name: str) -> Any:
    """An installed module, imported now. Raises :class:`Missing`."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Missing(f"the Python package of {name} cannot be imported ({error}): {INSTALL}") from None


def lacks(module: str) -> Callable[[], str]:
    """Says what is missing where a module is not installed, without importing it."""

    def lacking() -> str:
        found = importlib.util.find_spec(module.partition(".")[0])
        return "" if found is not None else f"the Python package of {module} is not installed: {INSTALL}"

    return lacking


def version_of(distribution: str) -> Callable[[], str]:
    """The version of an installed distribution; empty where there is none."""

    def version() -> str:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            return ""

    return version
