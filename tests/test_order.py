"""The order of tests that are run side by side, see :mod:`tests.order`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.docs.pages import ROOT
from tests.order import LONGEST, longest_first

SHORT = [f"tests/a/test_{number}.py::test_it" for number in range(8)]
LONG = [f"{file}::test_{number}" for file in reversed(LONGEST[:3]) for number in range(2)]


def ordered(names: list[str], workers: int) -> list[str]:
    items: Any = [SimpleNamespace(nodeid=name) for name in names]
    return [item.nodeid for item in longest_first(items, workers)]


def test_each_worker_begins_with_one_of_the_longest_files_as_a_whole() -> None:
    # 14 tests on 2 workers are 7 each. The longest file goes to the first, the next two to the second.
    first, second, third = ([f"{file}::test_{number}" for number in range(2)] for file in LONGEST[:3])
    assert ordered([*SHORT, *LONG], 2) == [*first, *SHORT[:5], *second, *third, *SHORT[5:]]


@pytest.mark.parametrize("workers", range(1, 9))
def test_whatever_there_is_and_whoever_runs_it_each_test_is_run_once(workers: int) -> None:
    for names in (SHORT, LONG, [*LONG, *SHORT], LONG[:1], []):
        assert sorted(ordered(names, workers)) == sorted(names)


@pytest.mark.parametrize("file", LONGEST)
def test_what_is_said_to_be_long_is_there(file: str) -> None:
    assert (ROOT / file).is_file()
