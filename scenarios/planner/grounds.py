"""What scenarios of the live system start from: situations at hand for whoever validates or simulates.

A situation that was taken from the operation is kept in its store, so that every server has it, with whom its names of
technicians mean; the file that scenarios name is written beside what was simulated whenever somebody needs it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import undefer

from dispatch.domain.errors import NotFound
from dispatch.domain.roles import Right
from dispatch.services.rights import require
from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioAsks, ScenarioSituation
from dispatch.store.unit_of_work import UnitOfWork
from dispatch.travel.provider import TravelProvider
from optimizer.invalid import InvalidInput, shown
from scenarios.planner.questions import QUESTIONS
from scenarios.planner.shelf import require_everywhere
from scenarios.running import ground
from scenarios.scenario import Ground, Scenario, TakenSituation
from scenarios.situation.digest import digest_of
from scenarios.situation.files import as_document
from scenarios.situation.live.names import Names
from scenarios.situation.situation import Situation
from scenarios.situation.taking import take

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class Grounds:
    """The situations of one installation; ``home`` is its data folder."""

    def __init__(self, store: Store, home: Path) -> None:
        self._store, self._folder = store, home / "scenarios"

    @property
    def keep(self) -> Path:
        """Where replications are kept; what is there can be simulated again."""
        return self._folder / "replications"

    @property
    def taken(self) -> Path:
        """Where the files of situations are that were taken; they are written again from the store."""
        return self._folder / "situations"

    def begun(self, scenario_id: str) -> Path:
        """The note that a scenario has begun here: a file with the time at which it first did."""
        path = self._folder / "begun" / scenario_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()  # the time of one that is there stays
        return path

    def beginnings(self) -> list[Path]:
        """The notes of all that have begun here, each by its scenario's id."""
        return list((self._folder / "begun").glob("*"))

    def at_hand(self, scenario: Scenario) -> Scenario:
        """The scenario with what it starts from at hand on this machine. Raises :class:`InvalidInput`."""
        return scenario.model_copy(update={"situation": self._here(scenario.situation)})

    def situation(self, named: Ground) -> Situation:
        """What a scenario starts from. Raises :class:`InvalidInput`."""
        return _ground(self._here(named))

    def check(self, scenario: Scenario, asks: ScenarioAsks = ScenarioAsks.EFFECT) -> Situation:
        """What it starts from, once it is certain that it makes sense to ask that of it. Raises
        :class:`InvalidInput`.
        """
        situation = self.situation(scenario.situation)
        QUESTIONS[asks].check(scenario, situation)
        return situation

    def _here(self, named: Ground) -> Ground:
        """A situation that was taken is looked for by its digest alone: a file that is named is on another machine."""
        if named.demand is not None:
            remedy = "run this scenario with `fieldwright scenario run`, or leave out `demand`"
            raise InvalidInput("situation.demand", shown(named.demand, 80), "names a file on another machine", remedy)
        if not isinstance(named, TakenSituation):
            return named
        found = _DIGEST.fullmatch(named.digest or "")
        if found is None:
            remedy = "write the digest that the situation was kept under"
            raise InvalidInput("situation.digest", shown(named.digest, 80), "names no situation", remedy)
        path = self.taken / f"{found[1]}.json"
        if not path.is_file():
            _write(path, self.content(named.digest or ""))
        return named.model_copy(update={"file": str(path)})

    def content(self, digest: str) -> bytes:
        """The file of a situation that was taken. Raises :class:`InvalidInput`."""
        with self._store.reading() as uow:
            row = uow.session.get(ScenarioSituation, digest, options=[undefer(ScenarioSituation.content)])
            if row is None:
                remedy = "take the situation here first: planner's page, New scenario, This operation, Take it now"
                raise InvalidInput("situation.digest", shown(digest, 80), "is none that was taken here", remedy)
            return zlib.decompress(row.content)


def take_here(
    uow: UnitOfWork, travel: TravelProvider, first: dt.date, history: int, days: int = 0
) -> tuple[Situation, dict[str, str]]:
    """The operation as a day begins, or what so many ``days`` from then on were, and whom the names of its technicians
    mean; only read.

    Raises :class:`InvalidInput` where there is nothing to be learnt, and :class:`Forbidden`.
    """
    require(uow, Right.RUN_SCENARIOS)
    require_everywhere(uow)
    situation = take(uow, travel, first, days, history=history)
    known = {person.id for person in situation.people}
    names = Names(uow.session).technicians
    return situation, {name: there for there, name in names.items() if name in known}


def keep_situation(uow: UnitOfWork, situation: Situation, people: dict[str, str]) -> str:
    """Keep a situation that was taken; its digest."""
    require(uow, Right.RUN_SCENARIOS)
    digest = digest_of(situation)
    known = uow.session.get(ScenarioSituation, digest)
    if known is not None:
        known.taken_at = uow.now  # it is wanted again
    else:
        content = json.dumps(as_document(situation), ensure_ascii=False, indent=1).encode() + b"\n"
        uow.session.add(
            ScenarioSituation(
                digest=digest,
                name=situation.name[:200],
                content=zlib.compress(content, 6),
                people=people,
                taken_at=uow.now,
            )
        )
    return digest


def people_named(uow: UnitOfWork, digest: str | None) -> dict[str, str]:
    """Name of a technician in a situation that was taken → their id. Raises :class:`NotFound`."""
    row = uow.session.get(ScenarioSituation, digest or "")
    if row is None:
        raise NotFound(f"There is no situation {digest!r}.", what="situation", id=digest)
    return row.people


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; several processes may write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


@lru_cache(maxsize=4)
def _ground(named: Ground) -> Situation:
    """They take a second to make, and a form asks for the same one again and again."""
    return ground(named)
