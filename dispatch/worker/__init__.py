"""The worker: does what is done by the clock, and searches for plans. Several may run; one of them leads."""

from __future__ import annotations

from dispatch.worker.running import Worker

__all__ = ["Worker"]
