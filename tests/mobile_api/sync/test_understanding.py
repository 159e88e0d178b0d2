"""Whatever comes under an id is understood, or stands for an action that can be kept and says nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from mobile_api.kinds.table import KINDS
from mobile_api.sync.incoming import LARGEST, understood
from mobile_api.sync.taking import TOGETHER, in_order, together
from tests.mobile_api.sync.sending import NOW

ID = "11111111-1111-4111-8111-111111111111"

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
instants = st.datetimes(timezones=st.just(dt.UTC)).map(lambda at: at.isoformat()) | values
kinds = st.sampled_from(sorted(KINDS)) | values
actions = st.fixed_dictionaries(
    {"id": st.just(ID)},
    optional={
        "kind": kinds,
        "visit": st.just("visit_1") | values,
        "at": instants,
        "after": st.just(ID.replace("1", "2")) | values,
        "elapsed": st.floats() | values,
        "data": st.dictionaries(st.sampled_from(["reason", "seconds", "shift", "break", "x"]), values) | values,
    },
)


@given(actions)
@example({"id": ID, "kind": "a\x00b", "data": {"reason": "\ud83d"}})
@example({"id": ID, "kind": "pause", "visit": "v", "at": NOW.isoformat(), "data": {"reason": "x" * LARGEST}})
def test_anything_under_an_id_can_be_kept(sent: dict[str, Any]) -> None:
    incoming = understood(sent, NOW)
    action = incoming.action
    assert action.id == ID
    assert (incoming.data is None) == (incoming.wrong is not None)
    assert len(incoming.content) == 64
    kept = json.dumps([action.model_dump(mode="json"), incoming.wrong.facts if incoming.wrong else {}], allow_nan=False)
    kept.encode()
    assert "\\u0000" not in kept
    assert action.data == {} or incoming.wrong is None
    assert 1900 <= action.at.year < 2200
    assert understood(json.loads(json.dumps(sent)), NOW).content == incoming.content


ids = st.integers(0, 9).map(lambda number: f"{number}1111111-1111-4111-8111-111111111111")
batches = st.lists(st.tuples(ids, st.none() | ids, st.sampled_from(["visit_1", "visit_2"])), max_size=30)


@given(batches)
def test_no_action_of_a_batch_is_left_out_or_taken_before_the_one_it_follows(
    batch: list[tuple[str, str | None, str]],
) -> None:
    sent = [
        {"id": one, "after": after, "visit": visit, "kind": "accept", "at": NOW.isoformat()}
        for one, after, visit in batch
    ]
    incoming = {place: understood(one, NOW) for place, one in enumerate(sent)}
    ordered = in_order(incoming)
    assert sorted(ordered) == list(incoming)
    named = [incoming[place].action.id for place in ordered]
    followed = {incoming[place].action.id: incoming[place].action.after for place in incoming}
    for place in ordered:
        action = incoming[place].action
        if action.after in followed and not _in_a_circle(action.id, followed) and len(set(named)) == len(named):
            assert named.index(action.after) < named.index(action.id)
    groups = together(ordered, incoming)
    assert [place for group in groups for place in group] == ordered
    assert all(len(group) <= TOGETHER for group in groups)
    assert all(len({incoming[place].action.visit for place in group}) == 1 for group in groups)


def _in_a_circle(one: str, followed: dict[str, str | None]) -> bool:
    """Whether somebody is met twice who goes from each to the one that it follows."""
    met: set[str] = set()
    while one in followed and one not in met:
        met.add(one)
        one = followed[one] or ""
    return one in met
