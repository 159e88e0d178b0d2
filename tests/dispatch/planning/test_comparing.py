"""Two plans held against each other, in the language that somebody reads, and as far as their rights reach."""

from __future__ import annotations

from dispatch.domain.roles import Actor, Role
from dispatch.planning.comparing import Comparison, compared
from dispatch.planning.edit import Edit
from dispatch.planning.rule_sentences import Language
from dispatch.planning.trial_store import Grounds
from dispatch.store.engine import Store
from tests.dispatch.planning.days import TRAVEL, two_towns
from tests.dispatch.planning.test_moving import move

DORA = Actor("user_d", "Dora", Role.DISPATCHER)
NORA = Actor("user_n", "Nora", Role.DISPATCHER, frozenset({"territory_north"}))


def look(store: Store, actor: Actor, before: str | None, language: Language = "en") -> Comparison:
    with store.reading(actor) as uow:
        return compared(uow, Grounds(), TRAVEL, before or "nothing", "today", language)


def test_each_sees_what_moved_in_their_territories_and_hears_of_it_in_their_language(store: Store) -> None:
    day = two_towns(store)
    north, south = day.visits[0], day.visits[2]
    stands = day.stands()
    first = day.published().id
    move(store, Edit(south, unassign=True))
    move(store, Edit(north, next(who for who in day.people[:2] if {who} != stands[north][0])))

    everywhere, chinese, theirs = (
        look(store, DORA, first),
        look(store, DORA, first, "zh"),
        look(store, NORA, first, "zh"),
    )

    assert {one.visit for one in everywhere.moved} >= {north, south}
    names = {one.visit: one.number for one in everywhere.moved}
    assert any(f"loses {names[south]}, which nobody does now." in one for one in everywhere.sentences)
    assert any(f"{names[south]} 不再由" in one for one in chinese.sentences)
    assert len(everywhere.sentences) == len(chinese.sentences)
    assert chinese.sentences[-1].startswith("费用")
    assert everywhere.buys["unassigned"] == -1

    assert {one.visit for one in theirs.moved} == {visit for visit in names if visit in day.visits[:2]}
    assert any(names[north] in one for one in theirs.sentences)
    assert not any(names[south] in one or one.startswith("费用") for one in theirs.sentences)
    assert theirs.buys == {}
    assert {one.technician for one in theirs.technicians} <= set(day.people[:2])
