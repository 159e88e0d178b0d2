"""Phones that are carried about: each at its own instants, fixed beforehand, and one request at a time as the app does.

A time is measured from the instant at which the phone was to ask: a phone that waits for one answer is late with its
next request, and that counts.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.filling import MIDDLE, SPREAD
from benchmarks.phones.filling import SignedInPhone
from benchmarks.phones.wire import Response, Wire

PREFIX = "/api/v1"
LIFE = ("accept", "depart", "arrive", "start", "complete")
"""The steps of a visit, as they are usually taken."""
_UNAUTHORIZED = 401
_GOOD, _REFUSAL = 200, 400
Deed = Callable[[float], Coroutine[Any, Any, None]]
"""Something that a phone does, given the instant at which it was due."""
_BEGINS_IN = 2.0
_WARM_UP = 8
"""Phones that pull their whole day at the same time, before anything is measured."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between a phone's pulls, its actions and its positions (0: none), and for how long all of it."""

    pulls: float
    acts: float
    positions: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: its route, its status (0: no answer), and the milliseconds from when it was due."""

    route: str
    status: int
    milliseconds: float


@dataclass
class Said:
    """All that was answered. ``late``: by how many seconds a free phone asked later than it was to, at most.

    ``refusals``: what the answers of 400 and above say, counted.
    """

    answers: list[Answered] = field(default_factory=list)
    applied: int = 0
    refused: int = 0
    waiting: int = 0
    nonces: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    late: float = 0.0
    lasted: float = 0.0


async def carry(address: str, phones: Sequence[SignedInPhone], rhythm: Rhythm, seed: int) -> Said:
    """Carry the phones about for as long as the rhythm says."""
    said, wire, luck = Said(), Wire(address), random.Random(seed)
    origin = address.removesuffix(PREFIX)
    carried = [_Carried(one, wire, origin, said, random.Random(luck.random())) for one in phones]
    for first in range(0, len(carried), _WARM_UP):
        await asyncio.gather(*(one.wakes() for one in carried[first : first + _WARM_UP]))
    said.answers.clear()
    began = time.monotonic()
    await asyncio.gather(*(one.lives(began + _BEGINS_IN, rhythm) for one in carried))
    said.lasted = time.monotonic() - began
    await wire.close()
    return said


class _Carried:
    """One phone."""

    def __init__(self, phone: SignedInPhone, wire: Wire, origin: str, said: Said, luck: random.Random) -> None:
        self._phone, self._wire, self._origin, self._said, self._luck = phone, wire, origin, said, luck
        self._cursor, self._nonce = "", ""
        self._documents: dict[str, dict[str, Any]] = {}
        self._last: dict[str, str] = {}
        self._place = [middle + luck.uniform(-SPREAD, SPREAD) for middle in MIDDLE]

    async def wakes(self) -> None:
        """Get the whole day, and a nonce."""
        await self._pull(time.monotonic())

    async def lives(self, begin: float, rhythm: Rhythm) -> None:
        """Do everything when it is due."""
        deeds: list[tuple[float, Deed]] = []
        rhythms: list[tuple[float, Deed]] = [
            (rhythm.pulls, self._pull),
            (rhythm.acts, self._act),
            (rhythm.positions, self._say_where),
        ]
        for every, deed in rhythms:
            deeds += [(at, deed) for at in self._instants(begin, every, rhythm.seconds)]
        for due, deed in sorted(deeds, key=lambda one: one[0]):
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
                self._said.late = max(self._said.late, time.monotonic() - due)
            await deed(due)

    def _instants(self, begin: float, every: float, seconds: float) -> Iterator[float]:
        at = self._luck.uniform(0, every) if every else seconds
        while at < seconds:
            yield begin + at
            at += every

    async def _pull(self, due: float) -> None:
        query = f"?cursor={self._cursor}" if self._cursor else ""
        answer = await self._ask(due, "GET", "/phone/changes", query=query)
        if answer is None or answer.status != _GOOD:
            return
        news = answer.json()
        if news["full"]:
            self._documents.clear()
        self._documents |= {one["id"]: one for one in news["documents"]}
        for one in news["gone"]:
            self._documents.pop(one["id"], None)
        self._cursor = news["cursor"]

    async def _act(self, due: float) -> None:
        tap = self._next_tap()
        if tap is None:
            return
        kind, visit = tap
        at = dt.datetime.now(dt.UTC).isoformat()
        action = {
            "id": str(uuid.uuid4()), "kind": kind, "visit": visit, "at": at, "elapsed": 0.0, "data": {},
            "after": self._last.get(visit),
        }  # fmt: skip
        answer = await self._ask(due, "POST", "/phone/actions", body={"sent_at": at, "actions": [action]})
        if answer is None or answer.status != _GOOD:
            return
        for receipt in answer.json()["receipts"]:
            self._said.applied += receipt["outcome"] == "applied"
            self._said.refused += receipt["outcome"] == "refused"
            self._said.waiting += receipt["outcome"] == "waiting"
        self._last[visit] = str(action["id"])
        await self._pull(time.monotonic())

    def _next_tap(self) -> tuple[str, str] | None:
        """The next step of the visit that is under way, else of the first that can be begun."""
        visits = [one for one in self._documents.values() if one["kind"] == "visit" and one["actions"]]
        under_way = {"en_route": 0, "on_site": 1, "working": 2, "paused": 3}
        for one in sorted(visits, key=lambda one: (under_way.get(one["status"], 9), one["day"], one["order"])):
            for step in LIFE:
                if step in one["actions"]:
                    return step, one["visit"]
        return None

    async def _say_where(self, due: float) -> None:
        self._place = [axis + self._luck.uniform(-0.002, 0.002) for axis in self._place]
        body = {"lat": self._place[0], "lon": self._place[1], "speed": 9.0, "accuracy": 12.0}
        path = f"/technicians/{self._phone.technician}/position"
        await self._ask(due, "PUT", path, body=body, route="PUT /technicians/{id}/position")

    async def _ask(
        self,
        due: float,
        method: str,
        path: str,
        *,
        query: str = "",
        body: Mapping[str, Any] | None = None,
        route: str | None = None,
    ) -> Response | None:
        content = b"" if body is None else json.dumps(body).encode()
        answer = await self._asked(method, path, query, content)
        if answer is not None and answer.status == _UNAUTHORIZED and "use_dpop_nonce" in str(answer.headers):
            self._said.nonces += 1
            answer = await self._asked(method, path, query, content)
        status = 0 if answer is None else answer.status
        name = route or f"{method} {path}"
        if status >= _REFUSAL and answer is not None:
            self._said.refusals[f"{name}: {status} {answer.json().get('detail', '')}"] += 1
        self._said.answers.append(Answered(name, status, (time.monotonic() - due) * 1000))
        return answer

    async def _asked(self, method: str, path: str, query: str, content: bytes) -> Response | None:
        token, key = self._phone.token, self._phone.key
        headers = {"Authorization": f"Bearer {token}"}
        if key is not None:
            proof = key.proof(method, f"{self._origin}{PREFIX}{path}", token, self._nonce)
            headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        try:
            answer = await self._wire.ask(method, f"{PREFIX}{path}{query}", headers, content)
        except (OSError, asyncio.IncompleteReadError):
            return None
        self._nonce = answer.headers.get("dpop-nonce", self._nonce)
        return answer
