"""What people and programs do all day, at a steady rate, and how long each answer takes.

Requests are sent at instants that are fixed beforehand, whether the ones before are answered or not, and a time is
measured from that instant: a server that stands still makes everybody wait who comes meanwhile, and all of them count.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx

from benchmarks.load.filling import MIDDLE, SPREAD, Filled

_THREADS = 48
_PATIENCE = 60.0
_EVERY_RUN = 12.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: its route, its status (0: no answer), and the milliseconds until all of the answer was there."""

    route: str
    status: int
    milliseconds: float


Request = tuple[str, str, str, Mapping[str, Any] | None]
"""Route, method, path with query, and body."""


class Traffic:
    """Sends requests as a dispatcher."""

    def __init__(self, address: str, filled: Filled, seed: int) -> None:
        self._address, self._filled, self._random = address, filled, random.Random(seed)
        self._local = threading.local()
        self._headers = {"Authorization": f"Bearer {filled.token}"}
        self._visits: list[str] = []
        self._clients: list[httpx.Client] = []

    def run(self, reads: float, writes: float, seconds: float) -> list[Answered]:
        """So many reads and writes a second for so long, and a planning run every few seconds."""
        try:
            return self._sent(reads, writes, seconds)
        finally:
            for client in self._clients:
                client.close()

    def _sent(self, reads: float, writes: float, seconds: float) -> list[Answered]:
        self._visits = self._some_visits()
        begin = time.monotonic() + 0.5
        timetable = sorted(
            [(begin + number / reads, self._read) for number in range(round(reads * seconds))]
            + [(begin + number / writes, self._write) for number in range(round(writes * seconds))]
            + [(begin + at, self._start_run) for at in itertools.takewhile(lambda at: at < seconds, self._runs())],
            key=lambda entry: entry[0],
        )
        with ThreadPoolExecutor(_THREADS) as pool:
            waiting: list[Future[Answered]] = []
            for due, make in timetable:
                time.sleep(max(0.0, due - time.monotonic()))
                waiting.append(pool.submit(self._send, due, make()))
            return [one.result() for one in waiting]

    def _runs(self) -> itertools.count[float]:
        return itertools.count(1.0, _EVERY_RUN)

    def _some_visits(self) -> list[str]:
        answer = self._client().get("/visits", params={"limit": 100})
        answer.raise_for_status()
        return [one["id"] for one in answer.json()["items"]]

    def _client(self) -> httpx.Client:
        if not hasattr(self._local, "client"):
            self._local.client = httpx.Client(base_url=self._address, headers=self._headers, timeout=_PATIENCE)
            self._clients.append(self._local.client)
        client: httpx.Client = self._local.client
        return client

    def _send(self, due: float, request: Request) -> Answered:
        route, method, path, body = request
        try:
            answer = self._client().request(method, path, json=body)
            status = answer.status_code
        except httpx.HTTPError:
            status = 0
        return Answered(f"{method} {route}", status, (time.monotonic() - due) * 1000)

    def _read(self) -> Request:
        make: Callable[[], Request] = self._random.choices(
            [
                lambda: self._get("/jobs", "?limit=50"),
                lambda: self._get("/jobs", "?limit=20&priority=critical&status=dispatched", "/jobs?filtered"),
                lambda: self._get(f"/jobs/{self._random.choice(self._filled.jobs)}", "", "/jobs/{id}"),
                lambda: self._get(f"/visits/{self._random.choice(self._visits)}", "", "/visits/{id}"),
                lambda: self._get("/customers", f"?q=Customer {self._random.randrange(1000)}", "/customers?q"),
                lambda: self._get("/technicians", "?limit=50"),
                lambda: self._get("/promises", "?limit=50"),
                lambda: self._get("/plans", "?status=draft", "/plans?drafts"),
                lambda: self._get("/plans/today", ""),
                lambda: self._get("/events/history", "?limit=50"),
            ],
            weights=[16, 8, 24, 16, 8, 6, 8, 6, 2, 6],
        )[0]
        return make()

    def _get(self, path: str, query: str, route: str | None = None) -> Request:
        return route or path, "GET", path + query, None

    def _write(self) -> Request:
        choice = self._random.random()
        if choice < 0.25:
            customer, site = self._random.choice(self._filled.customers)
            body = {
                "customer_id": customer,
                "site_id": site,
                "job_type_id": self._random.choice(self._filled.job_types),
                "title": "Came in under load",
                "drop_cost": 300,
            }
            return "/jobs", "POST", "/jobs", body
        if choice < 0.5:
            body = {"description": f"noted {self._random.random()}"}
            return "/jobs/{id}", "PATCH", f"/jobs/{self._random.choice(self._filled.jobs)}", body
        technician = self._random.choice(self._filled.technicians)
        place = {
            axis: middle + self._random.uniform(-SPREAD, SPREAD)
            for axis, middle in zip(("lat", "lon"), MIDDLE, strict=True)
        }
        return "/technicians/{id}/position", "PUT", f"/technicians/{technician}/position", place

    def _start_run(self) -> Request:
        return "/runs", "POST", "/runs", {"because": "load", "overrides": {"seconds": 5}}
