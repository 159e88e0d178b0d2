"""The benchmark of running plans: it runs through, and its percentiles are what is said of them."""

from benchmarks.replanning.__main__ import main
from benchmarks.replanning.measures import percentile


def test_it_measures_every_change_and_finds_no_fault_in_any_plan(capsys):
    quick = ["--search", "0.1", "--soon", "0.05", "--again", "0.1", "--visits", "3", "--changes", "2", "--cases", "1"]
    assert main(["--size", "25", "--stability", "5", *quick]) == 0
    told = capsys.readouterr().out
    for row in ("urgent visit to first placement", "losing a technician", "placements in 4 windows", "geometric mean"):
        assert told.count(row) == 2, row


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed():
    assert [percentile([3, 1, 2, 4], share) for share in (0.5, 0.75, 0.76, 1)] == [2, 3, 4, 4]
