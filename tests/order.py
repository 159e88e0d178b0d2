"""In which order tests are run side by side: the longest at once, so that nobody waits for one that began last."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

LONGEST = (
    "tests/mobile_api/phones/test_everyone_converges.py",
    "tests/dispatch/sample/test_live_day.py",
    "tests/dispatch/console/test_openapi.py",
    "tests/web/test_tutorial.py",
    "tests/mobile_api/day/test_quick_way_walks.py",
    "tests/endurance/test_kill.py",
    "tests/mobile_api/day/test_quick_way.py",
    "tests/endurance/test_dispatchers.py",
    "tests/benchmarks/test_phones.py",
    "tests/scenarios/console/test_replays.py",
    "tests/dispatch/console/test_events.py",
    "tests/docs/test_live_day.py",
)
"""Files with tests of half a minute and more, the longest first."""


def longest_first(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """The same tests, so that each of ``workers`` begins with some of the longest files.

    pytest-xdist cuts the list into as many equal pieces as there are workers, and whoever is done takes from the end of
    another's piece. The tests of a file stay together, so that what they share is made once.
    """
    long: dict[str, list[pytest.Item]] = {file: [] for file in LONGEST}
    others = []
    for item in items:
        long.get(item.nodeid.partition("::")[0], others).append(item)
    dealt: list[list[pytest.Item]] = [[] for _ in range(workers)]
    there_and_back = [*range(workers), *reversed(range(workers))]
    for number, file in enumerate(file for file in LONGEST if long[file]):
        dealt[there_and_back[number % len(there_and_back)]].extend(long[file])
    ordered: list[pytest.Item] = []
    for number, first in enumerate(dealt):
        piece = (len(items) - len(ordered)) // (workers - number)
        taken = max(0, piece - len(first))
        ordered += first + others[:taken]
        del others[:taken]
    return ordered + others
