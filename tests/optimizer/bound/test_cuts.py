"""Cuts hold for every plan, and are found where fractions of routes break them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from optimizer.bound.cuts import Cut, separate


def test_three_halves_of_routes_break_a_cut():
    # Half of each pair of 1, 2, 3: together three halves of "two of three", where no plan has more than one.
    used = [((1, 2), 0.5), ((2, 5, 3), 0.5), ((3, 1), 0.5), ((4,), 1.0)]
    (cut,) = separate(used, [], frozenset(range(6)))
    assert cut == Cut(frozenset({1, 2, 3}), frozenset({1, 2, 3, 5}))
    assert sum(share * cut.count(visits) for visits, share in used) == 1.5
    assert separate(used, [cut], frozenset(range(6))) == []
    assert separate(used, [], frozenset({1, 2, 4, 5})) == []  # 3 needs a crew and may be done more than once


def test_a_cut_that_forgets_too_early_comes_back_with_a_larger_memory():
    used = [((1, 2), 0.5), ((2, 5, 3), 0.5), ((3, 6, 1), 0.5)]
    known = Cut(frozenset({1, 2, 3}), frozenset({1, 2, 3, 6}))
    assert known.count((2, 5, 3)) == 0
    assert separate(used, [known], frozenset(range(7))) == [Cut(known.members, frozenset({1, 2, 3, 5, 6}))]


@given(st.permutations(range(9)), st.sets(st.integers(1, 8)), st.data())
def test_every_plan_keeps_to_every_cut(order, ends, data):
    members = data.draw(st.frozensets(st.integers(0, 8), min_size=3, max_size=3))
    cut = Cut(members, members | data.draw(st.frozensets(st.integers(0, 8))))
    bounds = [0, *sorted(ends), 9]
    assert sum(cut.count(order[a:b]) for a, b in pairwise(bounds)) <= 1
