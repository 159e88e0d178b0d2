"""The real programs, killed at a few moments: what was acknowledged is there, and everything happened once.

The long form, with fifty moments and PostgreSQL, is ``python -m tests.endurance.kill``.
"""

from __future__ import annotations

from tests.endurance.kill import rehearse


def test_what_was_acknowledged_survives_kills_of_the_server_the_worker_and_the_solver() -> None:
    outcome = rehearse(4, "all", "sqlite", seed=3, clients=3, gap=1.5, patience=300)
    assert outcome.violations == []
    assert sum(outcome.moments.values()) == 4
    assert outcome.log.created
    assert outcome.facts["webhook_delivery"] == outcome.facts["outbox"] > 0
