"""A few dispatchers edit and approve at once for a short while, and everybody is told the truth.

The long form, with twenty of them and PostgreSQL, is ``python -m tests.endurance.dispatchers``.
"""

from __future__ import annotations

from tests.endurance.dispatchers import rehearse


def test_dispatchers_at_the_same_work_lose_nothing_and_are_told_what_changed() -> None:
    outcome = rehearse(12, 8, "sqlite", seed=3)
    assert outcome.violations == []
    assert outcome.log.writes
    assert outcome.log.refused["412 stale"] > 0
