"""The real programs, killed at a few moments: what was acknowledged is there, and everything happened once.

The long form, with fifty moments and PostgreSQL, is ``python -m tests.endurance.kill``.
"""

from __future__ import annotations

import pytest

from tests.endurance.kill import rehearse


@pytest.mark.parametrize("target", ["server", "worker"])
def test_what_was_acknowledged_survives_a_kill(target: str) -> None:
    outcome = rehearse(3, target, "sqlite", seed=7, clients=3, gap=1.0, patience=60)
    assert outcome.violations == []
    assert outcome.moments == {target: 3}
    assert len(outcome.log.created) > 3
    assert outcome.facts["webhook_delivery"] == outcome.facts["outbox"] > 0
