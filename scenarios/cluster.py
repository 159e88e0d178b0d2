"""Scenarios on a Dask cluster: the same replications, on as many machines as have joined its scheduler.

What is sent is the situation and who dispatches, once for each alternative; what comes back are figures. They are kept
on this side (:mod:`scenarios.keeping`), so that workers need no folder in common. A worker that dies costs what it was
at, which the scheduler gives to another one. Only workers that run the very same program may answer: each compares its
own digest with that of who asks, before it simulates anything.
"""

from __future__ import annotations

import logging
import pickle
import platform
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from scenarios.keeping import Kept, program
from scenarios.replication import Figures
from scenarios.work import Work

if TYPE_CHECKING:
    from distributed import Client, Future

log = logging.getLogger(__name__)

Task = tuple[int, Any]
"""Which of some works, and which piece of it."""

_CONNECTING = 10.0
"""Seconds within which the scheduler has to answer."""
_LOOKING = 2.0
"""Seconds between two looks at whether anybody is there who could simulate."""


class ClusterError(Exception):
    """The cluster cannot be used, or not any more; the message says why, and the remedy."""


class Cluster:
    """Simulates pieces of some works on a Dask cluster. Use it as a context: it lets go of them."""

    def __init__(
        self,
        address: str,
        works: Sequence[Work],
        *,
        keep: Path | None = None,
    ) -> None:
        """``address``: of the scheduler, such as ``tcp://127.0.0.1:8786``. ``keep``: a folder in which figures are
        kept, on this machine.
        """
        self.address = address
        self._works = works
        self._kept = None if keep is None else Kept(keep)
        self._client: Client | None = None
        self._sent: list[Future[Any]] = []
        self._asked: dict[Future[Any], tuple[Task, str]] = {}
        self._done: SimpleQueue[Future[Any]] = SimpleQueue()
        self._found: dict[Task, Figures] = {}
        self._alone = False

    def __enter__(self) -> Cluster:
        """Itself, connected. Raises :class:`ClusterError` where nobody answers, or somebody runs another program."""
        self._client = _connected(self.address)
        try:
            self._refuse_others()
            for number, work in enumerate(self._works):
                # The scheduler keeps what a task is made of: a worker that has unpacked it may die as well.
                key = f"fieldwright-{uuid.uuid4()}-{number}"
                self._sent.append(self._client.submit(_handed_on, pickle.dumps(work), key=key))
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """What is done is kept; what is under way is called off."""
        if kind is not None:
            self._keep_what_is_done()
        self._let_go()

    @property
    def at_once(self) -> int:
        """How many replications the cluster simulates side by side, at this moment."""
        return sum(one["nthreads"] for one in self._workers().values())

    def answers(self, tasks: Sequence[Task]) -> Iterator[Figures]:
        """The figures of each task, in their order. Raises :class:`ClusterError` where the cluster cannot go on."""
        for task in tasks:
            self._ask(task)
        for task in tasks:
            while task not in self._found:
                self._gather()
            yield self._found.pop(task)

    # -- asking ----------------------------------------------------------------------------------------------------

    def _ask(self, task: Task) -> None:
        which, piece = task
        key = self._works[which].key(piece)
        known = None if self._kept is None else self._kept.figures(key)
        if known is not None:
            self._found[task] = known
            return
        assert self._client is not None
        asked = self._client.submit(
            _replicated,
            self._sent[which],
            piece,
            running_here(),
            key=f"{self._sent[which].key}-{piece}",
        )
        self._asked[asked] = task, key
        asked.add_done_callback(self._done.put)

    def _gather(self) -> None:
        """Wait until something is done, and take it; say it where nobody is there who could do it."""
        try:
            done = self._done.get(timeout=_LOOKING)
        except Empty:
            self._look_for_workers()
            return
        self._take(done)

    def _take(self, one: Future[Any]) -> None:
        task, key = self._asked.pop(one)
        try:
            answer: Mapping[str, Any] = one.result()
        except Exception as error:
            raise self._told(error) from error
        if "other" in answer:
            raise ClusterError(f"{self.address}: {answer['other']}")
        if "failed" in answer:
            raise RuntimeError(f"on a worker of {self.address}:\n{answer['failed']}")
        if self._kept is not None:
            self._kept.keep(key, answer["figures"])
        self._found[task] = answer["figures"]

    def _told(self, error: Exception) -> Exception:
        """What went wrong with the cluster, as a sentence."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        if isinstance(error, KilledWorker):
            problem = "workers were killed again and again at the same replication"
            remedy = "mostly there is too little memory for them: give each worker fewer threads"
            return ClusterError(f"{self.address}: {problem}; {remedy}")
        if isinstance(error, FutureCancelledError):
            return ClusterError(f"{self.address}: {self._lost()}")
        if isinstance(error, ImportError | AttributeError):  # before anything of ours ran there
            return ClusterError(f"{self.address}: a worker {_cannot_import(error)}")
        return error

    # -- who is there ----------------------------------------------------------------------------------------------

    def _workers(self) -> Mapping[str, Any]:
        assert self._client is not None
        workers: Mapping[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return workers

    def _refuse_others(self) -> None:
        """Raise :class:`ClusterError` where a worker runs another program. Who joins later says so when it is asked."""
        assert self._client is not None
        here = running_here()
        found = self._client.run(running_here, on_error="return")
        for worker, there in found.items():
            if isinstance(there, BaseException):
                raise ClusterError(f"{self.address}: the worker {worker} {_cannot_import(there)}")
            if there != here:
                raise ClusterError(f"{self.address}: {_differing(here, there, worker)}")

    def _look_for_workers(self) -> None:
        assert self._client is not None
        if self._client.status != "running":
            raise ClusterError(f"{self.address}: {self._lost()}")
        alone = not self._workers()
        if alone and not self._alone:
            log.warning("%s: no worker is there; what is left waits until one joins", self.address)
        self._alone = alone

    def _lost(self) -> str:
        kept = "" if self._kept is None else ", and the same command goes on where it stood"
        return f"the scheduler is gone; start it again{kept}"

    # -- the end ---------------------------------------------------------------------------------------------------

    def _keep_what_is_done(self) -> None:
        for one in [one for one in self._asked if one.status == "finished"]:
            _, key = self._asked.pop(one)
            if self._kept is not None and (figures := one.result().get("figures")) is not None:
                self._kept.keep(key, figures)

    def _let_go(self) -> None:
        if self._client is None:
            return
        client, self._client = self._client, None
        left = [*self._asked, *self._sent]
        self._asked, self._sent = {}, []
        if left and client.status == "running":
            client.cancel(left)
        client.close()


def _connected(address: str) -> Client:
    """A client of this scheduler. Raises :class:`ClusterError`."""
    try:
        from distributed import Client
    except ModuleNotFoundError:
        remedy = "install it with the extra `dask`: pip install 'fieldwright[dask]'"
        raise ClusterError(f"{address}: the package `distributed` is not installed; {remedy}") from None
    try:
        return Client(address, timeout=_CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        remedy = "start one with `dask scheduler`, and workers with `dask worker`"
        raise ClusterError(f"{address}: no scheduler can be reached there ({said}); {remedy}") from None


# -- on the workers --------------------------------------------------------------------------------------------------


def running_here() -> dict[str, str]:
    """What decides what a replication comes to: the digest of the program, and the versions of what it stands on."""
    return {
        "program": program(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "SimPy": simpy.__version__,
    }


def _handed_on(packed: bytes) -> bytes:
    """A task, so that the scheduler can have it done again where the worker that holds what it came to dies."""
    return packed


_unpacked = lru_cache(maxsize=16)(pickle.loads)


def _replicated(packed: bytes, piece: Any, asked_by: Mapping[str, str]) -> Mapping[str, Any]:
    """``figures``; or in ``other`` why this worker may not say, or in ``failed`` where it went wrong.

    Nothing is raised: exceptions that cannot be sent are lost on the way, and who asks waits for ever.
    """
    try:
        if (here := running_here()) != asked_by:
            return {"other": _differing(asked_by, here, platform.node() or "somewhere")}
        return {"figures": dict(_unpacked(packed).figures(piece))}
    except Exception:
        return {"failed": traceback.format_exc()}


def _differing(here: Mapping[str, str], there: Mapping[str, str], worker: str) -> str:
    """What is different, and what to do."""
    first = next(name for name in here if there.get(name) != here[name])
    told = {name: (one.get(first) or "none")[:12] for name, one in (("here", here), ("there", there))}
    what = "another build of Fieldwright" if first == "program" else f"another {first}"
    remedy = "install the same release and the same lock on both sides, and start the worker again"
    return f"the worker {worker} runs {what} ({told['there']} there, {told['here']} here); {remedy}"


def _cannot_import(error: BaseException) -> str:
    said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return f"cannot simulate ({said}); install this release of Fieldwright where it runs, and start it again"
