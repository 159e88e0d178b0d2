"""Several dispatchers on a real server while so many events a minute happen: how long each answer takes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import httpx2 as httpx

from benchmarks.console.driving import Driving
from dispatch.store.engine import Store

_GATHER = 0.25
"""Seconds for which a browser gathers events before it asks what changed."""


@dataclass
class Dispatcher(threading.Thread):
    """One open board. ``times`` in milliseconds; ``resets`` counts how often it had to begin anew."""

    address: str
    token: str
    ending: threading.Event
    times: list[float] = field(default_factory=list)
    size: int = 0
    resets: int = 0
    position: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Ask what changed, four times a second, until it is over."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx.Client(base_url=self.address, headers=headers, timeout=60) as client:
            self.position = client.get("/board").raise_for_status().json()["position"]
            while not self.ending.wait(_GATHER):
                began = time.perf_counter()
                answer = client.get("/board/changes", params={"since": self.position}).raise_for_status()
                self.times.append(1000 * (time.perf_counter() - began))
                document = answer.json()
                self.size += len(answer.content)
                self.resets += document["reset"]
                self.position = document["position"]


def follow(
    address: str, token: str, dispatchers: int, store: Store, seed: int, per_minute: float, seconds: float
) -> tuple[list[Dispatcher], int, float]:
    """Let things happen at an even pace; the dispatchers, how many things did happen, and in how many seconds."""
    ending = threading.Event()
    screens = [Dispatcher(address, token, ending) for _ in range(dispatchers)]
    for screen in screens:
        screen.start()
    while not all(screen.times for screen in screens):
        time.sleep(0.05)
    done, took = Driving(store, seed, per_minute, seconds).finish()
    time.sleep(2 * _GATHER)
    ending.set()
    for screen in screens:
        screen.join()
    return screens, done, took
