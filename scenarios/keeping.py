"""What was simulated once is kept, so that a run that was cut off goes on where it stood, and a second one is quick.

Each replication has a file of its own, named by a digest of everything it depends on: the situation, who dispatches,
the days, the seed, its number, and the program itself. So nothing is ever out of date, and several runs, also at the
same time, may share a folder. A file is there whole or not at all; what cannot be read is said, and simulated again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import dispatch
import optimizer
import scenarios
from scenarios.replication import Alternative, Figures
from scenarios.scenario import Horizon
from scenarios.situation.digest import digest_of

log = logging.getLogger(__name__)

_PROGRAM = (".py", ".so", ".pyd")


class Kept:
    """The replications kept in a folder. Several processes may use it at a time."""

    def __init__(self, folder: Path) -> None:
        """The folder is made where it is not there. Raises :class:`OSError` where it cannot be."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def figures(self, key: str) -> Figures | None:
        """Those of a replication; None where they are not kept, or cannot be read."""
        path = self._path(key)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read, and is simulated again: %s", path, error)
            return None
        if not is_figures(found):
            log.warning("%s holds no figures, and is simulated again", path)
            return None
        with suppress(OSError):  # somebody else's folder can be read all the same
            os.utime(path)  # who clears the folder away sees that it is used
        figures: Figures = found
        return figures

    def keep(self, key: str, figures: Figures) -> None:
        """Keep them for good. Raises :class:`OSError` where there is no room."""
        path = self._path(key)
        path.parent.mkdir(exist_ok=True)
        number, part = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with open(number, "w", encoding="utf-8") as file:  # noqa: PTH123  it is open already
                json.dump(figures, file)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key[2:]}.json"


def key_of(alternative: Alternative, horizon: Horizon, seed: int, number: int) -> str:
    """The digest of everything that one replication depends on; its alternative's name is not among it."""
    parts = (
        digest_of(alternative.situation),
        alternative.dispatch.model_dump_json(),
        horizon.model_dump_json(),
        seed,
        number,
        program(),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def program() -> str:
    """The digest of all code that a replication may run."""
    digest = hashlib.sha256()
    for package in (dispatch, optimizer, scenarios):
        for root in sorted(package.__path__):
            for path in sorted(_files(root)):
                digest.update(os.path.relpath(path, root).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(root: str) -> list[Path]:
    return [path for path in Path(root).rglob("*") if path.suffix in _PROGRAM]


def is_figures(found: object) -> bool:
    """Whether something that was read is what a replication comes to."""
    return isinstance(found, dict) and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in found.values()
    )
