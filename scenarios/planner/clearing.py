"""What is kept for scenarios and nobody needs any more, cleared away after some days.

Replications go by when they were last used, and situations by when they were last taken. A scenario that has begun and
has no answer may go on from what it used: nothing is removed that was used since the first such began. A situation that
a scenario on the shelf starts from stays as long as that scenario. Parts of files whose writers were killed go soon.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from dispatch.store.engine import Store
from dispatch.store.tables import ScenarioRow, ScenarioSituation, ScenarioStatus
from scenarios.planner.grounds import Grounds
from scenarios.situation.digest import PREFIX
from scenarios.tidying import Found, found_in, remove

_DAY = 86_400.0
_GOES_ON = (ScenarioStatus.QUEUED, ScenarioStatus.RUNNING, ScenarioStatus.CANCELLED, ScenarioStatus.FAILED)

log = logging.getLogger(__name__)


class Clearing:
    """Clears away what nobody used for so many ``days``; 0: nothing but parts of files."""

    def __init__(self, store: Store, grounds: Grounds, *, days: int) -> None:
        self._store, self._grounds, self._days = store, grounds, days

    def clear(self) -> int:
        """Do it; how much was removed."""
        removed = self._remove_parts()
        if self._days:
            removed += self._forget_beginnings() + self._forget_replications() + self._forget_situations()
        if removed:
            log.info("%d files and situations that no scenario needs any more were removed", removed)
        return removed

    # -- files of this machine, by its clock --------------------------------------------------------------------------

    def _remove_parts(self) -> int:
        folders = (self._grounds.keep, self._grounds.taken)
        return _removed(one for folder in folders for one in _old_in(folder, math.inf))

    def _forget_beginnings(self) -> int:
        """Those of scenarios that have their answer, or are no longer there."""
        with self._store.reading() as uow:
            going = set(uow.session.scalars(select(ScenarioRow.id).where(ScenarioRow.status.in_(_GOES_ON))))
        gone = [path for path in self._grounds.beginnings() if path.name not in going]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _forget_replications(self) -> int:
        """A replication that was used after a scenario had begun is younger than the note of that."""
        limit = self._days * _DAY
        for one in self._grounds.beginnings():
            with suppress(FileNotFoundError):  # somebody else has removed it
                limit = max(limit, time.time() - one.stat().st_mtime)
        return _removed(one for one in _old_in(self._grounds.keep, limit) if one.what == "replication")

    # -- situations, by the clock of the operation --------------------------------------------------------------------

    def _forget_situations(self) -> int:
        digest = ScenarioRow.document["situation"]["digest"].as_string()
        named = select(digest).where(ScenarioRow.operation, digest.is_not(None))
        with self._store.unit_of_work() as uow:
            old = ScenarioSituation.taken_at < uow.now - dt.timedelta(days=self._days)
            unwanted = select(ScenarioSituation).where(old, ScenarioSituation.digest.not_in(named))
            rows = uow.session.scalars(unwanted).all()
            for row in rows:
                uow.session.delete(row)
        return len(rows) + self._forget_files_of_situations()

    def _forget_files_of_situations(self) -> int:
        """They are written again from the store for whoever needs one that is there."""
        with self._store.reading() as uow:
            known = set(uow.session.scalars(select(ScenarioSituation.digest)))
        unknown = (one for one in _in(self._grounds.taken) if f"{PREFIX}{one.path.stem}" not in known)
        return _removed(one for one in unknown if one.what == "situation")


def _in(folder: Path) -> Iterator[Found]:
    """The files of a folder, which need not be there."""
    if folder.is_dir():
        yield from found_in(folder)


def _old_in(folder: Path, seconds: float) -> Iterator[Found]:
    """Those of them that nobody used for so long, and parts that nobody writes any more."""
    yield from (one for one in _in(folder) if one.is_old(seconds))


def _removed(files: Iterable[Found]) -> int:
    """Remove them; how many. One that cannot be removed is said, and stays."""
    count = 0
    for one in list(files):
        try:
            remove(one)
        except OSError as error:
            log.warning("%s cannot be removed: %s", one.path, error.strerror)
            continue
        count += 1
    return count
