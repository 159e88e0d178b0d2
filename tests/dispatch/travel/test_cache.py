"""Travel that is remembered: always what measuring would say, whoever asked before, wherever it was kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.travel.cache import MatrixCache, rectangles
from dispatch.travel.kept_blocks import FILE, BookKey, KeptBlocks
from dispatch.travel.ports import Measured, Point, Source
from tests.dispatch.travel.made_up import KEY, Roads, no_way, place, seconds

points = st.builds(place, st.integers(0, 12), st.integers(0, 12))
tables = st.tuples(st.just("table"), st.lists(points, max_size=8))
steps: st.SearchStrategy[tuple[str, list[Point]]] = st.one_of(
    tables, tables, tables, st.tuples(st.sampled_from(["reopen", "version", "other process"]), st.just([]))
)


def right(found: Measured, wanted: Sequence[Point], version: str, off: frozenset[Point] = frozenset()) -> None:
    """What measuring all of it afresh would say."""
    for row, a in enumerate(wanted):
        for column, b in enumerate(wanted):
            cell = int(found.durations[row, column]), int(found.distances[row, column])
            if a == b:
                assert cell == (0, 0)
            elif a in off or b in off:
                assert found.sources[row, column] == Source.ESTIMATE
            else:
                assert cell == (seconds(a, b, version), 2 * seconds(a, b, version))
                assert found.sources[row, column] in (Source.ROAD, Source.CACHED)


@given(st.lists(steps, max_size=14), st.integers(4, 20), st.lists(points, max_size=2))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
def test_the_cache_answers_what_measuring_would_whatever_happens_between(
    done: list[tuple[str, list[Point]]], most: int, off: list[Point]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, version = Path(name), "one"
        cache, other = MatrixCache(folder, most), MatrixCache(folder, most)
        largest = 0
        for what, wanted in done:
            if what == "reopen":
                cache.close()
                cache = MatrixCache(folder, most)
            elif what == "version":
                version = "two" if version == "one" else "one"
            elif what == "other process":
                cache, other = other, cache
            largest = max(largest, len(set(wanted)))
            key = BookKey(version)
            right(cache.table(key, wanted, Roads(version, off)), wanted, version, frozenset(off))
            assert cache.points(key) <= max(most, largest)
        cache.close()
        other.close()


def test_only_ways_from_and_to_new_points_are_measured_in_one_batch() -> None:
    roads, cache = Roads(), MatrixCache()
    known = [place(1, n) for n in range(10)]
    cache.table(KEY, known, roads)
    assert roads.calls == [(10, 10)]
    cache.table(KEY, [*known, place(2, 1), place(2, 2)], roads)
    assert sorted(roads.calls[1:]) == [(2, 12), (10, 2)]
    before = roads.pairs
    cache.table(KEY, [place(2, 2), *known[:3], (place(2, 1)[0] + 1e-6, place(2, 1)[1])], roads)
    assert roads.pairs == before  # a tenth of a metre is no new point


def test_points_that_were_never_asked_for_together_are_measured_against_each_other() -> None:
    roads, cache = Roads(), MatrixCache()
    here, there = [place(1, n) for n in range(5)], [place(2, n) for n in range(4)]
    cache.table(KEY, here, roads)
    cache.table(KEY, there, roads)
    found = cache.table(KEY, [*here, *there], roads)
    assert sorted(roads.calls[2:]) == [(4, 5), (5, 4)]
    right(found, [*here, *there], "one")


def test_what_was_known_says_so_and_estimates_are_asked_again() -> None:
    off = place(9, 9)
    roads, cache = Roads(off=[off]), MatrixCache()
    wanted = [place(1, 1), place(1, 2), off]
    first = cache.table(KEY, wanted, roads)
    second = cache.table(KEY, wanted, roads)
    assert (first.sources[0, 1], second.sources[0, 1]) == (Source.ROAD, Source.CACHED)
    assert (first.sources[0, 2], second.sources[0, 2]) == (Source.ESTIMATE, Source.ESTIMATE)
    assert second.durations[0, 2] != first.durations[0, 2]
    assert len(roads.calls) == 3


def test_what_has_no_way_is_not_remembered() -> None:
    cache, wanted = MatrixCache(), [place(1, 1), place(1, 2)]
    cache.table(KEY, wanted, no_way)
    right(cache.table(KEY, wanted, Roads()), wanted, "one")


def test_slices_with_speeds_of_their_own_do_not_share() -> None:
    cache, wanted = MatrixCache(), [place(1, 1), place(1, 2)]
    cache.table(BookKey("one", slice="primary=1.2"), wanted, Roads("two"))
    right(cache.table(BookKey("one"), wanted, Roads()), wanted, "one")


def test_whoever_asks_for_what_is_known_does_not_wait_for_an_engine() -> None:
    cache, known = MatrixCache(), [place(1, 1), place(1, 2)]
    cache.table(KEY, known, Roads())
    asked, answer = threading.Event(), threading.Event()

    def slow(starts: Sequence[Point], ends: Sequence[Point]) -> Measured:
        asked.set()
        assert answer.wait(30)
        return Roads()(starts, ends)

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(cache.table, KEY, [*known, place(3, 3)], slow)
        assert asked.wait(30)
        right(cache.table(KEY, known, no_way), known, "one")  # answered, while the other one waits
        assert not waiting.done()
        answer.set()
        right(waiting.result(30), [*known, place(3, 3)], "one")


def test_nobody_measures_what_somebody_else_is_measuring() -> None:
    cache, wanted = MatrixCache(), [place(1, n) for n in range(6)]
    asked, answer = threading.Event(), threading.Event()
    roads, others = Roads(), Roads()

    def slow(starts: Sequence[Point], ends: Sequence[Point]) -> Measured:
        asked.set()
        assert answer.wait(30)
        return roads(starts, ends)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(cache.table, KEY, wanted, slow)
        assert asked.wait(30)
        second = pool.submit(cache.table, KEY, [*wanted, place(2, 1)], others)
        while others.calls != [(1, 7), (6, 1)] and others.calls != [(6, 1), (1, 7)]:
            assert not second.done()
        answer.set()
        for found, points in ((first, wanted), (second, [*wanted, place(2, 1)])):
            right(found.result(30), points, "one")
    assert (roads.pairs, others.pairs) == (36, 13)


def test_who_waited_for_somebody_who_failed_measures_it() -> None:
    cache, wanted = MatrixCache(), [place(1, n) for n in range(3)]
    asked, answer = threading.Event(), threading.Event()

    def broken(starts: Sequence[Point], ends: Sequence[Point]) -> Measured:
        asked.set()
        assert answer.wait(30)
        raise RuntimeError(f"{len(starts)} x {len(ends)} ways are broken")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.table, KEY, wanted, broken)
        assert asked.wait(30)
        second = pool.submit(cache.table, KEY, wanted, Roads())
        answer.set()
        with pytest.raises(RuntimeError, match="broken"):
            first.result(30)
        right(second.result(30), wanted, "one")


def test_threads_share_one_cache(tmp_path: Path) -> None:
    cache = MatrixCache(tmp_path, 12)
    asked = [[place(n % 7, m) for m in range(n % 5)] for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        for wanted, found in zip(asked, pool.map(lambda one: cache.table(KEY, one, Roads()), asked), strict=True):
            right(found, wanted, "one")
    cache.close()


# -- on disk -------------------------------------------------------------------------------------------------------


def test_what_one_process_measured_another_reads(tmp_path: Path) -> None:
    wanted, roads = [place(1, n) for n in range(6)], Roads()
    ours, theirs = MatrixCache(tmp_path), MatrixCache(tmp_path)
    theirs.table(KEY, wanted[:1], roads)  # open already when the other one writes
    ours.table(KEY, wanted, roads)
    before = roads.pairs
    found = theirs.table(KEY, wanted, roads)
    assert roads.pairs == before
    right(found, wanted, "one")
    assert set(found.sources[~np.eye(6, dtype=bool)].tolist()) == {Source.CACHED}
    ours.close()
    theirs.close()


def test_another_version_drops_what_was_measured_under_the_old_one(tmp_path: Path) -> None:
    wanted = [place(1, 1), place(1, 2)]
    cache = MatrixCache(tmp_path)
    cache.table(KEY, wanted, Roads())
    right(cache.table(BookKey("two"), wanted, Roads("two")), wanted, "two")
    cache.close()
    blocks = KeptBlocks(tmp_path, 10**9)
    assert not list(blocks.since(KEY, 0))
    assert len(list(blocks.since(BookKey("two"), 0))) == 1
    blocks.close()


def test_a_damaged_block_is_dropped_and_measured_again(tmp_path: Path) -> None:
    wanted, roads = [place(1, 1), place(1, 2)], Roads()
    cache = MatrixCache(tmp_path)
    cache.table(KEY, wanted, roads)
    cache.close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE block SET seconds = zeroblob(length(seconds))")
    db.close()
    again = MatrixCache(tmp_path)
    right(again.table(KEY, wanted, roads), wanted, "one")
    again.close()
    assert roads.calls == [(2, 2), (2, 2)]


@pytest.mark.parametrize("what", ["cut", "nonsense"])
def test_a_damaged_file_is_put_aside_and_begun_anew(tmp_path: Path, what: str) -> None:
    wanted = [place(n, m) for n in range(8) for m in range(8)]
    cache = MatrixCache(tmp_path)
    cache.table(KEY, wanted, Roads())
    cache.close()
    file = tmp_path / FILE
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if what == "cut" else b"no database at all" * 500)
    again = MatrixCache(tmp_path)
    right(again.table(KEY, wanted, Roads()), wanted, "one")
    again.close()
    last = Roads()
    once_more = MatrixCache(tmp_path)
    right(once_more.table(KEY, wanted, last), wanted, "one")
    once_more.close()
    assert not last.calls
    assert file.with_name(f"{FILE}.damaged").exists()


def test_the_file_stays_within_its_bound_and_right(tmp_path: Path) -> None:
    most_bytes = 120_000
    cache = MatrixCache(tmp_path, 60, most_bytes=most_bytes)
    for n in range(40):
        wanted = [place(n % 20, m) for m in range(n % 30)]
        right(cache.table(KEY, wanted, Roads()), wanted, "one")
    cache.close()
    with sqlite3.connect(tmp_path / FILE) as db:
        pages, free, size = (db.execute(f"PRAGMA {one}").fetchone()[0] for one in PAGES)
    db.close()
    assert (pages - free) * size <= most_bytes


PAGES = ("page_count", "freelist_count", "page_size")


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("not a folder")
    cache, wanted = MatrixCache(taken), [place(1, 1), place(1, 2)]
    right(cache.table(KEY, wanted, Roads()), wanted, "one")
    right(cache.table(KEY, wanted, no_way), wanted, "one")


WRITER = """
import sys
from pathlib import Path
from dispatch.travel import kept_blocks
from dispatch.travel.cache import MatrixCache
from tests.dispatch.travel.made_up import KEY, Roads, place

kept_blocks.MOST_BLOCKS = 6  # rewritten often
cache = MatrixCache(Path(sys.argv[1]), 90)
number = int(sys.argv[2])
while True:
    number += 1
    cache.table(KEY, [place(number % 40, m) for m in range(30)], Roads())
    print(number, flush=True)
"""


def test_whoever_is_killed_while_writing_leaves_nothing_wrong(tmp_path: Path) -> None:
    folder, number = tmp_path / "kept", 0
    for round_ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(number)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(3 + 5 * round_ % 17):
                number = int(writer.stdout.readline())
            writer.kill()
            # It may have got ahead, and have forgotten since what was read of it.
            number = max([number, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        blocks = KeptBlocks(folder, 10**9)
        found = [block for _, block in blocks.since(KEY, 0)]
        blocks.close()
        assert found
        for block in found:
            assert block is not None
            for row, a in enumerate(block.starts):
                for column, b in enumerate(block.ends):
                    assert block.seconds[row, column] in (seconds(a, b), 0 if a == b else -1, -1)
    cache = MatrixCache(folder, 90)
    wanted = [place(number % 40, m) for m in range(30)]
    roads = Roads()
    right(cache.table(KEY, wanted, roads), wanted, "one")
    cache.close()
    assert not roads.calls  # what was written before the last kill is there


def test_what_is_wanted_is_covered_by_few_rectangles() -> None:
    wanted = np.zeros((5, 5), bool)
    wanted[3:] = wanted[:, 3:] = True
    found = [(rows.tolist(), columns.tolist()) for rows, columns in rectangles(wanted)]
    assert sorted(found) == [([0, 1, 2], [3, 4]), ([3, 4], [0, 1, 2, 3, 4])]
    assert not list(rectangles(np.zeros((3, 3), bool)))
    ragged = np.eye(7, dtype=bool)
    assert [(rows.tolist(), columns.tolist()) for rows, columns in rectangles(ragged)] == [([*range(7)], [*range(7)])]
