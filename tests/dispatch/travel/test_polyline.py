"""Lines as short texts, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.travel.polyline import decoded, encoded

degrees = st.tuples(
    st.integers(-90_000_000, 90_000_000).map(lambda n: n / 1e6),
    st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6),
)


def test_the_example_of_the_format_is_written_as_everybody_writes_it() -> None:
    # The three points of Google's description of the format, with six decimals instead of five.
    points = ((38.5, -120.2), (40.7, -120.95), (43.252, -126.453))
    assert encoded(points) == "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI"
    assert decoded("_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI") == points


@given(st.lists(degrees, max_size=20))
def test_what_was_written_is_read_again(points: list[tuple[float, float]]) -> None:
    assert list(decoded(encoded(points))) == points


@pytest.mark.parametrize(
    "text", ["_izlhA", "_izlh", "_izlhA~rlgdF_", "é", " ", "~" * 40, encoded([(89.0, 0.0)]) * 2], ids=repr
)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="line"):
        decoded(text)


@given(st.text(max_size=30))
def test_no_text_whatsoever_does_anything_but_be_refused_or_read(text: str) -> None:
    try:
        points = decoded(text)
    except ValueError:
        return
    assert all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in points)
