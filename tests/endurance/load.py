"""Dispatchers who work over REST and remember what they were told: each 2xx answer is a promise of the store."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

_AGAIN = 0.1
"""Seconds until a request that got no answer is sent again, with the same key."""


_THINKS = 0.6
"""The longest a client thinks between two actions, in seconds."""


@dataclass
class Acknowledged:
    """What was answered with success, and so must be there after any crash."""

    created: dict[str, str] = field(default_factory=dict)
    """Title → job. Titles are unique."""
    described: dict[str, str] = field(default_factory=dict)
    """Job → the description that was acknowledged last. One client changes a job, one request at a time."""
    cancelled: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)
    answers: Tally[str] = field(default_factory=Tally)
    """What was asked and the status of the answer → how often; ``no answer`` where the server was away."""
    unexpected: list[str] = field(default_factory=list)
    """Answers that no server should give, such as 500."""


@dataclass(frozen=True)
class Places:
    """What jobs are made of."""

    base: str
    token: str
    sites: list[tuple[str, str]]
    """Customer and site."""
    job_type: str


class Client(threading.Thread):
    """One dispatcher: asks again with the same key until there is an answer, and goes on with something else."""

    def __init__(self, number: int, seed: int, places: Places, log: Acknowledged) -> None:
        super().__init__(name=f"client {number}")
        self._number, self._luck, self._places, self._log = number, random.Random(seed * 100 + number), places, log
        self._ending = threading.Event()
        self._jobs: list[str] = []
        self._client = httpx.Client(
            base_url=places.base, headers={"Authorization": f"Bearer {places.token}"}, timeout=40
        )

    def end(self) -> None:
        """Finish what is under way, and no more."""
        self._ending.set()

    def run(self) -> None:
        actions = [self._create, self._describe, self._cancel, self._ask_for_a_plan, self._approve]
        try:
            with self._client:
                while not self._ending.is_set():
                    self._luck.choices(actions, weights=[6, 6, 4, 2, 6])[0]()
                    time.sleep(self._luck.uniform(0, _THINKS))
        except Exception as error:  # a client that stops working would make an easy test
            self._log.unexpected.append(f"{self.name} stopped: {error!r}")

    def _create(self) -> None:
        customer, site = self._luck.choice(self._places.sites)
        title = f"{self._number}-{self._luck.getrandbits(60):x}"
        body = {"customer_id": customer, "site_id": site, "job_type_id": self._places.job_type, "title": title}
        answer = self._send("POST", "/jobs", body)
        if answer is not None:
            job = answer["job"]["id"]
            self._log.created[title] = job
            self._jobs.append(job)

    def _describe(self) -> None:
        if self._jobs:
            job, description = self._luck.choice(self._jobs), f"{self._luck.getrandbits(60):x}"
            if self._send("PATCH", f"/jobs/{job}", {"description": description}) is not None:
                self._log.described[job] = description

    def _cancel(self) -> None:
        if len(self._jobs) < 4:
            return
        job = self._jobs.pop(self._luck.randrange(len(self._jobs)))
        visits = self._get(f"/visits?job_id={job}")
        for visit in visits:
            body = {"action": "cancel", "reason": "no longer needed"}
            if self._send("POST", f"/visits/{visit['id']}/actions", body) is not None:
                self._log.cancelled.add(visit["id"])

    def _ask_for_a_plan(self) -> None:
        if self._get("/runs?status=queued&limit=1"):
            return  # one that waits will see all that has happened by then
        answer = self._send("POST", "/runs", {"because": "the endurance test asks"})
        if answer is not None:
            self._log.runs.add(answer["id"])

    def _approve(self) -> None:
        drafts = self._get("/plans?status=draft&limit=1")
        if drafts:
            path = f"/plans/{drafts[0]['id']}/approve"
            seen: dict[str, int] = {}
            # Who is told that another plan was published meanwhile looks at it, and wants the draft all the same.
            for _ in range(3):
                answer = self._answered("POST", path, seen, {"Idempotency-Key": secrets.token_hex(16)})
                if answer is None or answer.is_success or answer.json().get("edition") is None:
                    break
                seen = {"expected_edition": answer.json()["edition"]}
            if answer is not None and answer.is_success:
                self._log.approved.add(answer.json()["id"])

    def _get(self, path: str) -> list[dict[str, Any]]:
        answer = self._answered("GET", path, None, {})
        return [] if answer is None or not answer.is_success else list(answer.json()["items"])

    def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The answer where it is 2xx; None where it was refused."""
        answer = self._answered(method, path, body, {"Idempotency-Key": secrets.token_hex(16)})
        return None if answer is None or not answer.is_success else dict(answer.json())

    def _answered(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response | None:
        what = f"{method} {path.split('?')[0].split('/')[1]}"
        # A request that was sent is asked about until there is an answer, also when the test is ending.
        for attempt in range(1000):
            try:
                answer = self._client.request(method, f"/api/v1{path}", json=body, headers=headers)
            except httpx.TransportError:
                self._log.answers[f"{what} no answer"] += 1
                time.sleep(_AGAIN)
                continue
            self._log.answers[f"{what} {answer.status_code}"] += 1
            if answer.status_code == 503 or answer.status_code == 429:
                time.sleep(_AGAIN * 2)
                continue
            if answer.status_code >= 500 or answer.status_code in (400, 401, 403, 404, 405, 415, 422):
                self._log.unexpected.append(f"{method} {path} ({attempt}): {answer.status_code} {answer.text[:300]}")
            return answer
        self._log.unexpected.append(f"{method} {path}: no answer after a thousand attempts")
        return None
